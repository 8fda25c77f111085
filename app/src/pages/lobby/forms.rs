//! What is said about a lobby, to change.

use leptos::prelude::*;
use wire::{HostPolicy, Lobby, LobbyId, LobbyRules, UserId};

use super::Now;
use crate::components::{Area, Carried, Either, Icon, Panel, Text};
use crate::words::{counted, figure};

/// Bytes that metadata may have, as the server reads it.
const METADATA: i64 = 16 * 1024;

/// The metadata, as the JSON it is.
#[component]
pub(super) fn Metadata(id: LobbyId, now: Now, lobby: Lobby) -> impl IntoView {
    let text = serde_json::to_string_pretty(&lobby.metadata).unwrap_or_default();
    let is_other = now.map(move |now| now.metadata != lobby.metadata);
    let typed = RwSignal::new(None);
    let said = move || match typed.get().map(|text: String| weigh(&text)) {
        None => ("hint", format!("At most {} bytes of JSON. Members see the change at once.", figure(METADATA))),
        Some(Ok(bytes)) if bytes > METADATA => ("wrong", format!("{} of {} bytes", figure(bytes), figure(METADATA))),
        Some(Ok(bytes)) => ("hint", format!("Valid JSON, {} of {} bytes", figure(bytes), figure(METADATA))),
        Some(Err(problem)) => ("wrong", problem),
    };
    view! {
        <Panel title="Metadata">
            <form class="grid gap-3 p-4" method="post" action=format!("/admin/lobbies/{id}/edit")>
                <Carried />
                <div on:input=move |event| typed.set(Some(event_target_value(&event)))>
                    <Area name="metadata" label="Metadata as JSON" text />
                </div>
                <div class="flex flex-wrap items-center gap-3">
                    <p role="status" data-said="" class=move || said().0>{move || said().1}</p>
                    <button class="btn btn-primary btn-sm ml-auto">"Save metadata"</button>
                </div>
                <Other is_other />
            </form>
        </Panel>
    }
}

/// How many bytes a JSON object has without what is only there to be read, or what is wrong with it, in the words of the
/// browser.
fn weigh(text: &str) -> Result<i64, String> {
    let read = js_sys::JSON::parse(text).map_err(|error| String::from(js_sys::Error::from(error).message()))?;
    if !read.is_object() || js_sys::Array::is_array(&read) {
        return Err("It must be an object: { … }".to_owned());
    }
    let short = js_sys::JSON::stringify(&read).map(String::from).unwrap_or_default();
    Ok(i64::try_from(short.len()).unwrap_or(i64::MAX))
}

/// The title, the seats and who may come in.
#[component]
pub(super) fn Rules(id: LobbyId, now: Now, lobby: Lobby) -> impl IntoView {
    let first = said(&lobby);
    let is_other = now.map(move |now| said(now) != first);
    let Lobby { title, max_users, is_hidden, is_locked, is_passworded, host_id, hostless, members, rules, .. } = lobby;
    let option = |(user, name): (UserId, Option<String>)| {
        let name = name.unwrap_or_else(|| format!("player-{user}"));
        view! { <option value=user.to_string() selected=host_id == Some(user)>{name}</option> }
    };
    let members = members.into_iter().flatten().map(|member| (member.user_id, member.display_name));
    let policy = rules.as_ref().map(|rules| rules.host_policy);
    let host = (!hostless && policy != Some(HostPolicy::None)).then(|| {
        let nobody = host_id.is_none().then(|| view! { <option value="" selected=true>"Nobody yet"</option> });
        view! {
            <div class="field">
                <label for="host_id">"Host"</label>
                <select class="input w-full" id="host_id" name="host_id">{nobody} {members.map(option).collect_view()}</select>
            </div>
        }
    });
    let clear = is_passworded.then(|| {
        view! {
            <label class="flex items-center gap-2 text-sm">
                <input class="checkbox checkbox-sm" type="checkbox" name="ask_nothing" value="true" />
                "Ask for no password any more"
            </label>
        }
    });
    let password = if is_passworded { "Empty: it stays." } else { "There is none." };
    view! {
        <Panel title="Rules">
            <form class="grid gap-3 p-4" method="post" action=format!("/admin/lobbies/{id}/edit")>
                <Carried />
                <Text name="title" label="Title" value=title />
                <div class="grid sm:grid-cols-2 gap-3">
                    <Text name="max_users" label="Seats" value=max_users.to_string() hint="1 to 128, no fewer than are taken." numeric=true />
                    <Either name="is_hidden" label="Listed" is=is_hidden words=["No, hidden", "Yes"] />
                    <Either name="is_locked" label="Joining" is=is_locked words=["Nobody may join", "Open"] />
                    {host}
                </div>
                <Text name="lobby_password" label="Password for joining" value=String::new() hint=password />
                {clear}
                <p class="hint">{rules.map(|rules| opened_with(hostless, &rules))}</p>
                <button class="btn btn-quiet btn-sm justify-self-start">"Save rules"</button>
                <Other is_other />
            </form>
        </Panel>
    }
}

/// What it was opened with and keeps to.
fn opened_with(hostless: bool, rules: &LobbyRules) -> String {
    let host = match rules.host_policy {
        _ if hostless => "The server owns it.",
        HostPolicy::Longest => "When the host leaves, the member longest in it is host.",
        HostPolicy::Successor => "When the host leaves, whom they named is host.",
        HostPolicy::None => "When the host leaves, nobody is host.",
        HostPolicy::Server => "When the host leaves, nobody is host until one is named here.",
    };
    format!(
        "{host} A seat is kept for {} after its player's socket drops.",
        counted(rules.grace_seconds, "second", "seconds")
    )
}

/// What the form changes.
fn said(lobby: &Lobby) -> (String, i64, bool, bool, bool, Option<UserId>) {
    let Lobby { title, max_users, is_hidden, is_locked, is_passworded, host_id, .. } = lobby;
    (title.clone(), *max_users, *is_hidden, *is_locked, *is_passworded, *host_id)
}

/// Somebody else changed what is being written here.
#[component]
fn Other(is_other: Memo<Option<bool>>) -> impl IntoView {
    view! {
        <Show when=move || is_other.get() == Some(true)>
            <p class="wrong" data-other="">
                <Icon name="refresh-cw" class="i-sm" />
                "This was changed meanwhile. Load the page again to see it; saving puts yours in its place."
            </p>
        </Show>
    }
}

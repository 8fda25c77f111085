//! What is said about a lobby, to change. Each form carries what it was filled with: what an admin leaves as it was is not
//! set, whatever others made of it meanwhile.

use leptos::prelude::*;
use wire::{HostPolicy, Lobby, LobbyId, LobbyRules, UserId};

use super::Now;
use crate::components::{Carried, Either, Icon, Json, Panel, Text, Typed, below};
use crate::words::counted;

/// The metadata, as the JSON it is.
#[component]
pub(super) fn Metadata(id: LobbyId, now: Now, lobby: Lobby) -> impl IntoView {
    let action = format!("/admin/lobbies/{id}/edit");
    let value = Typed::into_form(&action, "metadata").on_json("metadata", &lobby.metadata);
    let was = serde_json::to_string(&lobby.metadata).unwrap_or_default();
    let saved = serde_json::to_string_pretty(&lobby.metadata).unwrap_or_default();
    let is_other = now.map(move |now| now.metadata != lobby.metadata);
    view! {
        <Panel title="Metadata">
            <form class="grid gap-3 p-4" method="post" action=action>
                <Carried />
                <input type="hidden" name="was_metadata" value=was />
                <Json name="metadata" label="Metadata as JSON" value saved save="Save metadata" />
                <Other is_other />
            </form>
        </Panel>
    }
}

/// The title, the seats and who may come in.
#[component]
pub(super) fn Rules(id: LobbyId, now: Now, lobby: Lobby) -> impl IntoView {
    let first = said(&lobby);
    let is_other = now.map(move |now| said(now) != first);
    let Lobby { title, max_users, is_hidden, is_locked, is_passworded, host_id, hostless, members, rules, .. } = lobby;
    let action = format!("/admin/lobbies/{id}/edit");
    let typed = Typed::into_form(&action, "title");
    let members: Vec<_> = members.into_iter().flatten().map(|member| (member.user_id, member.display_name)).collect();
    let policy = rules.as_ref().map(|rules| rules.host_policy);
    let may_choose = !hostless && policy != Some(HostPolicy::None);
    let host = may_choose.then(|| view! { <Host host_id members typed=typed.clone() /> });
    let clear = is_passworded.then(|| {
        view! {
            <label class="flex items-center gap-2 text-sm">
                <input class="checkbox checkbox-sm" type="checkbox" name="ask_nothing" value="true" />
                "Ask for no password any more"
            </label>
        }
    });
    let password = if is_passworded { "Empty: it stays." } else { "There is none." };
    let password_typed = typed.on("lobby_password", "");
    view! {
        <Panel title="Rules">
            <form class="grid gap-3 p-4" method="post" action=action>
                <Carried />
                <input type="hidden" name="was_title" value=title.clone() />
                <input type="hidden" name="was_max_users" value=max_users.to_string() />
                <input type="hidden" name="was_is_hidden" value=is_hidden.to_string() />
                <input type="hidden" name="was_is_locked" value=is_locked.to_string() />
                <Text name="title" label="Title" value=typed.on("title", &title) />
                <div class="grid sm:grid-cols-2 gap-3">
                    <Text name="max_users" label="Seats" value=typed.on("max_users", &max_users) hint="1 to 128, no fewer than are taken." numeric=true />
                    <Either name="is_hidden" label="Listed" is=typed.on("is_hidden", &is_hidden) words=["No, hidden", "Yes"] />
                    <Either name="is_locked" label="Joining" is=typed.on("is_locked", &is_locked) words=["Nobody may join", "Open"] />
                    {host}
                </div>
                <Text name="lobby_password" label="Password for joining" value=password_typed hint=password />
                {clear}
                <p class="hint">{rules.map(|rules| opened_with(hostless, &rules))}</p>
                <button class="btn btn-quiet btn-sm justify-self-start">"Save rules"</button>
                <Other is_other />
            </form>
        </Panel>
    }
}

/// Who of the members is host.
#[component]
fn Host(host_id: Option<UserId>, members: Vec<(UserId, Option<String>)>, typed: Typed) -> impl IntoView {
    let was = host_id.map_or_else(String::new, |host| host.to_string());
    let entry = typed.on("host_id", &was);
    let chosen = entry.value.parse().ok();
    let called = |user: UserId, name: Option<String>| name.unwrap_or_else(|| format!("player-{user}"));
    let theirs = entry.theirs.map(|theirs| {
        let who = members.iter().find(|(user, _)| user.to_string() == theirs);
        who.map_or_else(|| "Nobody yet".to_owned(), |(user, name)| called(*user, name.clone()))
    });
    let nobody = host_id.is_none().then(|| view! { <option value="" selected=chosen.is_none()>"Nobody yet"</option> });
    let option = move |(user, name): (UserId, Option<String>)| {
        view! { <option value=user.to_string() selected=chosen == Some(user)>{called(user, name)}</option> }
    };
    let invalid = entry.problem.map(|_| "true");
    let (said, described) = below("host_id", None, entry.problem, theirs);
    view! {
        <div class="field">
            <input type="hidden" name="was_host_id" value=was />
            <label for="host_id">"Host"</label>
            <select class="input w-full" id="host_id" name="host_id" aria-invalid=invalid aria-describedby=described>
                {nobody} {members.into_iter().map(option).collect_view()}
            </select>
            {said}
        </div>
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
                "This was changed meanwhile. Load the page again to see it. What you did not change here stays as it is there."
            </p>
        </Show>
    }
}

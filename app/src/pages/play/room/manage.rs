//! What the host changes; in a lobby without one, each member. What was refused stands there again.

use leptos::prelude::*;
use wire::{Face, HostPolicy, Lobby, Play};

use crate::components::{Icon, OwnForm};
use crate::live::steady;

use super::Refused;

/// The form, for whoever may.
#[component]
pub(super) fn Manage(play: RwSignal<Play>, #[prop(optional_no_strip)] refused: Option<Refused>) -> impl IntoView {
    let may = Memo::new(move |_| {
        let may = |lobby: &Lobby, me| lobby.hostless || lobby.host_id == Some(me);
        play.with(|play| play.room.as_ref().is_some_and(|room| may(&room.lobby, play.me)))
    });
    view! {
        <Show when=move || may.get()>{form(play, refused.clone())}</Show>
    }
}

fn form(play: RwSignal<Play>, refused: Option<Refused>) -> impl IntoView {
    let is_refused = refused.is_some();
    let refused = refused.unwrap_or_default();
    let typed = |name: &str| find(&refused.typed, name);
    let wrong = |name: &str| find(&refused.wrong, name);
    // What was typed goes before how the lobby is.
    let text = |name: &str, is: fn(&Lobby) -> String| {
        let (typed, now) = (typed(name), read(play, is));
        Signal::derive(move || typed.clone().unwrap_or_else(|| now.get()))
    };
    let ticked = |name: &str, is: fn(&Lobby) -> bool| {
        let (typed, now) = (is_refused.then(|| typed(name).is_some()), read(play, is));
        Signal::derive(move || typed.unwrap_or_else(|| now.get()))
    };
    let title = field("title", "Title", "text", Some(text("title", |lobby| lobby.title.clone())), wrong("title"));
    let seats = text("max_users", |lobby| lobby.max_users.to_string());
    let seats = field("max_users", "Seats", "number", Some(seats), wrong("max_users"));
    let is_hidden = tick("is_hidden", "Hidden: in no list", ticked("is_hidden", |lobby| lobby.is_hidden));
    let is_locked = tick("is_locked", "Locked: nobody may join", ticked("is_locked", |lobby| lobby.is_locked));
    let password = field("password", "New password", "text", None, wrong("password"));
    let is_passworded = read(play, |lobby| lobby.is_passworded);
    let (no_password, heir) = (typed("no_password").is_some(), typed("successor_id"));
    view! {
        <details class="panel manage" id="manage" open=is_refused>
            <summary><Icon name="sliders-horizontal" />"Manage this lobby"<Icon name="chevron-down" /></summary>
            <OwnForm action="/lobbies/update" class="panel-body grid gap-4">
                {title} {seats} {is_hidden} {is_locked} {password}
                <Heir play heir />
                <Show when=move || is_passworded.get()>
                    {tick("no_password", "No password any more", Signal::stored(no_password))}
                </Show>
                <div><button class="btn btn-quiet btn-lg">"Save"</button></div>
            </OwnForm>
            <OwnForm action="/lobbies/new-code" class="panel-body">
                <div><button class="btn btn-quiet btn-lg"><Icon name="refresh-cw" />"Another code"</button></div>
            </OwnForm>
        </details>
    }
}

fn find(fields: &[(String, String)], name: &str) -> Option<String> {
    fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone())
}

/// A part of the lobby, as it is now.
fn read<T: PartialEq + Default + Send + Sync + 'static>(play: RwSignal<Play>, part: fn(&Lobby) -> T) -> Memo<T> {
    Memo::new(move |_| play.with(|play| play.room.as_ref().map(|room| part(&room.lobby)).unwrap_or_default()))
}

/// A labelled field, and what is wrong with it. One that holds something must not be empty.
fn field(
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    value: Option<Signal<String>>,
    wrong: Option<String>,
) -> impl IntoView {
    let id = format!("manage-{name}");
    let said = format!("{id}-said");
    let (is_wrong, describes) = (wrong.is_some(), wrong.is_some().then(|| said.clone()));
    let wrong = wrong.map(|wrong| {
        let sentence = format!("{label} {wrong}.");
        view! { <p class="wrong" id=said><Icon name="circle-alert" class="i-sm" />{sentence}</p> }
    });
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                class="input input-lg w-full"
                class:input-error=is_wrong
                id=id
                name=name
                type=kind
                value=value.map(|value| move || value.get())
                required=value.is_some()
                autocomplete="off"
                aria-invalid=is_wrong.then_some("true")
                aria-describedby=describes
            />
            {wrong}
        </div>
    }
}

/// Who is host next, where the lobby was opened so that it can be said.
#[component]
fn Heir(play: RwSignal<Play>, #[prop(optional_no_strip)] heir: Option<String>) -> impl IntoView {
    let may = read(play, |lobby| lobby.rules.as_ref().is_some_and(|rules| rules.host_policy == HostPolicy::Successor));
    let named = read(play, |lobby| lobby.rules.as_ref().and_then(|rules| rules.successor_id));
    let others = move || {
        let others = |play: &Play| {
            let members = play.room.iter().flat_map(|room| &room.members);
            members.filter(|member| member.face.id != play.me).map(|member| member.face.clone()).collect()
        };
        play.with(others)
    };
    // Each option is its member's: whoever is chosen stays so while others come and go.
    let others = steady(others, |face| face.id);
    let select = move || {
        let heir = heir.clone();
        let option = move |Face { id, name, .. }: Face| {
            let is = heir.as_ref().map_or_else(|| named.get_untracked() == Some(id), |heir| *heir == id.to_string());
            view! { <option value=id.to_string() selected=is>{name}</option> }
        };
        view! {
            <label class="field">
                <span>"Next host"</span>
                <select class="input input-lg w-full select" name="successor_id">
                    <option value="">"As it is"</option>
                    <For each=move || others.get() key=|face| face.id.0 children=option />
                </select>
            </label>
        }
    };
    view! { <Show when=move || may.get()>{select.clone()()}</Show> }
}

fn tick(name: &'static str, words: &'static str, is: Signal<bool>) -> impl IntoView {
    view! {
        <label class="flex items-center gap-3 min-h-11 text-sm">
            <input class="checkbox" type="checkbox" name=name value="true" checked=is />
            {words}
        </label>
    }
}

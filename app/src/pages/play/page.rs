//! What the server writes around the live part: how the last form went, the way in by a password, and a lobby of one's own.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use wire::{Cursor, PlayFilter};

use super::enter::Enter;
use super::open::Open;
use super::{PlayPart, Shown};
use crate::components::{Done, Failed, Field, Front, Note, OwnForm};
use crate::fns;
use crate::game::Game;
use crate::part::live_part;
use crate::said::Said;

/// The longest text that is looked for.
const SOUGHT: usize = 80;

/// Where whoever looks sits, or where they could. The server leads nobody here who is not signed in.
#[component]
pub(crate) fn Lobbies() -> impl IntoView {
    let (filter, after) = asked();
    let shown = async move {
        match fns::play(filter.clone(), after).await {
            Ok(play) => {
                let is_seated = play.room.is_some();
                let said = view! { <Went seated_in=play.room.as_ref().map(|room| room.lobby.title.clone()) /> };
                let state = Shown { filter, after, play };
                let part = live_part("play", &state, |token| view! { <PlayPart state=state.clone() token /> });
                view! {
                    {said}
                    <Enter is_seated />
                    {(!is_seated).then(|| view! { <Open /> })}
                    {part}
                }
                .into_any()
            }
            Err(problem) => view! {
                <h1 class="sr-only">"Lobbies"</h1>
                <Failed what="The lobbies did not load" problem />
            }
            .into_any(),
        }
    };
    view! {
        <Title text=Game::title("Lobbies") />
        <Front>
            <Suspense>{Suspend::new(shown)}</Suspense>
        </Front>
    }
}

/// What the address asks for. What makes no sense counts as nothing.
fn asked() -> (PlayFilter, Option<Cursor>) {
    let map = use_query_map().get_untracked();
    let show = map.get("show").unwrap_or_default();
    let title = map.get("title").map(|title| title.chars().filter(|c| !c.is_control()).take(SOUGHT).collect());
    let filter = PlayFilter { title, all: show == "all", friends: show == "friends" };
    let after = map.get("after").and_then(|after| after.parse().ok());
    (filter, after)
}

/// How the last form went.
#[component]
fn Went(#[prop(optional_no_strip)] seated_in: Option<String>) -> impl IntoView {
    let said = Said::here();
    let asks_password = said.is("password_required") || said.is("invalid_password");
    if said.is("already_in_lobby") || (asks_password && seated_in.is_some()) {
        let seated_in = seated_in.unwrap_or_else(|| "a lobby".to_owned());
        return Some(view! { <Switch seated_in asks_password is_wrong=said.is("invalid_password") /> }.into_any());
    }
    // The form that is handed out again says these.
    if asks_password {
        return None;
    }
    if let Some(problem) = said.problem() {
        let map = use_query_map().get_untracked();
        let sentence = match said.code().as_deref() {
            Some("not_found" | "validation_failed") if map.get("code").is_some() => Some(NO_CODE),
            Some(code) => refusal(code),
            None => None,
        };
        let sentence = sentence.map_or(problem, str::to_owned);
        return Some(view! { <Note icon="circle-alert" class="note-bad mb-4">{sentence}</Note> }.into_any());
    }
    let done = said.done().and_then(|word| done(&word))?;
    Some(view! { <Done>{done}</Done> }.into_any())
}

const NO_CODE: &str = "No lobby has that code. Look at it again, or ask a member for the one that holds now.";

/// Whoever has a seat elsewhere can leave it for this one.
#[component]
fn Switch(seated_in: String, asks_password: bool, is_wrong: bool) -> impl IntoView {
    let map = use_query_map().get_untracked();
    let (lobby, code) = (map.get("lobby"), map.get("code"));
    let is_named = lobby.is_some() || code.is_some();
    let password = asks_password.then(|| {
        let problem = is_wrong.then(|| "does not fit".to_owned());
        view! { <Field name="password" label="Its password" kind="password" autocomplete="off" problem /> }
    });
    view! {
        <Note icon="circle-alert" class="note-bad mb-4">
            <p class="wrap-anywhere">{format!("You have a seat in {seated_in}. Leave it to sit there?")}</p>
            {is_named.then(|| view! {
                <OwnForm action="/lobbies/switch" class="grid gap-3 mt-3">
                    {lobby.map(|lobby| view! { <input type="hidden" name="lobby_id" value=lobby /> })}
                    {code.map(|code| view! { <input type="hidden" name="code" value=code /> })}
                    {password}
                    <div><button class="btn btn-quiet btn-lg">"Switch"</button></div>
                </OwnForm>
            })}
        </Note>
    }
}

fn done(word: &str) -> Option<&'static str> {
    Some(match word {
        "opened" => "Your lobby is open. Its code lets others in.",
        "saved" => "Saved. Everybody in the lobby sees it.",
        "new_code" => "This is the new code. The old one lets nobody in any more.",
        "kicked" => "Their seat is free again.",
        "invited" => "Your invitation is on its way.",
        "declined" => "You declined.",
        "left" => "You left. Your seat is free.",
        _ => return None,
    })
}

/// What stood in the way, and what to do.
fn refusal(code: &str) -> Option<&'static str> {
    Some(match code {
        "seat_taken" => "Somebody sits there. Pick another seat.",
        "not_friends" => "Only friends can be invited. Give others the code.",
        "too_many_invitations" => "As many are invited as one lobby may have. Wait until some have answered.",
        "no_successor" => {
            "This lobby was opened so that nobody can be named. Open one where whom you name follows you."
        }
        "full" => "That seat was just taken. Quick join finds you another.",
        "locked" => "That lobby is locked. Pick another, or wait until its host opens it.",
        "blocked" => "You cannot join that lobby. Pick another.",
        "cannot_join" => "The lobby changed while you were joining. Try again.",
        "not_found" => "There is no such lobby any more. Quick join finds you another.",
        "not_in_lobby" => "That seat is free already.",
        "not_host" => "Only the host can do that.",
        "cannot_kick_self" => "That is your own seat. Leave instead.",
        "too_small" => "There are more members than that. Leave a seat for each of them.",
        _ => return None,
    })
}

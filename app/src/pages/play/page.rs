//! What the server writes around the live part: how the last form went, the way in by a password, and a lobby of one's own.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use wire::{Cursor, Lobby, PlayFilter};

use super::enter::Enter;
use super::open::Open;
use super::{PlayPart, Refused, Shown, view_of};
use crate::components::{Back, Done, Failed, Field, Front, Note, OwnForm};
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
        match fns::play(filter.clone(), after, Vec::new()).await {
            Ok(play) => {
                provide_context(Back(view_of(&filter, after)));
                let is_seated = play.room.is_some();
                let seat = play.room.as_ref().map(|room| room.lobby.clone());
                let state = Shown { filter, after, play, refused: refused() };
                let part = live_part("play", &state, |token| view! { <PlayPart state=state.clone() token /> });
                // What is said of a seat goes with it, and what is asked of who has none comes with its loss: the style sheet
                // sees which of the two the part shows.
                view! {
                    <div class=if is_seated { "while-seated" } else { "while-seeking" }><Went seat /></div>
                    <Enter is_seated />
                    <Open />
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
    let title =
        map.get("title").map(|title| title.chars().filter(|c| !c.is_control()).take(SOUGHT).collect::<String>());
    let title = title.filter(|title| !title.trim().is_empty());
    let filter = PlayFilter { title, all: show == "all", friends: show == "friends" };
    let after = map.get("after").and_then(|after| after.parse().ok());
    (filter, after)
}

/// What of a change of the host's was refused.
fn refused() -> Option<Refused> {
    let said = Said::here();
    let wrong = ["title", "max_users", "password"].iter();
    let wrong = wrong.filter_map(|field| Some(((*field).to_owned(), said.on(field)?))).collect();
    said.is_about("manage").then(|| Refused { wrong, typed: said.all_typed() })
}

/// How the last form went.
#[component]
fn Went(#[prop(optional_no_strip)] seat: Option<Lobby>) -> impl IntoView {
    let said = Said::here();
    let asks_password = said.is("password_required") || said.is("invalid_password");
    let is_elsewhere = said.is("already_in_lobby") && !said.is_of(&["quick_join", "new", "invite"]);
    if let Some(seat) = seat.filter(|_| is_elsewhere || asks_password) {
        let (seated_in, is_wrong) = (seat.title.clone(), said.is("invalid_password"));
        return Some(if is_named(&seat) {
            view! { <Note icon="circle-alert" class="note-bad mb-4">"This is where you sit."</Note> }.into_any()
        } else {
            view! { <Switch seated_in asks_password is_wrong /> }.into_any()
        });
    }
    // The form that is handed out again says these.
    if asks_password {
        return None;
    }
    if is_elsewhere {
        let sentence = "Your other seat is free by now. Try once more.";
        return Some(view! { <Note icon="circle-alert" class="note-bad mb-4">{sentence}</Note> }.into_any());
    }
    if let Some(problem) = said.problem() {
        return Some(view! { <Note icon="circle-alert" class="note-bad mb-4">{problem}</Note> }.into_any());
    }
    let done = said.done().and_then(|word| done(&word))?;
    Some(view! { <Done>{done}</Done> }.into_any())
}

/// Whether the address names the lobby in which the player sits, by itself or by its code.
fn is_named(seat: &Lobby) -> bool {
    let map = use_query_map().get_untracked();
    let plain = |code: &str| code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase();
    let own = seat.rules.as_ref().and_then(|rules| rules.code.as_deref()).map(plain);
    let by_code = own.is_some() && map.get("code").as_deref().map(plain) == own;
    match map.get("lobby") {
        Some(lobby) => lobby == seat.id.to_string(),
        None => by_code,
    }
}

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

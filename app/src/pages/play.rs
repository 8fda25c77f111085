//! The page `/lobbies`: where a player sits, or where they could. The server writes it whole; what is on it and changes is a
//! part that is live.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use wire::{Cursor, Play, PlayFilter, Topic};

use crate::address::address;
use crate::components::{Back, Banner, FreshToken};
use crate::fns;
use crate::live::{Heard, Live, at_most_every_second, listen};

use cards::Cards;
#[cfg(feature = "ssr")]
pub(crate) use page::Lobbies as PlayerLobbies;

mod cards;
#[cfg(feature = "ssr")]
mod enter;
mod find;
mod invitations;
#[cfg(feature = "ssr")]
mod open;
#[cfg(feature = "ssr")]
mod page;
mod room;

/// What the part shows at first, and what it asks for when something happens.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Shown {
    filter: PlayFilter,
    after: Option<Cursor>,
    play: Play,
    refused: Option<Refused>,
}

/// What the host changed that was refused: it stands in the form that is handed out again.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Refused {
    /// What is wrong, by the field.
    wrong: Vec<(String, String)>,
    /// What was typed, by the field.
    typed: Vec<(String, String)>,
}

/// The address of a view of the list.
fn view_of(filter: &PlayFilter, after: Option<Cursor>) -> String {
    let show = match (filter.friends, filter.all) {
        (true, _) => Some("friends"),
        (false, true) => Some("all"),
        (false, false) => None,
    };
    let after = after.map(|after| after.to_string());
    address("/lobbies", &[("show", show), ("title", filter.title.as_deref()), ("after", after.as_deref())])
}

/// What is live of the page.
#[component]
pub(crate) fn PlayPart(state: Shown, #[prop(optional_no_strip)] token: Option<String>) -> impl IntoView {
    FreshToken::provide(token);
    Live::provide();
    let Shown { filter, after, play, refused } = state;
    provide_context(Back(view_of(&filter, after)));
    let play = RwSignal::new(play);
    let cards = Cards::of(play);
    follow(filter.clone(), after, play, cards);
    let is_seated = Memo::new(move |_| play.with(|play| play.room.is_some()));
    view! {
        <Banner />
        {move || if is_seated.get() { room::draw(play, refused.clone()) } else { find::draw(&filter, after, play, cards) }}
        {invitations::draw(play)}
    }
}

/// Asks for all of it again whenever something happens that it could show.
fn follow(filter: PlayFilter, after: Option<Cursor>, play: RwSignal<Play>, cards: Cards) {
    // An answer that was overtaken by a newer one is old.
    let last = StoredValue::new(0);
    let ask = at_most_every_second(move || {
        let filter = filter.clone();
        spawn_local(async move {
            let number = last.try_update_value(|last| {
                *last += 1;
                *last
            });
            // What was shown stays while the server cannot be reached; the banner says so.
            if let Ok(fresh) = fns::play(filter, after, cards.ids()).await
                && last.try_get_value() == number
            {
                cards.take_in(&fresh);
                play.try_set(fresh);
            }
        });
    });
    let hear = move |heard| {
        if !matches!(heard, Heard::Refused) {
            ask();
        }
    };
    listen(Topic::Lobbies, hear.clone());
    listen(Topic::User(play.with_untracked(|play| play.me)), hear.clone());
    let seat = Memo::new(move |_| play.with(|play| play.room.as_ref().map(|room| room.lobby.id)));
    // Being here is being there: a member's seat is kept for as long as this is heard.
    Effect::new(move |_| {
        if let Some(lobby) = seat.get() {
            listen(Topic::Lobby(lobby), hear.clone());
        }
    });
}

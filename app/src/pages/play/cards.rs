//! The lobbies one could join: changed in place, never moved. Those that are no more stay, greyed; new ones wait.

use std::time::Duration;

use leptos::prelude::*;
use wire::{Face, LobbyCard, Play};

use crate::address::address;
use crate::components::{Icon, OwnForm, Portrait, Seats};
use crate::words::counted;

/// How long a changed card glows.
const GLOW: Duration = Duration::from_millis(1600);

/// One lobby.
#[derive(Clone)]
pub(super) struct Card {
    pub(super) id: i64,
    lobby: ArcRwSignal<LobbyCard>,
    /// It has just changed.
    glows: ArcRwSignal<bool>,
    /// The last answer did not have it.
    gone: ArcRwSignal<bool>,
}

impl Card {
    fn new(lobby: &LobbyCard) -> Self {
        Self {
            id: lobby.id.0,
            lobby: ArcRwSignal::new(lobby.clone()),
            glows: ArcRwSignal::new(false),
            gone: ArcRwSignal::new(false),
        }
    }

    fn set(&self, fresh: Option<&LobbyCard>) {
        let was_gone = self.gone.get_untracked();
        if was_gone != fresh.is_none() {
            self.gone.set(!was_gone);
        }
        if let Some(fresh) = fresh
            && self.lobby.with_untracked(|lobby| lobby != fresh)
        {
            self.lobby.set(fresh.clone());
            self.glows.set(true);
            let glows = self.glows.clone();
            set_timeout(move || glows.set(false), GLOW);
        }
    }
}

/// The cards of the page.
#[derive(Clone, Copy)]
pub(super) struct Cards {
    /// What is shown.
    pub(super) shown: RwSignal<Vec<Card>>,
    /// How many the last answer had that are not shown.
    pub(super) waiting: RwSignal<usize>,
}

impl Cards {
    pub(super) fn of(play: &Play) -> Self {
        Self { shown: RwSignal::new(play.cards.iter().map(Card::new).collect()), waiting: RwSignal::new(0) }
    }

    /// Takes in a fresh answer.
    pub(super) fn take_in(self, fresh: &Play) {
        if self.shown.try_with_untracked(Vec::is_empty) != Some(false) || fresh.room.is_some() {
            self.let_in(fresh);
            return;
        }
        let find = |id: i64| fresh.cards.iter().find(|lobby| lobby.id.0 == id);
        let new = self.shown.with_untracked(|shown| {
            for card in shown {
                card.set(find(card.id));
            }
            fresh.cards.iter().filter(|lobby| shown.iter().all(|card| card.id != lobby.id.0)).count()
        });
        if self.waiting.get_untracked() != new {
            self.waiting.set(new);
        }
    }

    /// Shows what an answer has, and nothing else.
    pub(super) fn let_in(self, fresh: &Play) {
        self.waiting.try_set(0);
        self.shown.try_update(|shown| {
            let old = std::mem::take(shown);
            *shown = fresh
                .cards
                .iter()
                .map(|lobby| old.iter().find(|card| card.id == lobby.id.0).cloned().unwrap_or_else(|| Card::new(lobby)))
                .collect();
        });
    }
}

pub(super) fn draw(card: Card) -> impl IntoView {
    let Card { id, lobby, glows, gone } = card;
    let seats = {
        let lobby = lobby.clone();
        Memo::new(move |_| lobby.with(|lobby| (lobby.member_count, lobby.max_users)))
    };
    let (is_gone, left) = (gone.clone(), gone.clone());
    let (head, friends) = (lobby.clone(), lobby.clone());
    view! {
        <li
            class="panel card"
            data-lobby=id.to_string()
            data-members=move || seats.get().0.to_string()
            data-gone=move || left.get().then_some("")
            class:leaving=move || is_gone.get()
            class:flash=move || glows.get()
        >
            <div class="flex items-start gap-3">
                {move || head.with(title)}
                {move || lobby.with(|lobby| if gone.get() { word("No longer open") } else { way_in(lobby) })}
            </div>
            <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <Seats of=seats />
                {move || friends.with(|lobby| company(&lobby.friends, lobby.friend_count))}
            </div>
        </li>
    }
}

/// What it is called, and who hosts it.
fn title(lobby: &LobbyCard) -> impl IntoView + use<> {
    let picture = match lobby.host.clone() {
        Some(face) => view! { <Portrait face class="av av-md" /> }.into_any(),
        None => view! { <span class="av av-md av-server"><Icon name="server" /></span> }.into_any(),
    };
    let host = lobby.host.as_ref().map_or_else(|| "the server's".to_owned(), |host| host.name.clone());
    let about = if lobby.about.is_empty() { host } else { format!("{host} · {}", lobby.about) };
    view! {
        {picture}
        <div class="min-w-0 flex-1">
            <h2 class="text-md truncate" title=lobby.title.clone()>{lobby.title.clone()}</h2>
            <p class="text-sm text-muted truncate">{about}</p>
        </div>
    }
}

/// How to sit down there, or why one cannot.
fn way_in(lobby: &LobbyCard) -> AnyView {
    let label = format!("Join {}", lobby.title);
    if lobby.is_locked {
        word("Locked")
    } else if lobby.member_count >= lobby.max_users {
        word("Full")
    } else if lobby.is_passworded {
        let href = address("/lobbies", &[("enter", Some(&lobby.id.to_string()))]);
        view! {
            <a class="btn btn-quiet btn-lg shrink-0" href=href aria-label=format!("{label}, by its password")>
                <Icon name="lock-keyhole" class="i-sm" />
                "Join"
            </a>
        }
        .into_any()
    } else {
        view! {
            <OwnForm action=format!("/lobbies/{}/join", lobby.id) class="contents">
                <button class="btn btn-tonal btn-lg shrink-0" aria-label=label>"Join"</button>
            </OwnForm>
        }
        .into_any()
    }
}

fn word(word: &'static str) -> AnyView {
    view! { <span class="tag tag-plain shrink-0">{word}</span> }.into_any()
}

/// The friends who sit there.
fn company(friends: &[Face], count: i64) -> impl IntoView + use<> {
    let names = friends.iter().map(|friend| friend.name.clone()).collect::<Vec<_>>().join(", ");
    let faces = friends.iter().cloned().map(|face| view! { <Portrait face class="av av-sm" /> }).collect_view();
    (count > 0).then(|| {
        view! {
            <span class="ml-auto flex items-center gap-1.5 text-xs" title=names>
                <span class="flex gap-1">{faces}</span>
                {counted(count, "friend", "friends")}
            </span>
        }
    })
}

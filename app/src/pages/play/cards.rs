//! The lobbies one could join: changed in place, never moved. Those that are no more are greyed and leave after a while; new
//! ones wait.

use leptos::html::Ul;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use wire::{Face, LobbyCard, LobbyId, Play, PlayFilter};

use crate::address::address;
use crate::components::{Icon, OwnForm, Portrait, Seats};
use crate::live::{FAREWELL, Record, Row};
use crate::words::counted;

impl Record for LobbyCard {
    fn id(&self) -> i64 {
        self.id.0
    }
}

/// One lobby.
type Card = Row<LobbyCard>;

/// The cards of the page.
#[derive(Clone, Copy)]
pub(super) struct Cards {
    /// What is shown.
    pub(super) shown: RwSignal<Vec<Card>>,
    /// How many the last answer had that are not shown.
    pub(super) waiting: RwSignal<usize>,
    /// The last answer.
    play: RwSignal<Play>,
    list: NodeRef<Ul>,
}

impl Cards {
    /// Those of the first answer; whichever comes later is in `play` as well.
    pub(super) fn of(play: RwSignal<Play>) -> Self {
        let shown = play.with_untracked(|play| play.cards.iter().cloned().map(Row::new).collect());
        Self { shown: RwSignal::new(shown), waiting: RwSignal::new(0), play, list: NodeRef::new() }
    }

    /// Which lobbies are shown: an answer tells how they are.
    pub(super) fn ids(self) -> Vec<LobbyId> {
        let ids = self.shown.try_with_untracked(|shown| shown.iter().map(|card| LobbyId(card.id)).collect());
        let mut ids: Vec<_> = ids.unwrap_or_default();
        ids.truncate(PlayFilter::SHOWN);
        ids
    }

    /// Takes in a fresh answer.
    pub(super) fn take_in(self, fresh: &Play) {
        if self.shown.try_with_untracked(Vec::is_empty) != Some(false) || fresh.room.is_some() {
            self.show(fresh);
            return;
        }
        let find = |id: i64| fresh.cards.iter().chain(&fresh.others).find(|lobby| lobby.id.0 == id);
        self.shown.with_untracked(|shown| {
            for card in shown {
                match find(card.id) {
                    Some(lobby) => {
                        card.gone.maybe_update(std::mem::take);
                        card.set(lobby.clone());
                    }
                    None => self.take_leave(card),
                }
            }
        });
        self.count(fresh);
    }

    /// Counts those that wait.
    fn count(self, fresh: &Play) {
        let is_new = |shown: &Vec<Card>, lobby: &LobbyCard| shown.iter().all(|card| card.id != lobby.id.0);
        let new =
            self.shown.try_with_untracked(|shown| fresh.cards.iter().filter(|lobby| is_new(shown, lobby)).count());
        let new = new.unwrap_or_default();
        if self.waiting.try_get_untracked().is_some_and(|waiting| waiting != new) {
            self.waiting.set(new);
        }
    }

    /// Greys a card of a lobby that is no more, or is hidden now. It leaves after a while, unless the lobby is back by then.
    fn take_leave(self, card: &Card) {
        if card.gone.get_untracked() {
            return;
        }
        card.gone.set(true);
        let id = card.id;
        let leave = move || {
            self.shown.try_update(|shown| shown.retain(|card| card.id != id || !card.gone.get_untracked()));
            // Where none is left there is nothing that could be moved.
            if self.shown.try_with_untracked(Vec::is_empty) == Some(true) {
                self.play.try_with_untracked(|play| self.show(play));
            }
        };
        set_timeout(leave, FAREWELL);
    }

    /// Lets in what waits, and gives the focus to the list: the pill that had it goes.
    pub(super) fn let_in(self) {
        self.play.with_untracked(|play| self.show(play));
        if let Some(list) = self.list.get_untracked() {
            // It is gone if it cannot take the focus.
            let _ = list.unchecked_ref::<web_sys::HtmlElement>().focus();
        }
    }

    /// Shows what an answer has, and nothing else.
    fn show(self, fresh: &Play) {
        self.waiting.try_set(0);
        self.shown.try_update(|shown| {
            let old = std::mem::take(shown);
            let card = |lobby: &LobbyCard| {
                let card = old.iter().find(|card| card.id == lobby.id.0 && !card.gone.get_untracked());
                card.cloned().unwrap_or_else(|| Row::new(lobby.clone()))
            };
            *shown = fresh.cards.iter().map(card).collect();
        });
    }

    /// The list, and the pill that lets in what waits.
    pub(super) fn draw(self) -> impl IntoView {
        let pill = move || {
            let count = i64::try_from(self.waiting.get()).unwrap_or(i64::MAX);
            counted(count, "more lobby", "more lobbies")
        };
        view! {
            <div class="relative">
                <Show when=move || self.waiting.get() != 0>
                    <button type="button" class="newpill" data-new=self.waiting on:click=move |_| self.let_in()>
                        <Icon name="arrow-down" class="i-sm" />
                        {pill}
                    </button>
                </Show>
                <ul class="grid gap-3 sm:grid-cols-2 lg:grid-cols-3" aria-label="Lobbies" tabindex="-1" node_ref=self.list>
                    <For each=move || self.shown.get() key=|card| card.id children=|card| draw(&card) />
                </ul>
            </div>
        }
    }
}

fn draw(card: &Card) -> impl IntoView + use<> {
    let (id, glows, gone) = (card.id, card.glows.clone(), card.gone.clone());
    let seats = card.map(|lobby| (lobby.member_count, lobby.max_users));
    // The way in is drawn again only when it is another: whoever's focus is on it keeps it.
    let way = card.map(Way::of);
    let head = card.map(|lobby| (lobby.title.clone(), lobby.host.clone(), lobby.about.clone()));
    let friends = card.map(|lobby| (lobby.friends.clone(), lobby.friend_count));
    let (is_gone, left) = (gone.clone(), gone.clone());
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
                {move || head.with(|(title, host, about)| self::title(title, host.clone(), about))}
                {move || if gone.get() { word("No longer open") } else { way.with(|way| way.draw(id)) }}
            </div>
            <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <Seats of=seats />
                {move || friends.with(|(friends, count)| company(friends, *count))}
            </div>
        </li>
    }
}

/// What it is called, and who hosts it.
fn title(title: &str, host: Option<Face>, about: &str) -> impl IntoView + use<> {
    let name = host.as_ref().map_or_else(|| "the server's".to_owned(), |host| host.name.clone());
    let picture = match host {
        Some(face) => view! { <Portrait face class="av av-md" /> }.into_any(),
        None => view! { <span class="av av-md av-server"><Icon name="server" /></span> }.into_any(),
    };
    let about = if about.is_empty() { name } else { format!("{name} · {about}") };
    let title = title.to_owned();
    view! {
        {picture}
        <div class="min-w-0 flex-1">
            <h2 class="text-md truncate" title=title.clone()>{title.clone()}</h2>
            <p class="text-sm text-muted truncate">{about}</p>
        </div>
    }
}

/// How to sit down in a lobby, or why one cannot.
#[derive(Clone, PartialEq)]
enum Way {
    Locked,
    Full,
    /// Its name, and whether it asks for a password.
    Open(String, bool),
}

impl Way {
    fn of(lobby: &LobbyCard) -> Self {
        if lobby.is_locked {
            Self::Locked
        } else if lobby.member_count >= lobby.max_users {
            Self::Full
        } else {
            Self::Open(lobby.title.clone(), lobby.is_passworded)
        }
    }

    fn draw(&self, id: i64) -> AnyView {
        match self {
            Self::Locked => word("Locked"),
            Self::Full => word("Full"),
            Self::Open(title, true) => {
                let href = address("/lobbies", &[("enter", Some(&id.to_string()))]);
                view! {
                    <a class="btn btn-quiet btn-lg shrink-0" href=href aria-label=format!("Join {title}, by its password")>
                        <Icon name="lock-keyhole" class="i-sm" />
                        "Join"
                    </a>
                }
                .into_any()
            }
            Self::Open(title, false) => {
                let label = format!("Join {title}");
                view! {
                    <OwnForm action=format!("/lobbies/{id}/join") class="contents">
                        <button class="btn btn-tonal btn-lg shrink-0" aria-label=label>"Join"</button>
                    </OwnForm>
                }
                .into_any()
            }
        }
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

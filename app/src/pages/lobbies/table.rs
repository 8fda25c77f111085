//! The table of lobbies, and what it hears.

use leptos::prelude::*;
use wire::{AdminLobby, LobbyGone, Page, Topic};

use super::further::{admits, filter};
use super::row::Reasons;
use super::row::draw;
use super::{LIST, ask};
use crate::clock::Clock;
use crate::components::{Asked, Empty, Icon, LiveTable, Paging};
use crate::live::{Change, Heard, Record, Rows, listen, payload};

impl Record for AdminLobby {
    fn id(&self) -> i64 {
        self.lobby.id.0
    }

    fn precedes(&self, other: &Self) -> bool {
        self.lobby.revision < other.lobby.revision
    }
}

#[component]
pub(super) fn Table(asked: Asked, page: Page<AdminLobby>) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let filter = filter(&asked);
    let rows = Rows::new(page, move |lobby| admits(&filter, lobby));
    let filtered = asked.is_narrowed();
    let reasons = Reasons::default();
    let title = asked.search.clone();
    let shown = Memo::new(move |_| rows.shown.with(Vec::len));
    let first_page = asked.address(1);
    hear(rows, reasons, asked.clone());
    view! {
        <LiveTable
            rows
            noun=("lobby", "lobbies")
            first_page
            head=Head
            row=move |row| draw(row, reasons, clock).into_any()
            empty=move || if filtered { none_fits(title.as_deref()).into_any() } else { none().into_any() }
            foot=move || {
                let asked = asked.clone();
                view! { <Paging meta=rows.meta() rows=shown address=move |page| asked.address(page) /> }
            }
        />
    }
}

/// Follows what happens to lobbies. A join may come late or again, so after each that is no
/// recovery the rows are asked for anew.
fn hear(rows: Rows<AdminLobby>, reasons: Reasons, asked: Asked) {
    listen(Topic::AdminLobbies, move |heard| match heard {
        Heard::Joined => rows.ask(ask(asked.clone())),
        Heard::Recovered if rows.are_owed() => rows.ask(ask(asked.clone())),
        Heard::Event(event, value) => {
            let changed = |change: fn(AdminLobby) -> Change<AdminLobby>, value: &_| {
                payload::<AdminLobby>(value).map(|lobby| (lobby.id(), change(lobby)))
            };
            let change = match event.as_str() {
                "lobby_created" => changed(Change::Made, &value),
                "lobby_updated" | "lobby_membership_changed" => changed(Change::Changed, &value),
                "lobby_deleted" => payload::<LobbyGone>(&value).map(|gone| {
                    reasons.know(gone);
                    (gone.id.0, Change::Gone)
                }),
                _ => None,
            };
            if let Some((id, change)) = change {
                rows.hear(id, change);
            }
        }
        Heard::Recovered | Heard::Refused => (),
    });
}

#[component]
fn Head() -> impl IntoView {
    view! {
        <th scope="col">"Lobby"</th>
        <th scope="col" class="w-36 max-xl:hidden">"Host"</th>
        <th scope="col" class="w-46">"Seats"</th>
        <th scope="col" class="w-48 max-sm:hidden">"State"</th>
        <th scope="col" class="w-1/5 max-xl:hidden">"Metadata"</th>
        <th scope="col" class="w-28 r max-sm:hidden" aria-sort="ascending">
            <span class="sort">"Age" <Icon name="arrow-down" class="i-sm" /></span>
        </th>
    }
}

fn none() -> impl IntoView {
    view! {
        <Empty icon="swords" title="No lobby yet">
            <p>"A lobby stands here the moment a game opens one."</p>
            <p><code class="meta-chip">"POST /api/v1/lobbies"</code></p>
        </Empty>
    }
}

/// Which filter to drop.
fn none_fits(title: Option<&str>) -> impl IntoView {
    let said = match title {
        Some(title) => format!("No lobby in this view has “{title}” in its title."),
        None => "No lobby is like that right now.".to_owned(),
    };
    view! {
        <Empty icon="list-filter" title="Nothing fits">
            <p>{said}</p>
            <a class="btn btn-quiet btn-sm mt-2" href=LIST.path>"Show all lobbies"</a>
        </Empty>
    }
}

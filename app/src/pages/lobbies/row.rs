//! A row of the table of lobbies.

use leptos::prelude::*;
use serde_json::{Map, Value};
use wire::{AdminLobby, Lobby, LobbyGone, LostBy, UserId};

use crate::address::address;
use crate::clock::{Ago, Clock};
use crate::components::{Avatar, Badge, Seats};
use crate::live::Row;

/// Metadata chips a row has room for.
const CHIPS: usize = 3;
/// Characters of a value a chip has room for.
const CHIP: usize = 20;

/// Why lobbies were closed, as far as that was told while they were shown.
#[derive(Clone, Copy, Default)]
pub(super) struct Reasons(RwSignal<Vec<LobbyGone>>);

impl Reasons {
    pub(super) fn know(self, gone: LobbyGone) {
        self.0.try_update(|known| known.push(gone));
    }

    /// In words, of one that has closed.
    fn of(self, lobby: i64) -> Option<&'static str> {
        let gone = self.0.with(|known| known.iter().find(|gone| gone.id.0 == lobby).copied())?;
        Some(match gone.reason {
            Some(LostBy::Closed) => "by an admin",
            Some(LostBy::Idle) => "nobody was there",
            Some(LostBy::Empty) => "nobody sat in it",
            Some(LostBy::Dropped) => "its last player was away too long",
            Some(LostBy::Kicked) => "its last player was put out",
            None => "its last player left",
        })
    }
}

pub(super) fn draw(row: Row<AdminLobby>, reasons: Reasons, clock: Clock) -> impl IntoView {
    let id = row.id;
    let title = row.map(|it| it.lobby.title.clone());
    let host = row.map(host);
    let seats = row.map(|it| (it.lobby.member_count, it.lobby.max_users));
    let state = row.map(|it| state(&it.lobby));
    let badges = row.map(|it| badges(&it.lobby));
    // Where there is no room for badges.
    let gone: Signal<bool> = row.gone.clone().into();
    let why = move || gone.get().then(|| reasons.of(id)).flatten();
    let words = move || {
        if gone.get() {
            return ["Closed", why().map_or("", |_| ": "), why().unwrap_or_default()].concat();
        }
        let is_closing = badges.with(|badges| badges.contains(&Badge::CLOSING));
        [state.get().word, if is_closing { ", closing" } else { "" }].concat()
    };
    let chips = row.map(|it| chips(&it.lobby.metadata));
    let opened = row.map(|it| it.lobby.created_at);
    let glows = row.glows;
    view! {
        <tr
            tabindex="-1"
            data-lobby=id.to_string()
            data-members=move || seats.get().0.to_string()
            data-state=move || state.get().word.to_ascii_lowercase()
            data-gone=move || gone.get().then_some("")
            class:leaving=gone
            class:flash=move || glows.get()
        >
            <th scope="row">
                <a class="font-medium hover:underline" title=title href=format!("/admin/lobbies/{id}")>{title}</a>
                <span class="num text-xs text-muted ml-1.5 max-sm:hidden">{id}</span>
                <span class="sm:hidden block text-2xs text-muted">{words}</span>
            </th>
            <td class="max-xl:hidden">{move || host_cell(host.get())}</td>
            <td><Seats of=seats /></td>
            <td class="max-sm:hidden">
                {move || Badge::draw_all(if gone.get() { vec![Badge::CLOSED] } else { badges.get() })}
                {move || why().map(|why| view! { <span class="block text-2xs truncate" title=why data-reason="">{why}</span> })}
            </td>
            <td class="max-xl:hidden">
                <span class="chips">{move || draw_chips(chips.get())}</span>
            </td>
            <td class="r max-sm:hidden text-muted">{move || view! { <Ago at=opened.get() clock /> }}</td>
        </tr>
    }
}

#[derive(Clone, PartialEq)]
enum Host {
    Server,
    Nobody,
    User(UserId, String),
}

fn host(it: &AdminLobby) -> Host {
    match it.lobby.host_id {
        Some(id) => Host::User(id, it.host_name.clone().unwrap_or_else(|| format!("player-{id}"))),
        None if it.lobby.hostless => Host::Server,
        None => Host::Nobody,
    }
}

fn host_cell(host: Host) -> AnyView {
    match host {
        Host::Server => view! { <span class="text-muted">"server"</span> }.into_any(),
        Host::Nobody => view! { <span class="text-muted">"–"</span> }.into_any(),
        Host::User(id, name) => {
            let href = address("/admin/users", &[("q", Some(&id.to_string()))]);
            view! {
                <a class="flex items-center gap-2 min-h-6 hover:underline" href=href>
                    <Avatar id class="av av-sm" />
                    <span class="truncate">{name}</span>
                </a>
            }
            .into_any()
        }
    }
}

/// The state that decides whether one can join.
fn state(lobby: &Lobby) -> Badge {
    if lobby.is_locked {
        Badge::LOCKED
    } else if lobby.member_count >= lobby.max_users {
        Badge::FULL
    } else {
        Badge::OPEN
    }
}

pub(in crate::pages) fn badges(lobby: &Lobby) -> Vec<Badge> {
    let is_closing = lobby.closing_at.is_some();
    let further = [
        (is_closing, Badge::CLOSING),
        (lobby.is_passworded, Badge::PASSWORD),
        (lobby.is_hidden, Badge::HIDDEN),
        (lobby.hostless, Badge::HOSTLESS),
    ];
    let further = further.into_iter().filter_map(|(is, badge)| is.then_some(badge));
    [state(lobby)].into_iter().chain(further).collect()
}

/// The first entries of metadata, short enough for a chip.
pub(in crate::pages) fn chips(metadata: &Map<String, Value>) -> Vec<(String, String)> {
    let mut chips: Vec<_> = metadata.iter().take(CHIPS).map(|(key, value)| (short(key), short(&text(value)))).collect();
    if metadata.len() > CHIPS {
        chips.push(("+".to_owned(), (metadata.len() - CHIPS).to_string()));
    }
    chips
}

pub(in crate::pages) fn draw_chips(chips: Vec<(String, String)>) -> impl IntoView {
    let draw = |(key, value)| view! { <span class="meta-chip"><i>{key}</i>" "{value}</span> };
    chips.into_iter().map(draw).collect_view()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(_) => "[…]".to_owned(),
        Value::Object(_) => "{…}".to_owned(),
        other => other.to_string(),
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(CHIP) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chip_is_cut_between_characters() {
        assert_eq!(short("ranked"), "ranked");
        assert_eq!(short(&"ü".repeat(21)), format!("{}…", "ü".repeat(20)));
    }
}

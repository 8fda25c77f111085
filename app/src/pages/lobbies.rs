//! Every lobby, live.

use leptos::prelude::*;
use wire::{AdminLobby, LobbyFilter, Page};

use crate::components::{Asked, Carried, Choice, Either, Icon, List, ListFrame, Outcome, Text, rows};
use crate::fns;
use crate::pages::Counts;
use crate::words::{counted, figure, lower};

use table::Table;

mod row;
mod table;

pub(super) use row::{badges, chips, draw_chips};

const LIST: List = List { path: "/admin/lobbies", search: "title", choice: "state" };

/// What is asked of the lobbies.
fn filter(asked: &Asked) -> LobbyFilter {
    LobbyFilter { title: asked.search.clone(), state: asked.choice.clone(), ..LobbyFilter::default() }
}

async fn ask(asked: Asked) -> Result<Page<AdminLobby>, fns::Problem> {
    fns::lobbies(filter(&asked), asked.page()).await
}

/// Whether a filter admits a lobby, as the server decides it by what this page asks for.
fn admits(filter: &LobbyFilter, lobby: &AdminLobby) -> bool {
    let lobby = &lobby.lobby;
    let free = lobby.member_count < lobby.max_users;
    let title = filter.title.as_ref().is_none_or(|part| lower(&lobby.title).contains(&lower(part)));
    let state = match filter.state.as_deref() {
        Some("open") => free && !lobby.is_locked,
        Some("full") => !free,
        Some("locked") => lobby.is_locked,
        _ => true,
    };
    title && state
}

/// Every lobby, hidden ones too.
#[component]
pub(crate) fn Lobbies() -> impl IntoView {
    let counts = expect_context::<Counts>();
    let asked = Asked::here(&LIST);
    let open = counts.map(|counts| figure(counts.seats.open));
    let seats = counts.map(|counts| {
        format!("{} of {} taken", figure(counts.seats.seats_taken), counted(counts.seats.seats, "seat", "seats"))
    });
    view! {
        <ListFrame
            asked
            title="Lobbies"
            line=move || view! { <b class="text-base-content font-medium">{open}</b> " open · " {seats} }
            said=|| view! {
                <Outcome />
                <Open />
            }
            label="Title contains"
            kind="State"
            choices=choices(counts)
        >
            {rows(asked, ask, "The lobbies did not load", |asked, page| view! { <Table asked page /> }.into_any())}
        </ListFrame>
    }
}

/// A lobby that the server owns.
#[component]
fn Open() -> impl IntoView {
    view! {
        <details class="unfold border-0 pt-0 mb-2">
            <summary>
                <Icon name="plus" />
                "Open a lobby"
                <Icon name="chevron-down" class="i-sm" />
            </summary>
            <form class="panel grid sm:grid-cols-3 gap-3 p-4 mt-2" method="post" action="/admin/lobbies/open">
                <Carried />
                <Text name="title" label="Title" value=String::new() hint="Empty: it gets a name of its own." />
                <Text name="max_users" label="Seats" value="8".to_owned() numeric=true />
                <Either name="is_hidden" label="Listed" is=false words=["No, hidden", "Yes"] />
                <p class="hint sm:col-span-2">"The server owns it: it has no host, and stays when the last player leaves."</p>
                <button class="btn btn-primary btn-sm justify-self-start sm:justify-self-end">"Open lobby"</button>
            </form>
        </details>
    }
}

fn choices(counts: Counts) -> Vec<Choice> {
    vec![
        ("All", None, Some(counts.map(|counts| counts.seats.lobbies).into())),
        ("Open", Some("open"), Some(counts.map(|counts| counts.seats.open).into())),
        ("Full", Some("full"), Some(counts.map(|counts| counts.seats.full).into())),
        ("Locked", Some("locked"), Some(counts.map(|counts| counts.seats.locked).into())),
    ]
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use wire::{Lobby, LobbyId};

    use super::*;

    fn lobby(member_count: i64, is_locked: bool) -> AdminLobby {
        let lobby = Lobby {
            id: LobbyId(1),
            title: "Dunes – ranked".into(),
            host_id: None,
            hostless: true,
            max_users: 2,
            is_hidden: false,
            is_locked,
            is_passworded: false,
            metadata: serde_json::Map::new(),
            member_count,
            revision: 1,
            created_at: DateTime::default(),
            closing_at: None,
            members: None,
            rules: None,
        };
        AdminLobby { lobby, host_name: None }
    }

    #[test]
    fn a_filter_admits_what_the_server_would_list() {
        let admitted = |state: &str, lobby: &AdminLobby| {
            let filter =
                LobbyFilter { title: Some("DUNES".into()), state: Some(state.into()), ..LobbyFilter::default() };
            admits(&filter, lobby)
        };
        let states = |lobby: AdminLobby| ["open", "full", "locked"].map(|state| admitted(state, &lobby));
        assert_eq!(states(lobby(1, false)), [true, false, false]);
        assert_eq!(states(lobby(2, false)), [false, true, false]);
        assert_eq!(states(lobby(1, true)), [false, false, true]);
        assert_eq!(states(lobby(2, true)), [false, true, true]);
        let elsewhere = LobbyFilter { title: Some("harbour".into()), ..LobbyFilter::default() };
        assert!(!admits(&elsewhere, &lobby(1, false)));
    }
}

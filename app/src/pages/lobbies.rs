//! Every lobby, live.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use wire::{AdminLobby, LobbyFilter, PageQuery};

use crate::address::address;
use crate::components::{Bones, CopyView, Failed, FilterBar, Heading, Segment};
use crate::fns;
use crate::pages::Counts;
use crate::words::{counted, figure};

use table::Table;

mod row;
mod table;

const PATH: &str = "/admin/lobbies";

/// What the address asks for.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    filter: LobbyFilter,
    page: PageQuery,
}

impl Asked {
    fn from(query: &ParamsMap) -> Self {
        let given = |key| query.get(key).filter(|value| !value.trim().is_empty());
        let page = given("page").and_then(|page| page.parse().ok()).filter(|page| *page > 1);
        Self {
            filter: LobbyFilter { title: given("title"), state: given("state"), ..LobbyFilter::default() },
            page: PageQuery { page, ..PageQuery::default() },
        }
    }

    fn address(&self, page: i64) -> String {
        let page = (page > 1).then(|| page.to_string());
        address(
            PATH,
            &[
                ("title", self.filter.title.as_deref()),
                ("state", self.filter.state.as_deref()),
                ("page", page.as_deref()),
            ],
        )
    }
}

/// Whether a filter admits a lobby, as the server decides it by what this page asks for.
fn admits(filter: &LobbyFilter, lobby: &AdminLobby) -> bool {
    let lobby = &lobby.lobby;
    let free = lobby.member_count < lobby.max_users;
    let title = filter.title.as_ref().is_none_or(|part| lobby.title.to_lowercase().contains(&part.to_lowercase()));
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
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(Asked::from));
    let list = Resource::new(move || asked.get(), |asked| fns::lobbies(asked.filter, asked.page));

    let open = counts.map(|counts| figure(counts.seats.open));
    let seats = counts.map(|counts| {
        format!("{} of {} taken", figure(counts.seats.seats_taken), counted(counts.seats.seats, "seat", "seats"))
    });
    view! {
        <Title text="Lobbies · GameServer" />
        <Heading
            title="Lobbies"
            line=move || view! { <b class="text-base-content font-medium">{open}</b> " open · " {seats} }
            actions=CopyView
        />
        <FilterBar
            path=PATH
            name="title"
            label="Title contains"
            value=Signal::derive(move || asked.with(|asked| asked.filter.title.clone().unwrap_or_default()))
            keep=vec![("state", Signal::derive(move || asked.with(|asked| asked.filter.state.clone())))]
            kind="State"
            segments=segments(asked, counts)
        />
        <Transition fallback=Bones>
            {move || Suspend::new(async move {
                match list.await {
                    Ok(page) => view! { <Table asked=asked.get_untracked() page /> }.into_any(),
                    Err(problem) => view! { <Failed what="The lobbies did not load" problem /> }.into_any(),
                }
            })}
        </Transition>
    }
}

fn segments(asked: Memo<Asked>, counts: Counts) -> Vec<Segment> {
    let segment = |label, state: Option<&'static str>, count: Memo<i64>| {
        let filter = move |title| LobbyFilter { title, state: state.map(str::to_owned), ..LobbyFilter::default() };
        let there = move || Asked { filter: filter(asked.get().filter.title), page: PageQuery::default() };
        Segment {
            label,
            count: Some(count.into()),
            href: Signal::derive(move || there().address(1)),
            current: Signal::derive(move || asked.with(|asked| asked.filter.state.as_deref() == state)),
        }
    };
    vec![
        segment("All", None, counts.map(|counts| counts.seats.lobbies)),
        segment("Open", Some("open"), counts.map(|counts| counts.seats.open)),
        segment("Full", Some("full"), counts.map(|counts| counts.seats.full)),
        segment("Locked", Some("locked"), counts.map(|counts| counts.seats.locked)),
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
            members: None,
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

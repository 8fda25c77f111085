//! The open sockets, live: whose, since when, what they hear, and what goes over them.

use leptos::prelude::*;
use wire::{Connection, ConnectionFilter, Page};

use crate::components::{Asked, List, ListFrame, Outcome, choice, rows};
use crate::fns;
use crate::pages::Counts;
use crate::words::counted;

use table::Table;

mod row;
mod table;

const LIST: List = List { path: "/admin/connections", search: "q", choice: "state", more: &[] };

fn filter(asked: &Asked) -> ConnectionFilter {
    ConnectionFilter { q: asked.search.clone(), state: asked.choice.clone() }
}

async fn ask(asked: Asked) -> Result<Page<Connection>, fns::Problem> {
    fns::connections(filter(&asked), asked.page()).await
}

/// The open sockets of all nodes.
#[component]
pub(crate) fn Connections() -> impl IntoView {
    let counts = expect_context::<Counts>();
    let asked = Asked::here(&LIST);
    let sockets = counts.map(|counts| {
        format!("{} of {}", counted(counts.sockets, "socket", "sockets"), counted(counts.online, "player", "players"))
    });
    view! {
        <ListFrame
            asked
            title="Connections"
            line=move || sockets
            said=Outcome
            label="Player's id, address, topic or name"
            kind="State"
            choices=vec![
                choice("All", None),
                choice("Players", Some("users")),
                choice("Nobody's", Some("anonymous")),
                choice("With a queue", Some("waiting")),
            ]
        >
            {rows(asked, ask, "The connections did not load", |asked, page| view! { <Table asked page /> }.into_any())}
        </ListFrame>
    }
}

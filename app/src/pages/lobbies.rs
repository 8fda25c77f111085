//! Every lobby, live.

use leptos::prelude::*;
use wire::{AdminLobby, Page};

use crate::components::{Asked, Carried, Choice, Either, Icon, List, ListFrame, Outcome, Text, rows};
use crate::fns;
use crate::pages::Counts;
use crate::words::{counted, figure};

use further::{Further, KEYS, filter};
use table::Table;

mod further;
mod row;
mod table;

pub(super) use row::{badges, chips, draw_chips};

const LIST: List = List { path: "/admin/lobbies", search: "title", choice: "state", more: &KEYS };

async fn ask(asked: Asked) -> Result<Page<AdminLobby>, fns::Problem> {
    fns::lobbies(filter(&asked), asked.page()).await
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
            further=move || view! { <Further asked /> }
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

//! The first page of the dashboard: what is going on, in figures.

use leptos::prelude::*;
use leptos_meta::Title;
use wire::Lobby;

use crate::clock::{Clock, Lasting};
use crate::components::{Empty, Heading, Panel, Seats, Tile};
use crate::pages::Counts;
use crate::words::{counted, figure};

use first_start::FirstStart;

mod first_start;

/// Counts, the lobbies that fill, and the server; on a new server, the first steps.
#[component]
pub(crate) fn Overview() -> impl IntoView {
    let counts = expect_context::<Counts>();
    // Decided once: the steps stay until they are done, or the page is opened again.
    let first_start = RwSignal::new({
        let counts = counts.now();
        counts.users == counts.admins && counts.seats.lobbies == 0
    });
    view! {
        <Title text="Overview · GameServer" />
        <Show when=move || first_start.get() fallback=Running>
            <FirstStart leave=move || first_start.set(false) />
        </Show>
    }
}

#[component]
fn Running() -> impl IntoView {
    let counts = expect_context::<Counts>();
    let clock = expect_context::<Clock>();
    let server = counts.now();
    let database = server.database.clone();
    view! {
        <Heading
            title="Overview"
            line=move || view! { {database} " · up " <Lasting since=server.started_at clock /> " · every figure is live" }
        />
        <Tiles />
        <div class="grid gap-4 mt-4 items-start xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
            <Filling />
            <Panel title="Server">
                <dl class="dl panel-body">
                    <dt>"Database"</dt>
                    <dd>{server.database}</dd>
                    <dt>"Up since"</dt>
                    <dd class="num">{crate::clock::exact(server.started_at)}</dd>
                    <dt>"Version"</dt>
                    <dd class="num">{server.version}</dd>
                </dl>
            </Panel>
        </div>
    }
}

/// Five live figures.
#[component]
fn Tiles() -> impl IntoView {
    let counts = expect_context::<Counts>();
    let online = counts.map(|counts| counts.online);
    let online_line = counts.map(|counts| match counts.online {
        0 => "the first one shows up here".to_owned(),
        _ => "with a socket open".to_owned(),
    });
    let lobbies = counts.map(|counts| counts.seats.open);
    let lobbies_line = counts.map(|counts| match counts.seats.lobbies {
        0 => "none yet".to_owned(),
        _ => format!("{} of {} taken", figure(counts.seats.seats_taken), counted(counts.seats.seats, "seat", "seats")),
    });
    let sockets = counts.map(|counts| counts.sockets);
    let sockets_line =
        counts.map(|counts| if counts.sockets == 0 { "none open" } else { "this page included" }.to_owned());
    let users = counts.map(|counts| counts.users);
    let users_line = counts.map(|counts| {
        format!("{} · {}", counted(counts.guests, "guest", "guests"), counted(counts.admins, "admin", "admins"))
    });
    let sessions = counts.map(|counts| counts.sessions);
    view! {
        <div class="tiles">
            <Tile name="online" label="Players online" count=online line=online_line />
            <Tile name="lobbies" label="Open lobbies" count=lobbies line=lobbies_line href="/admin/lobbies" />
            <Tile name="sockets" label="Sockets" count=sockets line=sockets_line />
            <Tile name="users" label="Accounts" count=users line=users_line href="/admin/users" />
            <Tile name="sessions" label="Sessions" count=sessions line=|| "signed in and not expired".to_owned() />
        </div>
    }
}

/// The fullest lobbies with a seat left.
#[component]
fn Filling() -> impl IntoView {
    let counts = expect_context::<Counts>();
    let filling = counts.map(|counts| counts.filling.clone());
    let lobbies = counts.map(|counts| counts.seats.lobbies);
    let item = |lobby: Lobby| {
        let of = (lobby.member_count, lobby.max_users);
        let href = crate::address::address("/admin/lobbies", &[("title", Some(&lobby.title))]);
        view! {
            <li class="rowline">
                <a class="font-medium truncate hover:underline" href=href>{lobby.title}</a>
                <span class="ml-auto"><Seats of=Signal::stored(of) /></span>
            </li>
        }
    };
    view! {
        <Panel
            title="Filling now"
            aside=move || view! {
                <a class="text-link text-xs" href="/admin/lobbies">
                    {move || counted(lobbies.get(), "lobby", "lobbies")}
                </a>
            }
        >
            {move || {
                let filling = filling.get();
                if filling.is_empty() {
                    view! {
                        <Empty icon="door-open" title="No lobby with a free seat">
                            <p>"The fullest open lobbies stand here as players sit down."</p>
                        </Empty>
                    }
                        .into_any()
                } else {
                    view! { <ul>{filling.into_iter().map(item).collect_view()}</ul> }.into_any()
                }
            }}
        </Panel>
    }
}

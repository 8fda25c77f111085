//! The figures on top of the page.

use leptos::prelude::*;

use super::past::{Past, millis, per_second, percent, plain, time};
use crate::components::{Tile, Trend};
use crate::pages::Counts;
use crate::words::{counted, figure};

/// What is there now: live figures, with the way they took where it is known.
#[component]
pub(super) fn Presence(#[prop(optional_no_strip)] past: Option<Past>) -> impl IntoView {
    let counts = expect_context::<Counts>();
    let online = counts.map(|counts| figure(counts.online));
    let online_line = counts.map(|counts| match counts.online {
        0 => "the first one shows up here".to_owned(),
        _ => "with a socket open".to_owned(),
    });
    let lobbies = counts.map(|counts| figure(counts.seats.open));
    let lobbies_line = counts.map(|counts| match counts.seats.lobbies {
        0 => "none yet".to_owned(),
        _ => format!("{} of {} taken", figure(counts.seats.seats_taken), counted(counts.seats.seats, "seat", "seats")),
    });
    let sockets = counts.map(|counts| figure(counts.sockets));
    let sockets_line =
        counts.map(|counts| if counts.sockets == 0 { "none open" } else { "this page included" }.to_owned());
    let players = past.map(|past| Trend {
        values: past.trend(|point| Some(point.players)),
        change: past.change(|point| Some(point.players), percent),
        grows_well: true,
    });
    let rooms = past.map(|past| Trend {
        values: past.trend(|point| Some(point.lobbies)),
        change: past.change(|point| Some(point.lobbies), plain),
        grows_well: true,
    });
    let open = past.map(|past| Trend {
        values: past.trend(|point| Some(point.sockets)),
        change: past.change(|point| Some(point.sockets), percent),
        grows_well: true,
    });
    view! {
        <Tile name="online" label="Players online" figure=online line=online_line trend=players />
        <Tile name="lobbies" label="Open lobbies" figure=lobbies line=lobbies_line trend=rooms href="/admin/lobbies" />
        <Tile name="sockets" label="Sockets" figure=sockets line=sockets_line trend=open />
    }
}

/// How many accounts and sessions there are.
#[component]
pub(super) fn Accounts() -> impl IntoView {
    let counts = expect_context::<Counts>();
    let users = counts.map(|counts| figure(counts.users));
    let users_line = counts.map(|counts| {
        format!("{} · {}", counted(counts.guests, "guest", "guests"), counted(counts.admins, "admin", "admins"))
    });
    let sessions = counts.map(|counts| figure(counts.sessions));
    view! {
        <Tile name="users" label="Accounts" figure=users line=users_line href="/admin/users" />
        <Tile name="sessions" label="Sessions" figure=sessions line=|| "signed in and not expired".to_owned() />
    }
}

/// How much is asked of the server, and how fast it answers.
#[component]
pub(super) fn Traffic(past: Past) -> impl IntoView {
    let requests = past.map(|history| {
        history.points.last().map_or_else(|| "–".to_owned(), |last| per_second(last.requests, history.step_seconds))
    });
    let failed = past.map(|history| {
        let sum = |pick: fn(&wire::HistoryPoint) -> i64| history.points.iter().map(pick).sum::<i64>();
        match (sum(|point| point.errors), sum(|point| point.requests)) {
            (_, 0) => "none asked yet".to_owned(),
            (0, _) => "none answered with 5xx".to_owned(),
            (errors, requests) => {
                let share = (errors * 10_000 / requests).max(1);
                format!("{}.{:02} % answered with 5xx", share / 100, share % 100)
            }
        }
    });
    let measured = |history: &wire::History| history.points.iter().rfind(|point| point.requests > 0).cloned();
    let latency = past.map(move |history| measured(history).map_or_else(|| "–".to_owned(), |last| millis(last.p95_us)));
    let others = past.map(move |history| {
        measured(history).map_or_else(
            || "nothing measured yet".to_owned(),
            |last| format!("p50 {} ms · p99 {} ms", millis(last.p50_us), millis(last.p99_us)),
        )
    });
    let asked = Trend {
        values: past.trend(|point| Some(point.requests)),
        change: past.change(|point| Some(point.requests), percent),
        grows_well: false,
    };
    let speed = Trend {
        values: past.trend(|point| (point.requests > 0).then_some(point.p95_us)),
        change: past.change(|point| (point.requests > 0).then_some(point.p95_us), time),
        grows_well: false,
    };
    view! {
        <Tile name="requests" label="Requests a second" figure=requests line=failed trend=Some(asked) />
        <Tile name="latency" label="Latency, p95" figure=latency unit="ms" line=others trend=Some(speed) />
    }
}

//! The charts of the page.

use leptos::prelude::*;
use wire::HistoryPoint;

use super::past::{Past, Pick, axis_millis, millis, per_second};
use crate::components::{Bars, Chart, Empty, Key, Lines, Panel};
use crate::words::{counted, figure};

const PLAYERS: Pick = |point| Some(point.players);
const SOCKETS: Pick = |point| Some(point.sockets);
const LOBBIES: Pick = |point| Some(point.lobbies);
const RECEIVED: Pick = |point| Some(point.received);
const SENT: Pick = |point| Some(point.sent);
const BEHIND: Pick = |point| Some(point.behind);
const MISSED: Pick = |point| Some(point.missed);
const REQUESTS: Pick = |point| Some(point.requests);
const P50: Pick = |point| (point.requests > 0).then_some(point.p50_us);
const P95: Pick = |point| (point.requests > 0).then_some(point.p95_us);
const P99: Pick = |point| (point.requests > 0).then_some(point.p99_us);

/// Who was there, over the span.
#[component]
pub(super) fn Attendance(past: Past, span: &'static str) -> impl IntoView {
    let summary = past.map(move |history| {
        let Some(last) = history.points.last() else { return String::new() };
        let most = history.points.iter().map(|point| point.players).max().unwrap_or(0);
        format!(
            "Players and sockets over {span}: now {}, {} and {}; at most {}.",
            counted(last.players, "player", "players"),
            counted(last.sockets, "socket", "sockets"),
            counted(last.lobbies, "lobby", "lobbies"),
            counted(most, "player", "players"),
        )
    });
    let top = past.top(&[PLAYERS, SOCKETS, LOBBIES]);
    view! {
        <Drawn
            past
            title="Players and sockets"
            keys=&[("", "players"), ("key-2", "sockets"), ("key-ghost", "lobbies")]
            summary
            top
            write=figure
            heads=&["Time (UTC)", "Players", "Sockets", "Lobbies"]
            rows=past.rows(|point| [point.players, point.sockets, point.lobbies].map(figure).to_vec())
        >
            <Lines
                top
                lines=vec![
                    ("c-ghost", past.slots(LOBBIES)),
                    ("c-line2", past.slots(SOCKETS)),
                    ("c-line", past.slots(PLAYERS)),
                ]
            />
        </Drawn>
    }
}

/// What went over the sockets, over the span.
#[component]
pub(super) fn Messages(past: Past, span: &'static str) -> impl IntoView {
    let summary = past.map(move |history| {
        let Some(last) = history.points.last() else { return String::new() };
        let step = history.step_seconds;
        format!(
            "Messages over {span}: now {} in and {} out a second.",
            per_second(last.received, step),
            per_second(last.sent, step)
        )
    });
    let top = past.top(&[RECEIVED, SENT]);
    view! {
        <Drawn
            past
            title="Messages"
            keys=&[("", "out"), ("key-2", "in")]
            summary
            top
            write=figure
            heads=&["Time (UTC)", "In", "Out"]
            rows=past.rows(|point| [point.received, point.sent].map(figure).to_vec())
        >
            <Lines top lines=vec![("c-line2", past.slots(RECEIVED)), ("c-line", past.slots(SENT))] />
        </Drawn>
    }
}

/// How far the slowest listener was behind, and how often one missed events, over the span.
#[component]
pub(super) fn Queue(past: Past, span: &'static str) -> impl IntoView {
    let summary = past.map(move |history| {
        let longest = history.points.iter().map(|point| point.behind).max().unwrap_or(0);
        let missed = history.points.iter().map(|point| point.missed).sum();
        format!(
            "Queues over {span}: the longest had {}; {} dropped.",
            counted(longest, "event", "events"),
            counted(missed, "queue was", "queues were"),
        )
    });
    let top = past.top(&[BEHIND]);
    view! {
        <Drawn
            past
            title="Longest queue"
            keys=&[("", "events"), ("key-bar", "dropped")]
            summary
            top
            write=figure
            heads=&["Time (UTC)", "Events", "Dropped"]
            rows=past.rows(|point| [point.behind, point.missed].map(figure).to_vec())
        >
            <Bars values=past.slots(MISSED) top=past.top(&[MISSED]) />
            <Lines top lines=vec![("c-line", past.slots(BEHIND))] />
        </Drawn>
    }
}

/// How much was asked, and how fast it was answered, over the span.
#[component]
pub(super) fn Latency(past: Past, span: &'static str) -> impl IntoView {
    let summary = past.map(move |history| {
        let Some(last) = history.points.iter().rfind(|point| point.requests > 0) else {
            return format!("Requests and latency over {span}: nothing was asked.");
        };
        format!(
            "Requests and latency over {span}: now {} requests a second; half of them answered within {} ms, 95 of 100 \
             within {} ms, 99 of 100 within {} ms.",
            per_second(last.requests, history.step_seconds),
            millis(last.p50_us),
            millis(last.p95_us),
            millis(last.p99_us),
        )
    });
    let cells = |point: &HistoryPoint| {
        let times = [point.p50_us, point.p95_us, point.p99_us].map(|micros| match point.requests {
            0 => "–".to_owned(),
            _ => millis(micros),
        });
        [figure(point.requests), figure(point.errors)].into_iter().chain(times).collect()
    };
    view! {
        <Drawn
            past
            title="Requests and latency"
            keys=&[("", "p50"), ("key-2", "p95"), ("key-3", "p99"), ("key-bar", "requests")]
            summary
            top=past.top(&[P50, P95, P99])
            write=axis_millis
            heads=&["Time (UTC)", "Requests", "5xx", "p50, ms", "p95, ms", "p99, ms"]
            rows=past.rows(cells)
        >
            <Bars values=past.slots(REQUESTS) top=past.top(&[REQUESTS]) />
            <Lines
                top=past.top(&[P50, P95, P99])
                lines=vec![
                    ("c-line3", past.slots(P99)),
                    ("c-line2", past.slots(P95)),
                    ("c-line", past.slots(P50)),
                ]
            />
        </Drawn>
    }
}

/// A chart under its title, once there is something to draw.
#[component]
fn Drawn(
    past: Past,
    title: &'static str,
    /// The lines by their class and name, beside the title.
    keys: &'static [(&'static str, &'static str)],
    summary: Signal<String>,
    top: Signal<i64>,
    write: fn(i64) -> String,
    heads: &'static [&'static str],
    rows: Signal<String>,
    children: ChildrenFn,
) -> impl IntoView {
    let keys = move || keys.iter().map(|&(class, label)| view! { <Key class label /> }).collect_view();
    let (drawable, times) = (past.is_drawable(), past.times());
    let chart = move || {
        if drawable.get() {
            let children = children.clone();
            view! { <Chart summary top write times heads rows>{children()}</Chart> }.into_any()
        } else {
            view! {
                <Empty icon="activity" title="Nothing to draw yet">
                    <p>"Numbers appear here after the first minutes."</p>
                </Empty>
            }
            .into_any()
        }
    };
    view! { <Panel title aside=keys>{chart}</Panel> }
}

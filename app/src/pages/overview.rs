//! The first page of the dashboard: what is going on, in figures.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use wire::{History, Lobby};

use crate::address::address;
use crate::clock::{Clock, Lasting};
use crate::components::{Bones, Empty, Failed, Heading, Panel, Seats};
use crate::fns::{self, Problem};
use crate::pages::Counts;
use crate::words::{counted, figure};

use charts::{Attendance, Latency, Messages, Queue};
use first_start::FirstStart;
use past::Past;
use tiles::{Presence, Traffic};

mod charts;
mod first_start;
mod past;
mod tiles;

const PATH: &str = "/admin";

/// How far back the page looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Span {
    Hour,
    SixHours,
    Day,
}

impl Span {
    const ALL: [Self; 3] = [Self::Hour, Self::SixHours, Self::Day];

    /// Its name in the address.
    fn name(self) -> &'static str {
        match self {
            Self::Hour => "1h",
            Self::SixHours => "6h",
            Self::Day => "24h",
        }
    }

    fn minutes(self) -> i64 {
        match self {
            Self::Hour => 60,
            Self::SixHours => 360,
            Self::Day => 1440,
        }
    }

    /// Its label, and its words in a sentence.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Hour => ("1 h", "the last hour"),
            Self::SixHours => ("6 h", "the last six hours"),
            Self::Day => ("24 h", "the last day"),
        }
    }

    /// The view of it: the hour is what one sees without asking.
    fn address(self) -> String {
        address(PATH, &[("span", (self != Self::Hour).then_some(self.name()))])
    }
}

/// Counts, what happened lately, and the lobbies that fill; on a new server, the first steps.
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
    let query = use_query_map();
    let span = Memo::new(move |_| {
        let named = query.with(|query| query.get("span"));
        Span::ALL.into_iter().find(|span| Some(span.name()) == named.as_deref()).unwrap_or(Span::Hour)
    });
    let history = Resource::new(move || span.get().minutes(), fns::history);
    let link = move |one: Span| {
        view! {
            <a href=one.address() aria-current=move || (span.get() == one).then_some("true")>{one.words().0}</a>
        }
    };
    view! {
        <Heading
            title="Overview"
            line=move || view! { {server.database} " · up " <Lasting since=server.started_at clock /> " · every figure is live" }
            actions=move || view! {
                <nav class="seg" aria-label="Span">{Span::ALL.map(link).collect_view()}</nav>
            }
        />
        <Transition fallback=Bones>
            {move || Suspend::new(async move {
                let (history, problem) = match history.await {
                    Ok(history) => (history, None),
                    Err(problem) => (History::default(), Some(problem)),
                };
                view! { <Figures history problem span=span.get_untracked() /> }
            })}
        </Transition>
    }
}

#[component]
fn Figures(history: History, problem: Option<Problem>, span: Span) -> impl IntoView {
    let past = Past::new(history, span.minutes());
    let words = span.words().1;
    let charts = match problem {
        Some(problem) => view! { <Failed what="The past did not load" problem /> }.into_any(),
        None => view! { <Attendance past span=words /> <Messages past span=words /> <Queue past span=words /> <Latency past span=words /> }.into_any(),
    };
    view! {
        <div class="tiles">
            <Presence past=Some(past) />
            <Traffic past />
        </div>
        <div class="overview">
            <div class="grid gap-4 min-w-0">{charts}</div>
            <div class="grid gap-4 min-w-0">
                <Keeps />
                <Filling />
            </div>
        </div>
    }
}

/// What the server is, and what it keeps.
#[component]
fn Keeps() -> impl IntoView {
    let counts = expect_context::<Counts>();
    let server = counts.now();
    let users = counts.map(|counts| figure(counts.users));
    let users_line = counts.map(|counts| {
        format!(" · {}, {}", counted(counts.guests, "guest", "guests"), counted(counts.admins, "admin", "admins"))
    });
    let sessions = counts.map(|counts| figure(counts.sessions));
    view! {
        <Panel title="Server">
            <dl class="dl panel-body">
                <dt>"Accounts"</dt>
                <dd class="num" data-tile="users">
                    <a class="text-link" href="/admin/users" data-figure="">{users}</a>
                    {users_line}
                </dd>
                <dt>"Sessions"</dt>
                <dd class="num" data-tile="sessions"><span data-figure="">{sessions}</span> " not expired"</dd>
                <dt>"Database"</dt>
                <dd>{server.database}</dd>
                <dt>"Up since"</dt>
                <dd class="num">{crate::clock::exact(server.started_at)}</dd>
                <dt>"Version"</dt>
                <dd class="num">{server.version}</dd>
            </dl>
        </Panel>
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
        let href = format!("/admin/lobbies/{}", lobby.id);
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

//! The rail: where everything is.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::components::{Icon, Wordmark};
use crate::pages::Counts;
use crate::words::short_figure;

/// The way to every page of the dashboard, with live counts.
#[component]
pub(crate) fn Rail() -> impl IntoView {
    let counts = expect_context::<Counts>();
    let lobbies = counts.map(|counts| short_figure(counts.seats.lobbies));
    let users = counts.map(|counts| short_figure(counts.users));
    let sockets = counts.map(|counts| short_figure(counts.sockets));
    let version = counts.map(|counts| counts.version.clone());
    view! {
        <nav class="rail" aria-label="Dashboard">
            <a href="/admin" class="flex items-center gap-2.5 px-5 h-14 shrink-0" aria-label="GameServer dashboard">
                <Wordmark />
            </a>
            <div class="flex-1 pb-4 pt-2">
                <RailLink href="/admin" icon="layout-dashboard" label="Overview" exact=true />
                <p class="rail-group">"Play"</p>
                <RailLink href="/admin/lobbies" icon="swords" label="Lobbies" count=lobbies />
                <p class="rail-group">"People"</p>
                <RailLink href="/admin/users" icon="users" label="Users" count=users />
                <RailLink href="/admin/sessions" icon="key-round" label="Sessions" />
                <RailLink href="/admin/audit" icon="scroll-text" label="Audit log" />
                <p class="rail-group">"Server"</p>
                <RailLink href="/admin/connections" icon="cable" label="Connections" count=sockets />
                <RailLink href="/admin/events" icon="radio" label="Events" />
                <RailLink href="/admin/jobs" icon="hourglass" label="Jobs" />
            </div>
            <p class="rail-foot">"GameServer " {version}</p>
        </nav>
    }
}

#[component]
fn RailLink(
    href: &'static str,
    icon: &'static str,
    label: &'static str,
    #[prop(optional)] count: Option<Memo<String>>,
    #[prop(optional)] exact: bool,
) -> impl IntoView {
    view! {
        <A href=href exact=exact attr:class="rail-link">
            <Icon name=icon />
            {label}
            {count.map(|count| view! { <span class="rail-count">{count}</span> })}
        </A>
    }
}

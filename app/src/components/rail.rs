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
    let version = counts.map(|counts| counts.version.clone());
    view! {
        <div class="rail">
            <a href="/admin" class="flex items-center gap-2.5 px-5 h-14 shrink-0">
                <Wordmark />
            </a>
            <nav aria-label="Dashboard" class="flex-1 pb-4 pt-2">
                <RailLink href="/admin" icon="layout-dashboard" label="Overview" exact=true />
                <div class="rail-group" id="rail-play">"Play"</div>
                <RailLink href="/admin/lobbies" icon="swords" label="Lobbies" count=lobbies />
                <div class="rail-group" id="rail-people">"People"</div>
                <RailLink href="/admin/users" icon="users" label="Users" count=users />
            </nav>
            <p class="rail-foot">"GameServer " {version}</p>
        </div>
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

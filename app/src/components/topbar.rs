//! The top bar of the dashboard.

use leptos::html::Input;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wire::Viewer;

use crate::components::account::Account;
use crate::components::{Banner, Icon, ThemeToggle};
use crate::live::{Link, Live};

/// Where one is, whether it is live, the theme, and the account.
#[component]
pub(crate) fn Topbar(
    viewer: Viewer,
    /// The switch that opens the rail where it is a drawer.
    drawer: NodeRef<Input>,
) -> impl IntoView {
    let path = use_location().pathname;
    let here = move || match path.get().trim_end_matches('/') {
        path if path.starts_with("/admin/lobbies") => "Lobbies",
        "/admin/users" => "Users",
        "/admin/sessions" => "Sessions",
        "/admin/audit" => "Audit log",
        "/admin/connections" => "Connections",
        "/admin/events" => "Events",
        "/admin/jobs" => "Jobs",
        _ => "Overview",
    };
    view! {
        <header class="topbar">
            <span class="menu-button lg:hidden">
                <input id="nav" type="checkbox" class="sr-only" autocomplete="off" aria-label="Navigation" node_ref=drawer />
                <label for="nav" class="btn btn-ghost btn-sm btn-square" title="Navigation">
                    <Icon name="menu" />
                </label>
            </span>
            <nav aria-label="Breadcrumb" class="flex items-center gap-2 text-sm min-w-0">
                <a href="/admin" class="text-muted hover:underline max-sm:hidden">"Dashboard"</a>
                <span class="text-muted max-sm:hidden" aria-hidden="true">"/"</span>
                <span class="font-medium truncate" aria-current="page">{here}</span>
            </nav>
            <div class="ml-auto flex items-center gap-2">
                <LiveLight />
                <ThemeToggle />
                <Account viewer />
            </div>
            <Banner />
        </header>
    }
}

/// A square that is lit while changes arrive.
#[component]
pub(crate) fn LiveLight() -> impl IntoView {
    let link = expect_context::<Live>().link();
    let state = move || match link.get() {
        Link::Connecting => "connecting",
        Link::Open => "open",
        Link::Waiting(_) | Link::Ended => "waiting",
    };
    let title = move || match link.get() {
        Link::Connecting => "Connecting",
        Link::Open => "Changes arrive as they happen",
        Link::Waiting(_) | Link::Ended => "Not connected",
    };
    view! {
        <span class="live" data-live=state title=title>
            "Live"
        </span>
    }
}

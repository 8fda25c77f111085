//! What stands where there is nothing, nothing yet, or nothing any more.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::components::Icon;
use crate::fns::Problem;

/// What would be here, and one thing to do.
#[component]
pub(crate) fn Empty(icon: &'static str, title: &'static str, children: Children) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon class="i-lg text-muted" />
            <h2>{title}</h2>
            {children()}
        </div>
    }
}

/// What failed, what is safe, and how to go on.
#[component]
pub(crate) fn Failed(what: &'static str, problem: Problem) -> impl IntoView {
    let location = use_location();
    let again = move || {
        let search = location.search.get();
        let separator = if search.is_empty() { "" } else { "?" };
        format!("{}{separator}{search}", location.pathname.get())
    };
    view! {
        <div class="panel">
            <Empty icon="circle-alert" title=what>
                <p>{problem.0.message}</p>
                <a class="btn btn-quiet btn-sm mt-2" href=again rel="external">
                    <Icon name="refresh-cw" />
                    "Load again"
                </a>
                <p class="hint mono mt-1">{problem.0.error}</p>
            </Empty>
        </div>
    }
}

/// Grey bones of a table's size, shown only where nothing stood before and only after a moment.
#[component]
pub(crate) fn Bones() -> impl IntoView {
    view! {
        <div class="panel bones" aria-busy="true">
            <span class="sr-only">"Loading"</span>
            {(0..8).map(|_| view! { <div class="bone" /> }).collect_view()}
        </div>
    }
}

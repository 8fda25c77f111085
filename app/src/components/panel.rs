//! Panels, and the heading of a page.

use leptos::prelude::*;

/// A titled surface.
#[component]
pub(crate) fn Panel(
    title: &'static str,
    /// At the right of the title.
    #[prop(optional, into)]
    aside: ViewFnOnce,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="panel">
            <div class="panel-head">
                <h2>{title}</h2>
                <div class="ml-auto flex items-center gap-3">{aside.run()}</div>
            </div>
            {children()}
        </section>
    }
}

/// The title of a page, with a line of figures under it and actions beside it.
#[component]
pub(crate) fn Heading(
    title: &'static str,
    /// The line under the title.
    #[prop(into)]
    line: ViewFnOnce,
    /// Beside it.
    #[prop(optional, into)]
    actions: ViewFnOnce,
) -> impl IntoView {
    view! {
        <div class="flex flex-wrap items-end gap-x-4 gap-y-3 mb-5">
            <div class="min-w-0">
                <h1>{title}</h1>
                <p class="text-muted text-sm mt-0.5 num">{line.run()}</p>
            </div>
            <div class="sm:ml-auto flex flex-wrap items-center gap-2">{actions.run()}</div>
        </div>
    }
}

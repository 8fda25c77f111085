//! A figure that is alive.

use leptos::prelude::*;

use crate::words::figure;

/// A label, a figure, and one line of context.
#[component]
pub(crate) fn Tile(
    /// Its name, for whoever looks for it in the document.
    name: &'static str,
    label: &'static str,
    #[prop(into)] count: Signal<i64>,
    #[prop(into)] line: Signal<String>,
    /// Where more of it is shown.
    #[prop(optional)]
    href: Option<&'static str>,
) -> impl IntoView {
    let inside = view! {
        <span class="text-xs text-muted font-medium">{label}</span>
        <span class="display tile-figure num" class:text-muted=move || count.get() == 0 data-figure="">
            {move || figure(count.get())}
        </span>
        <span class="text-xs text-muted">{line}</span>
    };
    match href {
        Some(href) => view! { <a class="panel tile" href=href data-tile=name>{inside}</a> }.into_any(),
        None => view! { <div class="panel tile" data-tile=name>{inside}</div> }.into_any(),
    }
}

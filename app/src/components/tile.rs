//! A figure that is alive.

use leptos::prelude::*;

use crate::components::Icon;
use crate::components::chart::{Slots, Sparkline};

/// How a figure moved over the span shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// Whether it grew.
    pub(crate) up: bool,
    /// By how much.
    pub(crate) by: String,
}

/// The way a figure took.
#[derive(Clone, Copy)]
pub(crate) struct Trend {
    /// Its values over the span.
    pub(crate) values: Signal<Slots>,
    /// What became of it.
    pub(crate) change: Signal<Option<Change>>,
    /// Whether more of it is good news.
    pub(crate) grows_well: bool,
}

/// A label, a figure, one line of context, and the way the figure took.
#[component]
pub(crate) fn Tile(
    /// Its name, for whoever looks for it in the document.
    name: &'static str,
    label: &'static str,
    #[prop(into)] figure: Signal<String>,
    /// What the figure is counted in.
    #[prop(optional)]
    unit: &'static str,
    #[prop(into)] line: Signal<String>,
    #[prop(optional_no_strip)] trend: Option<Trend>,
    /// Where more of it is shown.
    #[prop(optional)]
    href: Option<&'static str>,
) -> impl IntoView {
    let inside = view! {
        <span class="flex items-center gap-2 text-xs">
            <span class="text-muted font-medium">{label}</span>
            {trend.map(|trend| move || trend.change.get().map(|change| draw(change, trend.grows_well)))}
        </span>
        <span class="tile-figure num" class:text-muted=move || figure.with(|figure| figure == "0")>
            <span class="display" data-figure="">{figure}</span>
            {(!unit.is_empty()).then(|| view! { <span class="text-sm text-muted ml-1">{unit}</span> })}
        </span>
        <span class="text-xs text-muted">{line}</span>
        {trend.map(|trend| view! { <Sparkline values=trend.values /> })}
    };
    match href {
        Some(href) => view! { <a class="panel tile" href=href data-tile=name>{inside}</a> }.into_any(),
        None => view! { <div class="panel tile" data-tile=name>{inside}</div> }.into_any(),
    }
}

fn draw(change: Change, grows_well: bool) -> impl IntoView {
    let (icon, said) = if change.up { ("arrow-up-right", "up") } else { ("arrow-down-right", "down") };
    let class = if change.up && grows_well { "change text-success" } else { "change text-muted" };
    view! {
        <span class=class>
            <Icon name=icon class="i-sm" />
            <span class="sr-only">{said} " "</span>
            {change.by}
        </span>
    }
}

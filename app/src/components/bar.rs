//! The filter bar: a plain form, and segments that are links. Every view has an address.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::components::Form;

use crate::components::Icon;
use crate::words::figure;

/// One of the states a list can be narrowed to.
pub(crate) struct Segment {
    /// Its word.
    pub(crate) label: &'static str,
    /// How many there are, where they are counted.
    pub(crate) count: Option<Signal<i64>>,
    /// Its view.
    pub(crate) href: Signal<String>,
    /// Whether it is the view shown.
    pub(crate) current: Signal<bool>,
}

/// A search field and segments.
#[component]
pub(crate) fn FilterBar(
    /// The address of the list without filters.
    path: &'static str,
    /// The name of the search field in the query.
    name: &'static str,
    /// What the search field holds.
    label: &'static str,
    #[prop(into)] value: Signal<String>,
    /// What to keep while searching: names and values.
    keep: Vec<(&'static str, Signal<Option<String>>)>,
    /// What the segments tell apart.
    kind: &'static str,
    segments: Vec<Segment>,
) -> impl IntoView {
    let segment = |segment: Segment| {
        view! {
            <a href=segment.href aria-current=move || segment.current.get().then_some("true")>
                {segment.label}
                {segment.count.map(|count| view! { " " <span class="num">{move || figure(count.get())}</span> })}
            </a>
        }
    };
    let kept = move |(name, value): (&'static str, Signal<Option<String>>)| {
        move || value.get().map(|value| view! { <input type="hidden" name=name value=value /> })
    };
    view! {
        <div class="flex flex-wrap items-center gap-2 mb-4">
            <Form method="GET" action=path attr:class="max-sm:w-full" attr:role="search">
                <label class="input input-sm sm:w-64 w-full">
                    <Icon name="search" class="text-muted" />
                    <input
                        type="search"
                        name=name
                        placeholder=label
                        aria-label=label
                        value=value.get_untracked()
                        prop:value=value
                        autocomplete="off"
                    />
                </label>
                {keep.into_iter().map(kept).collect_view()}
            </Form>
            <nav class="seg max-sm:w-full overflow-x-auto" aria-label=kind>
                {segments.into_iter().map(segment).collect_view()}
            </nav>
        </div>
    }
}

/// Copies the address of this view. It needs the browser, so it shows with hydration; its place is kept.
#[component]
pub(crate) fn CopyView() -> impl IntoView {
    let ready = RwSignal::new(false);
    Effect::new(move |_| ready.set(true));
    view! {
        <span class="max-sm:hidden" class:invisible=move || !ready.get()>
            <Copy text=|| location().href().unwrap_or_default() label="Copy this view" icon="link" class="btn btn-quiet btn-sm" />
        </span>
    }
}

/// A button that copies a text and says so for a moment.
#[component]
pub(crate) fn Copy(
    text: impl Fn() -> String + Send + Sync + 'static,
    label: &'static str,
    icon: &'static str,
    class: &'static str,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let copy = move |_| {
        // Whether it arrived is the browser's affair: it may ask the reader.
        let _ = window().navigator().clipboard().write_text(&text());
        copied.set(true);
        set_timeout(
            move || {
                copied.try_set(false);
            },
            Duration::from_secs(2),
        );
    };
    view! {
        <button type="button" class=class on:click=copy>
            {move || if copied.get() { view! { <Icon name="check" /> } } else { view! { <Icon name=icon /> } }}
            {move || if copied.get() { "Copied" } else { label }}
        </button>
    }
}

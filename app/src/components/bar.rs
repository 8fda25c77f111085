//! The filter bar: a plain form, and segments that are links. Every view has an address.

use std::time::Duration;

use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use crate::address::address;
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
    let field = NodeRef::<Input>::new();
    let navigate = use_navigate();
    let also = keep.clone();
    // What the browser would do, without loading the page. (leptos_router's `Form` does more than is needed here, by
    // 9 KB of the module.)
    let search = move |event: SubmitEvent| {
        let Some(field) = field.get_untracked() else { return };
        event.prevent_default();
        let kept = also.iter().map(|(name, value)| (*name, value.get_untracked()));
        let query: Vec<_> = std::iter::once((name, Some(field.value()))).chain(kept).collect();
        let query: Vec<_> = query.iter().map(|(name, value)| (*name, value.as_deref())).collect();
        navigate(&address(path, &query), NavigateOptions::default());
    };
    let kept = move |(name, value): (&'static str, Signal<Option<String>>)| {
        move || value.get().map(|value| view! { <input type="hidden" name=name value=value /> })
    };
    view! {
        <div class="flex flex-wrap items-center gap-2 mb-4">
            <form method="get" action=path class="max-sm:w-full" role="search" on:submit=search>
                <label class="input input-sm sm:w-64 w-full">
                    <Icon name="search" class="text-muted" />
                    <input
                        node_ref=field
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
            </form>
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
    Effect::new(move |_| ready.set(can_copy()));
    view! {
        <span class="max-sm:hidden" class:invisible=move || !ready.get()>
            <Copy text=|| location().href().unwrap_or_default() label="Copy this view" icon="link" class="btn btn-quiet btn-sm" />
        </span>
    }
}

/// A button that copies a text and says so for a moment, if it did.
#[component]
pub(crate) fn Copy(
    text: impl Fn() -> String + Send + Sync + 'static,
    label: &'static str,
    icon: &'static str,
    class: &'static str,
) -> impl IntoView {
    let said = RwSignal::new(None);
    let copy = move |_| {
        if !can_copy() {
            return;
        }
        let copied = window().navigator().clipboard().write_text(&text());
        spawn_local(async move {
            // The browser may ask the reader first, and be told no.
            let is_copied = copied.await.is_ok();
            said.try_set(Some(is_copied));
            set_timeout(
                move || {
                    said.try_set(None);
                },
                Duration::from_secs(2),
            );
        });
    };
    let words = move || match said.get() {
        Some(true) => "Copied",
        Some(false) => "Not copied",
        None => label,
    };
    view! {
        <button type="button" class=class on:click=copy>
            {move || if said.get() == Some(true) { view! { <Icon name="check" /> } } else { view! { <Icon name=icon /> } }}
            {words}
        </button>
    }
}

/// Whether the browser copies for this page: not over plain HTTP.
pub(crate) fn can_copy() -> bool {
    js_sys::Reflect::get(&window().navigator(), &"clipboard".into()).is_ok_and(|clipboard| clipboard.is_object())
}

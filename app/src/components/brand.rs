//! The name mark.

use leptos::prelude::*;

/// A square room with an open door and one player in it, which reads as a G.
#[component]
pub(crate) fn Mark(#[prop(default = "mark")] class: &'static str) -> impl IntoView {
    view! {
        <svg class=class viewBox="0 0 28 28" aria-hidden="true">
            <path fill="#caee47" d="M4 0h17l7 7v17a4 4 0 0 1-4 4H4a4 4 0 0 1-4-4V4a4 4 0 0 1 4-4z" />
            <path fill="#132310" d="M6.5 6.5h13v3.2h-9.8v8.6h8.6v-2.6h3.2v5.8h-15zM12.4 12.4h3.6v3.6h-3.6z" />
        </svg>
    }
}

/// The mark with the name beside it.
#[component]
pub(crate) fn Wordmark() -> impl IntoView {
    view! {
        <Mark />
        <span class="wordmark">"Game"<b>"Server"</b></span>
    }
}

//! What was done a moment ago, and the way back from it.

use leptos::prelude::*;

/// A word on what was done, for eight seconds, and an [`Act`](super::Act) that takes it back. The line under it runs out by
/// the style sheet, so that it does without a script, too.
#[component]
pub(crate) fn Toast(
    #[prop(into)] said: Signal<String>,
    /// Whether the time runs on while the pointer or the focus is on it: where the server counts it.
    #[prop(optional)]
    is_due: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="toast" class:due=is_due role="status">
            <p class="min-w-0 wrap-any">{said}</p>
            {children()}
        </div>
    }
}

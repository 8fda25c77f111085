//! Icons, from the sprite the build writes.

use leptos::prelude::*;

/// An icon beside words that say the same. `name` is the icon's in the sprite.
#[component]
pub(crate) fn Icon(
    name: &'static str,
    /// More classes, such as a size.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    view! {
        <svg class=format!("i {class}") aria-hidden="true">
            <use_ href=format!("/icons.svg#{name}") />
        </svg>
    }
}

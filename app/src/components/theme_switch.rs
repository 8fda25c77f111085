//! Light, dark or as the system has it: plain forms, so that they work without WASM.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::components::Icon;
use crate::theme::Theme;

/// All three to choose from.
#[component]
pub(crate) fn ThemeSwitch() -> impl IntoView {
    let current = Theme::current();
    let button = move |theme: Theme| {
        let (icon, label) = match theme {
            Theme::System => ("monitor", "As the system"),
            Theme::Light => ("sun", "Light"),
            Theme::Dark => ("moon", "Dark"),
        };
        view! {
            <button
                name="theme"
                value=theme.name()
                title=label
                aria-label=label
                aria-pressed=if theme == current { "true" } else { "false" }
            >
                <Icon name=icon />
            </button>
        }
    };
    view! {
        <form method="post" action="/theme">
            <Back />
            <div class="seg seg-icons" role="group" aria-label="Theme">
                {Theme::ALL.map(button).collect_view()}
            </div>
        </form>
    }
}

/// The other one of light and dark. Which that is, only the style sheet knows where the system decides.
#[component]
pub(crate) fn ThemeToggle() -> impl IntoView {
    view! {
        <form method="post" action="/theme" class="flex">
            <Back />
            <button class="btn btn-ghost btn-sm btn-square to-dark" name="theme" value="dark" aria-label="Switch to dark" title="Switch to dark">
                <Icon name="moon" />
            </button>
            <button class="btn btn-ghost btn-sm btn-square to-light" name="theme" value="light" aria-label="Switch to light" title="Switch to light">
                <Icon name="sun" />
            </button>
        </form>
    }
}

/// Where to come back to.
#[component]
fn Back() -> impl IntoView {
    let location = use_location();
    let back = move || {
        let search = location.search.get();
        let separator = if search.is_empty() { "" } else { "?" };
        format!("{}{separator}{search}", location.pathname.get())
    };
    view! { <input type="hidden" name="back" value=back /> }
}

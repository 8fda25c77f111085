//! The frame of the pages for players: the game in front, we behind.

use leptos::prelude::*;

use crate::components::{Mark, ThemeSwitch, Wordmark};
use crate::game::{Game, SmallPrint};

/// The game's name over the page, and the small print under it.
#[component]
pub(crate) fn Front(children: Children) -> impl IntoView {
    view! {
        <a class="skip" href="#main">"Skip to content"</a>
        <div class="flex flex-col min-h-dvh">
            <header class="front-bar">
                <div class="front">
                    <a href="/" class="flex items-center gap-2.5 min-w-0 min-h-11"><Brand /></a>
                </div>
            </header>
            <main id="main" tabindex="-1" class="front flex-1 py-5 lg:py-8">{children()}</main>
            <Foot class="front pb-8 pt-4" />
        </div>
    }
}

/// The game's picture and name; ours, where the operator has not named it.
#[component]
pub(crate) fn Brand() -> impl IntoView {
    let theme = Game::theme();
    let picture = match theme.logo.clone() {
        Some(logo) => view! { <img class="logo" src=logo alt="" /> }.into_any(),
        None if theme.title == "GameServer" => return view! { <Wordmark /> }.into_any(),
        None => view! { <Mark /> }.into_any(),
    };
    view! {
        {picture}
        <span class="wordmark truncate">{theme.title.clone()}</span>
    }
    .into_any()
}

/// The small print: whose software this is, what becomes of data, and the theme.
#[component]
pub(crate) fn Foot(class: &'static str) -> impl IntoView {
    let link = |word: &'static str, to: SmallPrint| view! { <a class="foot-link" href=to.address()>{word}</a> };
    view! {
        <footer class=class>
            <div class="foot">
                <span class="flex items-center gap-1.5">
                    <Mark class="w-3.5 h-3.5" />
                    "Runs on GameServer"
                </span>
                <nav class="flex flex-wrap justify-center gap-x-4" aria-label="Small print">
                    {link("Privacy", SmallPrint::Privacy)}
                    {link("Terms", SmallPrint::Terms)}
                    {link("Delete your data", SmallPrint::DataDeletion)}
                </nav>
                <ThemeSwitch />
            </div>
        </footer>
    }
}

//! The frame of the pages for players: the game in front, we behind.

use domain::Scope;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wire::UserId;

use crate::components::{Avatar, Icon, Mark, ThemeSwitch, Wordmark};
use crate::game::{Game, SmallPrint};

/// The game's name over the page, and the small print under it.
#[component]
pub(crate) fn Front(children: Children) -> impl IntoView {
    let player = use_context::<Scope>().and_then(|scope| scope.user());
    view! {
        <a class="skip" href="#main">"Skip to content"</a>
        <div class="flex flex-col min-h-dvh" class:has-dock=player.is_some()>
            <header class="front-bar">
                <div class="front gap-5">
                    <a href="/" class="flex items-center gap-2.5 min-w-0 min-h-11"><Brand /></a>
                    {player.map(|player| view! { <Ways player /> })}
                </div>
            </header>
            <main id="main" tabindex="-1" class="front flex-1 py-5 lg:py-8">{children()}</main>
            <Foot class="front pb-8 pt-4" />
            {player.is_some().then(|| view! { <Dock /> })}
        </div>
    }
}

/// Where a player goes: in the bar, where there is room for it.
#[component]
fn Ways(player: UserId) -> impl IntoView {
    let is_here = whether_here();
    view! {
        <nav class="max-sm:hidden flex items-center gap-1" aria-label="Main">
            {WAYS.map(|(href, word, _)| view! { <a class="front-way" href=href aria-current=is_here(href)>{word}</a> }).collect_view()}
        </nav>
        <a class="ml-auto grid place-items-center min-w-11 min-h-11" href="/users/settings" aria-label="Your account"><Avatar id=player /></a>
    }
}

/// The same at the foot of a narrow screen.
#[component]
fn Dock() -> impl IntoView {
    let is_here = whether_here();
    let way = |(href, word, icon): (&'static str, &'static str, &'static str)| {
        view! {
            <a href=href aria-current=is_here(href)>
                <span><Icon name=icon /></span>
                {word}
            </a>
        }
    };
    view! {
        <nav class="dock" aria-label="Main">
            {WAYS.map(way).collect_view()}
            {way(("/users/settings", "You", "circle-user-round"))}
        </nav>
    }
}

/// Where a player goes: address, word and icon.
const WAYS: [(&str, &str, &str); 2] =
    [("/lobbies", "Lobbies", "swords"), ("/users/settings#friends", "Friends", "users")];

/// Says which of the addresses the page being rendered has.
fn whether_here() -> impl Fn(&str) -> Option<&'static str> + Copy {
    let path = use_location().pathname;
    move |href| path.with_untracked(|path| path == href).then_some("page")
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

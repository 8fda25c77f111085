//! What stands where a page is not there, or not for whoever asks.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use crate::components::{Auth, Icon};
use crate::fns::{self, set_status};
use crate::game::Game;
use crate::shell::Nowhere;

/// No such page; or the dashboard, which the server shows to admins only.
#[component]
pub(crate) fn Elsewhere() -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    if path.starts_with("/admin") && use_context::<Nowhere>().is_none() {
        view! { <Forbidden /> }.into_any()
    } else {
        view! { <Missing /> }.into_any()
    }
}

#[component]
pub(crate) fn Missing() -> impl IntoView {
    set_status(404);
    view! {
        <Title text=Game::title("No such page") />
        <Auth>
            <h1 class="auth-title">"There is no such page."</h1>
            <p class="text-muted text-md mt-1 mb-6">"The address may be mistyped, or the page may have moved."</p>
            <a class="btn btn-primary btn-lg w-full" href="/">"Back to the start page"</a>
        </Auth>
    }
}

#[component]
fn Forbidden() -> impl IntoView {
    view! {
        <Title text=Game::title("Not for this account") />
        <Auth>
            <h1 class="auth-title">"This is for admins."</h1>
            <p class="text-md text-muted mt-2 mb-6">
                <Suspense>
                    {Suspend::new(async {
                        let seat = fns::viewer().await.ok().flatten();
                        let name = seat.map_or_else(|| "a player".to_owned(), |seat| seat.viewer.name);
                        view! { "You are signed in as " <b class="text-base-content font-medium">{name}</b> }
                    })}
                </Suspense>
                ", and that account may not open the dashboard. Sign in with another one, or ask an admin."
            </p>
            <form method="post" action="/users/log-out">
                <button class="btn btn-primary btn-lg w-full">
                    <Icon name="log-out" />
                    "Sign out"
                </button>
            </form>
            <p class="text-center text-sm mt-6"><a class="text-link" href="/">"Back to the start page"</a></p>
        </Auth>
    }
}

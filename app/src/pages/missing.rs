//! No such page.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::Auth;
use crate::fns::set_status;

/// No such page, and a way back.
#[component]
pub(crate) fn Missing() -> impl IntoView {
    set_status(404);
    view! {
        <Title text="No such page · GameServer" />
        <Auth>
            <h1 class="auth-title">"There is no such page."</h1>
            <p class="text-muted text-md mt-1 mb-6">"The address may be mistyped, or the page may have moved."</p>
            <a class="btn btn-primary btn-lg w-full" href="/">"Back to the start page"</a>
        </Auth>
    }
}

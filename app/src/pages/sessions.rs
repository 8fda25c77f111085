//! Signing in.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::components::{Auth, Field, Note};
use crate::game::Game;

/// E-mail and password. The form is answered by the server alone, so it works without WASM.
#[component]
pub(crate) fn LogIn() -> impl IntoView {
    let query = use_query_map();
    let problem = move || query.with(|query| query.get("problem").map(|code| sentence(&code, query.get("seconds"))));
    // Only ever back into this site; the server has the last word.
    let next =
        move || query.with(|query| query.get("next").filter(|next| next.starts_with('/') && !next.starts_with("//")));
    view! {
        <Title text=Game::title("Sign in") />
        <Auth>
            <h1 class="auth-title">"Sign in"</h1>
            <p class="text-muted text-md mt-1 mb-6">"For everybody with an account on this server."</p>
            {move || problem().map(|problem| view! { <Note icon="circle-alert" class="note-bad mb-4">{problem}</Note> })}
            <form class="grid gap-4" method="post" action="/users/log-in" aria-describedby=move || problem().map(|_| "problem")>
                {move || next().map(|next| view! { <input type="hidden" name="next" value=next /> })}
                <Field name="email" label="E-mail" kind="email" autocomplete="username" first=true />
                <Field name="password" label="Password" kind="password" autocomplete="current-password" />
                <label class="flex items-center gap-2.5 text-sm min-h-6">
                    <input type="checkbox" name="stay" class="checkbox checkbox-sm checkbox-primary" checked />
                    "Stay signed in for 14 days"
                </label>
                <button class="btn btn-primary btn-lg w-full">"Sign in"</button>
            </form>
        </Auth>
    }
}

/// What a code means, and what to do.
pub(super) fn sentence(code: &str, seconds: Option<String>) -> String {
    match (code, seconds.and_then(|seconds| seconds.parse::<u32>().ok())) {
        ("invalid_credentials", _) => "E-mail and password do not fit together. Try again.".to_owned(),
        ("banned", _) => "This account is banned. Write to those who run the game.".to_owned(),
        ("recent_login_required", _) => "Your sign-in is too old for that. Sign in again to go on.".to_owned(),
        ("rate_limited", Some(1)) => "Too many tries. You can try again in a second.".to_owned(),
        ("rate_limited", Some(seconds)) => format!("Too many tries. You can try again in {seconds} seconds."),
        ("rate_limited", None) => "Too many tries. Wait a little, then try again.".to_owned(),
        ("validation_failed", _) => "Enter your e-mail and your password.".to_owned(),
        ("busy", Some(seconds)) => format!("Many are signing in right now. Try again in {seconds} s."),
        ("busy", None) => "Many are signing in right now. Try again in a moment.".to_owned(),
        _ => "That did not work. Nothing was changed; try again.".to_owned(),
    }
}

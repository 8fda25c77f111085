//! The first admin.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::components::{Auth, Failed, Field, Icon, Note, OwnForm};
use crate::fns;
use crate::game::Game;
use crate::said::Said;

/// Makes the first admin by the one-time link that the server printed when it started.
#[component]
pub(crate) fn FirstAdmin() -> impl IntoView {
    let query = use_query_map();
    let token = Memo::new(move |_| query.with(|query| query.get("token").unwrap_or_default()));
    let used = Memo::new(move |_| query.with(|query| query.get_str("problem") == Some("link_used")));
    let works = Resource::new(
        move || token.get(),
        |token| async { if token.is_empty() { Ok(false) } else { fns::link_works(token).await } },
    );
    view! {
        <Title text=Game::title("First admin") />
        <Auth>
            <Suspense>
                {move || Suspend::new(async move {
                    match works.await {
                        Ok(true) if !used.get() => view! { <Make token=token.get() /> }.into_any(),
                        Ok(_) => view! { <Unusable /> }.into_any(),
                        Err(problem) => {
                            view! {
                                <h1 class="sr-only">"First admin"</h1>
                                <Failed what="This link could not be checked" problem />
                            }
                                .into_any()
                        }
                    }
                })}
            </Suspense>
        </Auth>
    }
}

#[component]
fn Make(token: String) -> impl IntoView {
    let said = Said::here();
    let (email, password) = (said.on("email"), said.on("password"));
    let password_first = email.is_none() && password.is_some();
    // What is wrong with no field, but with the moment.
    let too_soon = said.problem().filter(|_| said.is("rate_limited") || said.is("busy"));
    view! {
        <h1 class="auth-title">"Make yourself admin"</h1>
        <p class="text-muted text-md mt-1 mb-6">"This account opens the dashboard. The link works once."</p>
        {too_soon.map(|problem| view! { <Note icon="circle-alert" class="note-bad mb-4">{problem}</Note> })}
        <OwnForm action="/users/first-admin".to_owned()>
            <input type="hidden" name="token" value=token />
            <Field name="email" label="E-mail" kind="email" autocomplete="username" problem=email first=!password_first />
            <Field
                name="password"
                label="Password"
                kind="password"
                autocomplete="new-password"
                problem=password
                first=password_first
                hint="8 characters or more, of any kind."
            />
            <button class="btn btn-primary btn-lg w-full">"Make me admin"</button>
        </OwnForm>
    }
}

#[component]
fn Unusable() -> impl IntoView {
    view! {
        <h1 class="auth-title">"This link does not work any more."</h1>
        <p class="text-muted text-md mt-1 mb-6">
            "It makes one admin, once, while the server that printed it runs. What you can do:"
        </p>
        <ul class="grid gap-3 text-sm mb-6">
            <li class="flex gap-2.5">
                <Icon name="refresh-cw" class="text-muted mt-0.5" />
                <span>"If there is no admin yet, restart the server: it prints a new link."</span>
            </li>
            <li class="flex gap-2.5">
                <Icon name="square-terminal" class="text-muted mt-0.5" />
                <span>"Or make one on the command line: " <code class="meta-chip">"gameserver admin create"</code></span>
            </li>
        </ul>
        <a class="btn btn-primary btn-lg w-full" href="/users/log-in">"Sign in"</a>
    }
}

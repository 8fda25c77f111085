//! A new server's first page: steps that tick themselves.

use leptos::prelude::*;
use leptos::server::SharedValue;

use super::tiles::{Accounts, Presence};
use crate::components::{Badge, Code, Icon};
use crate::pages::Counts;

/// The way from a running server to a lobby with a player in it.
#[component]
pub(super) fn FirstStart(leave: impl Fn() + Clone + Send + Sync + 'static) -> impl IntoView {
    let counts = expect_context::<Counts>();
    let player = counts.map(|counts| counts.users > counts.admins);
    let lobby = counts.map(|counts| counts.seats.lobbies > 0);
    let done = Memo::new(move |_| 2 + i64::from(player.get()) + i64::from(lobby.get()));
    let origin = origin();
    let sign_in = Signal::derive(move || {
        format!(
            "curl -X POST {}/api/v1/login/device \\\n  -H 'content-type: application/json' \\\n  -d '{DEVICE}'",
            origin.get()
        )
    });
    let open = Signal::derive(move || {
        let origin = origin.get();
        format!(
            "TOKEN=$(curl -s {origin}/api/v1/login/device \\\n  -H 'content-type: application/json' -d '{DEVICE}' \\\n  \
             | sed -E 's/.*\"access_token\":\"([^\"]+)\".*/\\1/')\n\
             curl -X POST {origin}/api/v1/lobbies \\\n  -H \"authorization: Bearer $TOKEN\" \\\n  \
             -H 'content-type: application/json' \\\n  -d '{{\"title\":\"First match\",\"max_users\":4}}'"
        )
    });
    view! {
        <div class="mb-6 flex flex-wrap items-center gap-5">
            <div class="min-w-0">
                <h1 class="auth-title">"Your server is running."</h1>
                <p class="text-muted mt-1">"Two small steps and your game is on it. Each one ticks itself when it happens."</p>
            </div>
            <span class="ml-auto num text-sm text-muted">{done} " of 4 done"</span>
        </div>
        <div class="tiles">
            <Presence />
            <Accounts />
        </div>
        <ol class="grid gap-3 mt-4 max-w-[60rem]">
            <Step number=1 title="Run the server" done=|| true>
                <p class="text-sm text-muted">"It answers, and keeps its data in " {counts.now().database} "."</p>
            </Step>
            <Step number=2 title="Make yourself admin" done=|| true>
                <p class="text-sm text-muted">"Done with the one-time link, or on the command line."</p>
            </Step>
            <Step number=3 title="Sign a player in" done=player>
                <p class="text-sm text-muted mb-3">"Run this in a terminal. The player is counted above within a second."</p>
                <Code text=sign_in />
            </Step>
            <Step number=4 title="Open a lobby" done=lobby>
                <p class="text-sm text-muted mb-3">"The same player signs in again and opens a lobby, as your game will."</p>
                <Code text=open />
            </Step>
        </ol>
        <Show when=move || done.get() == 4>
            <p class="mt-4 flex flex-wrap items-center gap-3">
                <button class="btn btn-primary" on:click={
                    let leave = leave.clone();
                    move |_| leave()
                }>"Show the overview"</button>
                <span class="text-sm text-muted">"That is all. This page will not come back."</span>
            </p>
        </Show>
    }
}

const DEVICE: &str = r#"{"device_id":"my-first-device-0001"}"#;

#[component]
fn Step(number: u8, title: &'static str, #[prop(into)] done: Signal<bool>, children: Children) -> impl IntoView {
    view! {
        <li class="panel flex gap-4 p-4">
            <span class="step" class:step-done=done>
                {move || if done.get() { view! { <Icon name="check" /> }.into_any() } else { number.into_any() }}
            </span>
            <div class="min-w-0 flex-1">
                <div class="flex items-center gap-2 min-h-8">
                    <h2>{title}</h2>
                    {move || done.get().then(|| Badge::DONE.draw())}
                </div>
                {children()}
            </div>
        </li>
    }
}

/// Where this server is, as the reader's browser knows it.
fn origin() -> Signal<String> {
    // The first pass must read alike on both sides; the browser knows better afterwards.
    let origin = RwSignal::new(SharedValue::new(here).into_inner());
    Effect::new(move |_| {
        if let Ok(here) = location().origin() {
            origin.set(here);
        }
    });
    origin.into()
}

#[cfg(feature = "ssr")]
fn here() -> String {
    use axum::http::header::HOST;
    use axum::http::request::Parts;

    let host = use_context::<Parts>().and_then(|parts| parts.headers.get(HOST)?.to_str().ok().map(str::to_owned));
    format!("http://{}", host.as_deref().unwrap_or("localhost:4000"))
}

#[cfg(not(feature = "ssr"))]
fn here() -> String {
    location().origin().unwrap_or_default()
}

//! The mailbox of a server for development: what would have been mailed, and to whom.

use domain::mail::Posted;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::missing::Missing;
use crate::components::{Empty, Front};
use crate::fns;
use crate::game::Game;

/// The letters, newest first.
#[component]
pub(crate) fn Mailbox() -> impl IntoView {
    let letters = async {
        match fns::mailbox().await {
            Ok(letters) => view! { <Letters letters /> }.into_any(),
            Err(_) => view! { <Missing /> }.into_any(),
        }
    };
    view! { <Suspense>{Suspend::new(letters)}</Suspense> }
}

#[component]
fn Letters(letters: Vec<Posted>) -> impl IntoView {
    let rows: Vec<_> = letters
        .into_iter()
        .map(|letter| {
            view! {
                <li class="rowline">
                    <a class="text-link truncate" href=format!("/dev/mailbox/{}", letter.id)>{letter.subject}</a>
                    <span class="ml-auto text-muted text-sm truncate">{letter.to}</span>
                    <time class="text-muted text-sm shrink-0">{letter.posted_at.format("%H:%M:%S").to_string()}</time>
                </li>
            }
        })
        .collect();
    let list = if rows.is_empty() {
        view! {
            <Empty icon="mail" title="No mails yet">
                <p>"Register, or ask for a sign-in link: the mail is here a moment later."</p>
            </Empty>
        }
        .into_any()
    } else {
        view! { <ul>{rows}</ul> }.into_any()
    };
    view! {
        <Title text=Game::title("Mailbox") />
        <Front>
            <h1>"Mailbox"</h1>
            <p class="text-muted text-sm mt-0.5 mb-5">
                "This server has no mail server, so what it writes stays here, for this machine to read. Times are UTC."
            </p>
            <div class="panel">{list}</div>
        </Front>
    }
}

/// A letter: its words with the link to follow, and its HTML as source, where nothing of it can run.
#[component]
pub(crate) fn Letter() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id").and_then(|id| id.parse().ok()));
    let letter = async move {
        match fns::letter(id.unwrap_or_default()).await {
            Ok(letter) => view! { <Whole letter /> }.into_any(),
            Err(_) => view! { <Missing /> }.into_any(),
        }
    };
    view! { <Suspense>{Suspend::new(letter)}</Suspense> }
}

#[component]
fn Whole(letter: Posted) -> impl IntoView {
    let Posted { to, subject, text, html, link, posted_at, .. } = letter;
    let words = match link.and_then(|link| Some((text.split_once(&link)?, link.clone()))) {
        Some(((before, after), link)) => {
            let (before, after, href) = (before.to_owned(), after.to_owned(), link.clone());
            view! { {before} <a class="text-link" href=href>{link}</a> {after} }.into_any()
        }
        None => text.into_any(),
    };
    view! {
        <Title text=Game::title("A mail") />
        <Front>
            <p class="text-sm mb-4"><a class="text-link" href="/dev/mailbox">"Mailbox"</a></p>
            <h1>{subject}</h1>
            <dl class="dl mt-3 mb-5">
                <dt>"To"</dt>
                <dd>{to}</dd>
                <dt>"Written"</dt>
                <dd>{posted_at.format("%Y-%m-%d %H:%M:%S UTC").to_string()}</dd>
            </dl>
            <div class="panel panel-body whitespace-pre-wrap break-words">{words}</div>
            <details class="values">
                <summary>"The same as HTML"</summary>
                <pre class="code" tabindex="0">{html}</pre>
            </details>
        </Front>
    }
}

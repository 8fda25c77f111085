//! Friends: the lists, which are live, and the way to somebody new.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use wire::{CirclePages, Face, PublicUser, UserId};

use super::Part;
use crate::components::Icon;
use crate::fns::{self, Problem};
use crate::pages::friends::{FriendsPart as Lists, Shown, about_user, row};
use crate::part::live_part;
use crate::said::Said;

/// The longest text that is looked for.
const SOUGHT: usize = 80;

/// What the part shows.
pub(super) struct Held {
    q: Option<String>,
    found: Vec<PublicUser>,
    shown: Shown,
}

/// Reads what the address of the page asks for, for `me`.
pub(super) async fn read(me: Option<UserId>) -> Result<Held, Problem> {
    let map = use_query_map().get_untracked();
    let page = |name: &str| map.get(name).and_then(|page| page.parse().ok()).filter(|page: &i64| *page > 0);
    let pages = CirclePages { friends: page("friends"), requests: page("requests"), blocked: page("blocked") };
    let q = map.get("q").map(|q| q.trim().chars().take(SOUGHT).collect::<String>()).filter(|q| !q.is_empty());
    let mut found = match &q {
        Some(q) => fns::friends::search(q.clone()).await?.data,
        None => Vec::new(),
    };
    found.retain(|player| Some(player.id) != me);
    Ok(Held { q, found, shown: Shown { pages, circle: fns::circle(pages).await? } })
}

/// The part of the settings.
#[component]
pub(super) fn FriendsPart(said: Said, held: Held) -> impl IntoView {
    let Held { q, found, shown } = held;
    view! {
        <Part id="friends" title="Friends" what="Who they are, who asks, and whom you block." said=said>
            <Search q found />
            {live_part("friends", &shown, |token| view! { <Lists state=shown.clone() token /> })}
        </Part>
    }
}

/// The way to somebody new.
#[component]
fn Search(#[prop(optional_no_strip)] q: Option<String>, found: Vec<PublicUser>) -> impl IntoView {
    let is_nobody = q.is_some() && found.is_empty();
    let sought = q.clone();
    let rows = found.into_iter().map(found_row).collect_view();
    view! {
        <form method="get" action="/users/settings#friends" class="flex flex-wrap items-end gap-3 max-w-sm" role="search">
            <div class="field flex-1 min-w-40">
                <label for="friends-q">"Find players"</label>
                <input class="input input-lg w-full" id="friends-q" type="search" name="q" value=q maxlength="80" autocomplete="off" />
            </div>
            <button class="btn btn-quiet btn-lg"><Icon name="search" />"Find"</button>
        </form>
        {is_nobody.then(|| view! { <p class="text-sm text-muted mt-3 wrap-anywhere">"Nobody else is called “" {sought} "”. Try a part of the name, or the player's number."</p> })}
        <ul class="sessions mt-2">{rows}</ul>
    }
}

fn found_row(player: PublicUser) -> impl IntoView {
    let PublicUser { id, display_name, profile_url, .. } = player;
    let name = display_name.unwrap_or_else(|| format!("player-{id}"));
    let face = Face { id, name: name.clone(), picture: profile_url };
    let acts = view! {
        {about_user("ask", id, "Ask", format!("Ask {name} to be friends"))}
        {about_user("block-user", id, "Block", format!("Block {name}"))}
    };
    row(face, format!("player {id}"), acts)
}

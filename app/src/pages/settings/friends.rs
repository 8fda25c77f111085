//! Friends: who they are, who asks, and who is blocked. Read and sent without a script, like all settings.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use wire::{Blocked, Friend, FriendRequest, FriendRequests, FriendshipId, Meta, Page, PageQuery, PublicUser, UserId};

use super::Part;
use crate::address::address;
use crate::components::{Avatar, Icon, OwnForm};
use crate::fns::{self, Problem};
use crate::said::Said;

/// Rows of each list on a page.
const ROWS: i64 = 10;
/// The longest text that is looked for.
const SOUGHT: usize = 80;

/// What the address asks for.
struct Asked {
    /// Whom to look for.
    q: Option<String>,
    /// Which page of each list.
    friends: i64,
    requests: i64,
    blocked: i64,
}

impl Asked {
    fn here() -> Self {
        let map = use_query_map().get_untracked();
        let page = |name: &str| map.get(name).and_then(|page| page.parse().ok()).filter(|page| *page > 0).unwrap_or(1);
        let q = map.get("q").map(|q| q.trim().chars().take(SOUGHT).collect::<String>()).filter(|q| !q.is_empty());
        Self { q, friends: page("friends"), requests: page("requests"), blocked: page("blocked") }
    }
}

/// What the part shows.
pub(super) struct Held {
    q: Option<String>,
    found: Vec<PublicUser>,
    friends: Page<Friend>,
    requests: FriendRequests,
    blocked: Page<Blocked>,
}

/// Reads what the address of the page asks for, for `me`.
pub(super) async fn read(me: Option<UserId>) -> Result<Held, Problem> {
    let Asked { q, friends, requests, blocked } = Asked::here();
    let page = |page| PageQuery { page: Some(page), page_size: Some(ROWS), cursor: None };
    let mut found = match &q {
        Some(q) => fns::friends::search(q.clone()).await?.data,
        None => Vec::new(),
    };
    found.retain(|player| Some(player.id) != me);
    Ok(Held {
        q,
        found,
        friends: fns::friends::list(page(friends)).await?,
        requests: fns::friends::requests(page(requests)).await?,
        blocked: fns::friends::blocked(page(blocked)).await?,
    })
}

/// The part of the settings.
#[component]
pub(super) fn FriendsPart(said: Said, held: Held) -> impl IntoView {
    let Held { q, found, friends, requests, blocked } = held;
    let FriendRequests { incoming, outgoing, meta } = requests;
    // Both lists go on together: the longer one says how far.
    let more_requests = meta.has_more.incoming || meta.has_more.outgoing;
    let (friends_meta, blocked_meta) = (friends.meta, blocked.meta);
    let is_alone = friends.data.is_empty() && friends_meta.total_count == 0;
    let friends = friends.data.into_iter().map(|friend| view! { <FriendRow friend /> }).collect_view();
    let incoming = incoming.into_iter().map(|request| view! { <IncomingRow request /> }).collect::<Vec<_>>();
    let outgoing = outgoing.into_iter().map(|request| view! { <OutgoingRow request /> }).collect::<Vec<_>>();
    let blocked = blocked.data.into_iter().map(|blocked| view! { <BlockedRow blocked /> }).collect::<Vec<_>>();
    let has_requests = !incoming.is_empty() || !outgoing.is_empty() || meta.page > 1;
    view! {
        <Part id="friends" title="Friends" what="Who they are, who asks, and whom you block." said=said>
            <Search q found />
            {(!incoming.is_empty()).then(|| view! { <h3 class="text-sm font-semibold mt-6">"They ask you"</h3> <ul class="sessions">{incoming}</ul> })}
            {(!outgoing.is_empty()).then(|| view! { <h3 class="text-sm font-semibold mt-6">"You asked them"</h3> <ul class="sessions">{outgoing}</ul> })}
            {has_requests.then(|| view! { <Steps list="requests" page=meta.page has_more=more_requests /> })}
            <h3 class="text-sm font-semibold mt-6">"Your friends"</h3>
            {is_alone.then(|| view! { <p class="text-sm text-muted mt-1">"None yet. Look for players by name, and ask them."</p> })}
            <ul class="sessions">{friends}</ul>
            <Pages list="friends" meta=friends_meta />
            {(!blocked.is_empty() || blocked_meta.page > 1).then(|| view! {
                <h3 class="text-sm font-semibold mt-6">"Blocked"</h3>
                <p class="text-sm text-muted mt-1">"They can neither ask you nor join a lobby of yours."</p>
                <ul class="sessions">{blocked}</ul>
                <Pages list="blocked" meta=blocked_meta />
            })}
        </Part>
    }
}

/// The way to somebody new.
#[component]
fn Search(#[prop(optional_no_strip)] q: Option<String>, found: Vec<PublicUser>) -> impl IntoView {
    let is_nobody = q.is_some() && found.is_empty();
    let sought = q.clone();
    let rows = found.into_iter().map(|player| view! { <FoundRow player /> }).collect_view();
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

#[component]
fn FoundRow(player: PublicUser) -> impl IntoView {
    let PublicUser { id, display_name, profile_url, .. } = player;
    let name = name_of(id, display_name);
    view! {
        <Row id picture=profile_url name=name.clone() about=format!("player {id}")>
            <UserButton act="ask" id word="Ask" label=format!("Ask {name} to be friends") />
            <UserButton act="block-user" id word="Block" label=format!("Block {name}") />
        </Row>
    }
}

#[component]
fn FriendRow(friend: Friend) -> impl IntoView {
    let Friend { id, display_name, profile_url, friendship_id, is_online, lobby_id, .. } = friend;
    let name = name_of(id, display_name);
    let about = match (is_online, lobby_id) {
        (true, Some(lobby)) => format!("online · in lobby {lobby}, which has room"),
        (true, None) => "online".to_owned(),
        (false, Some(lobby)) => format!("offline · seat in lobby {lobby}, which has room"),
        (false, None) => "offline".to_owned(),
    };
    view! {
        <Row id picture=profile_url name=name.clone() about>
            <Button act="remove" id=friendship_id word="Remove" label=format!("Remove {name} from your friends") />
            <UserButton act="block-user" id word="Block" label=format!("Block {name}") />
        </Row>
    }
}

#[component]
fn IncomingRow(request: FriendRequest) -> impl IntoView {
    let name = name_of(request.requester.id, request.requester.display_name);
    let id = request.id;
    view! {
        <Row id=request.requester.id name=name.clone() about="wants to be friends".to_owned()>
            <Button act="accept" id word="Accept" label=format!("Accept {name}") />
            <Button act="reject" id word="Reject" label=format!("Reject {name}") />
            <Button act="block" id word="Block" label=format!("Block {name}") />
        </Row>
    }
}

#[component]
fn OutgoingRow(request: FriendRequest) -> impl IntoView {
    let name = name_of(request.target.id, request.target.display_name);
    view! {
        <Row id=request.target.id name=name.clone() about="has not answered yet".to_owned()>
            <Button act="remove" id=request.id word="Cancel" label=format!("Cancel your request to {name}") />
        </Row>
    }
}

#[component]
fn BlockedRow(blocked: Blocked) -> impl IntoView {
    let PublicUser { id, display_name, profile_url, .. } = blocked.requester;
    let name = name_of(id, display_name);
    view! {
        <Row id picture=profile_url name=name.clone() about=format!("player {id}")>
            <Button act="unblock" id=blocked.id word="Unblock" label=format!("Unblock {name}") />
        </Row>
    }
}

/// A player, and what can be done about them.
#[component]
fn Row(
    id: UserId,
    #[prop(optional_no_strip)] picture: Option<String>,
    name: String,
    about: String,
    children: Children,
) -> impl IntoView {
    let picture = match picture {
        Some(url) => view! { <img class="av" src=url alt="" /> }.into_any(),
        None => view! { <Avatar id /> }.into_any(),
    };
    view! {
        <li class="rowline flex-wrap">
            {picture}
            <div class="flex-1 min-w-40">
                <p class="text-sm font-medium wrap-anywhere">{name}</p>
                <p class="text-xs text-muted">{about}</p>
            </div>
            <div class="flex flex-wrap gap-2">{children()}</div>
        </li>
    }
}

/// A button that does something with what is between the two.
#[component]
fn Button(act: &'static str, id: FriendshipId, word: &'static str, label: String) -> impl IntoView {
    let class = if act == "accept" { "btn btn-primary btn-lg" } else { "btn btn-quiet btn-lg" };
    view! {
        <OwnForm action=format!("/users/settings/friends/{act}") class="contents">
            <input type="hidden" name="id" value=id.to_string() />
            <button class=class aria-label=label>{word}</button>
        </OwnForm>
    }
}

/// A button that does something with a player.
#[component]
fn UserButton(act: &'static str, id: UserId, word: &'static str, label: String) -> impl IntoView {
    view! {
        <OwnForm action=format!("/users/settings/friends/{act}") class="contents">
            <input type="hidden" name="target_user_id" value=id.to_string() />
            <button class="btn btn-quiet btn-lg" aria-label=label>{word}</button>
        </OwnForm>
    }
}

#[component]
fn Pages(list: &'static str, meta: Meta) -> impl IntoView {
    (meta.page > 1 || meta.has_more).then(|| view! { <Steps list page=meta.page has_more=meta.has_more /> })
}

/// The ways to the page before and to the next.
#[component]
fn Steps(list: &'static str, page: i64, has_more: bool) -> impl IntoView {
    let to = |page: i64| format!("{}#friends", address("/users/settings", &[(list, Some(&page.to_string()))]));
    view! {
        <nav class="flex gap-2 mt-2" aria-label=format!("Pages of {list}")>
            {(page > 1).then(|| view! { <a class="btn btn-quiet btn-lg" href=to(page - 1)>"Previous"</a> })}
            {has_more.then(|| view! { <a class="btn btn-quiet btn-lg" href=to(page + 1)>"Next"</a> })}
        </nav>
    }
}

fn name_of(id: UserId, name: Option<String>) -> String {
    name.unwrap_or_else(|| format!("player-{id}"))
}

//! The friends in one's settings: who they are, who asks, and who is blocked. They change while the page is looked at.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use wire::{Acquaintance, Acquaintances, Circle, CirclePages, Face, FriendshipId, Topic, UserId};

use crate::address::address;
use crate::components::{Banner, FreshToken, OwnForm, Portrait};
use crate::fns;
use crate::live::{Heard, Link, Live, at_most_every_second, listen};

/// What the part shows at first, and what it asks for when something happens.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Shown {
    pub(crate) pages: CirclePages,
    pub(crate) circle: Circle,
}

/// What is live of the settings: the lists.
#[component]
pub(crate) fn FriendsPart(state: Shown, #[prop(optional_no_strip)] token: Option<String>) -> impl IntoView {
    FreshToken::provide(token);
    let link = Live::provide().link();
    let Shown { pages, circle } = state;
    let state = move || if link.get() == Link::Open { "open" } else { "connecting" };
    let me = circle.me;
    let circle = RwSignal::new(circle);
    let ask = at_most_every_second(move || {
        spawn_local(async move {
            if let Ok(fresh) = fns::circle(pages).await {
                circle.try_set(fresh);
            }
        });
    });
    let hear = move |heard| {
        if !matches!(heard, Heard::Refused) {
            ask();
        }
    };
    listen(Topic::User(me), hear.clone());
    // Where a friend can be joined is a lobby of the public list.
    listen(Topic::Lobbies, hear);
    let list = move |list: &'static List| {
        let rows = Memo::new(move |_| circle.with(|circle| (list.of)(circle).rows.clone()));
        let is_there = Memo::new(move |_| list.is_always || rows.with(|rows| !rows.is_empty()));
        let is_empty = Memo::new(move |_| rows.with(Vec::is_empty));
        view! {
            <Show when=move || is_there.get()>
                <h3 class="text-sm font-semibold mt-6">{list.title}</h3>
            </Show>
            <Show when=move || !list.hint.is_empty() && is_there.get() && list.is_always == is_empty.get()>
                <p class="text-sm text-muted mt-1">{list.hint}</p>
            </Show>
            <ul class="sessions">
                <For each=move || rows.get() key=|row| (row.between.0, row.is_online, row.lobby_id.map(|lobby| lobby.0)) children=list.row />
            </ul>
            {move || circle.with(|circle| steps(list.name, (list.of)(circle)))}
        }
    };
    view! {
        <Banner />
        <span class="hidden" data-live=state></span>
        {LISTS.iter().map(list).collect_view()}
    }
}

/// One of the lists.
struct List {
    title: &'static str,
    /// What is said of it: where it always stands there, when it is empty.
    hint: &'static str,
    /// Its page in the address.
    name: &'static str,
    is_always: bool,
    of: fn(&Circle) -> &Acquaintances,
    row: fn(Acquaintance) -> AnyView,
}

static LISTS: [List; 4] = [
    List {
        title: "They ask you",
        hint: "",
        name: "requests",
        is_always: false,
        of: |circle| &circle.incoming,
        row: incoming,
    },
    List {
        title: "You asked them",
        hint: "",
        name: "requests",
        is_always: false,
        of: |circle| &circle.outgoing,
        row: outgoing,
    },
    List {
        title: "Your friends",
        hint: "None yet. Look for players by name, and ask them.",
        name: "friends",
        is_always: true,
        of: |circle| &circle.friends,
        row: friend,
    },
    List {
        title: "Blocked",
        hint: "They can neither ask you nor join a lobby of yours.",
        name: "blocked",
        is_always: false,
        of: |circle| &circle.blocked,
        row: blocked,
    },
];

fn friend(friend: Acquaintance) -> AnyView {
    let Acquaintance { between, face, is_online, lobby_id } = friend;
    let (id, name) = (face.id, face.name.clone());
    let join = format!("Join {name}");
    let about = match (is_online, lobby_id) {
        (true, Some(lobby)) => format!("online · in lobby {lobby}, which has room"),
        (true, None) => "online".to_owned(),
        (false, Some(lobby)) => format!("offline · seat in lobby {lobby}, which has room"),
        (false, None) => "offline".to_owned(),
    };
    row(
        face,
        about,
        view! {
            {lobby_id.map(|lobby| view! {
                <OwnForm action=format!("/lobbies/{lobby}/join") class="contents">
                    <button class="btn btn-tonal btn-lg" aria-label=join>"Join"</button>
                </OwnForm>
            })}
            {about_between("remove", between, "Remove", format!("Remove {name} from your friends"))}
            {about_user("block-user", id, "Block", format!("Block {name}"))}
        },
    )
}

fn incoming(request: Acquaintance) -> AnyView {
    let (between, name) = (request.between, request.face.name.clone());
    row(
        request.face,
        "wants to be friends".to_owned(),
        view! {
            {about_between("accept", between, "Accept", format!("Accept {name}"))}
            {about_between("reject", between, "Reject", format!("Reject {name}"))}
            {about_between("block", between, "Block", format!("Block {name}"))}
        },
    )
}

fn outgoing(request: Acquaintance) -> AnyView {
    let (between, name) = (request.between, request.face.name.clone());
    let cancel = about_between("remove", between, "Cancel", format!("Cancel your request to {name}"));
    row(request.face, "has not answered yet".to_owned(), cancel)
}

fn blocked(blocked: Acquaintance) -> AnyView {
    let (between, name) = (blocked.between, blocked.face.name.clone());
    let about = format!("player {}", blocked.face.id);
    row(blocked.face, about, about_between("unblock", between, "Unblock", format!("Unblock {name}")))
}

/// A player, and what can be done about them.
pub(crate) fn row(face: Face, about: String, acts: impl IntoView + 'static) -> AnyView {
    let name = face.name.clone();
    view! {
        <li class="rowline flex-wrap">
            <Portrait face />
            <div class="flex-1 min-w-40">
                <p class="text-sm font-medium wrap-anywhere">{name}</p>
                <p class="text-xs text-muted">{about}</p>
            </div>
            <div class="flex flex-wrap gap-2">{acts}</div>
        </li>
    }
    .into_any()
}

/// A button that does something with what is between the two.
fn about_between(act: &'static str, id: FriendshipId, word: &'static str, label: String) -> AnyView {
    let class = if act == "accept" { "btn btn-primary btn-lg" } else { "btn btn-quiet btn-lg" };
    button(act, "id", id.to_string(), word, label, class)
}

/// A button that does something with a player.
pub(crate) fn about_user(act: &'static str, id: UserId, word: &'static str, label: String) -> AnyView {
    button(act, "target_user_id", id.to_string(), word, label, "btn btn-quiet btn-lg")
}

fn button(
    act: &'static str,
    field: &'static str,
    id: String,
    word: &'static str,
    label: String,
    class: &'static str,
) -> AnyView {
    view! {
        <OwnForm action=format!("/users/settings/friends/{act}") class="contents">
            <input type="hidden" name=field value=id />
            <button class=class aria-label=label>{word}</button>
        </OwnForm>
    }
    .into_any()
}

/// The ways to the page before and to the next.
fn steps(list: &'static str, shown: &Acquaintances) -> Option<AnyView> {
    let (page, has_more) = (shown.page, shown.has_more);
    let to = |page: i64| format!("{}#friends", address("/users/settings", &[(list, Some(&page.to_string()))]));
    let step = |word: &'static str, page: i64| view! { <a class="btn btn-quiet btn-lg" href=to(page)>{word}</a> };
    (page > 1 || has_more).then(|| {
        view! {
            <nav class="flex gap-2 mt-2" aria-label=format!("Pages of {list}")>
                {(page > 1).then(|| step("Previous", page - 1))}
                {has_more.then(|| step("Next", page + 1))}
            </nav>
        }
        .into_any()
    })
}

//! The friends in one's settings: who they are, who asks, and who is blocked. They change while the page is looked at: what
//! there is comes first, and who asks comes last, so that nothing is moved by whoever asks next.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use wire::{Acquaintance, Acquaintances, Circle, CirclePages, Face, FriendsSeat, FriendshipId, Topic, UserId};

use crate::address::address;
use crate::components::{Back, Banner, FreshToken, OwnForm, Portrait};
use crate::fns;
use crate::live::{Heard, Link, Live, at_most_every_second, listen};

/// What of the settings the address asks for.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// Whom one looks for.
    pub(crate) q: Option<String>,
    pub(crate) pages: CirclePages,
}

impl Asked {
    /// The address that asks for it.
    pub(crate) fn address(&self) -> String {
        let number = |page: Option<i64>| page.map(|page| page.to_string());
        let CirclePages { friends, incoming, outgoing, blocked } = self.pages;
        let pages = [number(friends), number(incoming), number(outgoing), number(blocked)];
        let names = ["friends", "incoming", "outgoing", "blocked"];
        let pages = names.into_iter().zip(pages.iter().map(Option::as_deref));
        let query: Vec<_> = std::iter::once(("q", self.q.as_deref())).chain(pages).collect();
        address("/users/settings", &query)
    }
}

/// What the part shows at first, and what it asks for when something happens.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Shown {
    pub(crate) asked: Asked,
    pub(crate) circle: Circle,
}

/// What is live of the settings: the lists.
#[component]
pub(crate) fn FriendsPart(state: Shown, #[prop(optional_no_strip)] token: Option<String>) -> impl IntoView {
    FreshToken::provide(token);
    let link = Live::provide().link();
    let Shown { asked, circle } = state;
    provide_context(Back(asked.address()));
    let state = move || if link.get() == Link::Open { "open" } else { "connecting" };
    let (me, pages) = (circle.me, asked.pages);
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
    let is_asked =
        Memo::new(move |_| circle.with(|circle| !circle.incoming.rows.is_empty() || circle.incoming.page > 1));
    view! {
        <Banner />
        <span class="hidden" data-live=state></span>
        <p class="text-sm mt-4">
            {move || if is_asked.get() { "Somebody asks to be your friend: " } else { "Nobody asks to be your friend right now." }}
            <Show when=move || is_asked.get()>
                <a class="text-link" href="#incoming">"see who"</a>
            </Show>
        </p>
        {LISTS.iter().map(|list| draw(list, asked.clone(), circle)).collect_view()}
    }
}

/// A list: its head, its rows and the ways to its other pages.
fn draw(list: &'static List, asked: Asked, circle: RwSignal<Circle>) -> impl IntoView {
    let rows = Memo::new(move |_| circle.with(|circle| (list.of)(circle).rows.clone()));
    let is_empty = Memo::new(move |_| rows.with(Vec::is_empty));
    let is_first = Memo::new(move |_| circle.with(|circle| (list.of)(circle).page == 1));
    let is_there = Memo::new(move |_| list.is_always || !is_empty.get() || !is_first.get());
    let hint = Memo::new(move |_| match (is_empty.get(), is_first.get()) {
        (true, false) => "Nobody is on this page any more.",
        (is_empty, _) if is_there.get() && list.is_always == is_empty => list.hint,
        _ => "",
    });
    // A row is its friendship's for as long as there is one; what changes is in it.
    let row = move |first: Acquaintance| {
        let between = first.between;
        let now = Memo::new(move |_| {
            let now = rows.with(|rows| rows.iter().find(|row| row.between == between).cloned());
            now.unwrap_or_else(|| first.clone())
        });
        (list.row)(now)
    };
    view! {
        <Show when=move || is_there.get()>
            <h3 class="text-sm font-semibold mt-6" id=list.name>{list.title}</h3>
        </Show>
        <Show when=move || !hint.get().is_empty()>
            <p class="text-sm text-muted mt-1">{hint}</p>
        </Show>
        <ul class="sessions" aria-label=list.title>
            <For each=move || rows.get() key=|row| row.between.0 children=row />
        </ul>
        {move || circle.with(|circle| steps(list, &asked, (list.of)(circle)))}
    }
}

/// One of the lists.
struct List {
    title: &'static str,
    /// What is said of it: where it always stands there, when it is empty.
    hint: &'static str,
    /// Its page in the address, and what leads to it.
    name: &'static str,
    /// What the ways to its pages are called.
    pages: &'static str,
    is_always: bool,
    of: fn(&Circle) -> &Acquaintances,
    page: fn(&mut CirclePages) -> &mut Option<i64>,
    row: fn(Memo<Acquaintance>) -> AnyView,
}

static LISTS: [List; 4] = [
    List {
        title: "Your friends",
        hint: "None yet. Look for players by name, and ask them.",
        name: "friends-list",
        pages: "Pages of friends",
        is_always: true,
        of: |circle| &circle.friends,
        page: |pages| &mut pages.friends,
        row: friend,
    },
    List {
        title: "You asked them",
        hint: "",
        name: "outgoing",
        pages: "Pages of whom you asked",
        is_always: false,
        of: |circle| &circle.outgoing,
        page: |pages| &mut pages.outgoing,
        row: outgoing,
    },
    List {
        title: "Blocked",
        hint: "They can neither ask you nor join a lobby of yours.",
        name: "blocked",
        pages: "Pages of whom you block",
        is_always: false,
        of: |circle| &circle.blocked,
        page: |pages| &mut pages.blocked,
        row: blocked,
    },
    List {
        title: "They ask you",
        hint: "",
        name: "incoming",
        pages: "Pages of who asks you",
        is_always: false,
        of: |circle| &circle.incoming,
        page: |pages| &mut pages.incoming,
        row: incoming,
    },
];

fn friend(now: Memo<Acquaintance>) -> AnyView {
    let (between, face) = now.with_untracked(|now| (now.between, now.face.clone()));
    let (id, name) = (face.id, face.name);
    let (join, remove, block) =
        (format!("Join {name}"), format!("Remove {name} from your friends"), format!("Block {name}"));
    let there = Memo::new(move |_| {
        now.with(|now| match now.seat {
            Some(FriendsSeat::There { lobby_id, .. }) => Some(lobby_id),
            _ => None,
        })
    });
    // Where they can be joined stands before the rest, which is at the right: it moves nothing.
    let acts = view! {
        {move || {
            let join = join.clone();
            there.get().map(|lobby| view! {
                <OwnForm action=format!("/lobbies/{lobby}/join") class="contents">
                    <button class="btn btn-tonal btn-lg" aria-label=join>"Join"</button>
                </OwnForm>
            })
        }}
        {about_between("remove", between, "Remove", remove)}
        {about_user("block-user", id, "Block", block)}
    };
    row(now, whereabouts, acts)
}

/// Whether a friend is there, and where.
fn whereabouts(friend: &Acquaintance) -> String {
    let is_online = if friend.is_online { "online" } else { "offline" };
    match &friend.seat {
        None => is_online.to_owned(),
        Some(FriendsSeat::Here) => format!("{is_online} · in your lobby"),
        Some(FriendsSeat::There { title, member_count, max_users, .. }) => {
            format!("{is_online} · in {title}, {member_count} of {max_users} seats taken")
        }
    }
}

fn incoming(now: Memo<Acquaintance>) -> AnyView {
    let (between, name) = now.with_untracked(|now| (now.between, now.face.name.clone()));
    row(now, |_| "wants to be friends".to_owned(), answers(between, &name))
}

/// What whoever is asked can do.
pub(crate) fn answers(between: FriendshipId, name: &str) -> impl IntoView + use<> {
    view! {
        {about_between("accept", between, "Accept", format!("Accept {name}"))}
        {about_between("reject", between, "Reject", format!("Reject {name}"))}
        {about_between("block", between, "Block", format!("Block {name}"))}
    }
}

fn outgoing(now: Memo<Acquaintance>) -> AnyView {
    let (between, name) = now.with_untracked(|now| (now.between, now.face.name.clone()));
    let cancel = about_between("remove", between, "Cancel", format!("Cancel your request to {name}"));
    row(now, |_| "has not answered yet".to_owned(), cancel)
}

fn blocked(now: Memo<Acquaintance>) -> AnyView {
    let (between, name) = now.with_untracked(|now| (now.between, now.face.name.clone()));
    let unblock = about_between("unblock", between, "Unblock", format!("Unblock {name}"));
    row(now, |now| format!("player {}", now.face.id), unblock)
}

/// Somebody of a list, as they are now.
fn row(now: Memo<Acquaintance>, about: fn(&Acquaintance) -> String, acts: impl IntoView + 'static) -> AnyView {
    let face = Memo::new(move |_| now.with(|now| now.face.clone()));
    let about = Memo::new(move |_| now.with(about));
    player(face.into(), about.into(), acts)
}

/// A player, and what can be done about them.
pub(crate) fn player(face: Signal<Face>, about: Signal<String>, acts: impl IntoView + 'static) -> AnyView {
    view! {
        <li class="rowline flex-wrap">
            {move || view! { <Portrait face=face.get() /> }}
            <div class="flex-1 min-w-40">
                <p class="text-sm font-medium wrap-anywhere">{move || face.get().name}</p>
                <p class="text-xs text-muted wrap-anywhere">{about}</p>
            </div>
            <div class="flex flex-wrap justify-end gap-2 ml-auto">{acts}</div>
        </li>
    }
    .into_any()
}

/// A button that does something with what is between the two.
pub(crate) fn about_between(act: &'static str, id: FriendshipId, word: &'static str, label: String) -> AnyView {
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

/// The ways to the page before and to the next; everything else stays as the address asks for it.
fn steps(list: &List, asked: &Asked, shown: &Acquaintances) -> Option<AnyView> {
    let (page, has_more) = (shown.page, shown.has_more);
    let to = |page: i64| {
        let mut asked = asked.clone();
        *(list.page)(&mut asked.pages) = Some(page);
        format!("{}#friends", asked.address())
    };
    let step = |word: &'static str, page: i64| view! { <a class="btn btn-quiet btn-lg" href=to(page)>{word}</a> };
    (page > 1 || has_more).then(|| {
        view! {
            <nav class="flex gap-2 mt-2" aria-label=list.pages>
                {(page > 1).then(|| step("Previous", page - 1))}
                {has_more.then(|| step("Next", page + 1))}
            </nav>
        }
        .into_any()
    })
}

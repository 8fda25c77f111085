//! Finding a game: at once, by a code, or from the list.

use leptos::prelude::*;
use wire::{Cursor, LostBy, LostSeat, Play, PlayFilter};

use crate::address::address;
use crate::components::sky::Sky;
use crate::components::{Empty, Icon, LiveLight, OwnForm};
use crate::words::{counted, figure};

use super::cards::{self, Cards};

pub(super) fn draw(filter: &PlayFilter, after: Option<Cursor>, play: RwSignal<Play>, cards: Cards) -> AnyView {
    let open = Memo::new(move |_| play.with(|play| (play.open, play.open_is_minimum)));
    view! {
        {move || play.with(lost)}
        <section class="hero find">
            <Sky class="hero-art hero-sky" />
            <div class="relative flex flex-wrap items-center gap-4">
                <div class="min-w-0">
                    <h1 class="display text-2xl">"Find a game"</h1>
                    <p class="text-sm mt-0.5 art-line num flex flex-wrap items-center gap-x-3">
                        {move || have_room(open.get())}
                        <LiveLight />
                    </p>
                </div>
                <div class="sm:ml-auto grid grid-cols-[1fr_auto] sm:flex gap-2.5 w-full sm:w-auto">
                    <OwnForm action="/lobbies/quick-join" class="contents">
                        <button class="btn btn-primary btn-lg"><Icon name="zap" />"Quick join"</button>
                    </OwnForm>
                    <a class="btn btn-ink btn-lg" href="#new"><Icon name="plus" />"New"</a>
                </div>
            </div>
        </section>
        {bar(filter, play)}
        <div class="relative">
            <Show when=move || cards.waiting.get() != 0>
                <button type="button" class="newpill" data-new=cards.waiting on:click=move |_| play.with_untracked(|fresh| cards.let_in(fresh))>
                    <Icon name="arrow-down" class="i-sm" />
                    {move || {
                        let count = i64::try_from(cards.waiting.get()).unwrap_or(i64::MAX);
                        counted(count, "new lobby", "new lobbies")
                    }}
                </button>
            </Show>
            <ul class="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
                <For each=move || cards.shown.get() key=|card| card.id children=cards::draw />
            </ul>
        </div>
        {none(filter, cards)}
        {steps(filter, after, play)}
    }
    .into_any()
}

/// How many lobbies anybody may sit down in.
fn have_room((open, is_minimum): (i64, bool)) -> String {
    match open {
        0 => "No lobby has a free seat right now. Quick join opens one.".to_owned(),
        1 => "One lobby has a free seat.".to_owned(),
        _ => format!("{}{} lobbies have a free seat.", figure(open), if is_minimum { "+" } else { "" }),
    }
}

/// The ways to narrow the list down, and to come in by a code.
fn bar(filter: &PlayFilter, play: RwSignal<Play>) -> impl IntoView + use<> {
    let title = filter.title.clone();
    let chip = |word: &'static str, is_current: bool, show: Option<&str>, count: Option<Memo<i64>>| {
        let href = address("/lobbies", &[("show", show), ("title", title.as_deref())]);
        view! {
            <a class="chip" href=href aria-current=is_current.then_some("true")>
                {word}
                {count.map(|count| view! { <span class="n">{count}</span> })}
            </a>
        }
    };
    let with_friends = Memo::new(move |_| play.with(|play| play.with_friends));
    let show = show(filter);
    view! {
        <div class="flex flex-wrap items-center gap-2 mb-4">
            <nav class="flex flex-wrap gap-2" aria-label="Which lobbies">
                {chip("Free seat", show.is_none(), None, None)}
                {chip("With friends", show == Some("friends"), Some("friends"), Some(with_friends))}
                {chip("All", show == Some("all"), Some("all"), None)}
            </nav>
            <form method="get" action="/lobbies" role="search" class="flex-1 min-w-40 sm:max-w-64">
                {show.map(|show| view! { <input type="hidden" name="show" value=show /> })}
                <label class="input input-lg w-full">
                    <Icon name="search" class="text-muted" />
                    <input type="search" name="title" placeholder="Title contains" aria-label="Title contains" value=filter.title.clone() maxlength="80" autocomplete="off" />
                </label>
            </form>
            <OwnForm action="/lobbies/join-by-code" class="flex flex-1 gap-2 sm:flex-none sm:ml-auto">
                <label class="input input-lg flex-1 min-w-36 sm:w-40">
                    <Icon name="hash" class="text-muted" />
                    <input name="code" placeholder="Join code" aria-label="Join code" maxlength="16" autocapitalize="characters" autocomplete="off" spellcheck="false" required />
                </label>
                <button class="btn btn-quiet btn-lg" aria-label="Join by code">"Join"</button>
            </OwnForm>
        </div>
    }
}

/// What of the list is shown, as the address has it.
fn show(filter: &PlayFilter) -> Option<&'static str> {
    match (filter.friends, filter.all) {
        (true, _) => Some("friends"),
        (false, true) => Some("all"),
        (false, false) => None,
    }
}

/// What stands in the place of an empty list.
fn none(filter: &PlayFilter, cards: Cards) -> impl IntoView + use<> {
    let is_empty = Memo::new(move |_| cards.shown.with(Vec::is_empty));
    let (title, hint) = match (&filter.title, filter.friends) {
        (Some(_), _) => ("No lobby fits", "Try a part of the title, or look at all of them."),
        (None, true) => ("No friend sits where you could join", "Open a lobby and invite them."),
        (None, false) => ("No lobby here", "Quick join opens one for you; whoever comes next sits down with you."),
    };
    let is_narrowed = *filter != PlayFilter::default();
    view! {
        <Show when=move || is_empty.get()>
            <div class="panel">
                <Empty icon="swords" title>
                    <p>{hint}</p>
                    {is_narrowed.then(|| view! { <a class="btn btn-quiet btn-lg mt-2" href="/lobbies">"Show those with a free seat"</a> })}
                </Empty>
            </div>
        </Show>
    }
}

/// The ways to the next page and back to the first, and how far a search went.
fn steps(filter: &PlayFilter, after: Option<Cursor>, play: RwSignal<Play>) -> impl IntoView + use<> {
    let (show, title) = (show(filter), filter.title.clone());
    let to = move |after: Option<Cursor>| {
        let after = after.map(|after| after.to_string());
        address("/lobbies", &[("show", show), ("title", title.as_deref()), ("after", after.as_deref())])
    };
    let first = to(None);
    let next = Memo::new(move |_| play.with(|play| play.next.map(|next| (next, play.is_broken_off))));
    let on = move || {
        let (next, is_broken_off) = next.get()?;
        let word = if is_broken_off { "Search on" } else { "Next" };
        let step = view! {
            {is_broken_off.then(|| view! { <p class="text-sm text-muted basis-full">"10,000 lobbies were looked through. There are more."</p> })}
            <a class="btn btn-quiet btn-lg" href=to(Some(next))>{word}</a>
        };
        Some(step)
    };
    view! {
        <nav class="flex flex-wrap gap-2 mt-4" aria-label="Pages">
            {after.map(|_| view! { <a class="btn btn-quiet btn-lg" href=first>"First page"</a> })}
            {on}
        </nav>
    }
}

/// Why the player sits no longer where they sat, and how to go on.
fn lost(play: &Play) -> Option<AnyView> {
    let LostSeat { title, reason, .. } = play.lost.clone()?;
    let why = match reason {
        LostBy::Kicked => format!("Your seat in {title} was freed by whoever leads it."),
        LostBy::Dropped => format!("You were away from {title} for longer than a seat is kept, so yours was freed."),
        LostBy::Idle => format!("{title} was closed: nobody was there for a long time."),
        LostBy::Empty => format!("{title} was closed: nobody sat in it for a long time."),
        LostBy::Closed => format!("{title} was closed by an admin."),
    };
    let room = match play.open {
        0 => "Quick join opens another.".to_owned(),
        1 => "One other lobby has room.".to_owned(),
        open => format!("{} other lobbies have room.", figure(open)),
    };
    let note = view! {
        <div class="note mb-4" data-lost="">
            <Icon name="circle-alert" />
            <p class="wrap-anywhere">{why} " " {room}</p>
        </div>
    };
    Some(note.into_any())
}

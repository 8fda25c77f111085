//! Finding a game: at once, by a code, or from the list.

use leptos::prelude::*;
use wire::{Cursor, LostBy, LostSeat, Play, PlayFilter};

use crate::components::sky::Sky;
use crate::components::{Empty, Icon, LiveLight, OwnForm};
use crate::words::figure;

use super::cards::Cards;
use super::view_of;

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
        {cards.draw()}
        {none(filter, cards)}
        {steps(filter, after, play)}
    }
    .into_any()
}

/// How many lobbies have a free seat.
fn have_room((open, is_minimum): (i64, bool)) -> String {
    match open {
        0 => "No lobby has a free seat right now. Quick join opens one.".to_owned(),
        1 => "One lobby has a free seat.".to_owned(),
        _ => format!("{}{} lobbies have a free seat.", figure(open), if is_minimum { "+" } else { "" }),
    }
}

/// The ways to narrow the list down, and to come in by a code.
fn bar(filter: &PlayFilter, play: RwSignal<Play>) -> impl IntoView + use<> {
    let chip = |word: &'static str, all: bool, friends: bool, count: Option<Memo<i64>>| {
        let is_current = (filter.all && !filter.friends, filter.friends) == (all, friends);
        let href = view_of(&PlayFilter { all, friends, ..filter.clone() }, None);
        view! {
            <a class="chip" href=href aria-current=is_current.then_some("true")>
                {word}
                {count.map(|count| view! { <span class="n">{count}</span> })}
            </a>
        }
    };
    let with_friends = Memo::new(move |_| play.with(|play| play.with_friends));
    let show = filter.friends.then_some("friends").or_else(|| filter.all.then_some("all"));
    view! {
        <div class="flex flex-wrap items-center gap-2 mb-4">
            <nav class="flex flex-wrap gap-2" aria-label="Which lobbies">
                {chip("Free seat", false, false, None)}
                {chip("With friends", false, true, Some(with_friends))}
                {chip("All", true, false, None)}
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
    let filter = filter.clone();
    let to = move |after: Option<Cursor>| view_of(&filter, after);
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
        LostBy::Kicked => format!("The host of {title}, or an admin, freed your seat."),
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

//! Friends who ask the player to sit down with them: over the foot of the page, so that it moves nothing. One is shown, and how
//! many more there are.

use leptos::prelude::*;
use wire::{Invited, Play};

use crate::components::{Icon, OwnForm, Portrait};
use crate::live::steady;
use crate::words::counted;

pub(super) fn draw(play: RwSignal<Play>) -> impl IntoView {
    let invited = steady(move || play.with(|play| play.invited.clone()), |invited| invited.lobby_id.0);
    let more = Memo::new(move |_| invited.with(|invited| invited.len().saturating_sub(1)));
    // An invitation is its lobby's for as long as there is one; its seats change in it.
    let row = move |first: Invited| {
        let lobby = first.lobby_id;
        let free = Memo::new(move |before: Option<&i64>| {
            let now = invited.with(|invited| invited.iter().find(|now| now.lobby_id == lobby).map(|now| now.free));
            now.or(before.copied()).unwrap_or(first.free)
        });
        one(&first, free)
    };
    view! {
        <p class="sr-only" role="status">{arrivals(invited)}</p>
        <div class="invites">
            <ul aria-label="Invitations">
                <For each=move || invited.get() key=|invited| invited.lobby_id.0 children=row />
            </ul>
            <Show when=move || more.get() != 0>
                <details class="invites-more">
                    <summary class="btn btn-ink btn-lg">{move || format!("{} more", more.get())}</summary>
                </details>
            </Show>
        </div>
    }
}

/// Says who invites, for those who do not see it appear. Of the invitations that were there at first nothing is said.
fn arrivals(invited: Memo<Vec<Invited>>) -> RwSignal<String> {
    let said = RwSignal::new(String::new());
    Effect::new(move |before: Option<Vec<i64>>| {
        let now = invited.get();
        let is_new = |one: &&Invited| before.as_ref().is_some_and(|before| !before.contains(&one.lobby_id.0));
        if let Some(one) = now.iter().find(is_new) {
            said.set(format!("{} invites you to {}.", one.by.name, one.title));
        }
        now.iter().map(|one| one.lobby_id.0).collect()
    });
    said
}

fn one(invited: &Invited, free: Memo<i64>) -> impl IntoView + use<> {
    let Invited { lobby_id, title, by, .. } = invited.clone();
    let (name, id) = (by.name.clone(), lobby_id.to_string());
    let marked = id.clone();
    let room = move || match free.get() {
        0 => "full".to_owned(),
        free => format!("{} free", counted(free, "seat", "seats")),
    };
    view! {
        <li class="snack" data-invited=marked>
            <Portrait face=by class="av av-md" />
            <div class="min-w-0 flex-1">
                <p class="font-semibold truncate">{name.clone()}" invites you"</p>
                <p class="text-xs truncate num">{title.clone()}" · "{room}</p>
            </div>
            <OwnForm action=format!("/lobbies/{lobby_id}/join") class="contents">
                <button class="btn btn-quiet btn-lg" aria-label=format!("Take a seat in {title}")>"Take a seat"</button>
            </OwnForm>
            <OwnForm action="/lobbies/decline" class="contents">
                <input type="hidden" name="lobby_id" value=id />
                <button class="btn btn-ink btn-lg btn-square" aria-label=format!("Decline {name}") title="Not now"><Icon name="x" /></button>
            </OwnForm>
        </li>
    }
}

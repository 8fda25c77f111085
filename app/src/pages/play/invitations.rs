//! Friends who ask the player to sit down with them: over the foot of the page, so that it moves nothing.

use leptos::prelude::*;
use wire::{Invited, Play};

use crate::components::{Icon, OwnForm, Portrait};
use crate::words::counted;

pub(super) fn draw(play: RwSignal<Play>) -> impl IntoView {
    let invited = Memo::new(move |_| play.with(|play| play.invited.clone()));
    view! {
        <div class="invites" role="status">
            <ul aria-label="Invitations">
                <For each=move || invited.get() key=|invited| (invited.lobby_id.0, invited.free) children=one />
            </ul>
        </div>
    }
}

fn one(invited: Invited) -> impl IntoView {
    let Invited { lobby_id, title, free, by } = invited;
    let (name, id) = (by.name.clone(), lobby_id.to_string());
    let marked = id.clone();
    let room = if free == 0 { "full".to_owned() } else { format!("{} free", counted(free, "seat", "seats")) };
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

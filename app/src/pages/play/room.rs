//! The lobby one sits in: its seats and who is ready, whom one could invite, and for whoever may, what to do about it.

use leptos::prelude::*;
use wire::{Face, Play, Room, Sitting, UserId};

use crate::components::{Badge, Copy, Icon, LiveLight, OwnForm, Portrait, can_copy};
use crate::live::steady;
use crate::words::counted;

use super::Refused;
use manage::Manage;

mod manage;

pub(super) fn draw(play: RwSignal<Play>, refused: Option<Refused>) -> AnyView {
    // Drawn anew whenever something changed: the same elements, with what is different in them.
    let part = move |draw: fn(&Room, UserId) -> AnyView| {
        move || play.with(|play| play.room.as_ref().map(|room| draw(room, play.me)))
    };
    let code = move || play.with(|play| play.room.as_ref().and_then(|room| room.lobby.rules.as_ref()?.code.clone()));
    view! {
        <div class="room">
            <div class="flex flex-wrap items-start gap-4">
                <div class="min-w-0 grow basis-72">
                    {part(head)}
                    <LiveLight />
                </div>
                <CodeToShare code=Signal::derive(code) />
            </div>
            {part(seats)}
            {part(acts)}
            <div class="grid gap-4 lg:grid-cols-2 items-start"><Invite play /> <Manage play refused /></div>
        </div>
    }
    .into_any()
}

fn head(room: &Room, _: UserId) -> AnyView {
    let lobby = &room.lobby;
    let badges: Vec<_> = [
        (lobby.is_hidden, Badge::HIDDEN),
        (lobby.is_locked, Badge::LOCKED),
        (lobby.is_passworded, Badge::PASSWORD),
        (lobby.hostless, Badge::HOSTLESS),
    ]
    .into_iter()
    .filter_map(|(is, badge)| is.then_some(badge))
    .collect();
    let ready = room.members.iter().filter(|member| member.is_ready).count();
    let line = format!("{} of {} taken · {ready} ready", lobby.member_count, counted(lobby.max_users, "seat", "seats"));
    view! {
        <h1 class="display text-2xl wrap-anywhere">{lobby.title.clone()}</h1>
        <p class="text-muted wrap-anywhere">{room.about.clone()}</p>
        <p class="text-muted num" data-line="">{line}</p>
        {Badge::draw_all(badges)}
    }
    .into_any()
}

/// The code by which others come in, and a button that copies it once the page is hydrated; its place is kept.
#[component]
fn CodeToShare(code: Signal<Option<String>>) -> impl IntoView {
    let ready = RwSignal::new(false);
    Effect::new(move |_| ready.set(can_copy()));
    let shown = move || code.get().map(|code| spaced(&code));
    let is_there = Memo::new(move |_| code.get().is_some());
    view! {
        <Show when=move || is_there.get()>
            <div class="flex items-center gap-2">
                <p class="code-cut cut">
                    <span class="sr-only">"Join code: "</span>
                    <b class="num" data-code="">{shown}</b>
                </p>
                <span class:invisible=move || !ready.get()>
                    <Copy text=move || shown().unwrap_or_default() label="Copy" icon="copy" class="btn btn-quiet btn-lg" />
                </span>
            </div>
        </Show>
    }
}

/// A code as it is read out: `ABC-DEF`.
fn spaced(code: &str) -> String {
    match code.split_at_checked(3) {
        Some((first, rest)) if !rest.is_empty() && !code.contains('-') => format!("{first}-{rest}"),
        _ => code.to_owned(),
    }
}

fn seats(room: &Room, me: UserId) -> AnyView {
    let lobby = &room.lobby;
    let kicks = lobby.host_id == Some(me);
    let seats = (1..=lobby.max_users).map(|seat| {
        let taken = room.members.iter().find(|member| member.seat == seat);
        let is_host = taken.is_some_and(|member| lobby.host_id == Some(member.face.id));
        match taken {
            Some(member) => taken_seat(member, me, is_host, kicks),
            None => free_seat(seat),
        }
    });
    view! {
        <OwnForm action="/lobbies/sit" id=Some(SIT) class="hidden">""</OwnForm>
        <ol class="seats" aria-label="Seats">{seats.collect_view()}</ol>
    }
    .into_any()
}

/// The form of the free seats. Those that are taken have forms of their own, which cannot stand within another.
const SIT: &str = "sit";

fn free_seat(seat: i64) -> AnyView {
    let label = format!("Free seat {seat}, sit there");
    view! {
        <li class="seat seat-free" data-seat=seat.to_string()>
            <button class="btn btn-ghost btn-lg w-full" form=SIT name="seat" value=seat.to_string() aria-label=label>"Free seat"</button>
        </li>
    }
    .into_any()
}

fn taken_seat(member: &Sitting, me: UserId, is_host: bool, kicks: bool) -> AnyView {
    let Sitting { seat, face, is_ready, is_held } = member.clone();
    let (id, name) = (face.id, face.name.clone());
    let class = match (is_held, is_host) {
        (true, _) => "seat seat-held",
        (false, true) => "seat seat-host",
        (false, false) => "seat",
    };
    let state = match (is_held, is_ready) {
        (true, _) => view! { <span class="tag tag-warn"><Icon name="unplug" />"reconnecting"</span> }.into_any(),
        (false, true) => view! { <span class="tag tag-ok"><Icon name="check" />"ready"</span> }.into_any(),
        (false, false) => view! { <span class="tag">"not ready"</span> }.into_any(),
    };
    let (label, title) = (format!("Kick {name}"), name.clone());
    view! {
        <li class=class data-seat=seat.to_string() data-user=id.to_string() data-ready=is_ready.then_some("") data-held=is_held.then_some("")>
            <Portrait face class="av av-md" />
            <div class="min-w-0 flex-1">
                <p class="text-sm font-medium truncate" title=title>{name}{(id == me).then_some(" (you)")}</p>
                <p class="flex flex-wrap items-center gap-1.5 mt-0.5">
                    {is_host.then(|| view! { <span class="tag tag-volt"><Icon name="crown" />"host"</span> })}
                    {state}
                </p>
            </div>
            {(kicks && id != me).then(|| view! {
                <OwnForm action="/lobbies/kick" class="contents">
                    <input type="hidden" name="target_user_id" value=id.to_string() />
                    <button class="btn btn-ghost btn-lg btn-square" aria-label=label.clone() title=label><Icon name="user-x" /></button>
                </OwnForm>
            })}
        </li>
    }
    .into_any()
}

fn acts(room: &Room, me: UserId) -> AnyView {
    let is_ready = room.members.iter().any(|member| member.face.id == me && member.is_ready);
    let (word, icon, class) = if is_ready {
        ("Not ready", "x", "btn btn-quiet btn-lg")
    } else {
        ("Ready", "check", "btn btn-primary btn-lg")
    };
    view! {
        <div class="flex flex-wrap gap-3">
            <OwnForm action="/lobbies/ready" class="contents">
                <input type="hidden" name="is_ready" value=(!is_ready).to_string() />
                <button class=class><Icon name=icon />{word}</button>
            </OwnForm>
            <OwnForm action="/lobbies/leave" class="contents">
                <button class="btn btn-quiet btn-lg"><Icon name="log-out" />"Leave"</button>
            </OwnForm>
        </div>
    }
    .into_any()
}

/// Friends who could be asked to sit down as well.
#[component]
fn Invite(play: RwSignal<Play>) -> impl IntoView {
    let online = move || play.with(|play| play.room.as_ref().map(|room| room.friends.clone()).unwrap_or_default());
    let friends = steady(online, |face| face.id);
    let none = Memo::new(move |_| friends.with(Vec::is_empty));
    let row = |face: Face| {
        let Face { id, name, .. } = face.clone();
        let label = format!("Invite {name}");
        view! {
            <li class="rowline">
                <Portrait face />
                <span class="flex-1 min-w-0 text-sm font-medium wrap-anywhere">{name}</span>
                <OwnForm action="/lobbies/invite" class="contents">
                    <input type="hidden" name="target_user_id" value=id.to_string() />
                    <button class="btn btn-quiet btn-lg" aria-label=label>"Invite"</button>
                </OwnForm>
            </li>
        }
    };
    view! {
        <section class="panel" aria-labelledby="invite-title">
            <div class="panel-head"><h2 id="invite-title">"Friends who are online"</h2></div>
            <ul>
                <For each=move || friends.get() key=|face| face.id.0 children=row />
            </ul>
            <Show when=move || none.get()>
                <p class="panel-body text-sm text-muted">
                    "None right now. Give others the code above, or "
                    <a class="text-link" href="/users/settings#friends">"look for friends"</a> "."
                </p>
            </Show>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_shown_in_two_halves() {
        assert_eq!(
            [spaced("ABCDEF"), spaced("ABC-DEF"), spaced("AB"), spaced("ABC")],
            ["ABC-DEF", "ABC-DEF", "AB", "ABC"]
        );
    }
}

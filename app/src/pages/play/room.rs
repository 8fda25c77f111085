//! The lobby one sits in: its seats and who is ready, and for whoever may, what to do about it.

use leptos::prelude::*;
use wire::{Face, HostPolicy, Lobby, Play, Room, Sitting, UserId};

use crate::components::{Badge, Copy, Icon, LiveLight, OwnForm, Portrait};
use crate::words::counted;

pub(super) fn draw(play: RwSignal<Play>) -> AnyView {
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
            <div class="grid gap-4 lg:grid-cols-2 items-start">{part(invite)} {part(manage)}</div>
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
    Effect::new(move |_| ready.set(true));
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

fn invite(room: &Room, _: UserId) -> AnyView {
    let friends = room.friends.iter().cloned().map(|face| {
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
    });
    let none = room.friends.is_empty();
    view! {
        <section class="panel" aria-labelledby="invite-title">
            <div class="panel-head"><h2 id="invite-title">"Friends who are online"</h2></div>
            <ul>{friends.collect_view()}</ul>
            {none.then(|| view! {
                <p class="panel-body text-sm text-muted">
                    "None right now. Give others the code above, or "
                    <a class="text-link" href="/users/settings#friends">"look for friends"</a> "."
                </p>
            })}
        </section>
    }
    .into_any()
}

/// What the host changes; in a lobby without one, each member.
fn manage(room: &Room, me: UserId) -> AnyView {
    let lobby = room.lobby.clone();
    if lobby.host_id != Some(me) && !lobby.hostless {
        return ().into_any();
    }
    let Lobby { title, max_users, is_hidden, is_locked, is_passworded, .. } = lobby;
    let heir = heir(room, me);
    view! {
        <details class="panel manage">
            <summary><Icon name="sliders-horizontal" />"Manage this lobby"<Icon name="chevron-down" /></summary>
            <OwnForm action="/lobbies/update" class="panel-body grid gap-4">
                <label class="field"><span>"Title"</span><input class="input input-lg w-full" name="title" value=title maxlength="80" required autocomplete="off" /></label>
                <label class="field"><span>"Seats"</span><input class="input input-lg w-full" type="number" name="max_users" value=max_users.to_string() min="1" max="128" required /></label>
                {tick("is_hidden", "Hidden: only by its code", is_hidden)}
                {tick("is_locked", "Locked: nobody may join", is_locked)}
                <label class="field"><span>"New password"</span><input class="input input-lg w-full" name="password" maxlength="128" autocomplete="off" /></label>
                {heir}
                {is_passworded.then(|| tick("no_password", "No password any more", false))}
                <div><button class="btn btn-quiet btn-lg">"Save"</button></div>
            </OwnForm>
            <OwnForm action="/lobbies/new-code" class="panel-body">
                <div><button class="btn btn-quiet btn-lg"><Icon name="refresh-cw" />"Another code"</button></div>
            </OwnForm>
        </details>
    }
    .into_any()
}

/// Who is host next, where the lobby was opened so that it can be said.
fn heir(room: &Room, me: UserId) -> Option<AnyView> {
    let rules = room.lobby.rules.as_ref().filter(|rules| rules.host_policy == HostPolicy::Successor)?;
    let others = room.members.iter().filter(|member| member.face.id != me).map(|member| {
        let Face { id, name, .. } = member.face.clone();
        view! { <option value=id.to_string() selected=rules.successor_id == Some(id)>{name}</option> }
    });
    let others = others.collect_view();
    let heir = view! {
        <label class="field">
            <span>"Next host"</span>
            <select class="input input-lg w-full select" name="successor_id">
                <option value="">"As it is"</option>
                {others}
            </select>
        </label>
    };
    Some(heir.into_any())
}

fn tick(name: &'static str, words: &'static str, is: bool) -> impl IntoView {
    view! {
        <label class="flex items-center gap-3 min-h-11 text-sm">
            <input class="checkbox" type="checkbox" name=name value="true" checked=is />
            {words}
        </label>
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

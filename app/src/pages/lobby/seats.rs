//! Who sits in a lobby.

use leptos::prelude::*;
use wire::{LobbyId, LobbyMember};

use super::Now;
use crate::address::address;
use crate::clock::exact;
use crate::components::{self, Act, Avatar, Badge, Icon, Panel};
use crate::pages::lobbies::{chips, draw_chips};
use crate::words::counted;

/// The seats, which follow.
#[component]
pub(super) fn Seats(id: LobbyId, now: Now) -> impl IntoView {
    let seats = now.map(|lobby| (lobby.member_count, lobby.max_users));
    let seats = Memo::new(move |_| seats.get().unwrap_or((0, 1)));
    let members = now.map(|lobby| {
        let mut members = lobby.members.clone().unwrap_or_default();
        members.sort_by_key(|member| member.seat);
        (members, lobby.host_id)
    });
    let code = now.map(|lobby| lobby.rules.as_ref().and_then(|rules| rules.code.clone()));
    let free = Memo::new(move |_| {
        let (taken, all) = seats.get();
        all - taken
    });
    let states = move || {
        members.with(|members| {
            let members = members.as_ref().map(|(members, _)| members.as_slice()).unwrap_or_default();
            let ready = members.iter().filter(|member| member.is_ready).count();
            let held = members.iter().filter(|member| member.held_until.is_some()).count();
            format!("{ready} ready · {held} kept for who dropped")
        })
    };
    view! {
        <Panel title="Seats" aside=move || view! { <components::Seats of=seats /> }>
            <div class="flex flex-wrap gap-x-4 gap-y-1 px-4 pt-3 text-xs text-muted num">
                <span>{states}</span>
                {move || code.get().flatten().map(|code| {
                    let (start, end) = code.split_at(code.len() / 2);
                    view! { <span class="sm:ml-auto">"Join code " <code class="meta-chip" data-code="">{format!("{start}-{end}")}</code></span> }
                })}
            </div>
            <ol class="seats">
                {move || {
                    let (members, host) = members.get().unwrap_or_default();
                    let seat = |member: LobbyMember| {
                        let is_host = host == Some(member.user_id);
                        seat(id, member, is_host)
                    };
                    members.into_iter().map(seat).collect_view()
                }}
                {move || (free.get() > 0).then(|| view! {
                    <li class="seat border-dashed text-muted text-sm">{counted(free.get(), "free seat", "free seats")}</li>
                })}
            </ol>
        </Panel>
    }
}

fn seat(id: LobbyId, member: LobbyMember, is_host: bool) -> impl IntoView {
    let LobbyMember { user_id, display_name, seat, is_ready, held_until, metadata, .. } = member;
    let said = chips(&metadata);
    let said = (!said.is_empty())
        .then(|| view! { <span class="chips max-h-none w-full" data-metadata="">{draw_chips(said)}</span> });
    let name = display_name.unwrap_or_else(|| format!("player-{user_id}"));
    let href = address("/admin/users", &[("user", Some(&user_id.to_string()))]);
    let crown = is_host.then(|| {
        view! { <span class="text-warning flex" role="img" aria-label="host"><Icon name="crown" class="i-sm" /></span> }
    });
    let state = match held_until {
        Some(_) => Badge::HELD,
        None if is_ready => Badge::READY,
        None => Badge::NOT_READY,
    };
    let until = held_until.map(|until| format!("Their socket dropped. The seat is kept until {}.", exact(until)));
    view! {
        <li class="seat" class:border-dashed=held_until.is_some() data-member=user_id.to_string() data-seat=seat.to_string()>
            <span class="num text-xs text-muted w-5 text-right shrink-0">{seat.to_string()}</span>
            <Avatar id=user_id />
            <div class="min-w-0 flex-1 flex flex-wrap items-center gap-1.5">
                <a class="font-medium text-sm truncate max-w-full hover:underline" href=href>{name.clone()}</a>
                {crown}
                <span class="sm:ml-auto" title=until>{state.draw()}</span>
                {said}
            </div>
            <Act action=format!("/admin/lobbies/{id}/kick") label="Kick" icon="user-x" class="btn btn-quiet btn-xs" to=name>
                <input type="hidden" name="user_id" value=user_id.to_string() />
            </Act>
        </li>
    }
}

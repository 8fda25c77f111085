//! Who sits in a lobby.

use leptos::prelude::*;
use wire::{LobbyId, LobbyMember};

use super::Now;
use crate::address::address;
use crate::components::{self, Act, Avatar, Icon, Panel};
use crate::words::counted;

/// The seats, which follow.
#[component]
pub(super) fn Seats(id: LobbyId, now: Now) -> impl IntoView {
    let seats = now.map(|lobby| (lobby.member_count, lobby.max_users));
    let seats = Memo::new(move |_| seats.get().unwrap_or((0, 1)));
    let members = now.map(|lobby| (lobby.members.clone().unwrap_or_default(), lobby.host_id));
    let free = Memo::new(move |_| {
        let (taken, all) = seats.get();
        all - taken
    });
    view! {
        <Panel title="Seats" aside=move || view! { <components::Seats of=seats /> }>
            <ol class="seats" data-seats="">
                {move || {
                    let (members, host) = members.get().unwrap_or_default();
                    members.into_iter().map(|member| {
                        let is_host = host == Some(member.user_id);
                        seat(id, member, is_host)
                    }).collect_view()
                }}
                {move || (free.get() > 0).then(|| view! {
                    <li class="seat border-dashed text-muted text-sm">{counted(free.get(), "free seat", "free seats")}</li>
                })}
            </ol>
        </Panel>
    }
}

fn seat(id: LobbyId, member: LobbyMember, is_host: bool) -> impl IntoView {
    let LobbyMember { user_id, display_name, .. } = member;
    let name = display_name.unwrap_or_else(|| format!("player-{user_id}"));
    let href = address("/admin/users", &[("user", Some(&user_id.to_string()))]);
    let crown = is_host.then(|| {
        view! { <span class="text-warning flex" role="img" aria-label="host"><Icon name="crown" class="i-sm" /></span> }
    });
    view! {
        <li class="seat" data-member=user_id.to_string()>
            <Avatar id=user_id />
            <div class="min-w-0 flex-1">
                <div class="flex items-center gap-1.5">
                    <a class="font-medium text-sm truncate hover:underline" href=href>{name.clone()}</a>
                    {crown}
                </div>
            </div>
            <Act action=format!("/admin/lobbies/{id}/kick") label="Kick" icon="user-x" class="btn btn-quiet btn-xs" to=name>
                <input type="hidden" name="user_id" value=user_id.to_string() />
            </Act>
        </li>
    }
}

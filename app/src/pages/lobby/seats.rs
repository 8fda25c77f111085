//! The seats of a lobby, each at its own place, whoever comes and goes: what is pressed is about the player who is named there.

use std::time::Duration;

use leptos::prelude::*;
use wire::{LobbyId, LobbyMember, UserId};

use super::Now;
use crate::address::address;
use crate::clock::exact;
use crate::components::{self, Act, Avatar, Badge, Copy, Icon, Panel};
use crate::pages::lobbies::{chips, draw_chips};
use crate::words::counted;

/// Seats that are drawn in any case, taken or not: those that are counted at a glance.
const DRAWN: i64 = 12;
/// How long nobody can be put out who has just sat down, where the pointer may still be after another.
const SETTLES: Duration = Duration::from_secs(2);

/// A seat, and who has it.
type Place = (i64, Option<UserId>);

/// The seats that are drawn: up to the last one that anybody has or had since the page was loaded, so that none goes from
/// under the pointer.
fn places(taken: &[Place], all: i64, before: &[Place]) -> Vec<Place> {
    let last = taken.iter().chain(before).map(|(seat, _)| *seat).max().unwrap_or_default();
    let who = |seat| taken.iter().find(|(at, _)| *at == seat).and_then(|(_, who)| *who);
    (1..=last.max(DRAWN).min(all)).map(|seat| (seat, who(seat))).collect()
}

/// Those of the end that are not drawn.
fn others_free(drawn: i64, all: i64) -> Option<String> {
    match all - drawn {
        ..1 => None,
        1 => Some(format!("Seat {all} is free")),
        _ => Some(format!("Seats {} to {all} are free", drawn + 1)),
    }
}

/// The seats, which follow.
#[component]
pub(super) fn Seats(id: LobbyId, now: Now) -> impl IntoView {
    let seats = now.map(|lobby| (lobby.member_count, lobby.max_users));
    let seats = Memo::new(move |_| seats.get().unwrap_or((0, 1)));
    let taken = now.map(|lobby| {
        let members = lobby.members.iter().flatten();
        (members.map(|member| (member.seat, Some(member.user_id))).collect::<Vec<Place>>(), lobby.max_users)
    });
    let drawn = Memo::new(move |before: Option<&Vec<Place>>| {
        let (taken, all) = taken.get().unwrap_or_default();
        places(&taken, all, before.map(Vec::as_slice).unwrap_or_default())
    });
    let others = Memo::new(move |_| {
        others_free(drawn.with(|drawn| i64::try_from(drawn.len()).unwrap_or_default()), seats.get().1)
    });
    let code = now.map(|lobby| lobby.rules.as_ref().and_then(|rules| rules.code.clone()));
    let states = now.map(|lobby| {
        let members = || lobby.members.iter().flatten();
        let ready = members().filter(|member| member.is_ready).count();
        let held = members().filter(|member| member.held_until.is_some()).count();
        let free = counted(lobby.max_users - lobby.member_count, "free seat", "free seats");
        format!("{ready} ready · {held} kept for who dropped · {free}")
    });
    let is_open = RwSignal::new(false);
    // There is no clipboard on plain HTTP.
    let can_copy = RwSignal::new(false);
    Effect::new(move |_| {
        is_open.set(true);
        can_copy.set(window().is_secure_context());
    });
    let seat = move |(seat, who): Place| match who {
        Some(who) => view! { <Taken id now seat who is_new=is_open.get_untracked() /> }.into_any(),
        None => view! {
            <li class="seat border-dashed text-muted text-sm" data-seat=seat.to_string()>
                <span class="num text-xs w-5 text-right shrink-0">{seat.to_string()}</span>
                "Free seat"
            </li>
        }
        .into_any(),
    };
    view! {
        <Panel title="Seats" aside=move || view! { <components::Seats of=seats /> }>
            <div class="flex flex-wrap gap-x-4 gap-y-1 px-4 pt-3 text-xs text-muted num">
                <span>{states}</span>
                {move || code.get().flatten().map(|code| {
                    let (start, end) = code.split_at(code.len() / 2);
                    let shown = format!("{start}-{end}");
                    view! {
                        <span class="sm:ml-auto flex items-center gap-1.5">
                            "Join code " <code class="meta-chip" data-code="">{shown.clone()}</code>
                            <span class="flex" class:invisible=move || !can_copy.get()>
                                <Copy text=move || shown.clone() label="Copy code" icon="copy" class="btn btn-ghost btn-xs" />
                            </span>
                        </span>
                    }
                })}
            </div>
            <ol class="seats">
                <For each=move || drawn.get() key=|place| *place children=seat />
            </ol>
            {move || others.get().map(|said| view! { <p class="px-4 pb-4 text-sm text-muted num">{said}</p> })}
        </Panel>
    }
}

/// A seat that somebody has. It is this player's for as long as it is drawn.
#[component]
fn Taken(
    id: LobbyId,
    now: Now,
    seat: i64,
    who: UserId,
    /// They sat down while the page was open.
    is_new: bool,
) -> impl IntoView {
    let member = now.map(move |lobby| {
        lobby.members.iter().flatten().find(|member| member.user_id == who).cloned().map(|member| {
            let is_host = lobby.host_id == Some(who);
            (member, is_host)
        })
    });
    let name = move || {
        member
            .with(|member| member.as_ref().and_then(Option::as_ref).and_then(|(member, _)| member.display_name.clone()))
    };
    let name = Memo::new(move |_| name().unwrap_or_else(|| format!("player-{who}")));
    let is_held =
        move || member.with(|member| matches!(member, Some(Some((LobbyMember { held_until: Some(_), .. }, _)))));
    let is_settling = RwSignal::new(is_new);
    if is_new {
        set_timeout(
            move || {
                is_settling.try_set(false);
            },
            SETTLES,
        );
    }
    let href = address("/admin/users", &[("user", Some(&who.to_string()))]);
    view! {
        <li class="seat" class:border-dashed=is_held data-member=who.to_string() data-seat=seat.to_string()>
            <span class="num text-xs text-muted w-5 text-right shrink-0">{seat.to_string()}</span>
            <Avatar id=who />
            <div class="min-w-0 flex-1 grid gap-1">
                <div class="flex items-center gap-1.5 min-w-0">
                    <a class="font-medium text-sm truncate hover:underline" href=href>{name}</a>
                    {move || member.with(|member| matches!(member, Some(Some((_, true))))).then(|| view! {
                        <span class="text-warning flex" role="img" aria-label="host"><Icon name="crown" class="i-sm" /></span>
                    })}
                </div>
                {move || member.get().flatten().map(|(member, _)| said(member))}
            </div>
            <span class="flex" inert=move || is_settling.get()>
                {move || view! {
                    <Act action=format!("/admin/lobbies/{id}/kick") label="Kick" icon="user-x" class="btn btn-quiet btn-xs" to=name.get()>
                        <input type="hidden" name="user_id" value=who.to_string() />
                    </Act>
                }}
            </span>
        </li>
    }
}

/// How it stands with a member, in one line whatever they say: a seat that grew would move those below it.
fn said(member: LobbyMember) -> impl IntoView {
    let LobbyMember { is_ready, held_until, metadata, .. } = member;
    let state = match held_until {
        Some(_) => Badge::HELD,
        None if is_ready => Badge::READY,
        None => Badge::NOT_READY,
    };
    let until = held_until.map(|until| format!("Their socket dropped. The seat is kept until {}.", exact(until)));
    let said = chips(&metadata);
    let said = (!said.is_empty()).then(|| view! { <span class="contents" data-metadata="">{draw_chips(said)}</span> });
    view! {
        <div class="chips">
            <span title=until>{state.draw()}</span>
            {said}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(seats: &[(i64, i64)]) -> Vec<Place> {
        seats.iter().map(|(seat, who)| (*seat, Some(UserId(*who)))).collect()
    }

    #[test]
    fn a_seat_keeps_its_place_when_another_is_left() {
        let both = places(&taken(&[(1, 7), (2, 8)]), 3, &[]);
        assert_eq!(both, [taken(&[(1, 7), (2, 8)]), vec![(3, None)]].concat());
        let one = places(&taken(&[(2, 8)]), 3, &both);
        assert_eq!(one, [(1, None), (2, Some(UserId(8))), (3, None)]);
    }

    #[test]
    fn of_many_seats_the_free_ones_of_the_end_are_told_in_a_line() {
        let few = places(&taken(&[(1, 7)]), 128, &[]);
        assert_eq!(few.len(), 12);
        let many = places(&taken(&[(1, 7), (20, 8)]), 128, &few);
        assert_eq!(many.len(), 20);
        assert_eq!(
            places(&taken(&[(1, 7)]), 128, &many).len(),
            20,
            "what was drawn stays until the page is loaded again"
        );
        assert_eq!(places(&taken(&[(1, 7)]), 4, &many).len(), 4, "but for seats there are no more");
        assert_eq!(others_free(12, 128).unwrap(), "Seats 13 to 128 are free");
        assert_eq!(others_free(127, 128).unwrap(), "Seat 128 is free");
        assert_eq!(others_free(8, 8), None);
    }
}

//! What is between an account and others: friends, requests and blocks.

use leptos::prelude::*;
use wire::{AdminFriendship, FriendStatus, UserId};

use crate::clock::{Ago, Clock};
use crate::components::Asked;
use crate::words::{counted, figure};

/// The newest of them, and how many there are.
#[component]
pub(super) fn Ties(id: UserId, asked: Memo<Asked>, ties: Vec<AdminFriendship>, count: i64) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let more = count - i64::try_from(ties.len()).unwrap_or(count);
    let line = |tie: AdminFriendship| {
        let how = how(id, &tie);
        let (other, name) = if tie.requester.0 == id { tie.target } else { tie.requester };
        // The list below stays as it is.
        let href = move || {
            let open = other.to_string();
            asked.with(|asked| asked.address_with(asked.page().page(), ("user", Some(&open))))
        };
        let name = name.unwrap_or_else(|| format!("player-{other}"));
        view! {
            <li class="rowline" data-tie=other.to_string()>
                <a class="text-link truncate" href=href>{name}</a>
                <span class="text-sm shrink-0">{how}</span>
                <span class="text-xs text-muted ml-auto shrink-0"><Ago at=tie.updated_at clock /></span>
            </li>
        }
    };
    view! {
        <section>
            <h3 class="font-semibold mb-1">"Friends and blocks " <span class="num text-muted font-normal">{figure(count)}</span></h3>
            {if ties.is_empty() {
                view! { <p class="text-sm text-muted">"Nothing is between this player and others."</p> }.into_any()
            } else {
                view! { <ul>{ties.into_iter().map(line).collect_view()}</ul> }.into_any()
            }}
            {(more > 0).then(|| view! { <p class="hint mt-1">"And " {counted(more, "older one", "older ones")} "."</p> })}
        </section>
    }
}

/// How it stands, as seen from one of the two.
fn how(id: UserId, tie: &AdminFriendship) -> &'static str {
    match (tie.status, tie.requester.0 == id) {
        (FriendStatus::Accepted, _) => "is a friend",
        (FriendStatus::Pending, true) => "was asked",
        (FriendStatus::Pending, false) => "asks",
        (FriendStatus::Rejected, true) => "said no",
        (FriendStatus::Rejected, false) => "was told no",
        (FriendStatus::Blocked, _) if tie.is_mutual => "each blocks the other",
        (FriendStatus::Blocked, true) => "blocks this player",
        (FriendStatus::Blocked, false) => "is blocked",
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use wire::FriendshipId;

    use super::*;

    #[test]
    fn a_block_is_told_from_both_sides() {
        let tie = |is_mutual| AdminFriendship {
            id: FriendshipId(1),
            requester: (UserId(1), None),
            target: (UserId(2), None),
            status: FriendStatus::Blocked,
            is_mutual,
            inserted_at: DateTime::default(),
            updated_at: DateTime::default(),
        };
        let seen = |is_mutual| [1, 2].map(|id| how(UserId(id), &tie(is_mutual)));
        assert_eq!(seen(false), ["blocks this player", "is blocked"], "the target of a block is who blocks");
        assert_eq!(seen(true), ["each blocks the other"; 2]);
    }
}

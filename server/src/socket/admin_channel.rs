//! `admin:lobbies` and `admin:users`: what happens on the whole server, for admins.

use domain::pubsub::Event;
use wire::UserId;

/// Whoever is an admin no more hears no more.
pub(super) fn ends(event: &Event, member: Option<UserId>) -> bool {
    matches!(event, Event::AdminUnmade { user_id } if Some(*user_id) == member)
}

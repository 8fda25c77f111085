//! `lobby:{id}`: what happens inside a lobby, for its members.

use domain::pubsub::Event;
use wire::UserId;

/// A member who left, or was put out, hears no more.
pub(super) fn ends(event: &Event, member: Option<UserId>) -> bool {
    matches!(event, Event::UserLeft(gone) | Event::UserKicked(gone) if Some(gone.user_id) == member)
}

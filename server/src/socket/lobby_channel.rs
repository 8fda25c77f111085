//! `lobby:{id}`: what happens inside a lobby, and what its members say to one another.

use channels::codec::Payload;
use domain::pubsub::{Event, Relayed, RelayedBytes};
use serde_json::Value;
use wire::{Topic, UserId};

use super::client::{Client, refusal};

/// What a member says to the others: relayed as it is, to whoever listens at that moment, and kept nowhere.
pub(super) const MESSAGE: &str = "message";

/// A member who left, or was put out, hears no more.
pub(super) fn ends(event: &Event, member: Option<UserId>) -> bool {
    matches!(event, Event::UserLeft(gone) | Event::UserKicked(gone) if Some(gone.user_id) == member)
}

/// Hands what a member says on to the others.
pub(super) fn relay(client: &Client, topic: Topic, user_id: UserId, payload: Payload) -> Result<(), Value> {
    let (size, by) = (size(&payload), Some(client.number));
    if size > client.message {
        let message = format!("A message may have {} bytes; this one has {size}. Say it in several.", client.message);
        return Err(refusal("too_large", "too_large", &message));
    }
    let event = match payload {
        Payload::Json(data) => Event::Message(Relayed { user_id, data, by }),
        Payload::Binary(data) => Event::Bytes(RelayedBytes { user_id, data, by }),
    };
    client.app.pubsub.publish(topic, event);
    Ok(())
}

fn size(payload: &Payload) -> usize {
    match payload {
        Payload::Json(data) => data.to_string().len(),
        Payload::Binary(data) => data.len(),
    }
}

//! `lobby:{id}`: what happens inside a lobby, and what its members say to one another.

use channels::codec::Payload;
use domain::lobbies::{self, Words};
use domain::pubsub::Event;
use serde_json::Value;
use wire::{LobbyId, Topic, UserId};

use super::client::{Client, failure, refusal};

/// What a member says to the others.
pub(super) const MESSAGE: &str = "message";

/// A member who left, or was put out, hears no more; nor does any member of a lobby that was closed.
pub(super) fn ends(event: &Event, member: Option<UserId>) -> bool {
    match event {
        Event::UserLeft(gone) | Event::UserKicked(gone) => Some(gone.user_id) == member,
        Event::LobbyDeleted(_) => member.is_some(),
        _ => false,
    }
}

/// Hands what a member says on to the others.
pub(super) fn relay(client: &Client, lobby: LobbyId, payload: Payload) -> Result<(), Value> {
    let size = size(&payload);
    if size > client.message {
        let message = format!("A message may have {} bytes; this one has {size}. Say it in several.", client.message);
        return Err(refusal("too_large", "too_large", &message));
    }
    let words = match payload {
        Payload::Json(data) => Words::Json(data),
        Payload::Binary(data) => Words::Bytes(data),
    };
    let said = lobbies::say(&client.app, &client.scope, lobby, words, client.connected.number());
    said.map_err(|error| failure(Topic::Lobby(lobby), &client.scope, error))
}

fn size(payload: &Payload) -> usize {
    match payload {
        Payload::Json(data) => data.to_string().len(),
        Payload::Binary(data) => data.len(),
    }
}

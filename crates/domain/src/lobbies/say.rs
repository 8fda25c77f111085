//! What members of a lobby say to one another.

use bytes::Bytes;
use serde_json::Value;
use wire::{LobbyId, Topic};

use crate::pubsub::{Event, Relayed, RelayedBytes};
use crate::{App, Result, Scope};

/// What is said: whatever the game makes of it.
pub enum Words {
    /// As JSON.
    Json(Value),
    /// As bytes.
    Bytes(Bytes),
}

/// Says something to everybody who listens to a lobby at this moment, but to the socket that says it. It is kept nowhere.
///
/// Whether the caller is a member is not asked again: whoever is one no more has been taken off the topic, by which they
/// could say it.
///
/// # Errors
/// [`Error::Unauthenticated`](crate::Error::Unauthenticated) for nobody.
pub fn say(app: &App, scope: &Scope, lobby: LobbyId, words: Words, by: u64) -> Result<()> {
    let (user_id, by) = (scope.require_user()?, Some(by));
    let event = match words {
        Words::Json(data) => Event::Message(Relayed { user_id, data, by }),
        Words::Bytes(data) => Event::Bytes(RelayedBytes { user_id, data, by }),
    };
    app.pubsub.publish(Topic::Lobby(lobby), event);
    Ok(())
}

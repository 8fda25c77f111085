//! `lobby:{id}`: what happens inside a lobby, for its members.

use domain::pubsub::Event;
use domain::{App, Result, Scope, lobbies};
use serde_json::{Map, Value, json};
use wire::{LobbyId, UserId};

/// The lobby as it is now, with its members.
pub(super) async fn state(app: &App, scope: &Scope, id: LobbyId) -> Result<Map<String, Value>> {
    let lobby = lobbies::get(app, scope, id).await?;
    Ok(Map::from_iter([("lobby".to_owned(), json!(lobby))]))
}

/// A member who left, or was put out, hears no more.
pub(super) fn ends(event: &Event, member: Option<UserId>) -> bool {
    matches!(event, Event::UserLeft(gone) | Event::UserKicked(gone) if Some(gone.user_id) == member)
}

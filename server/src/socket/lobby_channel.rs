//! `lobby:{id}`: what happens inside a lobby, for its members.

use channels::socket::Joined;
use domain::pubsub::Event;
use domain::{App, Scope, lobbies};
use serde_json::{Map, Value, json};
use wire::{LobbyId, Topic};

use super::feed::joined;
use super::{failure, refusal};

pub(super) async fn join(app: &App, scope: &Scope, id: LobbyId) -> Result<Joined, Value> {
    let Some(user) = scope.user() else {
        let reason = "invalid_topic_or_unauthenticated";
        return Err(refusal(reason, "authentication_required", "Connect with an access token to join a lobby."));
    };
    // Listening before looking: whoever leaves in between is heard leaving.
    let subscription = app.pubsub.subscribe(Topic::Lobby(id));
    if !lobbies::is_member(app, scope, id).await.map_err(failure)? {
        return Err(refusal("not_a_member", "not_a_member", "Join the lobby first, then listen to it."));
    }
    let lobby = lobbies::get(app, scope, id).await.map_err(failure)?;
    let state = Map::from_iter([("lobby".to_owned(), json!(lobby))]);
    Ok(joined(subscription, state, move |event| matches!(event, Event::UserLeft(left) if left.user_id == user)))
}

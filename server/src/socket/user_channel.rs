//! `user:{id}`: one user's own affairs.

use channels::socket::Joined;
use domain::{App, Scope};
use serde_json::Map;
use wire::{Topic, UserId};

use super::feed::joined;
use super::refusal;

pub(super) async fn join(app: &App, scope: &Scope, id: UserId) -> Result<Joined, serde_json::Value> {
    if scope.user() != Some(id) {
        return Err(refusal("unauthorized", "forbidden", "Only this user may listen here."));
    }
    let subscription = app.pubsub.subscribe(Topic::User(id));
    let me = domain::users::me(app, scope).await.map_err(super::failure)?;
    let mut state = Map::new();
    state.insert("lobby_id".to_owned(), me.lobby_id.map_or(serde_json::Value::Null, |id| id.0.into()));
    Ok(joined(subscription, state, |_| false))
}

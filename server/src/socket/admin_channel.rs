//! `admin:lobbies` and `admin:users`: everything of their kind, for admins.

use channels::socket::Joined;
use domain::{App, Scope};
use serde_json::{Map, Value};
use wire::Topic;

use super::failure;
use super::feed::joined;

pub(super) fn join(app: &App, scope: &Scope, topic: Topic) -> Result<Joined, Value> {
    scope.require_admin().map_err(failure)?;
    Ok(joined(app.pubsub.subscribe(topic), Map::new(), |_| false))
}

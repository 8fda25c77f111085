//! `lobbies`: the public list, for anybody.

use channels::socket::Joined;
use domain::App;
use serde_json::Map;
use wire::Topic;

use super::feed::joined;

pub(super) fn join(app: &App) -> Joined {
    joined(app.pubsub.subscribe(Topic::Lobbies), Map::new(), |_| false)
}

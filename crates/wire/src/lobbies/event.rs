//! What happened in a lobby.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::UserId;

/// An event of a lobby's log, as admins see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LobbyEvent {
    /// Its number: the events of a lobby are numbered from one on, without a gap.
    pub seq: i64,
    /// Its name, as in `user_joined`.
    pub event: String,
    /// What its members were told.
    pub payload: Value,
    /// When it happened.
    #[serde(deserialize_with = "crate::time::read")]
    pub at: DateTime<Utc>,
    /// What the player it is about is called now, if it is about one who is there still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl LobbyEvent {
    /// The player an event is about, by its payload: who came or went, is host now, or opened the lobby.
    #[must_use]
    pub fn concerns(payload: &Value) -> Option<UserId> {
        let members = ["user_id", "new_host_id", "host_id"];
        members.into_iter().find_map(|member| payload[member].as_i64()).map(UserId)
    }
}

//! What happened in a lobby.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

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
}

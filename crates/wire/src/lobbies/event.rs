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

/// What a lobby's log can be narrowed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogKind {
    /// Who came and went, who is host, and how members say they are.
    Seats,
    /// What members sent one another.
    Messages,
    /// What was changed about the lobby itself, its beginning and its end among it.
    Changes,
}

impl LogKind {
    const ALL: [Self; 3] = [Self::Seats, Self::Messages, Self::Changes];

    /// Its word in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Seats => "seats",
            Self::Messages => "messages",
            Self::Changes => "changes",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The names of its events.
    #[must_use]
    pub fn events(self) -> &'static [&'static str] {
        match self {
            Self::Seats => &[
                "user_joined",
                "user_left",
                "user_kicked",
                "host_changed",
                "member_updated",
                "member_away",
                "member_back",
            ],
            Self::Messages => &["message"],
            Self::Changes => &["lobby_created", "lobby_updated", "lobby_deleted"],
        }
    }

    /// The kind an event is of, by its name. Some are of none: who listens is in no log.
    #[must_use]
    pub fn of(event: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.events().contains(&event))
    }
}

impl LobbyEvent {
    /// The player an event is about, by its payload: who came or went, is host now, or opened the lobby.
    #[must_use]
    pub fn concerns(payload: &Value) -> Option<UserId> {
        let members = ["user_id", "new_host_id", "host_id"];
        members.into_iter().find_map(|member| payload[member].as_i64()).map(UserId)
    }
}

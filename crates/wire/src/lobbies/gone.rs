//! Seats and lobbies that are no more, and why.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{LobbyId, UnknownWord};

/// What takes a seat from somebody who does not leave by themselves, or ends a lobby.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum LostBy {
    /// The host, or an admin, put them out.
    Kicked,
    /// Their sockets were closed for longer than the seat is kept.
    Dropped,
    /// Nobody was there, and nothing happened, for long.
    Idle,
    /// Nobody sat in the lobby for long.
    Empty,
    /// An admin closed the lobby.
    Closed,
}

impl LostBy {
    const ALL: [Self; 5] = [Self::Kicked, Self::Dropped, Self::Idle, Self::Empty, Self::Closed];

    /// The word clients know it by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kicked => "kicked",
            Self::Dropped => "dropped",
            Self::Idle => "idle",
            Self::Empty => "empty",
            Self::Closed => "closed",
        }
    }

    /// What is said to who comes back to a lobby and has no seat there.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Kicked => "Your seat in this lobby was freed by who leads it. Other lobbies have room.",
            Self::Dropped => "You were away for longer than a seat is kept, so yours was freed. Join again.",
            Self::Idle => "This lobby was closed: nobody was there for a long time. Open another.",
            Self::Empty => "This lobby was closed: nobody sat in it for a long time. Open another.",
            Self::Closed => "This lobby was closed by an admin. Pick another, or open one.",
        }
    }
}

impl TryFrom<String> for LostBy {
    type Error = UnknownWord;

    fn try_from(text: String) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|reason| reason.name() == text)
            .ok_or_else(|| UnknownWord::new("reason to lose a seat", text))
    }
}

/// The last seat that was taken from a player, until they take another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostSeat {
    /// In which lobby, which may be no more.
    pub lobby_id: LobbyId,
    /// Its title then.
    pub title: String,
    /// Why.
    pub reason: LostBy,
    /// When.
    #[serde(deserialize_with = "crate::time::read")]
    pub at: DateTime<Utc>,
}

/// `lobby_deleted` on `lobbies`: it was closed, or is hidden now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LobbyGone {
    /// The lobby.
    pub id: LobbyId,
    /// Why it was closed, where its last member did not simply leave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<LostBy>,
}

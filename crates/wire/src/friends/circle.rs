//! Everybody between whom and a player something is, as the settings show them.

use serde::{Deserialize, Serialize};

use crate::{Face, FriendshipId, LobbyId, UserId};

/// Which page of each list is asked for, from 1; the first when absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CirclePages {
    /// Of friends.
    pub friends: Option<i64>,
    /// Of requests, both lists alike.
    pub requests: Option<i64>,
    /// Of whom the player blocks.
    pub blocked: Option<i64>,
}

/// Everybody between whom and the player something is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Circle {
    /// The player.
    pub me: UserId,
    /// Their friends.
    pub friends: Acquaintances,
    /// Who asks them.
    pub incoming: Acquaintances,
    /// Whom they asked.
    pub outgoing: Acquaintances,
    /// Whom they block.
    pub blocked: Acquaintances,
}

/// One of the lists, cut into pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acquaintances {
    /// Who is on this page, oldest first.
    pub rows: Vec<Acquaintance>,
    /// Which page, from 1.
    pub page: i64,
    /// Whether there is a next one.
    pub has_more: bool,
}

/// Somebody between whom and the player something is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acquaintance {
    /// What is between them.
    pub between: FriendshipId,
    /// Who.
    pub face: Face,
    /// Of friends: whether they are online.
    pub is_online: bool,
    /// Of friends: where the player could join them.
    pub lobby_id: Option<LobbyId>,
}

//! Everybody between whom and a player something is, as the settings show them.

use serde::{Deserialize, Serialize};

use crate::{Face, FriendshipId, LobbyId, PublicUser, UserId};

/// Which page of each list is asked for, from 1; the first when absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CirclePages {
    /// Of friends.
    pub friends: Option<i64>,
    /// Of who asks the player.
    pub incoming: Option<i64>,
    /// Of whom the player asked.
    pub outgoing: Option<i64>,
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
    /// Of friends: where they sit, if the player may know.
    pub seat: Option<FriendsSeat>,
}

/// Where a friend sits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FriendsSeat {
    /// In the player's own lobby.
    Here,
    /// Where the player could join them.
    There {
        /// The lobby.
        lobby_id: LobbyId,
        /// Its name.
        title: String,
        /// Seats taken.
        member_count: i64,
        /// Seats there are.
        max_users: i64,
    },
}

/// Players who were looked for: the first of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Who, and what is between them and whoever looks.
    pub players: Vec<(PublicUser, Between)>,
    /// How many there are, as [`Found::is_minimum`] has it.
    pub total: i64,
    /// Whether there are more than that.
    pub is_minimum: bool,
}

/// What is between a player and another, as the player may know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Between {
    /// Nothing, or nothing the player may know of.
    Nothing,
    /// They are the same.
    Oneself,
    /// They are friends.
    Friends(FriendshipId),
    /// The other one asks the player.
    AsksYou(FriendshipId),
    /// The player asked, and the other one has not answered.
    Asked(FriendshipId),
    /// The player blocks the other one.
    Blocked(FriendshipId),
}

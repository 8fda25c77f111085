//! Friends: what is between two players, and how each sees it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{FieldErrors, FriendshipId, LobbyId, PublicUser, UnknownWord, UserId};

mod circle;
mod requests;

pub use circle::{Acquaintance, Acquaintances, Between, Circle, CirclePages, Found, FriendsSeat};
pub use requests::{FriendRequest, FriendRequests, RequestSide, RequestsMeta, TwoCounts, TwoFlags};

/// How it stands between two players.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum FriendStatus {
    /// The requester asked; the target has not answered.
    Pending,
    /// They are friends.
    Accepted,
    /// The target does not want to. The requester may ask again.
    Rejected,
    /// The target blocks the requester.
    Blocked,
}

impl TryFrom<String> for FriendStatus {
    type Error = UnknownWord;

    fn try_from(text: String) -> Result<Self, UnknownWord> {
        match text.as_str() {
            "pending" => Ok(Self::Pending),
            "accepted" => Ok(Self::Accepted),
            "rejected" => Ok(Self::Rejected),
            "blocked" => Ok(Self::Blocked),
            _ => Err(UnknownWord::new("status of friends", text)),
        }
    }
}

/// What is between two players: the payload of its events on `user:{id}`, told to both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Friendship {
    /// What it is accepted, rejected, blocked or removed by.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub id: FriendshipId,
    /// Who asked; of a block, who is blocked.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub requester_id: UserId,
    /// Who was asked; of a block, who blocks.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub target_id: UserId,
    /// How it stands; of what is no more, how it stood.
    pub status: FriendStatus,
    /// Grows with every change: of two events about one friendship, the one with the greater revision is the newer.
    pub revision: i64,
}

/// A friend: a row of `GET /me/friends`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Friend {
    /// The user.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub id: UserId,
    /// Always null: addresses are nobody else's to see.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub email: Option<String>,
    /// The name other players see.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub display_name: Option<String>,
    /// Where the picture is.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub profile_url: Option<String>,
    /// What the friendship is ended by.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub friendship_id: FriendshipId,
    /// Since when they are friends.
    #[serde(deserialize_with = "crate::time::read")]
    pub since: DateTime<Utc>,
    /// Whether a socket of theirs is open, or was a moment ago.
    pub is_online: bool,
    /// The lobby they sit in, where the caller could join them: it is listed, not locked and not full, and its host has not
    /// blocked the caller.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>, required))]
    pub lobby_id: Option<LobbyId>,
}

/// A player whom the caller blocks: a row of `GET /me/blocked`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Blocked {
    /// What the block is lifted by.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub id: FriendshipId,
    /// Who is blocked, under the name that clients know.
    pub requester: PublicUser,
}

/// What is between two players, as admins see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminFriendship {
    /// Its id.
    pub id: FriendshipId,
    /// Who asked, or is blocked, and their display name.
    pub requester: (UserId, Option<String>),
    /// Who was asked, or blocks, and their display name.
    pub target: (UserId, Option<String>),
    /// How it stands.
    pub status: FriendStatus,
    /// Whether each blocks the other.
    pub is_mutual: bool,
    /// When it began.
    #[serde(deserialize_with = "crate::time::read")]
    pub inserted_at: DateTime<Utc>,
    /// When it became what it is.
    #[serde(deserialize_with = "crate::time::read")]
    pub updated_at: DateTime<Utc>,
}

/// What a user's friends and blocks may be narrowed to, for admins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FriendFilter {
    /// Only those that stand so: one of [`FriendFilter::STATUSES`]; all when absent.
    pub status: Option<String>,
}

impl FriendFilter {
    /// How it can stand.
    pub const STATUSES: [&str; 4] = ["pending", "accepted", "rejected", "blocked"];

    /// The status, checked. An empty one counts as none, as forms send it.
    ///
    /// # Errors
    /// A status that is none.
    pub fn check(self) -> Result<Option<String>, FieldErrors> {
        let mut errors = FieldErrors::default();
        let status = errors.one_of("status", self.status, &Self::STATUSES);
        errors.or(status)
    }
}

/// Asking somebody to be friends.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CreateFriendRequestRequest))]
pub struct NewFriend {
    /// Whom.
    #[cfg_attr(feature = "openapi", schema(value_type = i64, required))]
    pub target_user_id: Option<UserId>,
}

/// Blocking somebody.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = BlockUserRequest))]
pub struct NewBlock {
    /// Whom.
    #[cfg_attr(feature = "openapi", schema(value_type = i64, required))]
    pub target_user_id: Option<UserId>,
}

impl NewFriend {
    /// Whom, checked.
    ///
    /// # Errors
    /// Nobody named.
    pub fn check(self) -> Result<UserId, FieldErrors> {
        named(self.target_user_id)
    }
}

impl NewBlock {
    /// Whom, checked.
    ///
    /// # Errors
    /// Nobody named.
    pub fn check(self) -> Result<UserId, FieldErrors> {
        named(self.target_user_id)
    }
}

fn named(user: Option<UserId>) -> Result<UserId, FieldErrors> {
    user.ok_or_else(|| FieldErrors::one("target_user_id", "can't be blank"))
}

/// `friend_online`, `friend_offline` on `user:{id}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FriendPresence {
    /// The friend.
    pub user_id: UserId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_asked_or_blocked_must_be_named() {
        for errors in [NewFriend::default().check().unwrap_err(), NewBlock::default().check().unwrap_err()] {
            assert_eq!(errors.on("target_user_id"), ["can't be blank"]);
        }
        assert_eq!(NewFriend { target_user_id: Some(UserId(7)) }.check(), Ok(UserId(7)));
    }

    #[test]
    fn a_status_is_read_as_it_is_written() {
        for word in FriendFilter::STATUSES {
            let status = FriendStatus::try_from(word.to_owned()).unwrap();
            assert_eq!(serde_json::to_value(status).unwrap(), word);
        }
        assert!(FriendStatus::try_from("enemies".to_owned()).is_err());
        let of = |status: &str| FriendFilter { status: Some(status.to_owned()) }.check();
        assert_eq!((of(""), of("blocked")), (Ok(None), Ok(Some("blocked".to_owned()))));
        assert_eq!(of("enemies").unwrap_err().on("status"), ["must be one of pending, accepted, rejected, blocked"]);
    }
}

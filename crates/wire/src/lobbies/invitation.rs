//! Being asked by a friend to sit down with them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{FieldErrors, LobbyId, UserId};

/// An invitation, as whoever is invited sees it: a row of `GET /lobbies/invitations` and the payload of `lobby_invited` on
/// `user:{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = LobbyInvitation))]
pub struct Invitation {
    /// To which lobby: it is joined by this, hidden or not, and without its password.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub lobby_id: LobbyId,
    /// Its title.
    pub title: String,
    /// Seats taken.
    pub member_count: i64,
    /// Seats there are.
    pub max_users: i64,
    /// Who invites.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub inviter_id: UserId,
    /// Their display name.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub inviter_name: Option<String>,
    /// Since when.
    #[serde(deserialize_with = "crate::time::read")]
    pub created_at: DateTime<Utc>,
}

/// Inviting a friend to the lobby the caller sits in.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = InviteToLobbyRequest))]
pub struct InviteFriend {
    /// Who.
    #[cfg_attr(feature = "openapi", schema(value_type = i64, required))]
    pub target_user_id: Option<UserId>,
}

impl InviteFriend {
    /// Who, checked.
    ///
    /// # Errors
    /// Nobody named.
    pub fn check(self) -> Result<UserId, FieldErrors> {
        self.target_user_id.ok_or_else(|| FieldErrors::one("target_user_id", "can't be blank"))
    }
}

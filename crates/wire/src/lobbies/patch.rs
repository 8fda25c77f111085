//! What the host may do to a lobby.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{lobby_fields, lobby_password};
use crate::{FieldErrors, UserId};

/// Changing the lobby the caller sits in. What is absent or `null` stays as it is.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = UpdateLobbyRequest))]
pub struct LobbyPatch {
    /// 1 to 80 characters, none for control or direction.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 80,
            pattern = r"^[^\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*$"
        )
    )]
    pub title: Option<String>,
    /// Seats, 1 to 128, and no fewer than there are members.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 128))]
    pub max_users: Option<i64>,
    /// Whether to leave it out of public lists.
    pub is_hidden: Option<bool>,
    /// Whether nobody may join.
    pub is_locked: Option<bool>,
    /// What joining asks for from now on; an empty one clears it.
    #[cfg_attr(feature = "openapi", schema(format = Password, max_length = 128))]
    pub password: Option<String>,
    /// What the game keeps about it, in place of all it kept: at most 16 KiB and 8 levels.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub metadata: Option<Map<String, Value>>,
    /// Whom the host wants to be the next, where the lobby's policy is `successor`.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
    pub successor_id: Option<UserId>,
    /// Whether to give it another code: the one before joins nobody any more.
    #[cfg_attr(feature = "openapi", schema(default = false))]
    pub renew_code: Option<bool>,
}

impl LobbyPatch {
    /// Itself, checked.
    ///
    /// # Errors
    /// What breaks the rules of a field.
    pub fn check(mut self) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        self.title = lobby_fields(&mut errors, self.title, self.max_users, self.metadata.as_ref());
        if let Some(password) = &self.password {
            lobby_password(&mut errors, password);
        }
        errors.or(self)
    }
}

impl fmt::Debug for LobbyPatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LobbyPatch")
            .field("title", &self.title)
            .field("max_users", &self.max_users)
            .finish_non_exhaustive()
    }
}

/// Putting a member out of the lobby the caller hosts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = KickUserRequest))]
pub struct KickMember {
    /// Who.
    #[cfg_attr(feature = "openapi", schema(value_type = i64, required))]
    pub target_user_id: Option<UserId>,
}

impl KickMember {
    /// Who, checked.
    ///
    /// # Errors
    /// Nobody named.
    pub fn check(self) -> Result<UserId, FieldErrors> {
        self.target_user_id.ok_or_else(|| FieldErrors::one("target_user_id", "can't be blank"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_of_a_patch_holds_one_past_it() {
        let of = |title: usize, max_users, password: usize| LobbyPatch {
            title: Some("t".repeat(title)),
            max_users: Some(max_users),
            password: Some("p".repeat(password)),
            ..LobbyPatch::default()
        };
        assert!(of(80, 128, 128).check().is_ok());
        assert!(of(1, 1, 0).check().is_ok());
        let errors = of(81, 129, 129).check().unwrap_err();
        assert_eq!(errors.on("title"), ["should be at most 80 character(s)"]);
        assert_eq!(errors.on("max_users"), ["must be less than or equal to 128"]);
        assert_eq!(errors.on("password"), ["should be at most 128 bytes"]);
        let errors = of(0, 0, 0).check().unwrap_err();
        assert_eq!(errors.on("title"), ["can't be blank"]);
        assert_eq!(errors.on("max_users"), ["must be greater than or equal to 1"]);
    }
}

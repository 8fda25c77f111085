//! Who sits in a lobby, and what they say of themselves.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{LostBy, MAX_USERS};
use crate::{FieldErrors, UserId};

/// Who sits in a lobby; the payload of `member_updated` on `lobby:{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LobbyMember {
    /// The player.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub user_id: UserId,
    /// The name other players see.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub display_name: Option<String>,
    /// The number of their seat, from 1 on: nobody else in the lobby has it.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 128))]
    pub seat: i64,
    /// Whether they said that they are ready.
    pub is_ready: bool,
    /// What they keep about themselves: a team, a colour, a character.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub metadata: Map<String, Value>,
    /// When they sat down.
    #[serde(deserialize_with = "crate::time::read")]
    pub joined_at: DateTime<Utc>,
    /// Until when the seat is kept for them, since their last socket closed; absent while they are there.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::time::read_option")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub held_until: Option<DateTime<Utc>>,
}

/// What a member changes about themselves, and nobody else does. What is absent or `null` stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = UpdateLobbyMemberRequest))]
pub struct MemberPatch {
    /// Whether they are ready.
    pub is_ready: Option<bool>,
    /// The seat to move to: a free one of the lobby's.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 128))]
    pub seat: Option<i64>,
    /// What they keep about themselves, in place of all they kept: at most 2 KiB and 8 levels.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub metadata: Option<Map<String, Value>>,
}

/// Bytes of a member's metadata as JSON at most: with 128 members, all of it is a quarter of a megabyte.
const METADATA_BYTES: usize = 2 * 1024;

impl MemberPatch {
    /// Itself, checked.
    ///
    /// # Errors
    /// What breaks the rules of a field.
    pub fn check(self) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        if let Some(seat) = self.seat {
            errors.number("seat", seat, 1, MAX_USERS);
        }
        if let Some(metadata) = &self.metadata {
            errors.metadata_of("metadata", metadata, METADATA_BYTES);
        }
        errors.or(self)
    }
}

/// `user_joined`, `user_left`, `user_kicked` on `lobby:{id}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberChanged {
    /// Who.
    pub user_id: UserId,
    /// What took the seat from somebody who did not leave by themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<LostBy>,
}

/// `member_away` on `lobby:{id}`: a member's last socket closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberAway {
    /// Who.
    pub user_id: UserId,
    /// Until when their seat is kept.
    #[serde(deserialize_with = "crate::time::read")]
    pub held_until: DateTime<Utc>,
}

/// `member_back` on `lobby:{id}`: whose seat was kept is there again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberBack {
    /// Who.
    pub user_id: UserId,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_limit_of_a_member_holds_one_past_it() {
        let of = |seat, bytes: usize| {
            let metadata = json!({ "a": "x".repeat(bytes - r#"{"a":""}"#.len()) }).as_object().cloned();
            MemberPatch { seat: Some(seat), metadata, is_ready: None }
        };
        assert!(of(1, 2048).check().is_ok());
        assert!(of(128, 2048).check().is_ok());
        let errors = of(129, 2049).check().unwrap_err();
        assert_eq!(errors.on("seat"), ["must be less than or equal to 128"]);
        assert_eq!(errors.on("metadata"), ["must be at most 2048 bytes of JSON"]);
        assert_eq!(of(0, 9).check().unwrap_err().on("seat"), ["must be greater than or equal to 1"]);
    }
}

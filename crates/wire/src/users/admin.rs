//! What admins do with accounts.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{AdminFriendship, AdminUser, AuditEntry, FieldErrors, OpenSession, UserId};

/// The most characters the reason of a ban has.
const REASON: usize = 300;
/// The greatest number of games: what JavaScript still counts exactly.
const GAMES: i64 = (1 << 53) - 1;

/// Everything admins see of one account: the drawer of `/admin/users`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserFile {
    /// Its row.
    pub user: AdminUser,
    /// What the player is told of the ban.
    pub ban_reason: Option<String>,
    /// When its address was confirmed.
    #[serde(deserialize_with = "crate::time::read_option")]
    pub email_confirmed_at: Option<DateTime<Utc>>,
    /// Games played, as the game counts them.
    pub games_played: i64,
    /// Games won among them.
    pub games_won: i64,
    /// What the game keeps about the player.
    pub metadata: Map<String, Value>,
    /// Its sessions that have neither ended nor expired.
    pub sessions: Vec<OpenSession>,
    /// The newest of what is between it and others: friends, requests and blocks.
    pub ties: Vec<AdminFriendship>,
    /// How many there are, up to 10,000.
    pub ties_count: i64,
    /// The newest of what admins did to it.
    pub audit: Vec<AuditEntry>,
}

/// `user_deleted` on `admin:users`: the account is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserGone {
    /// The user.
    pub id: UserId,
}

/// Shutting an account out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewBan {
    /// What the player is told, at most 300 characters.
    pub reason: Option<String>,
}

impl NewBan {
    /// The checked reason: an empty one counts as none.
    ///
    /// # Errors
    /// A reason that is too long or has control or direction characters.
    pub fn check(self) -> Result<Option<String>, FieldErrors> {
        let mut errors = FieldErrors::default();
        let reason = self.reason.map(|reason| reason.trim().to_owned()).filter(|reason| !reason.is_empty());
        if let Some(reason) = &reason {
            errors.text("reason", reason, 1, REASON);
        }
        errors.or(reason)
    }
}

/// Changing an account, by admins. What is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UserPatch {
    /// The name other players see, 1 to 80 characters; an empty one takes it away.
    pub display_name: Option<String>,
    /// What the game keeps about the player, whole: at most 16 KiB and 8 levels.
    pub metadata: Option<Map<String, Value>>,
    /// Games played, 0 to 2⁵³ − 1.
    pub games_played: Option<i64>,
    /// Games won, 0 to 2⁵³ − 1.
    pub games_won: Option<i64>,
    /// Whether the address counts as confirmed.
    pub email_confirmed: Option<bool>,
}

impl UserPatch {
    /// Itself, checked, with the name in the spelling it is kept in.
    ///
    /// # Errors
    /// What breaks the rules of a field.
    pub fn check(mut self) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        self.display_name = self.display_name.map(|name| match name.trim() {
            "" => String::new(),
            name => errors.name("display_name", name, 80),
        });
        if let Some(metadata) = &self.metadata {
            errors.metadata("metadata", metadata);
        }
        for (field, games) in [("games_played", self.games_played), ("games_won", self.games_won)] {
            if let Some(games) = games {
                errors.number(field, games, 0, GAMES);
            }
        }
        errors.or(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_of_a_patch_holds_one_past_it() {
        let patch = |name: String, games| UserPatch {
            display_name: Some(name),
            games_played: Some(games),
            games_won: Some(games),
            ..UserPatch::default()
        };
        assert!(patch("n".repeat(80), GAMES).check().is_ok());
        let errors = patch("n".repeat(81), GAMES + 1).check().unwrap_err();
        assert_eq!(errors.on("display_name"), ["should be at most 80 character(s)"]);
        assert_eq!(errors.on("games_played"), ["must be less than or equal to 9007199254740991"]);
        assert_eq!(errors.on("games_won").len(), 1);
        let errors = patch("n".to_owned(), -1).check().unwrap_err();
        assert_eq!(errors.on("games_won"), ["must be greater than or equal to 0"]);
    }

    #[test]
    fn the_reason_of_a_ban_has_three_hundred_characters_at_most() {
        let ban = |reason: String| NewBan { reason: Some(reason) }.check();
        assert_eq!(ban(" spam ".to_owned()), Ok(Some("spam".to_owned())));
        assert_eq!(ban("  ".to_owned()), Ok(None));
        assert!(ban("r".repeat(300)).is_ok());
        assert_eq!(ban("r".repeat(301)).unwrap_err().on("reason"), ["should be at most 300 character(s)"]);
        assert_eq!(ban("a\u{202e}b".to_owned()).unwrap_err().on("reason").len(), 1);
    }
}

//! Lobbies: what is said about them, and what can be asked of them.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::{FieldErrors, LobbyId, UserId};

mod admin;
mod code;
mod event;
mod filter;
mod gone;
mod invitation;
mod member;
mod patch;
mod quick_join;
mod rules;

pub use admin::{AdminLobbyPatch, LobbySeen};
pub use code::{CODE_ALPHABET, CODE_LENGTH, JoinByCode};
pub use event::{LobbyEvent, LogKind};
pub use filter::{AdminLobbyFilter, LobbyFilter};
pub use gone::{LobbyGone, LostBy, LostSeat};
pub use invitation::{Invitation, InviteFriend};
pub use member::{LobbyMember, MemberAway, MemberBack, MemberChanged, MemberPatch};
pub use patch::{KickMember, LobbyPatch};
pub use quick_join::QuickJoin;
pub use rules::{HostPolicy, LobbyRules};

/// A lobby.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "four independent switches of a lobby, named as clients know them")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lobby {
    /// The lobby.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub id: LobbyId,
    /// Its name, which need not be unique.
    pub title: String,
    /// The member who may change it; `null` in a hostless lobby, and where nobody became host when the last one left.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>, required))]
    pub host_id: Option<UserId>,
    /// Whether the server owns it: it has no host and outlives its last member.
    pub hostless: bool,
    /// Seats, 1 to 128.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 128))]
    pub max_users: i64,
    /// Whether it is left out of public lists.
    pub is_hidden: bool,
    /// Whether nobody may join.
    pub is_locked: bool,
    /// Whether joining asks for a password.
    pub is_passworded: bool,
    /// What the game keeps about it.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub metadata: Map<String, Value>,
    /// Seats taken.
    pub member_count: i64,
    /// Grows with every change: of two events about one lobby, the one with the greater revision is the newer.
    pub revision: i64,
    /// When it was opened.
    #[serde(deserialize_with = "crate::time::read")]
    pub created_at: DateTime<Utc>,
    /// When it will be closed, while an admin's word that it shall be can still be taken back.
    #[serde(default, deserialize_with = "crate::time::read_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub closing_at: Option<DateTime<Utc>>,
    /// Who sits in it, first come first: shown to members and admins only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub members: Option<Vec<LobbyMember>>,
    /// What it was opened with: shown to members and admins only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub rules: Option<LobbyRules>,
}

/// A lobby as admins see it: the row of `/admin/lobbies` and the payload on `admin:lobbies`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AdminLobby {
    /// The lobby, without its members.
    #[serde(flatten)]
    pub lobby: Lobby,
    /// The host's display name.
    pub host_name: Option<String>,
}

impl<'de> Deserialize<'de> for AdminLobby {
    /// Reads the object twice, each time for its own fields: serde's buffer for `flatten` would be a hundredth of the module
    /// that browsers load.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Host {
            host_name: Option<String>,
        }
        let row = Box::<RawValue>::deserialize(deserializer)?;
        let Host { host_name } = serde_json::from_str(row.get()).map_err(D::Error::custom)?;
        let lobby = serde_json::from_str(row.get()).map_err(D::Error::custom)?;
        Ok(Self { lobby, host_name })
    }
}

/// Opening a lobby. The caller becomes its host and takes the first seat.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CreateLobbyRequest))]
pub struct NewLobby {
    /// 1 to 80 characters, none for control or direction; a generated name when absent.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 80,
            pattern = r"^[^\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*$"
        )
    )]
    pub title: Option<String>,
    /// Seats, 1 to 128; 8 when absent.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 128, default = 8))]
    pub max_users: Option<i64>,
    /// Whether to leave it out of public lists.
    #[cfg_attr(feature = "openapi", schema(default = false))]
    pub is_hidden: Option<bool>,
    /// Whether nobody may join yet.
    #[cfg_attr(feature = "openapi", schema(default = false))]
    pub is_locked: Option<bool>,
    /// What joining asks for; an empty one means none.
    #[cfg_attr(feature = "openapi", schema(format = Password, max_length = 128))]
    pub password: Option<String>,
    /// What the game keeps about it: at most 16 KiB and 8 levels.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub metadata: Option<Map<String, Value>>,
    /// Who becomes host when the host leaves; `longest` when absent.
    #[cfg_attr(feature = "openapi", schema(nullable))]
    pub host_policy: Option<HostPolicy>,
    /// Whom the host wants to be the next, for the policy `successor`: they need not sit there yet.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
    pub successor_id: Option<UserId>,
    /// Seconds for which the seat of a member whose last socket closed is kept, 0 to 600; a setting of the server when absent
    /// (30).
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 600))]
    pub grace_seconds: Option<i64>,
}

/// The most seats a lobby has.
const MAX_USERS: i64 = 128;
/// The longest a seat is kept, in seconds.
const MAX_GRACE: i64 = 600;

impl NewLobby {
    /// Seats when nothing is asked.
    pub const MAX_USERS: i64 = 8;

    /// Itself, checked, with an empty password taken for none.
    ///
    /// # Errors
    /// What breaks the rules of a field.
    pub fn check(mut self) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        self.title = lobby_fields(&mut errors, self.title, self.max_users, self.metadata.as_ref());
        self.password = self.password.filter(|password| !password.is_empty());
        if let Some(password) = &self.password {
            lobby_password(&mut errors, password);
        }
        if let Some(seconds) = self.grace_seconds {
            errors.number("grace_seconds", seconds, 0, MAX_GRACE);
        }
        if self.successor_id.is_some() && self.host_policy != Some(HostPolicy::Successor) {
            errors.add("successor_id", "goes with the host policy successor");
        }
        errors.or(self)
    }
}

/// Taking a seat.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = JoinLobbyRequest))]
pub struct JoinLobby {
    /// The lobby's password, if it asks for one.
    #[cfg_attr(feature = "openapi", schema(format = Password, max_length = 128))]
    pub password: Option<String>,
}

impl JoinLobby {
    /// The checked password.
    ///
    /// # Errors
    /// A password longer than any lobby's can be.
    pub fn check(self) -> Result<Option<String>, FieldErrors> {
        let mut errors = FieldErrors::default();
        if let Some(password) = &self.password {
            lobby_password(&mut errors, password);
        }
        errors.or(self.password)
    }
}

/// What every input about a lobby may say of it; gives the title in the spelling it is kept in.
fn lobby_fields(
    errors: &mut FieldErrors,
    title: Option<String>,
    max_users: Option<i64>,
    metadata: Option<&Map<String, Value>>,
) -> Option<String> {
    if let Some(max_users) = max_users {
        errors.number("max_users", max_users, 1, MAX_USERS);
    }
    if let Some(metadata) = metadata {
        errors.metadata("metadata", metadata);
    }
    title.map(|title| errors.name("title", &title, 80))
}

fn lobby_password(errors: &mut FieldErrors, password: &str) {
    if password.len() > 128 {
        errors.add("password", "should be at most 128 bytes");
    }
}

/// Lobbies by state, for the segments of the filter bar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatsCount {
    /// All lobbies.
    pub lobbies: i64,
    /// Those with a free seat that are not locked.
    pub open: i64,
    /// Those without a free seat.
    pub full: i64,
    /// Those nobody may join.
    pub locked: i64,
    /// Seats taken in all of them.
    pub seats_taken: i64,
    /// Seats there are.
    pub seats: i64,
}

/// `lobby_membership_changed` on `lobbies`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembershipChanged {
    /// The lobby.
    pub id: LobbyId,
    /// Seats taken now.
    pub member_count: i64,
    /// As in [`Lobby`].
    pub revision: i64,
}

impl fmt::Debug for NewLobby {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewLobby")
            .field("title", &self.title)
            .field("max_users", &self.max_users)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for JoinLobby {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinLobby").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_of_a_new_lobby_holds_one_past_it() {
        let ok = NewLobby {
            title: Some("t".repeat(80)),
            max_users: Some(128),
            password: Some("p".repeat(128)),
            grace_seconds: Some(600),
            successor_id: Some(UserId(1)),
            host_policy: Some(HostPolicy::Successor),
            ..NewLobby::default()
        };
        assert!(ok.check().is_ok());
        let bad = NewLobby {
            title: Some("t".repeat(81)),
            max_users: Some(129),
            password: Some("p".repeat(129)),
            grace_seconds: Some(601),
            successor_id: Some(UserId(1)),
            host_policy: Some(HostPolicy::Server),
            ..NewLobby::default()
        };
        let errors = bad.check().unwrap_err();
        assert_eq!(errors.on("title"), ["should be at most 80 character(s)"]);
        assert_eq!(errors.on("max_users"), ["must be less than or equal to 128"]);
        assert_eq!(errors.on("password"), ["should be at most 128 bytes"]);
        assert_eq!(errors.on("grace_seconds"), ["must be less than or equal to 600"]);
        assert_eq!(errors.on("successor_id"), ["goes with the host policy successor"]);
        let small =
            NewLobby { title: Some(String::new()), max_users: Some(0), grace_seconds: Some(-1), ..NewLobby::default() };
        let errors = small.check().unwrap_err();
        assert_eq!(errors.on("grace_seconds"), ["must be greater than or equal to 0"]);
        assert_eq!(errors.on("title"), ["can't be blank"]);
        assert_eq!(errors.on("max_users"), ["must be greater than or equal to 1"]);
    }

    #[test]
    fn a_row_for_admins_is_one_object_and_is_read_as_it_was_written() {
        let json = r#"{"id":7,"title":"Dunes","host_id":3,"hostless":false,"max_users":8,"is_hidden":false,"is_locked":false,"is_passworded":true,"metadata":{"a":1.5},"member_count":2,"revision":4,"created_at":"2026-11-28T15:04:05.000006Z","host_name":"Ada"}"#;
        let row: AdminLobby = serde_json::from_str(json).unwrap();
        assert_eq!((row.lobby.id, row.host_name.as_deref()), (LobbyId(7), Some("Ada")));
        assert_eq!(serde_json::to_string(&row).unwrap(), json);
        assert!(serde_json::from_str::<AdminLobby>(r#"{"host_name":null}"#).is_err());
    }

    #[test]
    fn an_empty_password_means_none() {
        let open = NewLobby { password: Some(String::new()), ..NewLobby::default() };
        assert_eq!(open.check().map(|lobby| lobby.password), Ok(None));
    }
}

//! Accounts, as their owner and as admins see them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::redacted::redacted;
use crate::{FieldErrors, LobbyId, UserId};

mod admin;

pub use admin::{NewBan, UserFile, UserGone, UserPatch};

/// One's own account: the answer of `GET /me`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// The user.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub id: UserId,
    /// The confirmed address.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub email: Option<String>,
    /// Where the picture is.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub profile_url: Option<String>,
    /// What the game keeps about the player.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub metadata: Map<String, Value>,
    /// The name other players see.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub display_name: Option<String>,
    /// Whether the account may open the dashboard.
    pub is_admin: bool,
    /// The lobby the player sits in.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>, required))]
    pub lobby_id: Option<LobbyId>,
}

/// A player, as others see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = User))]
pub struct PublicUser {
    /// The user.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub id: UserId,
    /// The address: null, but for oneself and for admins.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub email: Option<String>,
    /// The name other players see.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub display_name: Option<String>,
    /// Where the picture is.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub profile_url: Option<String>,
}

/// What players are looked for by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct UserSearch {
    /// Part of a display name in any case, or an id. Admins also find an exact address. Nobody is found by nothing.
    pub q: Option<String>,
}

impl UserSearch {
    /// What is looked for, without white space around it; none for nothing.
    ///
    /// # Errors
    /// A NUL, or more than 254 characters.
    pub fn check(self) -> Result<Option<String>, FieldErrors> {
        let mut errors = FieldErrors::default();
        let q = crate::name::spelled(&self.q.unwrap_or_default());
        errors.without_nul("q", &q);
        if q.chars().count() > 254 {
            errors.add("q", "should be at most 254 character(s)");
        }
        errors.or(Some(q).filter(|q| !q.is_empty()))
    }
}

/// What changed about one's own account: the payload of `updated` on `user:{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserChanged {
    /// The user.
    pub id: UserId,
    /// What the game keeps about the player.
    pub metadata: Map<String, Value>,
    /// The name other players see.
    pub display_name: Option<String>,
    /// Where the picture is.
    pub profile_url: Option<String>,
}

/// Who is looking at a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// The user.
    pub id: UserId,
    /// The name to greet with.
    pub name: String,
    /// Whether the dashboard is open to them.
    pub is_admin: bool,
}

/// How an account can be signed in to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WayIn {
    /// A device secret.
    Device,
    /// An e-mail address and a password.
    Password,
}

/// An account as admins see it: the row of `/admin/users` and the payload on `admin:users`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminUser {
    /// The user.
    pub id: UserId,
    /// The name other players see.
    pub display_name: Option<String>,
    /// The address, confirmed or not.
    pub email: Option<String>,
    /// Whether the account may open the dashboard.
    pub is_admin: bool,
    /// Whether the account is held by its device alone.
    pub is_guest: bool,
    /// Whether there is an address that waits to be confirmed.
    pub is_unconfirmed: bool,
    /// Since when the account is shut out.
    #[serde(deserialize_with = "crate::time::read_option")]
    pub banned_at: Option<DateTime<Utc>>,
    /// Every way into the account.
    pub ways_in: Vec<WayIn>,
    /// The lobby the player sits in, with its title.
    pub lobby: Option<(LobbyId, String)>,
    /// When the account was made.
    #[serde(deserialize_with = "crate::time::read")]
    pub created_at: DateTime<Utc>,
    /// When one of its sessions was last in use, to within some minutes.
    #[serde(deserialize_with = "crate::time::read_option")]
    pub last_seen_at: Option<DateTime<Utc>>,
}

impl AdminUser {
    /// The name to show: the display name, else the address, else a stand-in by id.
    #[must_use]
    pub fn name(&self) -> String {
        self.display_name.clone().or_else(|| self.email.clone()).unwrap_or_else(|| format!("player-{}", self.id))
    }
}

/// What `/admin/users` may be narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UserFilter {
    /// Part of a display name in any case, or an exact address or id.
    pub q: Option<String>,
    /// Only those that are such: one of [`UserFilter::ROLES`]; everybody when absent.
    pub role: Option<String>,
    /// Which come first: one of [`UserFilter::SORTS`]; the newest when absent.
    pub sort: Option<String>,
}

impl UserFilter {
    /// What accounts can be told apart by: what they are, and how they are signed in to.
    pub const ROLES: [&str; 6] = ["admin", "guest", "banned", "unconfirmed", "device", "password"];
    /// Newest first, last seen first, or by name.
    pub const SORTS: [&str; 3] = ["newest", "seen", "name"];

    /// Itself, checked. A role or order that is empty counts as none, as forms send it.
    ///
    /// # Errors
    /// A role or order that is none; a NUL in what is looked for.
    pub fn check(mut self) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        self.role = errors.one_of("role", self.role, &Self::ROLES);
        self.sort = errors.one_of("sort", self.sort, &Self::SORTS);
        errors.without_nul("q", self.q.as_deref().unwrap_or_default());
        errors.or(self)
    }
}

/// An admin's way in.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewAdmin {
    /// The address to sign in with.
    pub email: Option<String>,
    /// The new password.
    pub password: Option<String>,
}

impl NewAdmin {
    /// The checked address (lower-cased) and password.
    ///
    /// # Errors
    /// What is missing or breaks the rules for new addresses and passwords.
    pub fn check(self) -> Result<(String, String), FieldErrors> {
        let mut errors = FieldErrors::default();
        let email = self.email.unwrap_or_default().trim().to_ascii_lowercase();
        let password = self.password.unwrap_or_default();
        new_email(&mut errors, &email);
        new_password(&mut errors, &password, &email);
        errors.or((email, password))
    }
}

/// Making the first admin by the one-time link.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FirstAdmin {
    /// The token of the link.
    pub token: Option<String>,
    /// As in [`NewAdmin`].
    pub email: Option<String>,
    /// As in [`NewAdmin`].
    pub password: Option<String>,
}

impl FirstAdmin {
    /// The token and the checked address and password. No token fits no link.
    ///
    /// # Errors
    /// As [`NewAdmin::check`].
    pub fn check(self) -> Result<(String, String, String), FieldErrors> {
        let (email, password) = NewAdmin { email: self.email, password: self.password }.check()?;
        Ok((self.token.unwrap_or_default(), email, password))
    }
}

redacted! { NewAdmin { email } FirstAdmin { email } }

/// An address that mail could reach; see [`crate::email()`].
pub(crate) fn new_email(errors: &mut FieldErrors, email: &str) {
    if let Err(problem) = crate::email(email) {
        errors.add("email", problem);
    }
}

/// A password of 8 characters to 256 bytes of any kind, that does not repeat what everybody can see.
pub(crate) fn new_password(errors: &mut FieldErrors, password: &str, email: &str) {
    let name = email.split('@').next().unwrap_or_default();
    let lower = password.to_lowercase();
    if password.is_empty() {
        errors.add("password", "can't be blank");
    } else if password.chars().count() < 8 {
        errors.add("password", "should be at least 8 character(s)");
    } else if password.len() > 256 {
        errors.add("password", "should be at most 256 bytes");
    } else if (name.len() >= 4 && lower.contains(name)) || lower.contains("gameserver") {
        errors.add("password", "must not contain the address or the product's name");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(email: &str, password: &str) -> Result<(String, String), FieldErrors> {
        NewAdmin { email: Some(email.into()), password: Some(password.into()) }.check()
    }

    #[test]
    fn a_password_is_eight_characters_to_two_hundred_and_fifty_six_bytes() {
        assert!(check("ada@games.example", "12345678").is_ok());
        assert!(check("ada@games.example", &"p".repeat(256)).is_ok());
        assert_eq!(
            check("ada@games.example", "1234567").unwrap_err().on("password"),
            ["should be at least 8 character(s)"]
        );
        assert_eq!(
            check("ada@games.example", &"p".repeat(257)).unwrap_err().on("password"),
            ["should be at most 256 bytes"]
        );
        assert_eq!(check("lovelace@x.example", "my lovelace!").unwrap_err().on("password").len(), 1);
    }

    #[test]
    fn an_address_is_lower_cased_and_must_be_one() {
        assert_eq!(
            check(" Ada@Games.Example ", "correct horse").map(|(email, _)| email),
            Ok("ada@games.example".into())
        );
        for bad in ["ada", "@x", "ada@", "a@b@c", "a b@c", "a@b,c@d"] {
            assert_eq!(check(bad, "correct horse").unwrap_err().on("email").len(), 1, "{bad}");
        }
    }
}

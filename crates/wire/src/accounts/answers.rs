//! What `/auth/*` answers: the account, the session and the profile, under the keys web games know.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::redacted::redacted;

/// An account, as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuthUser {
    /// The user's id, as text.
    pub id: String,
    /// Whom the account's tokens are for: always `authenticated`.
    pub aud: String,
    /// What the account may do: `authenticated` or `admin`.
    pub role: String,
    /// The address, confirmed or not.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub email: Option<String>,
    /// When the address was confirmed.
    #[cfg_attr(feature = "openapi", schema(required))]
    #[serde(deserialize_with = "crate::time::read_option")]
    pub email_confirmed_at: Option<DateTime<Utc>>,
    /// How the account can be signed in to: `provider`, the first way, and `providers`, all of them.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub app_metadata: Map<String, Value>,
    /// What the player says of themselves: `name`.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub user_metadata: Map<String, Value>,
    /// Whether this is a guest's account.
    pub is_anonymous: bool,
    /// When the account was made.
    #[serde(deserialize_with = "crate::time::read")]
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    #[serde(deserialize_with = "crate::time::read")]
    pub updated_at: DateTime<Utc>,
}

/// The tokens of a sign-in. Browsers get them as cookies besides.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuthSession {
    /// A signed JWT.
    pub access_token: String,
    /// An opaque token for the next refresh.
    pub refresh_token: String,
    /// Seconds until the access token expires.
    pub expires_in: i64,
    /// Always `bearer`.
    pub token_type: String,
}

redacted! { AuthSession { expires_in } }

/// A player, as the game sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Profile {
    /// The user's id, as text.
    pub id: String,
    /// The same: account and profile are one here.
    pub auth_user_id: String,
    /// The name other players see.
    pub name: String,
    /// The address, confirmed or not.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub email: Option<String>,
    /// Where the picture is.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub avatar_url: Option<String>,
    /// Games they finished.
    pub games_played: i64,
    /// Games they won.
    pub games_won: i64,
    /// When the account was made.
    #[serde(deserialize_with = "crate::time::read")]
    pub created_at: DateTime<Utc>,
}

/// Somebody signed in, or made an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Entered {
    /// Their account.
    pub user: AuthUser,
    /// Their tokens.
    pub session: AuthSession,
    /// Whether the account was just made.
    pub is_new_user: bool,
}

/// A guest came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GuestEntered {
    /// Their account.
    pub auth: AuthUser,
    /// Their tokens.
    pub session: AuthSession,
    /// Always true.
    pub is_anonymous: bool,
}

/// A guest's account became one of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Upgraded {
    /// Their account, under the same id.
    pub user: AuthUser,
    /// Their new tokens.
    pub session: AuthSession,
    /// A sentence to show.
    pub message: String,
}

/// Who asks: all of it null for nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WhoAmI {
    /// Their account.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub auth: Option<AuthUser>,
    /// What the game sees of them.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub profile: Option<Profile>,
    /// Whether they are a guest.
    pub is_anonymous: bool,
    /// When what they showed expires, in seconds since 1970.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub expires_at: Option<i64>,
}

/// A sentence to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// What was done.
    pub message: String,
}

impl From<&str> for Message {
    fn from(message: &str) -> Self {
        Self { message: message.to_owned() }
    }
}

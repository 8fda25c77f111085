//! Sessions that are listed and ended.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{FieldErrors, SessionId, UserId, query};

/// A session, as its user sees it: one of the places they are signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenSession {
    /// The session.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub id: SessionId,
    /// How it began: `device`, `password`, `guest`, `registration`, `magic_link`.
    pub kind: String,
    /// When it began.
    #[serde(deserialize_with = "crate::time::read")]
    pub created_at: DateTime<Utc>,
    /// When it was last in use, to within five minutes.
    #[serde(deserialize_with = "crate::time::read")]
    pub used_at: DateTime<Utc>,
    /// When it ends by itself, however much it is used.
    #[serde(deserialize_with = "crate::time::read")]
    pub expires_at: DateTime<Utc>,
    /// The address it began from.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub ip: Option<String>,
    /// On what it began, as in `Firefox on Windows`; `null` where that is not known.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub device: Option<String>,
    /// Whether it is the one that asks.
    pub is_current: bool,
}

/// One's own sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenSessions {
    /// The one used last first; at most 20.
    pub data: Vec<OpenSession>,
}

/// Which of one's own sessions are ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct EndSessions {
    /// Whether the one that asks ends as well; it stays when absent.
    #[serde(deserialize_with = "query::flag")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<bool>, default = false, nullable = false))]
    pub all: Option<bool>,
}

/// A session as admins see it: the row of `/admin/sessions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminSession {
    /// The session.
    pub session: OpenSession,
    /// Whose it is.
    pub user_id: UserId,
    /// Their name, as admins see it.
    pub user_name: String,
    /// Whether they are an admin.
    pub is_admin: bool,
    /// When it was ended, if it was.
    #[serde(deserialize_with = "crate::time::read_option")]
    pub ended_at: Option<DateTime<Utc>>,
    /// Why.
    pub ended_because: Option<String>,
}

/// What `/admin/sessions` may be narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionFilter {
    /// Part of a player's name, or their exact id or e-mail, or the exact address it began from.
    pub q: Option<String>,
    /// Only those that live (`live`) or are over (`over`); all when absent.
    pub state: Option<String>,
}

impl SessionFilter {
    /// Itself, checked. A state that is empty counts as none, as forms send it.
    ///
    /// # Errors
    /// A state that is none; a NUL in what is looked for.
    pub fn check(mut self) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        self.state = errors.one_of("state", self.state, &["live", "over"]);
        errors.without_nul("q", self.q.as_deref().unwrap_or_default());
        errors.or(self)
    }
}

//! The audit log: what admins did, and what was refused.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{FieldErrors, SessionId, UserId};

/// A row of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// The row. Of two, the greater was written later.
    pub id: i64,
    /// When.
    #[serde(deserialize_with = "crate::time::read")]
    pub at: DateTime<Utc>,
    /// Who: `user`, `system`, `command line` or `setup link`.
    pub actor: String,
    /// Which user.
    pub actor_id: Option<UserId>,
    /// Their name today, while they are there.
    pub actor_name: Option<String>,
    /// The session they used.
    pub session_id: Option<SessionId>,
    /// The address they came from.
    pub ip: Option<String>,
    /// What they did, as in `user.ban`.
    pub action: String,
    /// To what: `user`, `session`, `job`, `connection` or `lobby`.
    pub target_kind: String,
    /// To which one.
    pub target_id: i64,
    /// The name of a user it was done to today, while they are there.
    pub target_name: Option<String>,
    /// What was changed, before it.
    pub was: Option<Value>,
    /// The same after it.
    pub became: Option<Value>,
    /// `done`, or the code it was refused with.
    pub outcome: String,
}

/// What `/admin/audit` may be narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditFilter {
    /// Part of an action, or the exact id of who did it or of what it was done to.
    pub q: Option<String>,
    /// Only what was done (`done`) or refused (`refused`); all when absent.
    pub outcome: Option<String>,
}

impl AuditFilter {
    /// Itself, checked. An outcome that is empty counts as none, as forms send it.
    ///
    /// # Errors
    /// An outcome that is none; a NUL in what is looked for.
    pub fn check(mut self) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        self.outcome = errors.one_of("outcome", self.outcome, &["done", "refused"]);
        errors.without_nul("q", self.q.as_deref().unwrap_or_default());
        errors.or(self)
    }
}

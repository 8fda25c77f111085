//! Jobs, as admins see them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::FieldErrors;

/// A job: the row of `/admin/jobs`. What it is to do its work with is left out: there may be a secret in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminJob {
    /// The job.
    pub id: i64,
    /// What it does, as in `sessions.sweep`.
    pub kind: String,
    /// `waiting`, `running`, `done` or `dead`.
    pub state: String,
    /// How often it was begun.
    pub attempts: i64,
    /// Not before then.
    #[serde(deserialize_with = "crate::time::read")]
    pub run_at: DateTime<Utc>,
    /// When it was enqueued.
    #[serde(deserialize_with = "crate::time::read")]
    pub created_at: DateTime<Utc>,
    /// When it was done or given up.
    #[serde(deserialize_with = "crate::time::read_option")]
    pub finished_at: Option<DateTime<Utc>>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
}

/// What `/admin/jobs` may be narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JobFilter {
    /// Part of a kind.
    pub q: Option<String>,
    /// Only those in a state: `waiting` (running ones among them), `done` or `dead`; all when absent.
    pub state: Option<String>,
}

impl JobFilter {
    /// Itself, checked. A state that is empty counts as none, as forms send it.
    ///
    /// # Errors
    /// A state that is none; a NUL in what is looked for.
    pub fn check(mut self) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        self.state = errors.one_of("state", self.state, &["waiting", "done", "dead"]);
        errors.without_nul("q", self.q.as_deref().unwrap_or_default());
        errors.or(self)
    }
}

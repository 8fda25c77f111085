//! The answer of `GET /health`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The server is up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Always `ok`: a server that is not does not answer.
    pub status: String,
    /// The server's clock.
    pub timestamp: DateTime<Utc>,
}

//! The answer of `GET /health`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The server is up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = HealthResponse))]
pub struct Health {
    /// Always `ok`: a server that is not does not answer.
    #[cfg_attr(feature = "openapi", schema(pattern = "^ok$"))]
    pub status: String,
    /// The server's clock.
    #[serde(deserialize_with = "crate::time::read")]
    pub timestamp: DateTime<Utc>,
}

/// The answer of `GET /readyz`: whether requests should be sent here, and if not, why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readiness {
    /// `ready` or `not_ready`.
    pub status: String,
    /// What was looked at.
    pub checks: ReadinessChecks,
}

/// What `GET /readyz` looks at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadinessChecks {
    /// `ok`, or `unreachable` when the database did not answer within a second.
    pub database: String,
    /// `ok`, `missing` when some were not made, or `unknown` while the database is unreachable.
    pub migrations: String,
    /// `ok`, or `unreachable` while this node hears nothing of the others and goes on alone; only where there are others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redis: Option<String>,
    /// `ok`, or `leaving` from the signal to stop on.
    pub serving: String,
}

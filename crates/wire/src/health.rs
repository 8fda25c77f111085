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
    pub timestamp: DateTime<Utc>,
}

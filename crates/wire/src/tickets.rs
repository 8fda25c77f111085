//! Tickets: what opens a socket once.

use serde::{Deserialize, Serialize};

use crate::redacted::redacted;

/// What opens a socket once, in the place of a token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ticket {
    /// Goes into the socket's address as `ticket`. Good for one connection.
    pub ticket: String,
    /// Seconds until it is good for none.
    pub expires_in: i64,
}

redacted! {
    Ticket { expires_in }
}

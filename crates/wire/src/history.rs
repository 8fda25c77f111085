//! The numbers of the last hours, for the dashboard's charts.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The numbers of a span, oldest first, for the dashboard's charts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// Seconds from one point to the next.
    pub step_seconds: i64,
    /// The points, oldest first, at most 300. Steps in which the server did not run are missing.
    pub points: Vec<HistoryPoint>,
}

/// One step of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPoint {
    /// When the step ended.
    #[serde(deserialize_with = "crate::time::read")]
    pub at: DateTime<Utc>,
    /// Requests that were answered within it.
    pub requests: i64,
    /// Those of them that were answered with 500 or above.
    pub errors: i64,
    /// Microseconds that half of them took at most; 0 when there were none.
    pub p50_us: i64,
    /// Microseconds that 95 of a hundred took at most.
    pub p95_us: i64,
    /// Microseconds that 99 of a hundred took at most.
    pub p99_us: i64,
    /// Open sockets at its end.
    pub sockets: i64,
    /// Users with an open socket at its end.
    pub players: i64,
    /// Lobbies at its end.
    pub lobbies: i64,
    /// Frames that came over sockets within it.
    pub received: i64,
    /// Frames that were written to sockets within it.
    pub sent: i64,
    /// Times a listener was too slow within it, and missed events.
    pub missed: i64,
    /// The most events any listener had still before it.
    pub behind: i64,
}

//! What happened over a while, for the dashboard's charts.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The numbers of a span, oldest first, for the dashboard's charts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// Seconds a step lasts.
    pub step_seconds: i64,
    /// The steps, oldest first, at most 300. A step in which the server did not run is missing.
    pub points: Vec<HistoryPoint>,
}

/// One step of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPoint {
    /// When it began.
    pub at: DateTime<Utc>,
    /// Requests answered in it.
    pub requests: i64,
    /// Of those, with a 5xx status.
    pub errors: i64,
    /// Half of the requests took no longer, in microseconds; 0 without requests.
    pub p50_us: i64,
    /// 95 of 100 requests took no longer, in microseconds; 0 without requests.
    pub p95_us: i64,
    /// 99 of 100 requests took no longer, in microseconds; 0 without requests.
    pub p99_us: i64,
    /// Open sockets.
    pub sockets: i64,
    /// Users with at least one open socket.
    pub players: i64,
    /// Lobbies.
    pub lobbies: i64,
}

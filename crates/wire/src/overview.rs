//! The counts on the first page of the dashboard.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Lobby, SeatsCount};

/// What the dashboard's first page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// Accounts.
    pub users: i64,
    /// Of those, held by a device alone.
    pub guests: i64,
    /// Of those, admins.
    pub admins: i64,
    /// Users with at least one open socket on this server.
    pub online: i64,
    /// Open sockets on this server.
    pub sockets: i64,
    /// Sessions that have neither ended nor expired.
    pub sessions: i64,
    /// Lobbies and their seats.
    pub seats: SeatsCount,
    /// The fullest lobbies that still have a seat, at most six.
    pub filling: Vec<Lobby>,
    /// `SQLite` or `PostgreSQL`.
    pub database: String,
    /// When this server started.
    #[serde(deserialize_with = "crate::time::read")]
    pub started_at: DateTime<Utc>,
    /// The server's clock when this was counted.
    #[serde(deserialize_with = "crate::time::read")]
    pub now: DateTime<Utc>,
    /// The server's version.
    pub version: String,
}

//! Everything that is counted outside of requests, read at once.

use super::Reading;
use crate::App;
use crate::bus::BusNumbers;

/// Everything that is counted outside of requests, as it is now. What only grows has grown since the process started.
#[derive(Clone, Debug)]
pub struct Numbers {
    /// Users with at least one open socket, on all nodes.
    pub users: i64,
    /// Open sockets, on all nodes.
    pub sockets: i64,
    /// Topics somebody listens to here.
    pub topics: usize,
    /// Events that were told to at least one listener.
    pub published: u64,
    /// Events that went to listeners, each counted once for each.
    pub pushed: u64,
    /// Times a listener was too slow and missed events.
    pub lagged: u64,
    /// The way to the other nodes, where there are any.
    pub bus: Option<BusNumbers>,
    /// The passwords' queue.
    pub passwords: PasswordNumbers,
    /// The database's connections.
    pub pools: Vec<PoolNumbers>,
}

/// The passwords' queue.
#[derive(Clone, Debug)]
pub struct PasswordNumbers {
    /// Being hashed now.
    pub working: usize,
    /// Waiting for a core.
    pub waiting: usize,
    /// Callers for whom the queue had no place.
    pub refused: u64,
    /// How long hashing takes, the waiting left out.
    pub hashing: Reading,
}

/// One of the database's pools.
#[derive(Clone, Debug)]
pub struct PoolNumbers {
    /// `readers` and `writer` on SQLite, `all` on PostgreSQL.
    pub name: &'static str,
    /// Open connections that nobody uses.
    pub idle: usize,
    /// Open connections in use.
    pub used: usize,
    /// The most there may be.
    pub most: u32,
    /// Callers that wait for one now.
    pub waiting: u64,
    /// Callers that got none.
    pub refused: u64,
    /// How long callers wait for one; of those who write, until their transaction has begun.
    pub waits: Reading,
    /// How long statements take that stand alone. They read.
    pub reads: Reading,
    /// How long statements within a transaction take.
    pub writes: Reading,
    /// How long transactions hold their connection, from their beginning to their end.
    pub transactions: Reading,
}

/// Reads all of it.
#[must_use]
pub fn read(app: &App) -> Numbers {
    let told = app.pubsub.told();
    Numbers {
        users: app.online.users(),
        sockets: app.online.sockets(),
        topics: app.pubsub.topics(),
        published: told.published,
        pushed: told.pushed,
        lagged: told.lagged,
        bus: app.pubsub.bus().numbers(),
        passwords: app.passwords.numbers(),
        pools: app.db.pools(),
    }
}

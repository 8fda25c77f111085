//! A pool that counts how long its callers wait and its answers take. Every statement and transaction goes through here.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use sqlx::pool::PoolConnection;
use sqlx::{Database, Pool};

use crate::stats::{Histogram, PoolNumbers, Timer, count};

/// A pool of connections that is timed. Clones share it and its times.
pub struct Timed<D: Database> {
    pool: Pool<D>,
    name: &'static str,
    pub(super) times: Arc<Times>,
}

/// What a pool's work took.
#[derive(Default)]
pub(crate) struct Times {
    waiting: AtomicU64,
    refused: AtomicU64,
    waits: Histogram,
    reads: Histogram,
    writes: Histogram,
    transactions: Histogram,
}

impl<D: Database> Clone for Timed<D> {
    fn clone(&self) -> Self {
        Self { pool: self.pool.clone(), name: self.name, times: self.times.clone() }
    }
}

impl<D: Database> Deref for Timed<D> {
    type Target = Pool<D>;

    fn deref(&self) -> &Pool<D> {
        &self.pool
    }
}

impl<D: Database> Timed<D> {
    pub(super) fn new(name: &'static str, pool: Pool<D>) -> Self {
        Self { pool, name, times: Arc::default() }
    }

    /// The next connection.
    pub(super) async fn acquire(&self) -> sqlx::Result<PoolConnection<D>> {
        let _waiting = self.times.waiting();
        // Boxed: it is large, and most of the time there is nothing to wait for.
        self.times.got(Box::pin(self.pool.acquire()).await)
    }

    pub(super) fn numbers(&self) -> PoolNumbers {
        let (times, idle) = (&self.times, self.pool.num_idle());
        PoolNumbers {
            name: self.name,
            idle,
            used: (self.pool.size() as usize).saturating_sub(idle),
            most: self.pool.options().get_max_connections(),
            waiting: times.waiting.load(Ordering::Relaxed),
            refused: times.refused.load(Ordering::Relaxed),
            waits: times.waits.read(),
            reads: times.reads.read(),
            writes: times.writes.read(),
            transactions: times.transactions.read(),
        }
    }
}

impl Times {
    /// Somebody waits for a connection, or for a transaction on one, until what is given back is dropped.
    pub(super) fn waiting(&self) -> Waiting<'_> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Waiting { times: self, _timer: self.waits.timer() }
    }

    /// Counts it, if somebody did not get what they waited for.
    pub(super) fn got<T>(&self, got: sqlx::Result<T>) -> sqlx::Result<T> {
        got.inspect_err(|_| count(&self.refused))
    }

    /// A statement that stands alone.
    pub(super) fn read(&self) -> Timer<'_> {
        self.reads.timer()
    }

    /// A statement within a transaction.
    pub(super) fn write(&self) -> Timer<'_> {
        self.writes.timer()
    }
}

/// Somebody who waits; whoever hangs up does no longer.
pub(super) struct Waiting<'t> {
    times: &'t Times,
    _timer: Timer<'t>,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.times.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A connection held by a transaction: dropped with it, whether it was committed or not.
pub(super) struct Held {
    since: Instant,
    pub(super) times: Arc<Times>,
}

impl Held {
    pub(super) fn new(times: &Arc<Times>) -> Self {
        Self { since: Instant::now(), times: times.clone() }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.times.transactions.record(self.since.elapsed());
    }
}

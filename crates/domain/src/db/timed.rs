//! A pool that counts how long its callers wait and its answers take. Every statement and transaction goes through here.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use sqlx::pool::PoolConnection;
use sqlx::{Database, Pool};

use crate::stats::{Histogram, PoolNumbers, count};

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
        self.times.wait(self.pool.acquire()).await
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
    /// Waits for a connection, or for a transaction on one.
    pub(super) async fn wait<T>(&self, waiting: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
        let started = Instant::now();
        let here = Waiting::new(&self.waiting);
        let got = waiting.await;
        drop(here);
        self.waits.record(started.elapsed());
        got.inspect_err(|_| count(&self.refused))
    }

    /// A statement that stands alone.
    pub(super) async fn read<T>(&self, statement: impl Future<Output = T>) -> T {
        timed(&self.reads, statement).await
    }

    /// A statement within a transaction.
    pub(super) async fn write<T>(&self, statement: impl Future<Output = T>) -> T {
        timed(&self.writes, statement).await
    }
}

async fn timed<T>(times: &Histogram, work: impl Future<Output = T>) -> T {
    let started = Instant::now();
    let done = work.await;
    times.record(started.elapsed());
    done
}

/// Somebody who waits; whoever hangs up does no longer.
struct Waiting<'t>(&'t AtomicU64);

impl<'t> Waiting<'t> {
    fn new(waiting: &'t AtomicU64) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
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

//! What this process counts about itself: plain atomics, which cost next to nothing to count up. How the numbers are
//! told to the world is the edge's affair; the dashboard draws them through [`crate::overview::history`].

mod histogram;
mod history;
mod numbers;
mod spread;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub(crate) use histogram::Timer;
pub use histogram::{Histogram, Reading};
pub use history::Frames;
pub(crate) use history::{History, KEPT};
pub use numbers::{Numbers, PasswordNumbers, PoolNumbers, read};
pub use spread::Spread;

/// What this process counts about itself, since it started.
#[derive(Default)]
pub struct Stats {
    /// Requests that were answered.
    pub requests: Requests,
    history: Mutex<History>,
}

impl Stats {
    pub(crate) fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Requests that were answered, and how long that took.
#[derive(Default)]
pub struct Requests {
    failed: AtomicU64,
    took: Spread,
}

impl Requests {
    /// Counts a request. One that failed is one the server could not answer as it should.
    pub fn record(&self, failed: bool, took: Duration) {
        self.took.record(took);
        if failed {
            self.failed.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Requests that failed.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    /// How long all of them took.
    #[must_use]
    pub fn took(&self) -> &Spread {
        &self.took
    }
}

/// One more.
pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

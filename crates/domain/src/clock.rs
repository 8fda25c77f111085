//! Time comes from here and nowhere else.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

/// A clock of whole microseconds: what both databases keep.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's.
    System,
    /// One that stands until it is moved: microseconds since 1970.
    Frozen(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at`.
    #[must_use]
    pub fn frozen(at: DateTime<Utc>) -> Self {
        Self::Frozen(Arc::new(AtomicI64::new(at.timestamp_micros())))
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let micros = match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
            Self::System => Utc::now().timestamp_micros(),
            Self::Frozen(at) => at.load(Ordering::SeqCst),
        };
        DateTime::from_timestamp_micros(micros).unwrap_or_default()
    }

    /// Moves a frozen clock; the machine's cannot be moved.
    pub fn advance(&self, by: TimeDelta) {
        if let Self::Frozen(at) = self {
            at.fetch_add(by.num_microseconds().unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }
}

//! What goes on on the sockets, in numbers that cost next to nothing to keep.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU64, AtomicUsize};

use channels::close;
use channels::socket::{End, Outcome};
use domain::stats::Frames;

/// What goes on on the sockets of this process: gauges say how it is now, counters only grow.
#[derive(Debug, Default)]
pub struct Counts {
    /// Gauge: open sockets.
    pub open: AtomicUsize,
    /// Gauge: joined topics, each counted on every socket that joined it.
    pub topics: AtomicUsize,
    /// Gauge: text frames that were written and that the network has not taken yet, over all sockets.
    pub waiting: AtomicUsize,
    /// Frames that came, pings and pongs included.
    pub received: AtomicU64,
    /// Their bytes, without what frames them.
    pub bytes_received: AtomicU64,
    /// Frames that were written, replies included.
    pub sent: AtomicU64,
    /// Their bytes, without what frames them.
    pub bytes_sent: AtomicU64,
    /// Events handed to sockets, each counted for every socket that was told.
    pub pushed: AtomicU64,
    /// Listeners that fell so far behind that they missed events: each was told to join anew.
    pub lagged: AtomicU64,
    /// Upgrades that were refused for want of a place: of the server, the address or the user.
    pub turned_away: AtomicU64,
    /// Frames of sockets that are over which were above the permitted rate.
    pub refused: AtomicU64,
    /// Frames of sockets that are over which could not be understood.
    pub malformed: AtomicU64,
    /// Sockets that are over since their client closed them or went away.
    pub left: AtomicU64,
    /// Sockets that are over since their connection broke.
    pub lost: AtomicU64,
    /// Sockets that the server closed, in the order of [`close::ALL`].
    closed: [AtomicU64; close::ALL.len()],
    /// The most events any listener had still before it, as it is told by [`Counts::take_behind`].
    behind: AtomicUsize,
    /// The same, as it is told by [`Counts::frames`].
    behind_in_step: AtomicUsize,
}

impl Counts {
    /// Sockets that the server closed, by close code.
    pub fn closed(&self) -> impl Iterator<Item = (u16, u64)> {
        close::ALL.iter().zip(&self.closed).map(|(close, count)| (close.code, count.load(Relaxed)))
    }

    /// The most events any listener had still before it since this was asked last. From 64 on it misses some.
    pub fn take_behind(&self) -> usize {
        self.behind.swap(0, Relaxed)
    }

    /// What went over the sockets until now, for a step of the history.
    #[must_use]
    pub fn frames(&self) -> Frames {
        Frames {
            received: self.received.load(Relaxed),
            sent: self.sent.load(Relaxed),
            missed: self.lagged.load(Relaxed),
            behind: self.behind_in_step.swap(0, Relaxed) as u64,
        }
    }

    pub(super) fn is_behind(&self, events: usize) {
        self.behind.fetch_max(events, Relaxed);
        self.behind_in_step.fetch_max(events, Relaxed);
    }

    /// A socket is over.
    pub(super) fn over(&self, outcome: &Outcome) {
        self.refused.fetch_add(outcome.refused, Relaxed);
        self.malformed.fetch_add(u64::from(outcome.malformed), Relaxed);
        let count = match outcome.end {
            End::Left => Some(&self.left),
            End::Lost(_) => Some(&self.lost),
            End::Closed(close) => close::ALL.iter().position(|one| one.code == close.code).map(|n| &self.closed[n]),
        };
        if let Some(count) = count {
            count.fetch_add(1, Relaxed);
        }
    }

    /// Counts one more on a gauge for as long as the answer lives.
    pub(super) fn one(self: &Arc<Self>, gauge: fn(&Self) -> &AtomicUsize) -> One {
        gauge(self).fetch_add(1, Relaxed);
        One { counts: self.clone(), gauge }
    }
}

/// One of those that a gauge counts; dropping it counts it out.
pub(super) struct One {
    counts: Arc<Counts>,
    gauge: fn(&Counts) -> &AtomicUsize,
}

impl Drop for One {
    fn drop(&mut self) {
        (self.gauge)(&self.counts).fetch_sub(1, Relaxed);
    }
}

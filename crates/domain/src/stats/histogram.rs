//! How long something takes, in a few steps with round bounds: to be summed up over processes and hours by whoever
//! collects the numbers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The steps' upper bounds, in microseconds: from what memory answers to what a request may take at most.
const BOUNDS: [u64; 16] = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
    5_000_000, 10_000_000,
];

/// Counts times by steps with round bounds.
#[derive(Default)]
pub struct Histogram {
    /// One for each bound, and one for what is beyond them all.
    steps: [AtomicU64; BOUNDS.len() + 1],
    micros: AtomicU64,
}

/// What a [`Histogram`] has counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// How many there were.
    pub count: u64,
    /// How long they took together, in seconds.
    pub seconds: f64,
    /// How many there were in each step, with its upper bound in seconds; the last has none.
    pub steps: Vec<(f64, u64)>,
}

impl Histogram {
    /// Counts a time.
    pub fn record(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        // Exactly at a bound is within it.
        let step = BOUNDS.partition_point(|bound| *bound < micros);
        self.steps[step].fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// Counts the time until the timer is dropped.
    pub(crate) fn timer(&self) -> Timer<'_> {
        Timer { histogram: self, since: Instant::now() }
    }

    /// What was counted until now.
    #[must_use]
    pub fn read(&self) -> Reading {
        let bounds = BOUNDS.iter().map(|bound| seconds(*bound)).chain([f64::INFINITY]);
        let steps: Vec<_> = bounds.zip(self.steps.iter().map(|step| step.load(Ordering::Relaxed))).collect();
        Reading {
            count: steps.iter().map(|(_, count)| count).sum(),
            seconds: seconds(self.micros.load(Ordering::Relaxed)),
            steps,
        }
    }
}

/// A time that is running. (A guard and no wrapper of futures: those would grow by it, and a socket holds one for life.)
pub(crate) struct Timer<'h> {
    histogram: &'h Histogram,
    since: Instant,
}

impl Drop for Timer<'_> {
    fn drop(&mut self) {
        self.histogram.record(self.since.elapsed());
    }
}

fn seconds(micros: u64) -> f64 {
    Duration::from_micros(micros).as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_counted_in_the_first_step_it_fits() {
        let histogram = Histogram::default();
        for micros in [0, 100, 101, 10_000_000, 10_000_001] {
            histogram.record(Duration::from_micros(micros));
        }
        let reading = histogram.read();
        let counted: Vec<_> = reading.steps.iter().filter(|(_, count)| *count > 0).copied().collect();
        assert_eq!(counted, [(0.0001, 2), (0.00025, 1), (10.0, 1), (f64::INFINITY, 1)]);
        assert_eq!(reading.count, 5);
        assert!((reading.seconds - 20.000_202).abs() < 1e-9, "{reading:?}");
    }
}

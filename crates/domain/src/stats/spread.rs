//! How times spread: steps fine enough to say what half, or ninety-nine of a hundred, took at most.
//!
//! Each doubling is cut into eight steps, so that what is told is within 1/16 of what was. (`hdrhistogram` keeps more
//! digits and wants `&mut` or a channel; here many count at once without waiting for one another.)

use std::array;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Steps to a doubling, as a power of two.
const FINE: u32 = 3;
/// All of them: up to 134 seconds, which is far beyond what a request may take. The last one holds whatever is longer.
pub(crate) const STEPS: usize = 200;

/// Counts of a [`Spread`], those that are not nought: the step and how often it was hit.
pub(crate) type Counts = Box<[(u8, u32)]>;

/// Counts times by fine steps.
pub struct Spread([AtomicU64; STEPS]);

impl Default for Spread {
    fn default() -> Self {
        Self(array::from_fn(|_| AtomicU64::new(0)))
    }
}

impl Spread {
    /// Counts a time.
    pub fn record(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.0[step(micros)].fetch_add(1, Ordering::Relaxed);
    }

    /// How many were counted until now.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.iter().map(|step| step.load(Ordering::Relaxed)).sum()
    }

    /// What came in since `before`, which becomes what there is now.
    pub(crate) fn since(&self, before: &mut [u64; STEPS]) -> Counts {
        let mut counts = Vec::new();
        for (step, (now, before)) in (0..).zip(self.0.iter().zip(before)) {
            let now = now.load(Ordering::Relaxed);
            if now > *before {
                counts.push((step, u32::try_from(now - *before).unwrap_or(u32::MAX)));
                *before = now;
            }
        }
        counts.into()
    }
}

/// The microseconds that so many of a hundred took at most; nought, when there were none.
pub(crate) fn quantile(counts: &[u64; STEPS], of_a_hundred: u64) -> i64 {
    let all: u64 = counts.iter().sum();
    let wanted = (all * of_a_hundred).div_ceil(100);
    let mut seen = 0;
    for (step, count) in counts.iter().enumerate() {
        seen += count;
        if *count > 0 && seen >= wanted {
            return middle(step);
        }
    }
    0
}

/// The step of a time: below eight microseconds one each, then eight to every doubling.
fn step(micros: u64) -> usize {
    let step = match micros.checked_ilog2() {
        Some(doubling) if doubling >= FINE => {
            let within = (micros >> (doubling - FINE)) & ((1 << FINE) - 1);
            (u64::from(doubling - FINE + 1) << FINE) + within
        }
        _ => micros,
    };
    usize::try_from(step).map_or(STEPS - 1, |step| step.min(STEPS - 1))
}

/// The microseconds in the middle of a step.
fn middle(step: usize) -> i64 {
    let step = i64::try_from(step).unwrap_or_default();
    let (doubling, within) = (step >> FINE, step & ((1 << FINE) - 1));
    if doubling == 0 {
        return within;
    }
    let width = 1 << (doubling - 1);
    ((1 << FINE) + within) * width + (width - 1) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(times: impl IntoIterator<Item = u64>) -> [u64; STEPS] {
        let spread = Spread::default();
        times.into_iter().for_each(|micros| spread.record(Duration::from_micros(micros)));
        spread.0.map(AtomicU64::into_inner)
    }

    #[test]
    fn what_is_told_of_a_time_is_within_a_sixteenth_of_it() {
        for micros in (0..2_000).chain([4_095, 4_096, 65_537, 999_999, 10_000_000, 130_000_000]) {
            let told = middle(step(micros));
            let off = told.abs_diff(i64::try_from(micros).unwrap());
            assert!(off * 16 <= micros, "{micros} became {told}");
        }
    }

    #[test]
    fn steps_grow_with_the_times_and_leave_none_out() {
        let steps: Vec<_> = (0..100_000).map(step).collect();
        assert!(steps.windows(2).all(|pair| pair[1] == pair[0] || pair[1] == pair[0] + 1));
        assert_eq!(step(u64::MAX), STEPS - 1);
        assert_eq!((step((1 << 27) - 1), step(1 << 27)), (STEPS - 1, STEPS - 1), "the last step is where it should be");
        assert_eq!(step((1 << 27) - (1 << 23) - 1), STEPS - 2);
    }

    #[test]
    fn quantiles_say_what_so_many_of_a_hundred_took_at_most() {
        assert_eq!(quantile(&counted([]), 99), 0);
        assert_eq!(quantile(&counted([5]), 50), 5);
        // Ninety-eight fast ones and two slow ones: the slow ones are the last two of a hundred.
        let counts = counted([4; 98].into_iter().chain([1_000_000; 2]));
        assert_eq!((quantile(&counts, 50), quantile(&counts, 95), quantile(&counts, 98)), (4, 4, 4));
        let slowest = quantile(&counts, 99);
        assert!((937_500..=1_062_500).contains(&slowest), "{slowest}");
        let even = counted(1..=1_000);
        for (of_a_hundred, exact) in [(50, 500), (95, 950), (99, 990)] {
            let told = quantile(&even, of_a_hundred);
            assert!((told - exact).abs() * 16 <= exact, "p{of_a_hundred} of 1 to 1000: {told}");
        }
    }

    #[test]
    fn only_what_came_in_since_is_given() {
        let spread = Spread::default();
        let mut before = [0; STEPS];
        spread.record(Duration::from_micros(3));
        assert_eq!(*spread.since(&mut before), [(3, 1)]);
        assert!(spread.since(&mut before).is_empty());
        spread.record(Duration::from_micros(3));
        spread.record(Duration::from_micros(7));
        assert_eq!(*spread.since(&mut before), [(3, 1), (7, 1)]);
        assert_eq!(spread.count(), 3);
    }
}

//! The end of all sockets when the server stops: one after another, so that not all come back at the same moment.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::router::Server;

/// The longest time between two sockets that are told. A few are told at once, for a person's eyes.
const GAP: Duration = Duration::from_millis(5);
/// How long the last sockets are waited for after the last one was told: a peer has a second to answer.
const FAREWELL: Duration = Duration::from_secs(2);

/// Whose turn it is.
#[derive(Default)]
pub(crate) struct Drain {
    /// Sockets there were when the first one asked.
    all: OnceLock<usize>,
    turns: AtomicUsize,
}

impl Drain {
    /// How long the socket that asks has to wait for its turn, when there are so many; never longer than `spread`.
    pub(super) fn wait(&self, sockets: usize, spread: Duration) -> Duration {
        let all = u32::try_from(*self.all.get_or_init(|| sockets)).unwrap_or(u32::MAX).max(1);
        let turn = u32::try_from(self.turns.fetch_add(1, Ordering::Relaxed)).unwrap_or(u32::MAX);
        let gap = GAP.min(spread / all);
        gap * turn.min(all)
    }
}

/// Waits until every socket has been told to come back and is gone, for [`Limits::drain`](crate::Limits::drain) and two
/// seconds at most.
pub(crate) async fn drained(server: &Server) {
    let gone = async {
        while server.places.taken() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    if tokio::time::timeout(server.limits.drain + FAREWELL, gone).await.is_err() {
        tracing::warn!(sockets = server.places.taken(), "some sockets did not close in time");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(sockets: usize) -> Vec<Duration> {
        let drain = Drain::default();
        (0..sockets).map(|_| drain.wait(sockets, Duration::from_secs(3))).collect()
    }

    #[test]
    fn a_few_are_told_at_once() {
        assert_eq!(waits(1), [Duration::ZERO]);
        assert_eq!(*waits(20).last().unwrap(), GAP * 19);
    }

    #[test]
    fn many_are_told_evenly_over_the_whole_time() {
        let waits = waits(20_000);
        assert!(waits.is_sorted());
        let within = |from, to| waits.iter().filter(|wait| (from..to).contains(&wait.as_millis())).count();
        for tenth in 0..10 {
            assert!((1_900..=2_100).contains(&within(tenth * 300, (tenth + 1) * 300)), "tenth {tenth}");
        }
        assert!(*waits.last().unwrap() <= Duration::from_secs(3));
    }

    #[test]
    fn who_comes_late_waits_no_longer_than_the_last() {
        let drain = Drain::default();
        let waits: Vec<_> = (0..100).map(|_| drain.wait(10, Duration::from_secs(3))).collect();
        assert_eq!(*waits.last().unwrap(), GAP * 10);
    }
}

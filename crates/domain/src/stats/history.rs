//! The last day, a step a minute, in memory.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use wire::HistoryPoint;

use super::Requests;
use super::spread::{Counts, STEPS, quantile};

/// Steps that are kept: a day of minutes.
pub(crate) const KEPT: usize = 24 * 60;

/// The last day, oldest step first. At most a megabyte, when every request takes another time; a quiet step is 72 bytes.
pub(crate) struct History {
    points: VecDeque<Point>,
    times_before: Box<[u64; STEPS]>,
    failed_before: u64,
    frames_before: Frames,
}

impl Default for History {
    fn default() -> Self {
        Self {
            points: VecDeque::new(),
            times_before: Box::new([0; STEPS]),
            failed_before: 0,
            frames_before: Frames::default(),
        }
    }
}

/// One step.
pub(crate) struct Point {
    /// When it ended.
    pub(crate) at: DateTime<Utc>,
    /// How long its requests took.
    pub(crate) took: Counts,
    /// Those of them that failed.
    pub(crate) failed: u64,
    /// Open sockets, players online and lobbies at its end.
    pub(crate) sockets: i64,
    pub(crate) players: i64,
    pub(crate) lobbies: i64,
    /// What went over sockets.
    pub(crate) frames: Frames,
}

/// What went over the sockets of this process: counted from its start, or within a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Frames {
    /// Frames that came.
    pub received: u64,
    /// Frames that were written.
    pub sent: u64,
    /// Times a listener was too slow and missed events.
    pub missed: u64,
    /// The most events any listener had still before it, since this was asked last.
    pub behind: u64,
}

impl Frames {
    fn since(self, before: Self) -> Self {
        Self {
            received: self.received - before.received,
            sent: self.sent - before.sent,
            missed: self.missed - before.missed,
            behind: self.behind,
        }
    }
}

impl History {
    /// Ends a step: what was counted since the last one is its own.
    pub(crate) fn end_step(
        &mut self,
        at: DateTime<Utc>,
        requests: &Requests,
        sockets: i64,
        players: i64,
        lobbies: i64,
        frames: Frames,
    ) {
        let took = requests.took().since(&mut self.times_before);
        let failed_now = requests.failed();
        let failed = failed_now - self.failed_before;
        self.failed_before = failed_now;
        let in_step = frames.since(self.frames_before);
        self.frames_before = frames;
        if self.points.len() == KEPT {
            self.points.pop_front();
        }
        self.points.push_back(Point { at, took, failed, sockets, players, lobbies, frames: in_step });
    }

    /// The lobbies there were at the end of the last step.
    pub(crate) fn last_lobbies(&self) -> i64 {
        self.points.back().map_or(0, |point| point.lobbies)
    }

    /// The steps that ended after `since`, as at most `at_most` points of equally many steps; with how many steps that
    /// is. The newest point is always a whole one.
    pub(crate) fn read(&self, since: DateTime<Utc>, at_most: usize) -> (usize, Vec<HistoryPoint>) {
        let from = self.points.partition_point(|point| point.at <= since);
        let steps: Vec<_> = self.points.range(from..).collect();
        let together = steps.len().div_ceil(at_most).max(1);
        let mut points: Vec<_> = steps.rchunks(together).filter_map(merged).collect();
        points.reverse();
        (together, points)
    }
}

/// Several steps as one.
fn merged(steps: &[&Point]) -> Option<HistoryPoint> {
    let last = steps.last()?;
    let mut counts = [0; STEPS];
    for (step, count) in steps.iter().flat_map(|point| &point.took) {
        counts[usize::from(*step)] += u64::from(*count);
    }
    let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    Some(HistoryPoint {
        at: last.at,
        requests: whole(counts.iter().sum()),
        errors: whole(steps.iter().map(|point| point.failed).sum()),
        p50_us: quantile(&counts, 50),
        p95_us: quantile(&counts, 95),
        p99_us: quantile(&counts, 99),
        sockets: last.sockets,
        players: last.players,
        lobbies: last.lobbies,
        received: whole(steps.iter().map(|point| point.frames.received).sum()),
        sent: whole(steps.iter().map(|point| point.frames.sent).sum()),
        missed: whole(steps.iter().map(|point| point.frames.missed).sum()),
        behind: whole(steps.iter().map(|point| point.frames.behind).max().unwrap_or(0)),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::TimeDelta;

    use super::*;

    fn minute(n: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(n)
    }

    /// A history of so many minutes: in minute `n` one request that took `n` microseconds, and `n` lobbies at its end.
    fn of(minutes: i64) -> History {
        let (mut history, requests) = (History::default(), Requests::default());
        for n in 1..=minutes {
            requests.record(n % 2 == 0, Duration::from_micros(n.unsigned_abs() % 8));
            let n_frames = n.unsigned_abs();
            let frames = Frames { received: n_frames * 2, sent: n_frames * 3, missed: n_frames, behind: n_frames % 5 };
            history.end_step(minute(n), &requests, 2, 1, n, frames);
        }
        history
    }

    #[test]
    fn a_day_is_kept_and_no_minute_more() {
        let day = i64::try_from(KEPT).unwrap();
        let of_a_day = |minutes| of(minutes).read(minute(0), usize::MAX).1;
        assert_eq!((of_a_day(day).len(), of_a_day(day)[0].at), (KEPT, minute(1)));
        assert_eq!((of_a_day(day + 1).len(), of_a_day(day + 1)[0].at), (KEPT, minute(2)));
    }

    #[test]
    fn each_step_has_its_own_requests_only() {
        let (together, points) = of(4).read(minute(1), 300);
        assert_eq!(together, 1);
        let told: Vec<_> = points.iter().map(|p| (p.at, p.requests, p.errors, p.p50_us, p.lobbies)).collect();
        assert_eq!(told, [(minute(2), 1, 1, 2, 2), (minute(3), 1, 0, 3, 3), (minute(4), 1, 1, 4, 4)]);
    }

    #[test]
    fn a_step_without_requests_has_no_latency() {
        let mut history = of(1);
        let requests = Requests::default();
        history.times_before.fill(0);
        history.failed_before = 0;
        history.end_step(minute(2), &requests, 0, 0, 5, Frames { received: 2, sent: 3, missed: 1, behind: 0 });
        let (_, points) = history.read(minute(1), 300);
        let point = &points[0];
        assert_eq!((point.requests, point.errors, point.p50_us, point.p99_us, point.lobbies), (0, 0, 0, 0, 5));
    }

    #[test]
    fn what_is_more_than_is_drawn_is_put_together_from_the_newest_on() {
        let (together, points) = of(600).read(minute(0), 300);
        assert_eq!((together, points.len()), (2, 300));
        assert!(points.iter().all(|point| (point.requests, point.errors) == (2, 1)));
        let (together, points) = of(601).read(minute(0), 300);
        assert_eq!((together, points.len()), (3, 201));
        assert_eq!((points[0].at, points[0].requests), (minute(1), 1), "what is left over is the oldest");
        let last = &points[200];
        assert_eq!((last.at, last.requests, last.lobbies), (minute(601), 3, 601));
        // 599, 600 and 601 took 7, 0 and 1 microseconds.
        assert_eq!((last.p50_us, last.p95_us), (1, 7));
    }

    #[test]
    fn frames_are_those_of_their_step_and_the_queue_is_the_longest_there_was() {
        let (_, points) = of(600).read(minute(0), 300);
        let told: Vec<_> = points.iter().map(|p| (p.received, p.sent, p.missed, p.behind)).collect();
        // Minutes 1 and 2, 3 and 4, 5 and 6.
        assert_eq!(told[..3], [(4, 6, 2, 2), (4, 6, 2, 4), (4, 6, 2, 1)]);
    }

    #[test]
    fn an_empty_history_has_no_points() {
        assert_eq!(History::default().read(minute(0), 300), (1, Vec::new()));
    }
}

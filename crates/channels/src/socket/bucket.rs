//! How fast a client may send: a token bucket.

use std::time::Duration;

use tokio::time::Instant;

use super::Limits;

/// What to do with a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Accept,
    Refuse,
    Close,
}

/// A token bucket kept as one instant (the generic cell rate algorithm): the time at which it will be full again.
pub(super) struct Bucket {
    full_at: Instant,
    token: Duration,
    capacity: Duration,
    refused: u32,
    patience: u32,
}

impl Bucket {
    pub(super) fn new(limits: &Limits, now: Instant) -> Self {
        let token = Duration::from_secs(1) / limits.frames_per_second.max(1);
        Self { full_at: now, token, capacity: token * limits.burst, refused: 0, patience: limits.patience }
    }

    pub(super) fn take(&mut self, now: Instant) -> Verdict {
        if self.full_at <= now {
            self.full_at = now;
            self.refused = 0;
        }
        let full_at = self.full_at + self.token;
        if full_at - now <= self.capacity {
            self.full_at = full_at;
            return Verdict::Accept;
        }
        self.refused += 1;
        if self.refused > self.patience { Verdict::Close } else { Verdict::Refuse }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_granted_and_one_frame_more_is_refused() {
        let now = Instant::now();
        let mut bucket = Bucket::new(&Limits::default(), now);
        for _ in 0..60 {
            assert_eq!(bucket.take(now), Verdict::Accept);
        }
        assert_eq!(bucket.take(now), Verdict::Refuse);
        let later = now + Duration::from_secs(1);
        for _ in 0..30 {
            assert_eq!(bucket.take(later), Verdict::Accept);
        }
        assert_eq!(bucket.take(later), Verdict::Refuse);
    }

    #[test]
    fn a_steady_client_at_the_rate_is_left_alone() {
        let start = Instant::now();
        let mut bucket = Bucket::new(&Limits::default(), start);
        for n in 0..30 * 60 {
            assert_eq!(bucket.take(start + Duration::from_secs(n) / 30), Verdict::Accept);
        }
    }

    #[test]
    fn a_hundred_a_second_is_closed_within_five() {
        let start = Instant::now();
        let mut bucket = Bucket::new(&Limits::default(), start);
        let closed = (0..500).find(|n| bucket.take(start + Duration::from_millis(n * 10)) == Verdict::Close);
        assert!((200..500).contains(&closed.unwrap()));
    }

    #[test]
    fn refusals_are_forgotten_after_a_rest() {
        let mut now = Instant::now();
        let mut bucket = Bucket::new(&Limits::default(), now);
        for _ in 0..3 {
            assert!((0..60 + 120).all(|_| bucket.take(now) != Verdict::Close));
            now += Duration::from_secs(3);
        }
    }
}

//! How long to wait before the next attempt.

/// Milliseconds before the first attempt, if the lot is 0.
pub(super) const FIRST: u32 = 500;

/// Milliseconds before attempt `attempt` (from 0): half a second, doubled each time, at most ten, and up to 50 % more by
/// lot, so that the clients of a restarted server do not all come back in the same moment. `lot` is from 0 to 1.
pub(super) fn wait(attempt: u32, lot: f64) -> u32 {
    let base = (FIRST << attempt.min(5)).min(20 * FIRST);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 5000")]
    let more = (f64::from(base) / 2.0 * lot.clamp(0.0, 1.0)) as u32;
    base + more
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_ten_seconds_and_a_half_more_by_lot() {
        assert_eq!(
            [0, 1, 2, 3, 4, 5, 6].map(|attempt| wait(attempt, 0.0)),
            [500, 1000, 2000, 4000, 8000, 10_000, 10_000]
        );
        assert_eq!(wait(0, 1.0), 750);
        assert_eq!(wait(u32::MAX, 1.0), 15_000);
    }
}

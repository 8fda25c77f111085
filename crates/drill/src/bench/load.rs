//! Asking as fast as answers come.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::check::together;

/// What came of a measurement.
pub(crate) struct Measured {
    /// How long each request took, shortest first.
    pub(crate) times: Vec<Duration>,
    /// How long all of them took together.
    pub(crate) took: Duration,
}

/// What a connection does again and again.
pub(crate) trait Asks: Send + Sync + 'static {
    /// Asks once. Anything but a good answer is an error.
    fn ask(&self) -> impl Future<Output = Result<()>> + Send;
}

/// Every connection asks, waits for the answer and asks again.
pub(crate) async fn measure(
    clients: impl IntoIterator<Item = impl Asks>,
    warm_up: Duration,
    time: Duration,
) -> Result<Measured> {
    let begin = Instant::now() + warm_up;
    let all = together(clients.into_iter().map(|client| keep_asking(client, begin, begin + time)));
    let mut times: Vec<Duration> = all.await?.into_iter().flatten().collect();
    let took = begin.elapsed();
    times.sort_unstable();
    Ok(Measured { times, took })
}

/// The times of what was asked after the warm-up.
async fn keep_asking(client: impl Asks, begin: Instant, end: Instant) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    loop {
        let start = Instant::now();
        if start >= end {
            return Ok(times);
        }
        client.ask().await?;
        if start >= begin {
            times.push(start.elapsed());
        }
    }
}

impl Measured {
    /// Requests a second.
    pub(crate) fn rate(&self) -> f64 {
        let count = u32::try_from(self.times.len()).unwrap_or(u32::MAX);
        f64::from(count) / self.took.as_secs_f64()
    }

    /// The time that so many of a hundred requests took at most, in milliseconds.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.times.len() * percent).div_ceil(100);
        let time = self.times.get(rank.saturating_sub(1));
        time.map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_time_that_so_many_kept_to() {
        let times = (1..=200).map(Duration::from_millis).collect();
        let measured = Measured { times, took: Duration::from_secs(2) };
        let figures = [measured.percentile(50), measured.percentile(99), measured.percentile(100), measured.rate()];
        assert!(
            figures.iter().zip([100.0, 198.0, 200.0, 100.0]).all(|(found, expected)| (found - expected).abs() < 1e-9)
        );
        assert!(Measured { times: Vec::new(), took: Duration::from_secs(1) }.percentile(50).is_nan());
    }
}

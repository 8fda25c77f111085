//! Drawing pictures: off the runtime, two at once, with a short queue before them.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::picture;
use crate::{Error, Result};

/// Pictures that are drawn at the same time: each may take 80 MiB.
const AT_ONCE: usize = 2;
/// Pictures that may wait for that.
const QUEUE: usize = 16;
/// How long one may wait for its turn, and how long drawing it may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// Seconds to ask of a caller for whom there is no place.
const COME_BACK: u64 = 1;

/// Draws pictures anew.
pub(crate) struct Pictures {
    brushes: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Pictures {
    pub(crate) fn new() -> Self {
        Self { brushes: Arc::new(Semaphore::new(AT_ONCE)), places: Arc::new(Semaphore::new(AT_ONCE + QUEUE)) }
    }

    /// A picture as it is shown.
    ///
    /// # Errors
    /// What is wrong with it; [`Error::Busy`] when there is no place, or none comes free in time.
    pub(crate) async fn draw(&self, sent: Bytes) -> Result<Bytes> {
        let busy = || Error::Busy(COME_BACK);
        let place = self.places.clone().try_acquire_owned().map_err(|_| busy())?;
        let brush = timeout(PATIENCE, self.brushes.clone().acquire_owned()).await.map_err(|_| busy())?;
        let brush = brush.map_err(|error| Error::Internal(error.to_string()))?;
        // The permits go with the work: a caller who hangs up does not make room for more than may be drawn.
        let drawing = spawn_blocking(move || {
            let _held = (place, brush);
            picture::draw(&sent)
        });
        let drawn = timeout(PATIENCE, drawing).await.map_err(|_| busy())?;
        drawn.map_err(|error| Error::Internal(format!("drawing a picture: {error}")))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_queue_turns_callers_away_and_nobody_waits_for_ever() {
        let pictures = Pictures::new();
        let nonsense = || pictures.draw(Bytes::from_static(b"nonsense"));
        let brushes = pictures.brushes.clone().acquire_many_owned(2).await.unwrap();
        assert!(matches!(nonsense().await, Err(Error::Busy(1))), "both brushes are taken");
        drop(brushes);
        assert!(matches!(nonsense().await, Err(Error::Invalid(_))));

        let places = pictures.places.clone().acquire_many_owned(18).await.unwrap();
        assert!(matches!(nonsense().await, Err(Error::Busy(1))), "every place is taken");
        drop(places);
        assert!(matches!(nonsense().await, Err(Error::Invalid(_))));
    }
}

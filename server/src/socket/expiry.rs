//! How long a socket outlives the access token that opened it. By the setting `socket.outlives_token`, which is off, it lives
//! for as long as its session.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::Clock;
use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::timeout;

/// The event on the connection itself by which a client sends a fresh token before the old one's time is over.
pub(super) const ACCESS_TOKEN: &str = "access_token";

/// A fresh token.
#[derive(Deserialize)]
pub(super) struct Fresh {
    pub(super) access_token: String,
}

/// Until when a socket's access token is good; none for as long as its session.
pub(super) struct Expiry(Option<watch::Sender<DateTime<Utc>>>);

impl Expiry {
    pub(super) fn new(at: Option<DateTime<Utc>>) -> Self {
        Self(at.map(watch::Sender::new))
    }

    /// A fresh token came. It changes nothing for a socket that does not end with one.
    pub(super) fn put_off(&self, until: DateTime<Utc>) {
        if let Some(at) = &self.0 {
            at.send_if_modified(|at| {
                let is_later = *at < until;
                *at = until.max(*at);
                is_later
            });
        }
    }

    /// Waits until the token has been expired for so long.
    pub(super) async fn over(&self, clock: &Clock, grace: Duration) {
        let Some(at) = &self.0 else { return std::future::pending().await };
        let mut at = at.subscribe();
        loop {
            let left = (*at.borrow_and_update() - clock.now()).to_std().unwrap_or_default();
            if timeout(left + grace, at.changed()).await.is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_fresh_token_puts_the_end_off_and_an_older_one_does_not() {
        let (clock, grace) = (Clock::System, Duration::from_secs(25));
        let now = clock.now();
        let expiry = Expiry::new(Some(now + TimeDelta::seconds(60)));
        let open = async |seconds| timeout(Duration::from_secs(seconds), expiry.over(&clock, grace)).await.is_err();
        assert!(open(84).await, "the grace is not over");
        assert!(!open(86).await);
        expiry.put_off(now + TimeDelta::seconds(30));
        assert!(!open(86).await, "an older token takes nothing away");
        expiry.put_off(now + TimeDelta::seconds(120));
        assert!(open(144).await);
        let never = Expiry::new(None);
        never.put_off(now);
        assert!(timeout(Duration::from_hours(24), never.over(&clock, grace)).await.is_err());
    }
}

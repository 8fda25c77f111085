//! Passwords that did not fit: how many of them an address has had, and how long it waits for the next try.
//!
//! A try is counted as a failure before its password is looked at, by one conditional write, and taken back when it
//! fits: of a hundred tries at once no more than [`FREE`] are looked at, on however many nodes. The password alone is
//! slowed down; sessions, refreshes and other ways in do not ask here. Unknown addresses are counted like known ones, so
//! that the delay tells nobody who has an account.

mod query;

use chrono::{DateTime, TimeDelta, Utc};

pub(crate) use query::STATEMENTS;

use crate::db::Tx;
use crate::{App, Error, Result};

/// Failures in a row after which tries must wait.
const FREE: i64 = 5;
/// The longest wait, in seconds. No failures, however many, lock an address for longer.
const LONGEST: i64 = 15 * 60;
/// After this long without a try, an address starts afresh.
const STALE: TimeDelta = TimeDelta::hours(24);

/// A try that was counted, for an address.
pub(crate) struct Try {
    address: String,
}

/// Counts a try for an address, unless it must wait.
///
/// # Errors
/// [`Error::RateLimited`] while the address must wait, whatever the password.
pub(crate) async fn begin(app: &App, address: &str) -> Result<Try> {
    let address = app.keys.refresh.address_hash(address);
    let now = app.clock.now();
    // Looked up on a connection for reading first: whoever keeps trying while they must wait writes nothing.
    if let Some(until) = query::blocked_until(app, address.clone(), now).await? {
        return Err(wait(until, now));
    }
    let mut tx = app.db.begin().await?;
    let Some(failures) = query::count(&mut tx, address.clone(), now, now - STALE).await? else {
        // Somebody else's try came in between.
        tx.commit().await?;
        let until = query::blocked_until(app, address, now).await?;
        return Err(wait(until.unwrap_or(now), now));
    };
    if let Some(delay) = delay(failures) {
        query::block(&mut tx, address.clone(), now + delay).await?;
    }
    tx.commit().await?;
    Ok(Try { address })
}

impl Try {
    /// The password fitted: the address starts afresh, in the transaction that signs in.
    pub(crate) async fn fitted(self, tx: &mut Tx) -> Result<()> {
        query::reset(tx, self.address).await
    }

    /// The password did not fit. The try stays counted; addresses that nobody tries any more are forgotten.
    pub(crate) async fn failed(self, app: &App) {
        let swept = async {
            let mut tx = app.db.begin().await?;
            query::sweep(&mut tx, app.clock.now() - STALE).await?;
            tx.commit().await
        };
        // The next failure sweeps, too.
        if let Err(error) = swept.await {
            tracing::debug!(%error, "sweeping old login failures");
        }
    }

    /// The password was not looked at: the try does not count.
    pub(crate) async fn given_up(self, app: &App) -> Result<()> {
        let mut tx = app.db.begin().await?;
        query::take_back(&mut tx, self.address, app.clock.now()).await?;
        tx.commit().await
    }
}

/// An address starts afresh: its owner proved by a mail who they are.
pub(crate) async fn forget(app: &App, tx: &mut Tx, address: &str) -> Result<()> {
    query::reset(tx, app.keys.refresh.address_hash(address)).await
}

/// How long the next try must wait after so many failures: 1 s, 2 s, 4 s, … up to [`LONGEST`].
fn delay(failures: i64) -> Option<TimeDelta> {
    let doublings = u32::try_from(failures.checked_sub(FREE).filter(|over| *over >= 0)?).unwrap_or(u32::MAX);
    let seconds = 1_i64.checked_shl(doublings).filter(|_| doublings < 16).unwrap_or(LONGEST);
    Some(TimeDelta::seconds(seconds.min(LONGEST)))
}

fn wait(until: DateTime<Utc>, now: DateTime<Utc>) -> Error {
    let left = (until - now).num_milliseconds().max(1);
    Error::RateLimited(u64::try_from(left).unwrap_or_default().div_ceil(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_a_quarter_of_an_hour() {
        let seconds = |failures| delay(failures).map(|delay| delay.num_seconds());
        assert_eq!((1..5).find_map(seconds), None);
        assert_eq!([5, 6, 7, 8, 14].map(seconds), [1, 2, 4, 8, 512].map(Some));
        assert_eq!([15, 16, 20, 21, 70, i64::MAX].map(seconds), [Some(900); 6]);
    }
}

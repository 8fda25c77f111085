//! Jobs: what is done later, and surely.
//!
//! A job is a row, written in the transaction of the verb that wants it, so there is one exactly if what it follows from
//! was committed. A runner takes it on lease, which no other process can then take; if the runner dies, the lease runs
//! out and another takes the job up. So every job is done at least once, and its work must bear being done twice.
//! Work that fails is tried again, after the waits of its kind; not so what is refused ([`Error::is_refusal`]), as it would be
//! refused again.

mod admin;
mod kinds;
mod query;
mod runner;

use chrono::TimeDelta;
use serde::Serialize;
use serde_json::Value;

pub use admin::{drop_dead, list, retry};
pub use kinds::{Kind, Kinds};
pub(crate) use query::STATEMENTS;
pub use runner::Runner;

use crate::db::Tx;
use crate::{App, Error, Result};

/// How long a job that failed waits for each other attempt, unless its kind says otherwise; after the last it is dead.
pub const WAITS: [TimeDelta; 7] = [
    TimeDelta::seconds(10),
    TimeDelta::seconds(40),
    TimeDelta::seconds(160),
    TimeDelta::seconds(640),
    TimeDelta::seconds(2560),
    TimeDelta::hours(1),
    TimeDelta::hours(1),
];
/// How long a runner may be silent before its job is another's.
pub const LEASE: TimeDelta = TimeDelta::seconds(60);
/// How long a job that was done is kept to be looked at.
const KEPT: TimeDelta = TimeDelta::days(7);

/// Enqueues a job inside the caller's transaction, to be done as soon as it is committed.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn enqueue(app: &App, tx: &mut Tx, kind: &str, payload: impl Serialize) -> Result<()> {
    let payload =
        serde_json::to_value(payload).map_err(|error| Error::Internal(format!("a job's payload: {error}")))?;
    let now = app.clock.now();
    query::insert(tx, kind, payload, now, now).await
}

/// Jobs that wait, those that wait for another attempt among them, and jobs that were given up.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn count(app: &App) -> Result<(i64, i64)> {
    query::count(app).await
}

/// Forgets jobs that were done long ago. Dead ones stay until somebody looks at them.
///
/// # Errors
/// Only what is wrong on our side.
pub(crate) async fn sweep(app: App, _payload: Value) -> Result<()> {
    let mut tx = app.db.begin().await?;
    query::forget(&mut tx, app.clock.now() - KEPT).await?;
    tx.commit().await
}

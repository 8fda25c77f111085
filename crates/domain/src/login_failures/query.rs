//! The SQL of passwords that did not fit.

use chrono::{DateTime, Utc};

use crate::db::{Tx, query, same, statements};
use crate::{App, Result};

statements! {
    BLOCKED_UNTIL = same("select blocked_until from login_failures where address_hash = $1 and blocked_until > $2");
    // The condition stands in the write: of those who come at once, each counts one more or finds the door closed.
    COUNT = same(
        "insert into login_failures (address_hash, failures, failed_at, blocked_until) values ($1, 1, $2, $2)
         on conflict (address_hash) do update
         set failures = case when login_failures.failed_at < $3 then 1 else login_failures.failures + 1 end,
             failed_at = $2
         where login_failures.blocked_until <= $2
         returning failures",
    );
    BLOCK = same("update login_failures set blocked_until = $2 where address_hash = $1");
    TAKE_BACK = same(
        "update login_failures set failures = failures - 1, blocked_until = $2
         where address_hash = $1 and failures > 0",
    );
    RESET = same("delete from login_failures where address_hash = $1");
    // A few at a time: a try must not pay for a flood of yesterday.
    SWEEP = same(
        "delete from login_failures where address_hash in
         (select address_hash from login_failures where failed_at < $1 order by failed_at, address_hash limit 100)",
    );
}

pub(super) async fn blocked_until(app: &App, address: String, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let row: Option<(DateTime<Utc>,)> = query(&app.db, BLOCKED_UNTIL).bind(address).bind(now).optional().await?;
    Ok(row.map(|(until,)| until))
}

/// The failures of the address with this one; none when it must wait.
pub(super) async fn count(
    tx: &mut Tx,
    address: String,
    now: DateTime<Utc>,
    stale: DateTime<Utc>,
) -> Result<Option<i64>> {
    let row: Option<(i64,)> = query(tx, COUNT).bind(address).bind(now).bind(stale).optional().await?;
    Ok(row.map(|(failures,)| failures))
}

pub(super) async fn block(tx: &mut Tx, address: String, until: DateTime<Utc>) -> Result<()> {
    query(tx, BLOCK).bind(address).bind(until).run().await?;
    Ok(())
}

pub(super) async fn take_back(tx: &mut Tx, address: String, now: DateTime<Utc>) -> Result<()> {
    query(tx, TAKE_BACK).bind(address).bind(now).run().await?;
    Ok(())
}

pub(super) async fn reset(tx: &mut Tx, address: String) -> Result<()> {
    query(tx, RESET).bind(address).run().await?;
    Ok(())
}

pub(super) async fn sweep(tx: &mut Tx, stale: DateTime<Utc>) -> Result<()> {
    query(tx, SWEEP).bind(stale).run().await?;
    Ok(())
}

//! The SQL of jobs.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;

use crate::db::{Tx, query, same, statements};
use crate::{App, Result};

/// A job that may be taken: `$1` the time, `$2` the kinds that the runner knows, as `|a|b|`.
macro_rules! due {
    () => {
        "state = 'waiting' and run_at <= $1 and (leased_until is null or leased_until <= $1)
         and $2 like '%|' || kind || '|%' "
    };
}

statements! {
    INSERT = same("insert into jobs (kind, payload, run_at, created_at) values ($1, $2, $3, $4)");
    IS_DUE = same(concat!("select id from jobs where ", due!(), "limit 1"));
    // The condition stands twice: of two runners that chose the same row, the second finds it taken.
    TAKE = same(concat!(
        "update jobs set lease = $3, leased_until = $4, attempts = attempts + 1
         where id = (select id from jobs where ",
        due!(),
        "order by run_at, id limit 1) and ",
        due!(),
        "returning id, kind, payload, attempts"
    ));
    EXTEND = same("update jobs set leased_until = $3 where id = $1 and lease = $2 and state = 'waiting'");
    FINISH = same(
        "update jobs set state = 'done', finished_at = $3, lease = null, leased_until = null, last_error = null
         where id = $1 and lease = $2",
    );
    PUT_BACK = same(
        "update jobs set state = $3, run_at = $4, last_error = $5, finished_at = $6, lease = null, leased_until = null
         where id = $1 and lease = $2",
    );
    COUNT = same(
        "select count(case when state = 'waiting' then 1 end) as waiting, count(case when state = 'dead' then 1 end) as dead
         from jobs where state in ('waiting', 'dead')",
    );
    FORGET = same("delete from jobs where finished_at < $1 and state = 'done'");
    KNOW = same("insert into recurring_jobs (kind, next_at) values ($1, $2) on conflict (kind) do nothing");
    NEXT = same("select next_at from recurring_jobs where kind = $1");
    MOVE_ON = same("update recurring_jobs set next_at = $2 where kind = $1 and next_at <= $3");
}

#[derive(sqlx::FromRow)]
pub(super) struct Taken {
    pub(super) id: i64,
    pub(super) kind: String,
    pub(super) payload: Json<Value>,
    pub(super) attempts: i64,
}

pub(super) async fn insert(
    tx: &mut Tx,
    kind: &str,
    payload: Value,
    run_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<()> {
    query(tx, INSERT).bind(kind.to_owned()).bind(Json(payload)).bind(run_at).bind(now).run().await?;
    Ok(())
}

/// Whether there is a job to take: asked before a write, which would hold up the writer.
pub(super) async fn is_due(app: &App, kinds: &str, now: DateTime<Utc>) -> Result<bool> {
    let due: Option<(i64,)> = query(&app.db, IS_DUE).bind(now).bind(kinds.to_owned()).optional().await?;
    Ok(due.is_some())
}

/// The next job that is due, now on lease.
pub(super) async fn take(
    tx: &mut Tx,
    kinds: &str,
    lease: &str,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<Taken>> {
    query(tx, TAKE).bind(now).bind(kinds.to_owned()).bind(lease.to_owned()).bind(until).optional().await
}

/// Whether the lease was still ours to extend.
pub(super) async fn extend(tx: &mut Tx, id: i64, lease: &str, until: DateTime<Utc>) -> Result<bool> {
    Ok(query(tx, EXTEND).bind(id).bind(lease.to_owned()).bind(until).run().await? == 1)
}

pub(super) async fn finish(tx: &mut Tx, id: i64, lease: &str, now: DateTime<Utc>) -> Result<()> {
    query(tx, FINISH).bind(id).bind(lease.to_owned()).bind(now).run().await?;
    Ok(())
}

/// Waits for another attempt.
pub(super) async fn put_back(tx: &mut Tx, id: i64, lease: &str, error: String, again: DateTime<Utc>) -> Result<()> {
    let waiting = query(tx, PUT_BACK).bind(id).bind(lease.to_owned()).bind("waiting".to_owned());
    waiting.bind(again).bind(error).bind(None::<DateTime<Utc>>).run().await?;
    Ok(())
}

/// Is given up.
pub(super) async fn bury(tx: &mut Tx, id: i64, lease: &str, error: String, now: DateTime<Utc>) -> Result<()> {
    let dead = query(tx, PUT_BACK).bind(id).bind(lease.to_owned()).bind("dead".to_owned());
    dead.bind(now).bind(error).bind(Some(now)).run().await?;
    Ok(())
}

/// Waiting and dead.
pub(super) async fn count(app: &App) -> Result<(i64, i64)> {
    query(&app.db, COUNT).one().await
}

pub(super) async fn forget(tx: &mut Tx, before: DateTime<Utc>) -> Result<()> {
    query(tx, FORGET).bind(before).run().await?;
    Ok(())
}

/// Makes a recurring kind known, due at once if it is new.
pub(super) async fn know(tx: &mut Tx, kind: &str, now: DateTime<Utc>) -> Result<()> {
    query(tx, KNOW).bind(kind.to_owned()).bind(now).run().await?;
    Ok(())
}

/// When a recurring kind is due next: none if it is new.
pub(super) async fn next(app: &App, kind: &str) -> Result<Option<DateTime<Utc>>> {
    let next: Option<(DateTime<Utc>,)> = query(&app.db, NEXT).bind(kind.to_owned()).optional().await?;
    Ok(next.map(|(next,)| next))
}

/// Whether the kind was due, and its time is moved on by us.
pub(super) async fn move_on(tx: &mut Tx, kind: &str, next: DateTime<Utc>, now: DateTime<Utc>) -> Result<bool> {
    Ok(query(tx, MOVE_ON).bind(kind.to_owned()).bind(next).bind(now).run().await? == 1)
}

//! The SQL of jobs.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use wire::{AdminJob, JobFilter, PageQuery};

use crate::db::{Tx, contains, query, same, statements};
use crate::{App, Result};

/// A job that may be taken: `$1` the time, `$2` the kinds that the runner knows, as `|a|b|`.
macro_rules! due {
    () => {
        "state = 'waiting' and run_at <= $1 and (leased_until is null or leased_until <= $1)
         and $2 like '%|' || kind || '|%' "
    };
}

/// What a list may be narrowed to: `$1` a pattern for kinds, `$2` a state.
macro_rules! filtered {
    () => {
        "where (cast($1 as text) is null or kind like $1 escape '!') and (cast($2 as text) is null or state = $2) "
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
    LIST = same(concat!(
        "select id, kind, state, leased_until, attempts, run_at, created_at, finished_at, last_error from jobs ",
        filtered!(),
        "order by id desc limit $3 offset $4"
    ));
    COUNT_ALL = same(concat!("select count(*) from (select 1 as one from jobs ", filtered!(), "limit $3) as counted"));
    EXISTS = same("select count(*) from jobs where id = $1");
    REVIVE = same(
        "update jobs set state = 'waiting', run_at = $2, attempts = 0, finished_at = null where id = $1 and state = 'dead'
         returning kind",
    );
    DROP_DEAD = same("delete from jobs where id = $1 and state = 'dead' returning kind");
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

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: i64,
    kind: String,
    state: String,
    leased_until: Option<DateTime<Utc>>,
    attempts: i64,
    run_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    last_error: Option<String>,
}

impl Row {
    pub(super) fn admin_job(self, now: DateTime<Utc>) -> AdminJob {
        let Self { id, kind, state, leased_until, attempts, run_at, created_at, finished_at, last_error } = self;
        let state = if leased_until.is_some_and(|until| until > now) { "running".to_owned() } else { state };
        AdminJob { id, kind, state, attempts, run_at, created_at, finished_at, last_error }
    }
}

pub(super) async fn list(app: &App, filter: &JobFilter, page: PageQuery) -> Result<Vec<Row>> {
    let (like, state) = parameters(filter);
    query(&app.db, LIST).bind(like).bind(state).bind(page.size()).bind(page.offset()).all().await
}

pub(super) async fn count_all(app: &App, filter: &JobFilter) -> Result<i64> {
    let (like, state) = parameters(filter);
    let (n,) = query(&app.db, COUNT_ALL).bind(like).bind(state).bind(PageQuery::COUNTED + 1).one().await?;
    Ok(n)
}

fn parameters(filter: &JobFilter) -> (Option<String>, Option<String>) {
    let q = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
    (q.map(contains), filter.state.clone())
}

pub(super) async fn exists(app: &App, id: i64) -> Result<bool> {
    let (n,): (i64,) = query(&app.db, EXISTS).bind(id).one().await?;
    Ok(n > 0)
}

/// The kind of a dead job that waits again, if it was one.
pub(super) async fn revive(tx: &mut Tx, id: i64, now: DateTime<Utc>) -> Result<Option<String>> {
    let kind: Option<(String,)> = query(tx, REVIVE).bind(id).bind(now).optional().await?;
    Ok(kind.map(|(kind,)| kind))
}

/// The kind of a dead job that is gone, if it was one.
pub(super) async fn drop_dead(tx: &mut Tx, id: i64) -> Result<Option<String>> {
    let kind: Option<(String,)> = query(tx, DROP_DEAD).bind(id).optional().await?;
    Ok(kind.map(|(kind,)| kind))
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

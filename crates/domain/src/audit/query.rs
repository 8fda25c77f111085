//! The SQL of the audit log. Nothing here changes a row, and only the sweep deletes any.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use wire::{AuditEntry, AuditFilter, PageQuery, SessionId, UserId};

use super::{Act, DONE, REFUSALS_OF_ALL, REFUSALS_OF_ONE};
use crate::db::{Conn, Sql, Tx, contains, query, same, statements};
use crate::{App, Result, Scope, Who};

/// A row as admins see it, up to its conditions. Names are those of today.
macro_rules! rows {
    () => {
        "select a.id, a.at, a.actor, a.actor_id, coalesce(u.display_name, u.email) as actor_name, a.session_id, a.ip, a.action,
                a.target_kind, a.target_id, coalesce(t.display_name, t.email) as target_name, a.was, a.became, a.outcome
         from audit_log a
         left join users u on u.id = a.actor_id
         left join users t on a.target_kind = 'user' and t.id = a.target_id "
    };
}

/// What a list may be narrowed to: `$1` a pattern for actions, `$2` the id of who did it or whom it was done to, `$3` done
/// or refused.
macro_rules! filtered {
    () => {
        "where (cast($1 as text) is null or a.action like $1 escape '!' or cast(a.actor_id as text) = $2
                or cast(a.target_id as text) = $2)
           and (cast($3 as text) is null
                or ($3 = 'done' and a.outcome = 'done')
                or ($3 = 'refused' and a.outcome <> 'done')) "
    };
}

statements! {
    INSERT = same(
        "insert into audit_log (at, actor, actor_id, session_id, ip, action, target_kind, target_id, was, became, outcome)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    );
    REFUSALS = same(
        "select count(case when actor_id = $1 then 1 end) as of_one, count(*) as of_all
         from audit_log where outcome <> 'done' and at > $2",
    );
    // On SQLite whoever writes has the turn already. On PostgreSQL the number only has to be nobody else's.
    TAKE_TURN = Sql { sqlite: "select 1", postgres: "select 1 from pg_advisory_xact_lock(7350512)" };
    LIST = same(concat!(rows!(), filtered!(), "order by a.id desc limit $4 offset $5"));
    COUNT = same(concat!(
        "select count(*) from (select 1 as one from audit_log a ",
        filtered!(),
        "limit $4) as counted"
    ));
    ABOUT = same(concat!(rows!(), "where a.target_kind = 'user' and a.target_id = $1 order by a.id desc limit $2"));
    BY = same(concat!(rows!(), "where a.actor_id = $1 order by a.id desc limit $2"));
    // So many at once: the writer is everybody's.
    SWEEP = same("delete from audit_log where id in (select id from audit_log where at < $1 order by at, id limit 500)");
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: i64,
    at: DateTime<Utc>,
    actor: String,
    actor_id: Option<UserId>,
    actor_name: Option<String>,
    session_id: Option<SessionId>,
    ip: Option<String>,
    action: String,
    target_kind: String,
    target_id: i64,
    target_name: Option<String>,
    was: Option<Json<Value>>,
    became: Option<Json<Value>>,
    outcome: String,
}

impl From<Row> for AuditEntry {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            at: row.at,
            actor: row.actor,
            actor_id: row.actor_id,
            actor_name: row.actor_name,
            session_id: row.session_id,
            ip: row.ip,
            action: row.action,
            target_kind: row.target_kind,
            target_id: row.target_id,
            target_name: row.target_name,
            was: row.was.map(|Json(was)| was),
            became: row.became.map(|Json(became)| became),
            outcome: row.outcome,
        }
    }
}

pub(super) async fn insert(
    tx: &mut Tx,
    act: &Act,
    scope: &Scope,
    was: Option<Value>,
    became: Option<Value>,
    now: DateTime<Utc>,
) -> Result<()> {
    write(tx, act, scope, (was, became), DONE, now).await
}

pub(super) async fn insert_refused(
    tx: &mut Tx,
    act: &Act,
    scope: &Scope,
    code: &'static str,
    now: DateTime<Utc>,
) -> Result<()> {
    write(tx, act, scope, (None, None), code, now).await
}

async fn write(
    tx: &mut Tx,
    act: &Act,
    scope: &Scope,
    (was, became): (Option<Value>, Option<Value>),
    outcome: &'static str,
    now: DateTime<Utc>,
) -> Result<()> {
    let (kind, target) = act.target.parts();
    let who = if scope.who == Who::System { "system" } else { "user" };
    // Whoever comes by a link or a token that is not theirs is no user, even if one is signed in beside it.
    let actor = scope.user().filter(|_| act.by.is_none());
    let row = query(tx, INSERT).bind(now).bind(act.by.unwrap_or(who).to_owned()).bind(actor);
    let row = row.bind(scope.session).bind(scope.ip.map(|ip| ip.to_string()));
    let row = row.bind(act.action.to_owned()).bind(kind.to_owned()).bind(target);
    row.bind(was.map(Json)).bind(became.map(Json)).bind(outcome.to_owned()).run().await?;
    Ok(())
}

/// Whether another refusal of a user may be written down.
pub(super) async fn has_room(on: impl Into<Conn<'_>>, user: UserId, since: DateTime<Utc>) -> Result<bool> {
    let (of_one, of_all): (i64, i64) = query(on, REFUSALS).bind(user).bind(since).one().await?;
    Ok(of_one < REFUSALS_OF_ONE && of_all < REFUSALS_OF_ALL)
}

/// Waits until no other refusal is being written down, so that they can be counted.
pub(super) async fn take_turn(tx: &mut Tx) -> Result<()> {
    query(tx, TAKE_TURN).run().await?;
    Ok(())
}

pub(super) async fn list(app: &App, filter: &AuditFilter, page: PageQuery) -> Result<Vec<Row>> {
    let (like, exact, outcome) = parameters(filter);
    let query = query(&app.db, LIST).bind(like).bind(exact).bind(outcome);
    query.bind(page.size()).bind(page.offset()).all().await
}

pub(super) async fn count(app: &App, filter: &AuditFilter) -> Result<i64> {
    let (like, exact, outcome) = parameters(filter);
    let (n,) = query(&app.db, COUNT).bind(like).bind(exact).bind(outcome).bind(PageQuery::COUNTED + 1).one().await?;
    Ok(n)
}

pub(super) async fn about(app: &App, user: UserId, at_most: i64) -> Result<Vec<Row>> {
    query(&app.db, ABOUT).bind(user).bind(at_most).all().await
}

pub(super) async fn by(app: &App, user: UserId, at_most: i64) -> Result<Vec<Row>> {
    query(&app.db, BY).bind(user).bind(at_most).all().await
}

/// How many of the rows that were written before then were forgotten now.
pub(super) async fn sweep(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64> {
    query(tx, SWEEP).bind(before).run().await
}

fn parameters(filter: &AuditFilter) -> (Option<String>, Option<String>, Option<String>) {
    let q = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
    (q.map(contains), q.map(str::to_owned), filter.outcome.clone())
}

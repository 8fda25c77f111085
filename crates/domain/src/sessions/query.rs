//! The SQL of sessions.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use wire::{SessionId, UserId};

use super::Kind;
use crate::db::{Tx, query, same, statements};
use crate::tokens::Generation;
use crate::{App, Result};

statements! {
    INSERT = same(
        "insert into sessions (user_id, kind, created_at, refreshed_at, expires_at, ip)
         values ($1, $2, $3, $3, $4, $5) returning id",
    );
    // A write first, so that two refreshes of one session take turns on both engines.
    TOUCH = same(
        "update sessions set refreshed_at = $2 where id = $1 and ended_at is null and expires_at > $2
         returning user_id, generation, seen_generation",
    );
    ROTATE = same("update sessions set generation = generation + 1 where id = $1");
    REMEMBER = same("insert into session_rotations (session_id, generation, rotated_at) values ($1, $2, $3)");
    FORGET = same("delete from session_rotations where session_id = $1 and rotated_at < $2");
    ROTATED_SINCE = same(
        "select count(*) from session_rotations where session_id = $1 and generation = $2 and rotated_at >= $3",
    );
    SEE = same("update sessions set seen_generation = $2 where id = $1 and seen_generation < $2");
    END = same("update sessions set ended_at = $2, ended_because = $3 where id = $1 and ended_at is null");
    END_OTHERS = same(
        "update sessions set ended_at = $3, ended_because = $4
         where user_id = $1 and id <> $2 and ended_at is null and expires_at > $3 returning id",
    );
    LIVE = same(
        "select s.user_id, s.seen_generation, s.expires_at, u.is_admin, u.is_guest
         from sessions s join users u on u.id = s.user_id
         where s.id = $1 and s.ended_at is null and s.expires_at > $2",
    );
    IS_PROVEN_SINCE = same(
        "select count(*) from sessions where id = $1 and ended_at is null and coalesce(proven_at, created_at) >= $2",
    );
    PROVE = same("update sessions set proven_at = $2 where id = $1");
    // So many at once: the writer is everybody's.
    SWEEP = same(
        "delete from sessions where id in
             (select id from sessions where expires_at < $1 or ended_at < $1 order by id limit 500)",
    );
    COUNT_LIVE = same("select count(*) from sessions where ended_at is null and expires_at > $1");
}

#[derive(sqlx::FromRow)]
pub(crate) struct Touched {
    pub(crate) user_id: UserId,
    pub(crate) generation: i64,
    pub(crate) seen_generation: i64,
}

/// Whose a session is that has neither ended nor expired.
#[derive(Clone, Copy, sqlx::FromRow)]
pub(crate) struct Live {
    pub(crate) user_id: UserId,
    pub(crate) seen_generation: i64,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) is_admin: bool,
    pub(crate) is_guest: bool,
}

pub(crate) async fn insert(
    tx: &mut Tx,
    user: UserId,
    kind: Kind,
    ip: Option<IpAddr>,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<SessionId> {
    let begun = query(tx, INSERT).bind(user).bind(kind.name().to_owned()).bind(now).bind(expires_at);
    let (id,) = begun.bind(ip.map(|ip| ip.to_string())).one().await?;
    Ok(id)
}

pub(crate) async fn touch(tx: &mut Tx, id: SessionId, now: DateTime<Utc>) -> Result<Option<Touched>> {
    query(tx.same_identity(), TOUCH).bind(id).bind(now).optional().await
}

pub(crate) async fn rotate(
    tx: &mut Tx,
    used: Generation,
    now: DateTime<Utc>,
    forget_before: DateTime<Utc>,
) -> Result<()> {
    query(tx.same_identity(), ROTATE).bind(used.session).run().await?;
    query(&mut *tx, REMEMBER).bind(used.session).bind(used.number).bind(now).run().await?;
    query(tx, FORGET).bind(used.session).bind(forget_before).run().await?;
    Ok(())
}

pub(crate) async fn rotated_since(tx: &mut Tx, used: Generation, since: DateTime<Utc>) -> Result<bool> {
    let (n,): (i64,) = query(tx, ROTATED_SINCE).bind(used.session).bind(used.number).bind(since).one().await?;
    Ok(n > 0)
}

pub(crate) async fn see(tx: &mut Tx, id: SessionId, generation: i64) -> Result<()> {
    query(tx, SEE).bind(id).bind(generation).run().await?;
    Ok(())
}

pub(crate) async fn end(tx: &mut Tx, id: SessionId, because: &str, now: DateTime<Utc>) -> Result<()> {
    query(tx, END).bind(id).bind(now).bind(because.to_owned()).run().await?;
    Ok(())
}

/// The sessions that were ended: no id is 0.
pub(crate) async fn end_others(
    tx: &mut Tx,
    user: UserId,
    but: Option<SessionId>,
    because: &str,
    now: DateTime<Utc>,
) -> Result<Vec<SessionId>> {
    let but = but.unwrap_or(SessionId(0));
    let ended: Vec<(SessionId,)> =
        query(tx, END_OTHERS).bind(user).bind(but).bind(now).bind(because.to_owned()).all().await?;
    Ok(ended.into_iter().map(|(id,)| id).collect())
}

pub(crate) async fn live(app: &App, id: SessionId, now: DateTime<Utc>) -> Result<Option<Live>> {
    query(&app.db, LIVE).bind(id).bind(now).optional().await
}

pub(crate) async fn is_proven_since(app: &App, id: SessionId, since: DateTime<Utc>) -> Result<bool> {
    let (n,): (i64,) = query(&app.db, IS_PROVEN_SINCE).bind(id).bind(since).one().await?;
    Ok(n > 0)
}

pub(crate) async fn prove(tx: &mut Tx, id: SessionId, now: DateTime<Utc>) -> Result<()> {
    query(tx.same_identity(), PROVE).bind(id).bind(now).run().await?;
    Ok(())
}

pub(crate) async fn count_live(app: &App, now: DateTime<Utc>) -> Result<i64> {
    let (n,) = query(&app.db, COUNT_LIVE).bind(now).one().await?;
    Ok(n)
}

/// How many of the sessions that were over before then were forgotten now.
pub(crate) async fn sweep(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64> {
    // They were over long ago.
    query(tx.same_identity(), SWEEP).bind(before).run().await
}

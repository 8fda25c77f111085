//! The SQL of sessions.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use wire::{AdminSession, OpenSession, PageQuery, SessionFilter, SessionId, UserId};

use super::Kind;
use crate::db::{Sql, Tx, contains, query, same, statements};
use crate::identities::Whose;
use crate::tokens::Generation;
use crate::{App, Result, Scope};

/// A session as those see it who list sessions.
macro_rules! columns {
    () => {
        "s.id, s.user_id, s.kind, s.created_at, coalesce(s.used_at, s.refreshed_at) as used_at, s.expires_at, s.ip, s.device "
    };
}

/// What a list may be narrowed to: `$1` a pattern for names, `$2` an exact user's id or address of the network, `$3` live or
/// over, at `$4`.
macro_rules! filtered {
    () => {
        "where (cast($1 as text) is null or lower(u.display_name) like $1 escape '!'
                or cast(s.user_id as text) = $2 or s.ip = $2 or u.email = $2)
           and (cast($3 as text) is null
                or ($3 = 'live' and s.ended_at is null and s.expires_at > $4)
                or ($3 = 'over' and (s.ended_at is not null or s.expires_at <= $4))) "
    };
}

statements! {
    INSERT = same(
        "insert into sessions (user_id, kind, created_at, refreshed_at, used_at, expires_at, ip, device)
         values ($1, $2, $3, $3, $3, $4, $5, $6) returning id",
    );
    // A write first, so that two refreshes of one session take turns on both engines.
    TOUCH = same(
        "update sessions set refreshed_at = $2, used_at = $2 where id = $1 and ended_at is null and expires_at > $2
           and not exists (select 1 from users u where u.id = sessions.user_id and u.banned_at is not null)
         returning user_id, generation, seen_generation",
    );
    ROTATE = same("update sessions set generation = generation + 1 where id = $1");
    REMEMBER = same("insert into session_rotations (session_id, generation, rotated_at) values ($1, $2, $3)");
    FORGET = same("delete from session_rotations where session_id = $1 and rotated_at < $2");
    ROTATED_SINCE = same(
        "select count(*) from session_rotations where session_id = $1 and generation = $2 and rotated_at >= $3",
    );
    SEE = same(
        "update sessions set used_at = $3, seen_generation = case when seen_generation < $2 then $2 else seen_generation end
         where id = $1 and (seen_generation < $2 or used_at is null or used_at <= $4)",
    );
    // `$1` is a JSON array of ids: the one kind of list that both engines take as a parameter.
    HOW_THEY_ARE = Sql {
        sqlite: "select s.id, s.ended_because, u.is_admin from sessions s join users u on u.id = s.user_id
                 where s.id in (select value from json_each($1))",
        postgres: "select s.id, s.ended_because, u.is_admin from sessions s join users u on u.id = s.user_id
                   where s.id in (select cast(value as bigint) from jsonb_array_elements_text($1))",
    };
    END = same("update sessions set ended_at = $2, ended_because = $3 where id = $1 and ended_at is null");
    END_ALL = same(
        "update sessions set ended_at = $2, ended_because = $3
         where user_id = $1 and ended_at is null and expires_at > $2 and (cast($4 as bigint) is null or id <> $4)
           and (cast($5 as text) is null or kind = $5)
         returning id",
    );
    // By their ids: those that began first. Both halves are answered by the index `sessions_open`, however many ended.
    END_BEYOND = same(
        "update sessions set ended_at = $2, ended_because = $3
         where user_id = $1 and ended_at is null and expires_at > $2
           and id <= (select id from sessions where user_id = $1 and ended_at is null and expires_at > $2
                      order by id desc limit 1 offset $4)
         returning id",
    );
    USER_OF = same("select user_id from sessions where id = $1");
    LIVE = same(
        "select s.user_id, s.seen_generation, s.expires_at, coalesce(s.used_at, s.refreshed_at) as used_at,
                coalesce(s.proven_at, s.created_at) as proven_at, u.is_admin, u.is_guest
         from sessions s join users u on u.id = s.user_id
         where s.id = $1 and s.ended_at is null and s.expires_at > $2 and u.banned_at is null",
    );
    LIVE_OF = same("select id from sessions where user_id = $1 and ended_at is null and expires_at > $2");
    IS_PROVEN_SINCE = same(
        "select count(*) from sessions where id = $1 and ended_at is null and coalesce(proven_at, created_at) >= $2",
    );
    PROVE = same("update sessions set proven_at = $2 where id = $1");
    OF_USER = same(concat!(
        "select ",
        columns!(),
        "from sessions s where s.user_id = $1 and s.ended_at is null and s.expires_at > $2
         order by coalesce(s.used_at, s.refreshed_at) desc, s.id desc"
    ));
    LIST_ALL = same(concat!(
        "select ",
        columns!(),
        ", s.ended_at, s.ended_because, u.display_name, u.email, u.is_admin
         from sessions s join users u on u.id = s.user_id ",
        filtered!(),
        "order by s.id desc limit $5 offset $6"
    ));
    COUNT_ALL = same(concat!(
        "select count(*) from (select 1 as one from sessions s join users u on u.id = s.user_id ",
        filtered!(),
        "limit $5) as counted"
    ));
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
    pub(crate) used_at: DateTime<Utc>,
    pub(crate) proven_at: DateTime<Utc>,
    pub(crate) is_admin: bool,
    pub(crate) is_guest: bool,
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: SessionId,
    user_id: UserId,
    kind: String,
    created_at: DateTime<Utc>,
    used_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    ip: Option<String>,
    device: Option<String>,
}

impl From<Row> for OpenSession {
    fn from(row: Row) -> Self {
        let Row { id, user_id: _, kind, created_at, used_at, expires_at, ip, device } = row;
        Self { id, kind, created_at, used_at, expires_at, ip, device, is_current: false }
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct AnyRow {
    #[sqlx(flatten)]
    row: Row,
    ended_at: Option<DateTime<Utc>>,
    ended_because: Option<String>,
    display_name: Option<String>,
    email: Option<String>,
    is_admin: bool,
}

impl AnyRow {
    pub(super) fn admin_session(self, current: Option<SessionId>) -> AdminSession {
        let Self { row, ended_at, ended_because, display_name, email, is_admin } = self;
        let user_id = row.user_id;
        let session = OpenSession { is_current: Some(row.id) == current, ..row.into() };
        let user_name = display_name.or(email).unwrap_or_else(|| format!("player-{user_id}"));
        AdminSession { session, user_id, user_name, is_admin, ended_at, ended_because }
    }
}

pub(crate) async fn insert(
    tx: &mut Tx,
    user: UserId,
    kind: Kind,
    scope: &Scope,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<SessionId> {
    let begun = query(tx, INSERT).bind(user).bind(kind.name().to_owned()).bind(now).bind(expires_at);
    let begun = begun.bind(scope.ip.map(|ip| ip.to_string())).bind(scope.device.map(|device| device.to_string()));
    let (id,) = begun.one().await?;
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

/// Notes a generation that came, and that the session is in use, unless that was noted since.
pub(crate) async fn see(
    tx: &mut Tx,
    id: SessionId,
    generation: i64,
    now: DateTime<Utc>,
    noted_since: DateTime<Utc>,
) -> Result<()> {
    query(tx, SEE).bind(id).bind(generation).bind(now).bind(noted_since).run().await?;
    Ok(())
}

pub(crate) async fn end(tx: &mut Tx, id: SessionId, because: &str, now: DateTime<Utc>) -> Result<()> {
    query(tx, END).bind(id).bind(now).bind(because.to_owned()).run().await?;
    Ok(())
}

/// Ends all of a user's sessions that live, or those that began in one way, but for one: which they were.
pub(super) async fn end_all(
    tx: &mut Tx,
    user: UserId,
    kind: Option<Kind>,
    but: Option<SessionId>,
    because: &str,
    now: DateTime<Utc>,
) -> Result<Vec<SessionId>> {
    let ended = query(tx, END_ALL).bind(user).bind(now).bind(because.to_owned()).bind(but);
    let ended = ended.bind(kind.map(|kind| kind.name().to_owned())).all().await?;
    Ok(ended.into_iter().map(|(id,)| id).collect())
}

/// Ends the oldest of a user's sessions, so that no more than `most` live: which they were.
pub(super) async fn end_beyond(
    tx: &mut Tx,
    user: UserId,
    most: i64,
    because: &str,
    now: DateTime<Utc>,
) -> Result<Vec<SessionId>> {
    // Whose they are is told by their news.
    let ended = query(tx.same_identity(), END_BEYOND).bind(user).bind(now).bind(because.to_owned()).bind(most);
    Ok(ended.all().await?.into_iter().map(|(id,)| id).collect())
}

/// Whose session it is, over or not.
pub(super) async fn user_of(app: &App, id: SessionId) -> Result<Option<UserId>> {
    let user: Option<(UserId,)> = query(&app.db, USER_OF).bind(id).optional().await?;
    Ok(user.map(|(user,)| user))
}

pub(super) async fn of_user(app: &App, user: UserId, now: DateTime<Utc>) -> Result<Vec<Row>> {
    query(&app.db, OF_USER).bind(user).bind(now).all().await
}

pub(super) async fn list_all(
    app: &App,
    filter: &SessionFilter,
    page: PageQuery,
    now: DateTime<Utc>,
) -> Result<Vec<AnyRow>> {
    let (like, exact, state) = parameters(filter);
    let query = query(&app.db, LIST_ALL).bind(like).bind(exact).bind(state).bind(now);
    query.bind(page.size()).bind(page.offset()).all().await
}

pub(super) async fn count_all(app: &App, filter: &SessionFilter, now: DateTime<Utc>) -> Result<i64> {
    let (like, exact, state) = parameters(filter);
    let query = query(&app.db, COUNT_ALL).bind(like).bind(exact).bind(state).bind(now);
    let (n,) = query.bind(PageQuery::COUNTED + 1).one().await?;
    Ok(n)
}

fn parameters(filter: &SessionFilter) -> (Option<String>, Option<String>, Option<String>) {
    let q = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
    (q.map(contains), q.map(str::to_lowercase), filter.state.clone())
}

pub(crate) async fn live(app: &App, id: SessionId, now: DateTime<Utc>) -> Result<Option<Live>> {
    query(&app.db, LIVE).bind(id).bind(now).optional().await
}

/// A user's sessions that live.
pub(super) async fn live_of(tx: &mut Tx, user: UserId, now: DateTime<Utc>) -> Result<Vec<SessionId>> {
    let rows = query(tx, LIVE_OF).bind(user).bind(now).all().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Which of those sessions there are, why they ended if they did, and whether they are an admin's.
pub(super) async fn how_they_are(app: &App, sessions: &[SessionId]) -> Result<Vec<(SessionId, Option<String>, bool)>> {
    let ids: Vec<Value> = sessions.iter().map(|session| session.0.into()).collect();
    query(&app.db, HOW_THEY_ARE).bind(Json(Value::from(ids))).all().await
}

pub(crate) async fn is_proven_since(app: &App, id: SessionId, since: DateTime<Utc>) -> Result<bool> {
    let (n,): (i64,) = query(&app.db, IS_PROVEN_SINCE).bind(id).bind(since).one().await?;
    Ok(n > 0)
}

pub(crate) async fn prove(tx: &mut Tx, id: SessionId, now: DateTime<Utc>) -> Result<()> {
    tx.concerns(Whose::Session(id));
    query(tx, PROVE).bind(id).bind(now).run().await?;
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

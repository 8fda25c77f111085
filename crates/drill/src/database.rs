//! The tables themselves, once the server is gone: what no answer shows.

use anyhow::{Context, Result};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};

use crate::check::same;
use crate::place::Place;

/// What must find nothing, on both engines.
const NEVER: [(&str, &str); 8] = [
    (
        "lobbies whose count is not that of their members",
        "select count(*) from lobbies l where member_count <> (select count(*) from lobby_members m where m.lobby_id = l.id)",
    ),
    ("lobbies with more members than seats", "select count(*) from lobbies where member_count > max_users"),
    ("lobbies nobody sits in", "select count(*) from lobbies where member_count = 0 and not hostless"),
    (
        "lobbies whose host does not sit in them",
        "select count(*) from lobbies l where not hostless
         and not exists (select 1 from lobby_members m where m.lobby_id = l.id and m.user_id = l.host_id)",
    ),
    (
        "seats beyond the last one of their lobby",
        "select count(*) from lobby_members m join lobbies l on l.id = m.lobby_id where m.seat < 1 or m.seat > l.max_users",
    ),
    (
        "letters that wait and have no job to send them",
        "select case when letters > jobs then letters - jobs else 0 end from
             (select (select count(*) from letters where state = 'waiting') as letters,
                     (select count(*) from jobs where kind = 'mail.send' and state = 'waiting') as jobs) as counted",
    ),
    ("letters that were given up", "select count(*) from jobs where kind = 'mail.send' and state = 'dead'"),
    ("users nobody can sign in as", "select count(*) from users where device_hash is null and password_hash is null"),
];

/// Everything is where it belongs. The server must have ended: SQLite's file is put in order by whoever opens it first.
pub(crate) async fn check(place: &Place) -> Result<()> {
    match place.url() {
        Some(url) => postgres(url).await.context("the tables"),
        None => sqlite(place).await.context("the tables"),
    }
}

/// What a statement counts. The server must have ended.
pub(crate) async fn count(place: &Place, sql: &'static str) -> Result<i64> {
    Ok(if let Some(url) = place.url() {
        sqlx::query_scalar(sql).fetch_one(&mut PgConnection::connect(url).await?).await?
    } else {
        let mut file = SqliteConnectOptions::new().filename(place.file()).connect().await?;
        sqlx::query_scalar(sql).fetch_one(&mut file).await?
    })
}

/// Writes, with statements that both engines understand. The server must have ended.
pub(crate) async fn write(place: &Place, statements: &[String]) -> Result<()> {
    if let Some(url) = place.url() {
        let mut connection = PgConnection::connect(url).await?;
        for sql in statements {
            sqlx::query(AssertSqlSafe(sql.as_str())).execute(&mut connection).await.with_context(|| sql.clone())?;
        }
    } else {
        let mut file = SqliteConnectOptions::new().filename(place.file()).connect().await?;
        for sql in statements {
            sqlx::query(AssertSqlSafe(sql.as_str())).execute(&mut file).await.with_context(|| sql.clone())?;
        }
    }
    Ok(())
}

/// Shows what is in the outbox still, after a drill that failed.
pub(crate) async fn tell_letters(place: &Place) -> Result<()> {
    const WAITING: &str = "select 'letter ' || id || ' to ' || recipient || ', ' || state from letters where state = 'waiting'
         union all
         select kind || ' ' || cast(payload as text) || ', ' || state || ' after ' || attempts || ' attempts, leased until '
                || coalesce(cast(leased_until as text), '-') || ', ' || coalesce(last_error, '-')
         from jobs where kind = 'mail.send' and state <> 'done'";
    let lines: Vec<String> = if let Some(url) = place.url() {
        sqlx::query_scalar(WAITING).fetch_all(&mut PgConnection::connect(url).await?).await?
    } else {
        let mut file = SqliteConnectOptions::new().filename(place.file()).connect().await?;
        sqlx::query_scalar(WAITING).fetch_all(&mut file).await?
    };
    for line in lines {
        eprintln!("outbox: {line}");
    }
    Ok(())
}

async fn sqlite(place: &Place) -> Result<()> {
    let mut file = SqliteConnectOptions::new().filename(place.file()).connect().await?;
    let found: Vec<String> = sqlx::query_scalar("pragma integrity_check").fetch_all(&mut file).await?;
    same("integrity_check", vec!["ok".to_owned()], found)?;
    let found = sqlx::query("pragma foreign_key_check").fetch_all(&mut file).await?;
    same("rows of foreign_key_check", 0, found.len())?;
    for (what, sql) in NEVER {
        let found: i64 = sqlx::query_scalar(sql).fetch_one(&mut file).await?;
        same(what, 0, found)?;
    }
    Ok(file.close().await?)
}

async fn postgres(url: &str) -> Result<()> {
    let mut server = PgConnection::connect(url).await?;
    for (what, sql) in NEVER {
        let found: i64 = sqlx::query_scalar(sql).fetch_one(&mut server).await?;
        same(what, 0, found)?;
    }
    Ok(server.close().await?)
}

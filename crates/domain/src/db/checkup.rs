//! A look at a database that changes nothing.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use chrono::{DateTime, Utc};
use sqlx::migrate::{Migrate, Migrator};
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection, SqliteConnection};

use super::open::{POSTGRES, SQLITE};
use crate::{Database, Error, Result};

/// Where sqlx notes what was migrated.
const NOTES: &str = "_sqlx_migrations";

/// How a database was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkup {
    /// The version of the engine.
    pub version: String,
    /// Migrations that the next start runs.
    pub pending: usize,
    /// Migrations that this version of the server does not know, or knows differently.
    pub foreign: usize,
    /// Whether the server may write to it.
    pub is_writable: bool,
    /// What its clock says; none where it has no clock of its own.
    pub clock: Option<DateTime<Utc>>,
}

/// Looks at a database; none where its file is not made yet.
///
/// # Errors
/// What cannot be opened or does not answer.
pub async fn checkup(database: &Database) -> Result<Option<Checkup>> {
    match database {
        Database::Sqlite(path) if !path.try_exists().map_err(|error| Error::Internal(error.to_string()))? => Ok(None),
        Database::Sqlite(path) => sqlite(path).await.map(Some),
        Database::Postgres(url) => postgres(url).await.map(Some),
    }
}

async fn sqlite(path: &Path) -> Result<Checkup> {
    // Whoever reads beside a server takes part in its log; where there is none, none is made.
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(!Path::new(&log).exists());
    let mut conn: SqliteConnection = options.connect().await?;
    let version = sqlx::query_scalar("select sqlite_version()").fetch_one(&mut conn).await?;
    let noted = "select count(*) > 0 from sqlite_master where type = 'table' and name = $1";
    let is_migrated: bool = sqlx::query_scalar(noted).bind(NOTES).fetch_one(&mut conn).await?;
    let (pending, foreign) = migrations(&SQLITE, &mut conn, is_migrated).await?;
    conn.close().await?;
    let is_writable = fs::OpenOptions::new().write(true).open(path).is_ok();
    Ok(Checkup { version, pending, foreign, is_writable, clock: None })
}

async fn postgres(url: &str) -> Result<Checkup> {
    let options: PgConnectOptions = url.parse()?;
    let options = options.application_name("gameserver doctor").options([("statement_timeout", "5s")]);
    let mut conn = PgConnection::connect_with(&options).await?;
    let asked = "select current_setting('server_version'), to_regclass($1) is not null, \
                 current_setting('transaction_read_only') = 'off' \
                     and coalesce(has_schema_privilege(current_schema(), 'create'), false), \
                 clock_timestamp()";
    let (version, is_migrated, is_writable, clock): (String, bool, bool, DateTime<Utc>) =
        sqlx::query_as(asked).bind(NOTES).fetch_one(&mut conn).await?;
    let (pending, foreign) = migrations(&POSTGRES, &mut conn, is_migrated).await?;
    conn.close().await?;
    Ok(Checkup { version, pending, foreign, is_writable, clock: Some(clock) })
}

/// How many migrations are still to run, and how many ran that are not ours.
async fn migrations(ours: &Migrator, conn: &mut impl Migrate, is_migrated: bool) -> Result<(usize, usize)> {
    let applied = if is_migrated {
        let applied = conn.list_applied_migrations(NOTES).await;
        applied.map_err(|error| Error::Internal(format!("reading which migrations ran: {error}")))?
    } else {
        Vec::new()
    };
    let applied: HashMap<_, _> = applied.iter().map(|it| (it.version, &it.checksum)).collect();
    let known = ours.iter().filter(|it| applied.get(&it.version) == Some(&&it.checksum)).count();
    let pending = ours.iter().filter(|it| !applied.contains_key(&it.version)).count();
    Ok((pending, applied.len() - known))
}

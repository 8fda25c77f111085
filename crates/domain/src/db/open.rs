//! Opening a database and bringing its tables up to date.

use std::fs;
use std::path::Path;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Executor, SqlSafeStr};

use super::{Db, Sql};
use crate::{Database, Error, Result};

/// How long a caller waits for a connection.
const ACQUIRE: Duration = Duration::from_secs(5);
/// How long SQLite waits for a lock that another process holds.
const BUSY: Duration = Duration::from_secs(10);

impl Db {
    /// Opens a database; SQLite's file is made when missing. Tables are not touched: see [`Db::migrate`].
    ///
    /// # Errors
    /// What cannot be opened or does not answer.
    pub async fn open(database: &Database) -> Result<Self> {
        match database {
            Database::Sqlite(path) => sqlite(path).await,
            Database::Postgres(url) => postgres(url).await,
        }
    }

    /// Brings the tables up to date. Safe to run from several nodes at once.
    ///
    /// # Errors
    /// A migration that failed (the rest is not tried), or tables that a newer version made.
    pub async fn migrate(&self) -> Result<()> {
        let migrated = match self {
            Self::Sqlite { write, .. } => sqlx::migrate!("../../migrations/sqlite").run(write).await,
            Self::Postgres(pool) => sqlx::migrate!("../../migrations/postgres").run(pool).await,
        };
        migrated.map_err(|error| Error::Internal(format!("migrating the database: {error}")))
    }

    /// Closes every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }

    pub(super) async fn prepare(&self, sql: Sql) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite { write, .. } => write.acquire().await?.prepare(sql.sqlite.into_sql_str()).await.map(drop),
            Self::Postgres(pool) => pool.acquire().await?.prepare(sql.postgres.into_sql_str()).await.map(drop),
        }
    }
}

async fn sqlite(path: &Path) -> Result<Db> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| Error::Internal(format!("{}: {error}", folder.display())))?;
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .busy_timeout(BUSY)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // FULL: what was acknowledged survives a power cut, at about 6,000 writes a second.
        .synchronous(SqliteSynchronous::Full)
        .pragma("journal_size_limit", "209715200");
    let write =
        SqlitePoolOptions::new().max_connections(1).acquire_timeout(ACQUIRE).connect_with(options.clone()).await?;
    let read = SqlitePoolOptions::new()
        .max_connections(8)
        .acquire_timeout(ACQUIRE)
        .connect_with(options.read_only(true).create_if_missing(false))
        .await?;
    Ok(Db::Sqlite { read, write })
}

async fn postgres(url: &str) -> Result<Db> {
    let options: PgConnectOptions = url.parse()?;
    let options = options.application_name("gameserver").options([
        ("statement_timeout", "5s"),
        ("lock_timeout", "2s"),
        ("idle_in_transaction_session_timeout", "10s"),
    ]);
    let pool = PgPoolOptions::new().max_connections(20).acquire_timeout(ACQUIRE).connect_with(options).await?;
    Ok(Db::Postgres(pool))
}

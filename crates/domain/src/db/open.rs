//! Opening a database and bringing its tables up to date.

use std::fs;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Executor, PgConnection, SqlSafeStr};
use tokio::time::timeout;

use super::{Db, Sql, Timed};
use crate::{Connections, Database, Error, Result};

/// The migrations of each engine.
pub(super) static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
pub(super) static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");
/// How long a caller waits for a connection.
const ACQUIRE: Duration = Duration::from_secs(5);
/// The same for PostgreSQL, with the time it takes to connect anew: what it is away for is known well within 5 s.
const ACQUIRE_AWAY: Duration = Duration::from_secs(3);
/// How long a connection may have been idle and still counts as good without being asked.
const FRESH: Duration = Duration::from_secs(1);
/// How long a connection that is asked may take.
const PING: Duration = Duration::from_secs(1);
/// How long a start waits for PostgreSQL to answer at all.
const HELLO: Duration = Duration::from_secs(10);
/// How long SQLite waits for a lock that another process holds.
const BUSY: Duration = Duration::from_secs(10);

impl Db {
    /// Opens a database with the usual number of connections: see [`Db::open_with`].
    ///
    /// # Errors
    /// What cannot be opened or does not answer.
    pub async fn open(database: &Database) -> Result<Self> {
        Self::open_with(database, Connections::default()).await
    }

    /// Opens a database; SQLite's file is made when missing. Tables are not touched: see [`Db::migrate`].
    ///
    /// # Errors
    /// What cannot be opened or does not answer.
    pub async fn open_with(database: &Database, connections: Connections) -> Result<Self> {
        match database {
            Database::Sqlite(path) => sqlite(path, connections.sqlite_readers).await,
            Database::Postgres(url) => postgres(url, connections.postgres).await,
        }
    }

    /// Brings the tables up to date. Safe to run from several nodes, or by several processes on one file, at once.
    ///
    /// # Errors
    /// A migration that failed (the rest is not tried), or tables that a newer version made.
    pub async fn migrate(&self) -> Result<()> {
        let migrated = match self {
            Self::Sqlite { write, .. } => {
                let _alone = lock(write.connect_options().get_filename()).await?;
                SQLITE.run(&**write).await
            }
            Self::Postgres(pool) => {
                // On a connection of its own: a long migration, or the wait for another node's, is no slow statement.
                let options = (*pool.connect_options()).clone();
                let patient = options.options([("statement_timeout", "0"), ("lock_timeout", "0")]);
                let mut conn = PgConnection::connect_with(&patient).await?;
                POSTGRES.run(&mut conn).await
            }
        };
        migrated.map_err(|error| Error::Internal(format!("migrating the database: {error}")))
    }

    /// Closes every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write, .. } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }

    /// Takes SQLite's file for this process, until what is given back is dropped: one server serves from a file, as it
    /// trusts that nobody else ends a session or changes an account there. The command line only makes what is new.
    ///
    /// # Errors
    /// Another server that serves from it.
    pub fn claim(&self) -> Result<Option<fs::File>> {
        let Self::Sqlite { write, .. } = self else { return Ok(None) };
        let options = write.connect_options();
        let path = options.get_filename().with_extension("serving");
        let unusable = |why: &str| Error::Internal(format!("{}: {why}", path.display()));
        let made = fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
        let file = made.map_err(|error| unusable(&error.to_string()))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(fs::TryLockError::WouldBlock) => {
                Err(unusable("another server serves from this data folder; several need PostgreSQL"))
            }
            Err(fs::TryLockError::Error(error)) => Err(unusable(&error.to_string())),
        }
    }

    pub(super) async fn prepare(&self, sql: Sql) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite { write, .. } => write.acquire().await?.prepare(sql.sqlite.into_sql_str()).await.map(drop),
            Self::Postgres(pool) => pool.acquire().await?.prepare(sql.postgres.into_sql_str()).await.map(drop),
        }
    }
}

/// Waits until no other process opens or migrates the file beside it; the lock is held until the value is dropped.
/// (PostgreSQL has locks of its own for this.)
async fn lock(database: &Path) -> Result<fs::File> {
    let path = database.with_extension("lock");
    let locked = tokio::task::spawn_blocking(move || {
        let file = fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
        file.lock()?;
        Ok(file)
    });
    let locked: io::Result<fs::File> = locked.await.map_err(|error| Error::Internal(error.to_string()))?;
    locked.map_err(|error| Error::Internal(format!("locking {}: {error}", database.display())))
}

async fn sqlite(path: &Path, readers: u32) -> Result<Db> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| Error::Internal(format!("{}: {error}", folder.display())))?;
    }
    // Its owner's alone, and what SQLite puts beside it takes the same mode.
    let made = fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path);
    made.map_err(|error| Error::Internal(format!("{}: {error}", path.display())))?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .busy_timeout(BUSY)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // FULL: what was acknowledged survives a power cut, at about 6,000 writes a second.
        .synchronous(SqliteSynchronous::Full)
        .pragma("journal_size_limit", "209715200");
    // The first connection turns a new file's journal into a WAL, which of two processes at once one is refused as busy
    // without waiting: SQLite's busy timeout does not hold there.
    let alone = lock(path).await?;
    // A file does not go away while it is open: asking a connection whether it is there costs as much as a small read.
    let pool = || SqlitePoolOptions::new().acquire_timeout(ACQUIRE).test_before_acquire(false);
    let write = pool().max_connections(1).connect_with(options.clone()).await?;
    let readable = options.read_only(true).create_if_missing(false);
    let read = pool().max_connections(readers).connect_with(readable).await?;
    drop(alone);
    let (read, write) = (Timed::new("readers", read), Timed::new("writer", write));
    Ok(Db::Sqlite { read, write, identities: Arc::default(), lists: Arc::default() })
}

async fn postgres(url: &str, connections: u32) -> Result<Db> {
    let options: PgConnectOptions = url.parse()?;
    let options = options.application_name("gameserver").options([
        ("statement_timeout", "4s"),
        ("lock_timeout", "2s"),
        ("idle_in_transaction_session_timeout", "10s"),
    ]);
    // One connection at once: it tells what is wrong, where a pool would only say that it waited.
    let hello = async { PgConnection::connect_with(&options).await?.close().await };
    let silent = |_| Error::Internal(format!("PostgreSQL does not answer within {} s", HELLO.as_secs()));
    timeout(HELLO, hello).await.map_err(silent)?.map_err(Error::Database)?;
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_AWAY)
        // Instead of sqlx's own, which asks every time, and waits for ever where nobody answers.
        .test_before_acquire(false)
        .before_acquire(|conn, idle| {
            Box::pin(
                async move { if idle.idle_for < FRESH || answers(conn).await { Ok(true) } else { Err(silence()) } },
            )
        })
        // A statement that was given up may leave a connection at whose other end nobody is.
        .after_release(|conn, _| Box::pin(async move { if answers(conn).await { Ok(true) } else { Err(silence()) } }))
        .connect_lazy_with(options);
    Ok(Db::Postgres(Timed::new("all", pool)))
}

async fn answers(conn: &mut PgConnection) -> bool {
    timeout(PING, conn.ping()).await.is_ok_and(|pinged| pinged.is_ok())
}

/// The error after which sqlx closes a connection without another word to it.
fn silence() -> sqlx::Error {
    sqlx::Error::Io(io::ErrorKind::TimedOut.into())
}

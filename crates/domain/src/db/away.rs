//! A database across a network that is not there, or does not answer.

use std::io;
use std::time::Duration;

use super::query::query;
use super::{Db, open, same, statements};
use crate::{Error, Result};

/// How long a statement is waited for, a connection to send it on included. PostgreSQL's own limit, `statement_timeout`,
/// comes first where anybody is there to keep it; the sum of both stays under the 5 s within which a client is told.
const PATIENCE: Duration = Duration::from_millis(4_500);

statements! {
    MIGRATED = same("select version from _sqlx_migrations where success");
}

/// Waits for PostgreSQL, but not for ever. The connection of what is given up is closed by the pool.
pub(super) async fn in_time<T>(asked: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    let silent = |_| sqlx::Error::Io(io::ErrorKind::TimedOut.into());
    tokio::time::timeout(PATIENCE, asked).await.map_err(silent)?
}

impl Db {
    /// Whether every migration this program knows was made.
    ///
    /// # Errors
    /// A database that does not answer.
    pub async fn is_migrated(&self) -> Result<bool> {
        let made: Vec<(i64,)> = match query(self, MIGRATED).all().await {
            Ok(made) => made,
            // It answers, but has no such table.
            Err(Error::Database(_)) => Vec::new(),
            Err(error) => return Err(error),
        };
        let known = match self {
            Self::Sqlite { .. } => &open::SQLITE,
            Self::Postgres(_) => &open::POSTGRES,
        };
        Ok(known.iter().all(|migration| made.iter().any(|(version,)| *version == migration.version)))
    }
}

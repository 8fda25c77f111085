//! Transactions: the only way to write.

use sqlx::{Postgres, Sqlite, Transaction};

use super::Db;
use super::away::in_time;
use crate::Result;

/// A transaction. Dropping it without a commit undoes it.
pub enum Tx {
    /// Holds the writer.
    Sqlite(Transaction<'static, Sqlite>),
    /// Holds a connection.
    Postgres(Transaction<'static, Postgres>),
}

impl Db {
    /// Begins a transaction. On SQLite it waits its turn for the writer and then cannot fail for want of a lock.
    ///
    /// # Errors
    /// A database that does not answer in time.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("begin immediate").await?),
            Self::Postgres(pool) => Tx::Postgres(in_time(pool.begin()).await?),
        })
    }
}

impl Tx {
    /// Makes it so, durably.
    ///
    /// # Errors
    /// A database that could not: nothing was written then. From one that does not answer ([`crate::Error::Unavailable`])
    /// it is not known.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => in_time(tx.commit()).await?,
        }
        Ok(())
    }
}

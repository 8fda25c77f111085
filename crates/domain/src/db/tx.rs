//! Transactions: the only way to write.

use sqlx::{Postgres, Sqlite, Transaction};

use super::Db;
use super::away::in_time;
use super::timed::Held;
use crate::Result;

/// A transaction. Dropping it without a commit undoes it.
pub struct Tx {
    pub(super) on: On,
    pub(super) held: Held,
}

pub(super) enum On {
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
            Self::Sqlite { write, .. } => {
                let _waiting = write.times.waiting();
                let tx = write.times.got(write.begin_with("begin immediate").await)?;
                Tx { on: On::Sqlite(tx), held: Held::new(&write.times) }
            }
            Self::Postgres(pool) => {
                let _waiting = pool.times.waiting();
                let tx = pool.times.got(in_time(pool.begin()).await)?;
                Tx { on: On::Postgres(tx), held: Held::new(&pool.times) }
            }
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
        match self.on {
            On::Sqlite(tx) => tx.commit().await?,
            On::Postgres(tx) => in_time(tx.commit()).await?,
        }
        Ok(())
    }
}

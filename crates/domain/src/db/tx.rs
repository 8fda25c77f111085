//! Transactions: the only way to write.

use std::sync::Arc;

use sqlx::{Postgres, Sqlite, Transaction};

use super::Db;
use super::away::in_time;
use super::timed::Held;
use crate::Result;
use crate::identities::{Changes, Identities, Whose};
use crate::lists::Lists;

/// A transaction. Dropping it without a commit undoes it.
pub struct Tx {
    pub(super) on: On,
    pub(super) held: Held,
    pub(super) changes: Changes,
    /// What forgets what it changed, where anything is remembered.
    remembered: Option<(Arc<Identities>, Arc<Lists>)>,
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
            Self::Sqlite { write, identities, lists, .. } => {
                let _waiting = write.times.waiting();
                let tx = write.times.got(write.begin_with("begin immediate").await)?;
                let (held, remembered) = (Held::new(&write.times), Some((identities.clone(), lists.clone())));
                Tx { on: On::Sqlite(tx), held, changes: Changes::default(), remembered }
            }
            Self::Postgres(pool) => {
                let _waiting = pool.times.waiting();
                let tx = pool.times.got(in_time(pool.begin()).await)?;
                let held = Held::new(&pool.times);
                Tx { on: On::Postgres(tx), held, changes: Changes::default(), remembered: None }
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
        // Whether it was written or not, and even if nobody waits for it any more: what is forgotten is read again.
        let _forgets = self.remembered.map(|remembered| Forgets { remembered, changes: self.changes });
        match self.on {
            On::Sqlite(tx) => tx.commit().await?,
            On::Postgres(tx) => in_time(tx.commit()).await?,
        }
        Ok(())
    }

    /// Says whose identity it changes: whether a session is alive, and who its user is and may be. Who writes that and
    /// does not say so makes the server forget everybody's. A user's account goes with it.
    pub(crate) fn concerns(&mut self, whose: Whose) {
        self.changes.name(whose);
    }
}

/// Forgets what a transaction changed, once it is dropped.
struct Forgets {
    remembered: (Arc<Identities>, Arc<Lists>),
    changes: Changes,
}

impl Drop for Forgets {
    fn drop(&mut self) {
        let (identities, lists) = &self.remembered;
        identities.forget(&self.changes);
        if self.changes.to_lobbies {
            lists.forget();
        }
    }
}

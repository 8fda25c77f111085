//! Two databases, one text of SQL.
//!
//! A statement is written once and runs on SQLite and on PostgreSQL; only where the text must differ is there a pair
//! (see docs/sql.md for the rules that keep such places rare). Reads take a connection, which a `&Db` and a `&mut Tx` both
//! are; writes take `&mut` [`Tx`], so that every one of them goes through [`Db::begin`] and [`Tx::commit`].

mod away;
mod checkup;
mod open;
mod plan;
mod query;
mod statement;
mod timed;
mod tx;

use std::sync::Arc;

use sqlx::{Postgres, Sqlite};

pub use checkup::{Checkup, checkup};
pub(crate) use query::{Conn, Query, Record, contains, query};
pub(crate) use statement::{Sql, same, statements};
pub use timed::Timed;
pub use tx::Tx;

pub use crate::identities::Identities;
pub use crate::lists::Lists;
use crate::stats::PoolNumbers;

/// Every statement of the crate, by noun.
pub(crate) const STATEMENTS: &[(&str, &[(&str, Sql)])] = &[
    ("accounts", crate::accounts::STATEMENTS),
    ("audit", crate::audit::STATEMENTS),
    ("avatars", crate::avatars::STATEMENTS),
    ("db", away::STATEMENTS),
    ("friends", crate::friends::STATEMENTS),
    ("friends", crate::friends::LISTS),
    ("jobs", crate::jobs::STATEMENTS),
    ("lobbies", crate::lobbies::STATEMENTS),
    ("lobbies", crate::lobbies::CARDS),
    ("lobbies", crate::lobbies::SEARCHES),
    ("lobbies", crate::lobbies::LOG),
    ("lobbies", crate::lobbies::ADMIN),
    ("lobbies", crate::lobbies::MEMBERS),
    ("lobbies", crate::lobbies::AWAY),
    ("lobbies", crate::lobbies::INVITATIONS),
    ("login_failures", crate::login_failures::STATEMENTS),
    ("mail", crate::mail::STATEMENTS),
    ("mail_tokens", crate::mail_tokens::STATEMENTS),
    ("sessions", crate::sessions::STATEMENTS),
    ("setup", crate::setup::STATEMENTS),
    ("site_sessions", crate::site_sessions::STATEMENTS),
    ("users", crate::users::ACTS),
    ("tickets", crate::tickets::STATEMENTS),
    ("users", crate::users::STATEMENTS),
];

/// A database.
#[derive(Clone)]
pub enum Db {
    /// A file: many readers, exactly one writer.
    Sqlite {
        /// Connections that cannot write.
        read: Timed<Sqlite>,
        /// The one that can.
        write: Timed<Sqlite>,
        /// Whose the sessions are that were seen of late.
        identities: Arc<Identities>,
        /// Pages of lists that were asked for of late.
        lists: Arc<Lists>,
    },
    /// A server, shared by any number of nodes.
    Postgres(Timed<Postgres>),
}

impl Db {
    /// The engine's name.
    #[must_use]
    pub fn engine(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// The identities that are remembered; none where other servers may change them.
    pub(crate) fn identities(&self) -> Option<&Identities> {
        match self {
            Self::Sqlite { identities, .. } => Some(identities),
            Self::Postgres(_) => None,
        }
    }

    /// How many accounts are remembered: none, where other servers may change them.
    #[must_use]
    pub fn remembered_accounts(&self) -> usize {
        self.identities().map_or(0, Identities::count_accounts)
    }

    /// The pages that are kept; none where other servers may change what is on them.
    pub(crate) fn lists(&self) -> Option<&Lists> {
        match self {
            Self::Sqlite { lists, .. } => Some(lists),
            Self::Postgres(_) => None,
        }
    }

    /// How busy the connections are, and how long they take.
    pub(crate) fn pools(&self) -> Vec<PoolNumbers> {
        match self {
            Self::Sqlite { read, write, .. } => vec![read.numbers(), write.numbers()],
            Self::Postgres(pool) => vec![pool.numbers()],
        }
    }

    /// Prepares every statement of the crate on this database, and gives the names and errors of those it refuses.
    pub async fn refused_statements(&self) -> Vec<String> {
        let mut refused = Vec::new();
        for (module, statements) in STATEMENTS {
            for (name, sql) in *statements {
                if let Err(error) = self.prepare(*sql).await {
                    refused.push(format!("{module}::{name}: {error}"));
                }
            }
        }
        refused
    }
}

//! One builder over the two drivers: binds what both can encode, returns what both can decode.

use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, Encode, FromRow, PgConnection, Postgres, Sqlite, SqliteConnection, Type};
use wire::UserId;

use super::away::in_time;
use super::timed::{Timed, Times};
use super::{Db, Sql, Tx, tx};
use crate::Result;
use crate::identities::{Changes, Reach};

/// What a statement runs on: a pool's next connection, or a transaction's.
pub(crate) enum Conn<'c> {
    SqlitePool(&'c Timed<Sqlite>),
    Sqlite(&'c mut SqliteConnection, &'c Times, Reached<'c>),
    PostgresPool(&'c Timed<Postgres>),
    Postgres(&'c mut PgConnection, &'c Times),
}

/// Where it is noted what a statement changes, and how far it is known to reach.
pub(crate) struct Reached<'c>(&'c mut Changes, Reach);

impl<'c> From<&'c Db> for Conn<'c> {
    fn from(db: &'c Db) -> Self {
        match db {
            Db::Sqlite { read, .. } => Self::SqlitePool(read),
            Db::Postgres(pool) => Self::PostgresPool(pool),
        }
    }
}

impl<'c> From<&'c mut Tx> for Conn<'c> {
    fn from(tx: &'c mut Tx) -> Self {
        let times = &tx.held.times;
        match &mut tx.on {
            tx::On::Sqlite(on) => Self::Sqlite(on, times, Reached(&mut tx.changes, Reach::Anybody)),
            tx::On::Postgres(on) => Self::Postgres(on, times),
        }
    }
}

impl Tx {
    /// For a statement on users or sessions that leaves whose a session is, and whether it is alive. What accounts say is
    /// taken to be another, if it is one on users.
    pub(crate) fn same_identity(&mut self) -> Conn<'_> {
        self.reaching(Reach::Accounts)
    }

    /// For a statement on users or seats that changes nothing but what this user's own account says.
    pub(crate) fn account_of(&mut self, user: UserId) -> Conn<'_> {
        self.reaching(Reach::Account(user))
    }

    fn reaching(&mut self, reach: Reach) -> Conn<'_> {
        match self.into() {
            Conn::Sqlite(conn, times, Reached(changes, _)) => Conn::Sqlite(conn, times, Reached(changes, reach)),
            conn => conn,
        }
    }
}

/// What both drivers can encode.
pub(crate) trait Value:
    for<'q> Encode<'q, Sqlite> + Type<Sqlite> + for<'q> Encode<'q, Postgres> + Type<Postgres> + Send + 'static
{
}
impl<T> Value for T where
    T: for<'q> Encode<'q, Sqlite> + Type<Sqlite> + for<'q> Encode<'q, Postgres> + Type<Postgres> + Send + 'static
{
}

/// What both drivers can decode a row into.
pub(crate) trait Record: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Record for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A statement on its way to one of the engines.
pub(crate) struct Query<'c> {
    on: On<'c>,
    refused: Option<BoxDynError>,
}

enum On<'c> {
    Sqlite(SqliteOn<'c>, &'static str, SqliteArguments),
    Postgres(PostgresOn<'c>, &'static str, PgArguments),
}

enum SqliteOn<'c> {
    Pool(&'c Timed<Sqlite>),
    Conn(&'c mut SqliteConnection, &'c Times),
}

enum PostgresOn<'c> {
    Pool(&'c Timed<Postgres>),
    Conn(&'c mut PgConnection, &'c Times),
}

/// A statement on a connection: `query(&mut tx, SEAT).bind(id).optional::<Row>().await?`.
pub(crate) fn query<'c>(on: impl Into<Conn<'c>>, sql: Sql) -> Query<'c> {
    let on = match on.into() {
        Conn::SqlitePool(pool) => On::Sqlite(SqliteOn::Pool(pool), sql.sqlite, SqliteArguments::default()),
        Conn::Sqlite(conn, times, Reached(changes, reach)) => {
            changes.note(sql.sqlite, reach);
            On::Sqlite(SqliteOn::Conn(conn, times), sql.sqlite, SqliteArguments::default())
        }
        Conn::PostgresPool(pool) => On::Postgres(PostgresOn::Pool(pool), sql.postgres, PgArguments::default()),
        Conn::Postgres(conn, times) => {
            On::Postgres(PostgresOn::Conn(conn, times), sql.postgres, PgArguments::default())
        }
    };
    Query { on, refused: None }
}

/// Runs one of sqlx's fetches on whichever of the four it is.
macro_rules! fetch {
    ($self:ident, $query:ident, $how:ident, $record:ty) => {{
        if let Some(error) = $self.refused {
            return Err(sqlx::Error::Encode(error).into());
        }
        Ok(match $self.on {
            On::Sqlite(on, sql, args) => {
                let query = sqlx::$query::<Sqlite, $record, _>(sql, args);
                match on {
                    SqliteOn::Pool(pool) => {
                        let mut conn = pool.acquire().await?;
                        let _timer = pool.times.read();
                        query.$how(&mut *conn).await?
                    }
                    SqliteOn::Conn(conn, times) => {
                        let _timer = times.write();
                        query.$how(conn).await?
                    }
                }
            }
            On::Postgres(on, sql, args) => {
                let query = sqlx::$query::<Postgres, $record, _>(sql, args);
                match on {
                    PostgresOn::Pool(pool) => {
                        let fetched = async {
                            let mut conn = pool.acquire().await?;
                            let _timer = pool.times.read();
                            query.$how(&mut *conn).await
                        };
                        in_time(fetched).await?
                    }
                    PostgresOn::Conn(conn, times) => {
                        let _timer = times.write();
                        in_time(query.$how(conn)).await?
                    }
                }
            }
        })
    }};
}

impl Query<'_> {
    /// The next parameter: `$1`, `$2`, …
    pub(crate) fn bind(mut self, value: impl Value) -> Self {
        let bound = match &mut self.on {
            On::Sqlite(_, _, args) => Arguments::add(args, value),
            On::Postgres(_, _, args) => Arguments::add(args, value),
        };
        self.refused = self.refused.or(bound.err());
        self
    }

    /// Exactly one row.
    pub(crate) async fn one<R: Record>(self) -> Result<R> {
        fetch!(self, query_as_with, fetch_one, R)
    }

    /// One row or none.
    pub(crate) async fn optional<R: Record>(self) -> Result<Option<R>> {
        fetch!(self, query_as_with, fetch_optional, R)
    }

    /// Every row.
    pub(crate) async fn all<R: Record>(self) -> Result<Vec<R>> {
        fetch!(self, query_as_with, fetch_all, R)
    }

    /// No row; gives how many were affected.
    pub(crate) async fn run(self) -> Result<u64> {
        if let Some(error) = self.refused {
            return Err(sqlx::Error::Encode(error).into());
        }
        Ok(match self.on {
            On::Sqlite(on, sql, args) => {
                let query = sqlx::query_with::<Sqlite, _>(sql, args);
                match on {
                    SqliteOn::Pool(pool) => {
                        let mut conn = pool.acquire().await?;
                        let _timer = pool.times.read();
                        query.execute(&mut *conn).await?.rows_affected()
                    }
                    SqliteOn::Conn(conn, times) => {
                        let _timer = times.write();
                        query.execute(conn).await?.rows_affected()
                    }
                }
            }
            On::Postgres(on, sql, args) => {
                let query = sqlx::query_with::<Postgres, _>(sql, args);
                match on {
                    PostgresOn::Pool(pool) => {
                        let done = async {
                            let mut conn = pool.acquire().await?;
                            let _timer = pool.times.read();
                            query.execute(&mut *conn).await
                        };
                        in_time(done).await?.rows_affected()
                    }
                    PostgresOn::Conn(conn, times) => {
                        let _timer = times.write();
                        in_time(query.execute(conn)).await?.rows_affected()
                    }
                }
            }
        })
    }
}

/// A `like … escape '!'` pattern for whatever contains `text`, in lower case.
pub(crate) fn contains(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_in_a_search_stand_for_themselves() {
        assert_eq!(contains("100%_Fun!"), "%100!%!_fun!!%");
    }
}

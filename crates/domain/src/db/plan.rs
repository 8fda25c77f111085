//! How an engine would run a statement: what the tests hold against reading more rows than there need be.

use sqlx::{AssertSqlSafe, Connection, Row};

use super::{Db, STATEMENTS};
use crate::Result;

impl Db {
    /// The plan of a statement, by its noun and name, for values that are not known yet; none where there is no such one.
    /// After `analyze`, it is what runs.
    ///
    /// # Errors
    /// A database that does not answer.
    pub async fn plan(&self, noun: &str, name: &str) -> Result<Option<String>> {
        let of_noun = STATEMENTS.iter().filter(|(of, _)| *of == noun).flat_map(|(_, statements)| *statements);
        let Some((_, sql)) = of_noun.into_iter().find(|(is, _)| *is == name) else { return Ok(None) };
        let lines: Vec<String> = match self {
            Self::Sqlite { write, .. } => {
                let explained = AssertSqlSafe(format!("explain query plan {}", sql.sqlite));
                let rows: Vec<(i64, i64, i64, String)> = sqlx::query_as(explained).fetch_all(&**write).await?;
                rows.into_iter().map(|(_, _, _, line)| line).collect()
            }
            Self::Postgres(pool) => {
                // A connection of its own, since it is set otherwise than others.
                let mut conn = pool.acquire().await?.detach();
                let prepare = format!("set plan_cache_mode = force_generic_plan; prepare it as {}", sql.postgres);
                sqlx::raw_sql(AssertSqlSafe(prepare)).execute(&mut conn).await?;
                let values = "select cardinality(parameter_types) from pg_prepared_statements where name = 'it'";
                let (values,): (i32,) = sqlx::query_as(values).fetch_one(&mut conn).await?;
                let nulls = vec!["null"; usize::try_from(values).unwrap_or_default()].join(", ");
                let nulls = if nulls.is_empty() { nulls } else { format!("({nulls})") };
                let explain = AssertSqlSafe(format!("explain execute it{nulls}"));
                let rows = sqlx::raw_sql(explain).fetch_all(&mut conn).await?;
                conn.close().await?;
                rows.iter().map(|row| row.try_get(0)).collect::<std::result::Result<_, _>>()?
            }
        };
        Ok(Some(lines.join("\n")))
    }
}

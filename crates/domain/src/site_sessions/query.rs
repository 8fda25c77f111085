//! The SQL of site sessions.

use chrono::{DateTime, Utc};

use crate::db::{Tx, query, same, statements};
use crate::{App, Result};

statements! {
    SAVE = same(
        "insert into site_sessions (id_hash, record, expires_at) values ($1, $2, $3)
         on conflict (id_hash) do update set record = excluded.record, expires_at = excluded.expires_at",
    );
    LOAD = same("select record, expires_at from site_sessions where id_hash = $1 and expires_at > $2");
    DELETE = same("delete from site_sessions where id_hash = $1");
    FORGET = same("delete from site_sessions where expires_at <= $1");
}

pub(super) async fn save(tx: &mut Tx, hash: String, record: String, expires_at: DateTime<Utc>) -> Result<()> {
    query(tx, SAVE).bind(hash).bind(record).bind(expires_at).run().await?;
    Ok(())
}

pub(super) async fn load(app: &App, hash: String, now: DateTime<Utc>) -> Result<Option<(String, DateTime<Utc>)>> {
    query(&app.db, LOAD).bind(hash).bind(now).optional().await
}

pub(super) async fn delete(tx: &mut Tx, hash: String) -> Result<()> {
    query(tx, DELETE).bind(hash).run().await?;
    Ok(())
}

pub(super) async fn forget(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    query(tx, FORGET).bind(now).run().await?;
    Ok(())
}

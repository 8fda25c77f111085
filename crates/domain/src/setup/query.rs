//! The SQL of the first admin's link.

use chrono::{DateTime, Utc};

use crate::db::{Tx, query, same, statements};
use crate::{App, Result};

statements! {
    OPEN = same(
        "insert into setup_links (id, token_hash, expires_at) values (1, $1, $2)
         on conflict (id) do update set token_hash = excluded.token_hash, expires_at = excluded.expires_at",
    );
    IS_OPEN = same(
        "select count(*) from setup_links where token_hash = $1 and expires_at > $2
           and not exists (select 1 from users where is_admin)",
    );
    CLOSE = same(
        "delete from setup_links where token_hash = $1 and expires_at > $2
           and not exists (select 1 from users where is_admin)",
    );
}

pub(super) async fn open(tx: &mut Tx, token_hash: String, expires_at: DateTime<Utc>) -> Result<()> {
    query(tx, OPEN).bind(token_hash).bind(expires_at).run().await?;
    Ok(())
}

pub(super) async fn is_open(app: &App, token_hash: String, now: DateTime<Utc>) -> Result<bool> {
    let (n,): (i64,) = query(&app.db, IS_OPEN).bind(token_hash).bind(now).one().await?;
    Ok(n > 0)
}

/// Whether the link was there to be closed.
pub(super) async fn close(tx: &mut Tx, token_hash: String, now: DateTime<Utc>) -> Result<bool> {
    Ok(query(tx, CLOSE).bind(token_hash).bind(now).run().await? == 1)
}

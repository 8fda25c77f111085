//! What a browser's session cookie stands for. The edge's cookie layer keeps its records here; the cookie's value itself
//! is kept only as its hash.

mod query;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};

pub(crate) use query::STATEMENTS;

use crate::sessions::hex;
use crate::{App, Result};

/// Keeps a record under a cookie's value, in place of one that is there.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn save(app: &App, cookie: &str, record: String, expires_at: DateTime<Utc>) -> Result<()> {
    let mut tx = app.db.begin().await?;
    query::save(&mut tx, hash(cookie), record, expires_at).await?;
    tx.commit().await
}

/// The record under a cookie's value, unless it has expired.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn load(app: &App, cookie: &str) -> Result<Option<(String, DateTime<Utc>)>> {
    query::load(app, hash(cookie), app.clock.now()).await
}

/// Forgets a cookie's value.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn delete(app: &App, cookie: &str) -> Result<()> {
    let mut tx = app.db.begin().await?;
    query::delete(&mut tx, hash(cookie)).await?;
    tx.commit().await
}

/// Forgets every record that has expired.
///
/// # Errors
/// Only what is wrong on our side.
pub(crate) async fn sweep(app: App, _payload: Value) -> Result<()> {
    let mut tx = app.db.begin().await?;
    query::forget(&mut tx, app.clock.now()).await?;
    tx.commit().await
}

fn hash(cookie: &str) -> String {
    hex(&Sha256::digest(cookie))
}

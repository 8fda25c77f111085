//! Tickets: each opens one socket, within half a minute, for the session that asked for it.
//!
//! A page cannot send a header with the request for a socket, and whatever stands in an address may be written to some log
//! on the way. A ticket may stand there: by the time anybody reads it, it was used or is too old.

mod query;

use std::net::IpAddr;

use chrono::TimeDelta;
use serde_json::Value;
use sha2::{Digest, Sha256};
use wire::Ticket;

pub(crate) use query::STATEMENTS;

use crate::sessions::{self, hex};
use crate::{App, Error, Result, Scope};

/// How long a ticket is good for.
pub const LIFETIME: TimeDelta = TimeDelta::seconds(30);
/// Tickets a session may have at a time; of more the oldest are good for nothing.
pub const AT_A_TIME: i64 = 10;

/// Gives a ticket for the session of whoever asks.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody.
pub async fn issue(app: &App, scope: &Scope) -> Result<Ticket> {
    scope.require_user()?;
    let Some(session) = scope.session else { return Err(Error::Internal("a user without a session".to_owned())) };
    let ticket = app.random.secret();
    let mut tx = app.db.begin().await?;
    query::insert(&mut tx, hash(&ticket), session, app.clock.now() + LIFETIME).await?;
    query::trim(&mut tx, session).await?;
    tx.commit().await?;
    Ok(Ticket { ticket, expires_in: LIFETIME.num_seconds() })
}

/// Uses a ticket up: whoever shows it is who asked for it.
///
/// # Errors
/// [`Error::Unauthenticated`] with `invalid_ticket` when it was used, is too old or never was, or its session has ended.
pub async fn redeem(app: &App, ticket: &str, ip: Option<IpAddr>) -> Result<Scope> {
    let mut tx = app.db.begin().await?;
    // Of two who come at once, one deletes the row.
    let session = query::take(&mut tx, hash(ticket), app.clock.now()).await?.ok_or_else(invalid)?;
    tx.commit().await?;
    let scope = sessions::resume(app, session, ip).await?;
    if scope.user().is_some() { Ok(scope) } else { Err(invalid()) }
}

/// Forgets tickets that nobody used.
///
/// # Errors
/// Only what is wrong on our side.
pub(crate) async fn sweep(app: App, _payload: Value) -> Result<()> {
    let mut tx = app.db.begin().await?;
    query::sweep(&mut tx, app.clock.now()).await?;
    tx.commit().await
}

fn invalid() -> Error {
    Error::unauthenticated(
        "invalid_ticket",
        "This ticket was used or is too old. Ask for another, then connect at once.",
    )
}

fn hash(ticket: &str) -> String {
    hex(&Sha256::digest(ticket))
}

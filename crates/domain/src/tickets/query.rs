//! The SQL of tickets.

use chrono::{DateTime, Utc};
use wire::SessionId;

use super::AT_A_TIME;
use crate::Result;
use crate::db::{Tx, query, same, statements};

statements! {
    INSERT = same("insert into socket_tickets (ticket_hash, session_id, expires_at) values ($1, $2, $3)");
    TRIM = same(
        "delete from socket_tickets where session_id = $1 and ticket_hash not in (
             select ticket_hash from socket_tickets where session_id = $1 order by expires_at desc, ticket_hash limit $2)",
    );
    TAKE = same("delete from socket_tickets where ticket_hash = $1 and expires_at > $2 returning session_id");
    SWEEP = same("delete from socket_tickets where expires_at <= $1");
}

pub(super) async fn insert(
    tx: &mut Tx,
    ticket_hash: String,
    session: SessionId,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    query(tx, INSERT).bind(ticket_hash).bind(session).bind(expires_at).run().await?;
    Ok(())
}

/// Leaves a session its newest tickets.
pub(super) async fn trim(tx: &mut Tx, session: SessionId) -> Result<()> {
    query(tx, TRIM).bind(session).bind(AT_A_TIME).run().await?;
    Ok(())
}

/// Whose session a ticket is for, if it is good. It is good no more.
pub(super) async fn take(tx: &mut Tx, ticket_hash: String, now: DateTime<Utc>) -> Result<Option<SessionId>> {
    let row: Option<(SessionId,)> = query(tx, TAKE).bind(ticket_hash).bind(now).optional().await?;
    Ok(row.map(|(session,)| session))
}

pub(super) async fn sweep(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    query(tx, SWEEP).bind(now).run().await?;
    Ok(())
}

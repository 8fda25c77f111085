//! The SQL of what admins do with lobbies.

use chrono::{DateTime, Utc};
use wire::{LobbyId, UserId};

use super::Row;
use crate::db::{Tx, query, same, statements};
use crate::{App, Result};

statements! {
    // Whoever waited for a member's own leaving finds the count as it left it, which is never counted below zero.
    PUT_OUT = same(concat!(
        "update lobbies set member_count = member_count - 1, revision = revision + 1
         where id = $1 and member_count > 0
           and exists (select 1 from lobby_members m where m.lobby_id = $1 and m.user_id = $2) returning ",
        columns!()
    ));
    LET_BACK = same(concat!(
        "update lobbies set member_count = member_count + 1, revision = revision + 1
         where id = $1 and member_count < max_users returning ",
        columns!()
    ));
    SET_HOST = same("update lobbies set host_id = $2 where id = $1");
    CLOSE = same(concat!("update lobbies set closing_at = $2 where id = $1 returning ", columns!()));
    KEEP_OPEN = same(concat!(
        "update lobbies set closing_at = null, revision = revision + 1 where id = $1 and closing_at > $2 returning ",
        columns!()
    ));
    DUE = same(
        "select id from lobbies where closing_at is not null and closing_at <= $1 order by closing_at, id limit 100",
    );
    // Of several nodes that find it due one holds it, and it is gone for the others.
    TAKE_DUE = same(concat!(
        "update lobbies set revision = revision + 1 where id = $1 and closing_at <= $2 returning ",
        columns!()
    ));
}

/// Counts a member out, whoever the host is.
pub(in crate::lobbies) async fn put_out(tx: &mut Tx, id: LobbyId, user: UserId) -> Result<Option<Row>> {
    query(tx, PUT_OUT).bind(id).bind(user).optional().await
}

/// Counts a player in, if there is a seat: neither a lock nor a password is in the way of one who had it.
pub(in crate::lobbies) async fn let_back(tx: &mut Tx, id: LobbyId) -> Result<Option<Row>> {
    query(tx, LET_BACK).bind(id).optional().await
}

pub(in crate::lobbies) async fn set_host(tx: &mut Tx, id: LobbyId, host: UserId) -> Result<()> {
    query(tx, SET_HOST).bind(id).bind(host).run().await?;
    Ok(())
}

pub(in crate::lobbies) async fn close(tx: &mut Tx, id: LobbyId, at: DateTime<Utc>) -> Result<Row> {
    query(tx, CLOSE).bind(id).bind(at).one().await
}

/// The lobby that stays, if its time had not come.
pub(in crate::lobbies) async fn keep_open(tx: &mut Tx, id: LobbyId, now: DateTime<Utc>) -> Result<Option<Row>> {
    query(tx, KEEP_OPEN).bind(id).bind(now).optional().await
}

/// Lobbies whose time has come, the first ones first.
pub(in crate::lobbies) async fn due(app: &App, now: DateTime<Utc>) -> Result<Vec<LobbyId>> {
    let rows: Vec<(LobbyId,)> = query(&app.db, DUE).bind(now).all().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// A lobby whose time has come, held until the end of the transaction.
pub(in crate::lobbies) async fn take_due(tx: &mut Tx, id: LobbyId, now: DateTime<Utc>) -> Result<Option<Row>> {
    query(tx, TAKE_DUE).bind(id).bind(now).optional().await
}

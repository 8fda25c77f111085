//! The SQL of what is done to an account, by admins and by its owner, and of how accounts go.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use sqlx::types::Json;
use wire::{UserId, UserPatch};

use crate::db::{Conn, Sql, Tx, query, same, statements};
use crate::{App, Result};

/// What is read of an account that is held.
macro_rules! held {
    () => {
        "select is_admin, banned_at, ban_reason, display_name, email, email_confirmed_at, games_played, games_won
         from users where id = $1"
    };
}

/// A guest nobody would miss: no progress, no seat, no friend, no ban to get around, and not seen since `$1`. Rooms that keep progress
/// of their own add it here.
macro_rules! idle_guest {
    () => {
        "u.is_guest and u.games_played = 0 and u.banned_at is null and u.created_at < $1
         and not exists (select 1 from lobby_members m where m.user_id = u.id)
         and not exists (select 1 from friendships f where f.requester_id = u.id and f.status = 'accepted')
         and not exists (select 1 from friendships f where f.target_id = u.id and f.status = 'accepted')
         and not exists (select 1 from sessions s where s.user_id = u.id and coalesce(s.used_at, s.refreshed_at) >= $1) "
    };
}

statements! {
    // On SQLite whoever writes holds everything. On PostgreSQL this also keeps rows from being added that refer to it.
    HOLD = Sql { sqlite: held!(), postgres: concat!(held!(), " for update") };
    IS_BANNED = same("select banned_at is not null, ban_reason from users where id = $1");
    FILE = same(
        "select ban_reason, email_confirmed_at, games_played, games_won, metadata from users where id = $1",
    );
    // On SQLite whoever writes has the turn already. On PostgreSQL the number only has to be nobody else's.
    TAKE_TURN = Sql { sqlite: "select 1", postgres: "select 1 from pg_advisory_xact_lock(7350513)" };
    IS_ACTING_ADMIN = same("select count(*) from users where id = $1 and is_admin and banned_at is null");
    OTHER_ADMINS = same(
        "select count(*) from
             (select 1 as one from users where is_admin and banned_at is null and id <> $1 limit 1) as others",
    );
    SET_ADMIN = same("update users set is_admin = $2, updated_at = $3 where id = $1");
    BAN = same(
        "update users set banned_at = coalesce(banned_at, $2), ban_reason = $3, updated_at = $2 where id = $1",
    );
    UNBAN = same("update users set banned_at = null, ban_reason = null, updated_at = $2 where id = $1");
    // An address belongs to one account from its confirmation on.
    IS_ADDRESS_TAKEN = same(
        "select count(*) from users where email = $1 and email_confirmed_at is not null and id <> $2",
    );
    CHANGE = same(
        "update users set display_name = nullif(coalesce($2, display_name), ''), metadata = coalesce($3, metadata),
                          games_played = coalesce($4, games_played), games_won = coalesce($5, games_won), updated_at = $6
         where id = $1",
    );
    CONFIRM = same("update users set email_confirmed_at = $2, is_guest = $3 where id = $1 and email_confirmed_at is null");
    UNCONFIRM = same("update users set email_confirmed_at = null where id = $1");
    DELETE = same("delete from users where id = $1");
    IDLE_GUESTS = same(concat!("select u.id from users u where ", idle_guest!(), "order by u.id limit $2"));
    IS_IDLE_GUEST = same(concat!("select count(*) from users u where u.id = $2 and ", idle_guest!()));
}

/// An account that is held until the transaction is over.
#[derive(sqlx::FromRow)]
pub(crate) struct Held {
    pub(crate) is_admin: bool,
    pub(crate) banned_at: Option<DateTime<Utc>>,
    pub(crate) ban_reason: Option<String>,
    pub(crate) display_name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) email_confirmed_at: Option<DateTime<Utc>>,
    pub(crate) games_played: i64,
    pub(crate) games_won: i64,
}

#[derive(sqlx::FromRow)]
pub(crate) struct FileRow {
    pub(crate) ban_reason: Option<String>,
    pub(crate) email_confirmed_at: Option<DateTime<Utc>>,
    pub(crate) games_played: i64,
    pub(crate) games_won: i64,
    pub(crate) metadata: Json<Map<String, Value>>,
}

pub(crate) async fn hold(tx: &mut Tx, user: UserId) -> Result<Option<Held>> {
    query(tx, HOLD).bind(user).optional().await
}

/// Whether a user is banned, and why.
pub(crate) async fn is_banned(tx: &mut Tx, user: UserId) -> Result<Option<(bool, Option<String>)>> {
    query(tx, IS_BANNED).bind(user).optional().await
}

pub(crate) async fn file(app: &App, user: UserId) -> Result<Option<FileRow>> {
    query(&app.db, FILE).bind(user).optional().await
}

/// Waits until nobody else changes who is an admin.
pub(crate) async fn take_turn(tx: &mut Tx) -> Result<()> {
    query(tx, TAKE_TURN).run().await?;
    Ok(())
}

/// Whether a user is an admin who is not shut out.
pub(crate) async fn is_acting_admin(on: impl Into<Conn<'_>>, user: UserId) -> Result<bool> {
    let (n,): (i64,) = query(on, IS_ACTING_ADMIN).bind(user).one().await?;
    Ok(n > 0)
}

/// Whether there is an admin beside this user.
pub(crate) async fn has_other_admins(tx: &mut Tx, user: UserId) -> Result<bool> {
    let (n,): (i64,) = query(tx, OTHER_ADMINS).bind(user).one().await?;
    Ok(n > 0)
}

pub(crate) async fn set_admin(tx: &mut Tx, user: UserId, is_admin: bool, now: DateTime<Utc>) -> Result<()> {
    query(tx, SET_ADMIN).bind(user).bind(is_admin).bind(now).run().await?;
    Ok(())
}

pub(crate) async fn ban(tx: &mut Tx, user: UserId, reason: Option<String>, now: DateTime<Utc>) -> Result<()> {
    query(tx, BAN).bind(user).bind(now).bind(reason).run().await?;
    Ok(())
}

pub(crate) async fn unban(tx: &mut Tx, user: UserId, now: DateTime<Utc>) -> Result<()> {
    query(tx, UNBAN).bind(user).bind(now).run().await?;
    Ok(())
}

pub(crate) async fn is_address_taken(tx: &mut Tx, email: String, user: UserId) -> Result<bool> {
    let (n,): (i64,) = query(tx, IS_ADDRESS_TAKEN).bind(email).bind(user).one().await?;
    Ok(n > 0)
}

pub(crate) async fn change(tx: &mut Tx, user: UserId, patch: &UserPatch, now: DateTime<Utc>) -> Result<()> {
    let change = query(tx, CHANGE).bind(user).bind(patch.display_name.clone()).bind(patch.metadata.clone().map(Json));
    change.bind(patch.games_played).bind(patch.games_won).bind(now).run().await?;
    Ok(())
}

/// An account with a confirmed address is nobody's guest.
pub(crate) async fn confirm(tx: &mut Tx, user: UserId, now: DateTime<Utc>) -> Result<()> {
    query(tx, CONFIRM).bind(user).bind(now).bind(false).run().await?;
    Ok(())
}

pub(crate) async fn unconfirm(tx: &mut Tx, user: UserId) -> Result<()> {
    query(tx, UNCONFIRM).bind(user).run().await?;
    Ok(())
}

pub(crate) async fn delete(tx: &mut Tx, user: UserId) -> Result<()> {
    query(tx, DELETE).bind(user).run().await?;
    Ok(())
}

/// Some guests nobody would miss who were not seen since then.
pub(crate) async fn idle_guests(app: &App, since: DateTime<Utc>, at_most: i64) -> Result<Vec<UserId>> {
    let guests: Vec<(UserId,)> = query(&app.db, IDLE_GUESTS).bind(since).bind(at_most).all().await?;
    Ok(guests.into_iter().map(|(id,)| id).collect())
}

/// Whether a user who is held is one of them still.
pub(crate) async fn is_idle_guest(tx: &mut Tx, user: UserId, since: DateTime<Utc>) -> Result<bool> {
    let (n,): (i64,) = query(tx, IS_IDLE_GUEST).bind(since).bind(user).one().await?;
    Ok(n > 0)
}

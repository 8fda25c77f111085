//! The SQL of accounts: rows of users, as their owners make and change them.

use chrono::{DateTime, Utc};
use sqlx::error::DatabaseError;
use wire::{CheckedRegistration, UserId};

use crate::db::{Conn, Tx, query, same, statements};
use crate::identities::Whose;
use crate::{App, Error, Result, avatars};

statements! {
    ACCOUNT = same(
        "select id, display_name, email, email_confirmed_at, is_admin, is_guest,
                coalesce(cast($2 as text) || avatar, profile_url) as profile_url,
                device_hash is not null as has_device,
                games_played, games_won, created_at, updated_at
         from users where id = $1",
    );
    REGISTER = same(
        "insert into users (display_name, email, password_hash, created_at, updated_at) values ($1, $2, $3, $4, $4)
         returning id",
    );
    REGISTER_CONFIRMED = same(
        "insert into users (display_name, email, password_hash, created_at, updated_at, email_confirmed_at)
         values ($1, $2, $3, $4, $4, $4)
         on conflict (email) where email_confirmed_at is not null do nothing returning id",
    );
    INSERT_GUEST = same(
        "insert into users (guest_name, display_name, is_guest, created_at, updated_at) values ($1, $1, $3, $2, $2)
         on conflict (guest_name) do nothing returning id",
    );
    // Of two upgrades of one guest, the second finds no guest.
    UPGRADE = same(
        "update users set display_name = $2, email = $3, password_hash = $4, is_guest = $6, updated_at = $5
         where id = $1 and is_guest",
    );
    OWNER = same("select id from users where email = $1 and email_confirmed_at is not null");
    // What was mailed must still be the address.
    CONFIRM = same(
        "update users set email_confirmed_at = $3, updated_at = $3
         where id = $1 and email = $2 and email_confirmed_at is null
           and not exists (select 1 from users as other where other.email = $2 and other.email_confirmed_at is not null)",
    );
    MOVE_TO = same(
        "update users set email = $2, email_confirmed_at = $3, is_guest = $4, updated_at = $3
         where id = $1
           and not exists (select 1 from users as other
                           where other.email = $2 and other.email_confirmed_at is not null and other.id <> $1)",
    );
    SET_PENDING = same(
        "update users set email = $2, updated_at = $3 where id = $1 and email_confirmed_at is null",
    );
    SET_PASSWORD = same("update users set password_hash = $2, updated_at = $3 where id = $1");
    // An account with a confirmed address is open to whoever reads its mail: that is another way in.
    UNLINK_DEVICE = same(
        "update users set device_hash = null, updated_at = $2
         where id = $1 and device_hash is not null and email_confirmed_at is not null",
    );
    RENAME = same("update users set display_name = $2, updated_at = $3 where id = $1");
    PASSWORD_HASH = same("select email, email_confirmed_at, password_hash from users where id = $1");
}

/// An account as its owner sees it.
#[derive(sqlx::FromRow)]
pub(super) struct Account {
    pub(super) id: UserId,
    pub(super) display_name: Option<String>,
    pub(super) email: Option<String>,
    pub(super) email_confirmed_at: Option<DateTime<Utc>>,
    pub(super) profile_url: Option<String>,
    pub(super) is_admin: bool,
    pub(super) is_guest: bool,
    pub(super) has_device: bool,
    pub(super) games_played: i64,
    pub(super) games_won: i64,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

/// How somebody proves by a password who they are.
#[derive(sqlx::FromRow)]
pub(super) struct Proof {
    pub(super) email: Option<String>,
    pub(super) email_confirmed_at: Option<DateTime<Utc>>,
    pub(super) password_hash: Option<String>,
}

pub(super) async fn account(app: &App, on: impl Into<Conn<'_>>, user: UserId) -> Result<Option<Account>> {
    query(on, ACCOUNT).bind(user).bind(avatars::base(app)).optional().await
}

/// A new account; its address is pending.
pub(super) async fn register(
    tx: &mut Tx,
    input: &CheckedRegistration,
    hash: String,
    now: DateTime<Utc>,
) -> Result<UserId> {
    let row = query(tx, REGISTER).bind(input.name.clone()).bind(input.email.clone()).bind(hash).bind(now);
    let (id,) = row.one().await?;
    Ok(id)
}

/// A new account whose address counts as confirmed: none where the address is somebody's.
pub(super) async fn register_confirmed(
    tx: &mut Tx,
    input: &CheckedRegistration,
    hash: String,
    now: DateTime<Utc>,
) -> Result<Option<UserId>> {
    let row = query(tx, REGISTER_CONFIRMED).bind(input.name.clone()).bind(input.email.clone()).bind(hash).bind(now);
    let row: Option<(UserId,)> = row.optional().await?;
    Ok(row.map(|(id,)| id))
}

/// A new guest: none where the name was taken.
pub(super) async fn insert_guest(tx: &mut Tx, name: String, now: DateTime<Utc>) -> Result<Option<UserId>> {
    let row: Option<(UserId,)> = query(tx, INSERT_GUEST).bind(name).bind(now).bind(true).optional().await?;
    Ok(row.map(|(id,)| id))
}

/// Whether the user was still a guest.
pub(super) async fn upgrade(
    tx: &mut Tx,
    user: UserId,
    input: &CheckedRegistration,
    hash: String,
    now: DateTime<Utc>,
) -> Result<bool> {
    tx.concerns(Whose::User(user));
    let row = query(tx, UPGRADE).bind(user).bind(input.name.clone()).bind(input.email.clone()).bind(hash);
    Ok(row.bind(now).bind(false).run().await? == 1)
}

/// Who has an address, by a mail that was confirmed.
pub(super) async fn owner(on: impl Into<Conn<'_>>, email: String) -> Result<Option<UserId>> {
    let row: Option<(UserId,)> = query(on, OWNER).bind(email).optional().await?;
    Ok(row.map(|(id,)| id))
}

/// Whether the pending address was still that one, and free.
pub(super) async fn confirm(tx: &mut Tx, user: UserId, email: String, now: DateTime<Utc>) -> Result<bool> {
    tx.concerns(Whose::User(user));
    one_or_taken(query(tx, CONFIRM).bind(user).bind(email).bind(now).run().await)
}

/// Whether the address was free.
pub(super) async fn move_to(tx: &mut Tx, user: UserId, email: String, now: DateTime<Utc>) -> Result<bool> {
    tx.concerns(Whose::User(user));
    one_or_taken(query(tx, MOVE_TO).bind(user).bind(email).bind(now).bind(false).run().await)
}

/// Of two who prove one address at the same moment, the index refuses the second.
fn one_or_taken(outcome: Result<u64>) -> Result<bool> {
    match outcome {
        Err(Error::Database(error)) if error.as_database_error().is_some_and(DatabaseError::is_unique_violation) => {
            Ok(false)
        }
        outcome => Ok(outcome? == 1),
    }
}

/// Whether the address was still pending.
pub(super) async fn set_pending(tx: &mut Tx, user: UserId, email: String, now: DateTime<Utc>) -> Result<bool> {
    Ok(query(tx.account_of(user), SET_PENDING).bind(user).bind(email).bind(now).run().await? == 1)
}

pub(super) async fn set_password(tx: &mut Tx, user: UserId, hash: String, now: DateTime<Utc>) -> Result<()> {
    query(tx.account_of(user), SET_PASSWORD).bind(user).bind(hash).bind(now).run().await?;
    Ok(())
}

/// Whether there was a device, and the account can do without.
pub(super) async fn unlink_device(tx: &mut Tx, user: UserId, now: DateTime<Utc>) -> Result<bool> {
    Ok(query(tx.same_identity(), UNLINK_DEVICE).bind(user).bind(now).run().await? == 1)
}

pub(super) async fn rename(tx: &mut Tx, user: UserId, name: String, now: DateTime<Utc>) -> Result<()> {
    query(tx.account_of(user), RENAME).bind(user).bind(name).bind(now).run().await?;
    Ok(())
}

pub(super) async fn proof(on: impl Into<Conn<'_>>, user: UserId) -> Result<Option<Proof>> {
    query(on, PASSWORD_HASH).bind(user).optional().await
}

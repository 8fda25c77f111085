//! The SQL of what the links of mails stand for.

use chrono::{DateTime, Utc};
use wire::UserId;

use super::{MailTokenId, Purpose, Spent};
use crate::db::{Tx, query, same, statements};
use crate::{App, Result};

/// Whether the user still has the address a token was mailed to; a new one they do not have yet.
macro_rules! fits {
    () => {
        "(purpose = 'change_email'
          or exists (select 1 from users u where u.id = mail_tokens.user_id and u.email = mail_tokens.sent_to))"
    };
}

statements! {
    REPLACE = same(
        "update mail_tokens set ended_at = $3, ended_because = 'replaced'
         where user_id = $1 and purpose = $2 and ended_at is null",
    );
    // Of two at once the second waits for the first, inserts nothing, and replaces it.
    INSERT = same(
        "insert into mail_tokens (user_id, purpose, sent_to, created_at, expires_at) values ($1, $2, $3, $4, $5)
         on conflict (user_id, purpose) where ended_at is null do nothing returning id",
    );
    GET = same(concat!(
        "select sent_to, expires_at, ended_because, ",
        fits!(),
        " as fits from mail_tokens where id = $1"
    ));
    SPEND = same(concat!(
        "update mail_tokens set ended_at = $2, ended_because = 'used'
         where id = $1 and ended_at is null and expires_at > $2 and ",
        fits!(),
        " returning user_id, sent_to"
    ));
    END_ALL = same(
        "update mail_tokens set ended_at = $2, ended_because = 'called_off' where user_id = $1 and ended_at is null",
    );
    // So many at once: the writer is everybody's. What ended did so before it was too old.
    SWEEP = same(
        "delete from mail_tokens where id in
             (select id from mail_tokens where expires_at < $1 order by id limit 500)",
    );
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub(super) sent_to: String,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) ended_because: Option<String>,
    pub(super) fits: bool,
}

pub(super) async fn replace(tx: &mut Tx, user: UserId, purpose: Purpose, now: DateTime<Utc>) -> Result<()> {
    query(tx, REPLACE).bind(user).bind(purpose.name().to_owned()).bind(now).run().await?;
    Ok(())
}

/// The new row; none where there is an open one.
pub(super) async fn insert(
    tx: &mut Tx,
    user: UserId,
    purpose: Purpose,
    sent_to: &str,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<Option<MailTokenId>> {
    let query = query(tx, INSERT).bind(user).bind(purpose.name().to_owned()).bind(sent_to.to_owned());
    let row: Option<(MailTokenId,)> = query.bind(now).bind(expires_at).optional().await?;
    Ok(row.map(|(id,)| id))
}

pub(super) async fn get(app: &App, id: MailTokenId) -> Result<Option<Row>> {
    query(&app.db, GET).bind(id).optional().await
}

/// Whose it was, if it was good.
pub(super) async fn spend(tx: &mut Tx, id: MailTokenId, now: DateTime<Utc>) -> Result<Option<Spent>> {
    let spent: Option<(UserId, String)> = query(tx, SPEND).bind(id).bind(now).optional().await?;
    Ok(spent.map(|(user, sent_to)| Spent { user, sent_to }))
}

pub(super) async fn end_all(tx: &mut Tx, user: UserId, now: DateTime<Utc>) -> Result<()> {
    query(tx, END_ALL).bind(user).bind(now).run().await?;
    Ok(())
}

pub(super) async fn sweep(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64> {
    query(tx, SWEEP).bind(before).run().await
}

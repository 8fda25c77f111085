//! Mail: what is written to people, and the outbox it waits in.
//!
//! A letter is a row, written in the transaction of the verb that has something to say, with the job that sends it.
//! No request ever waits for a mail server. A row holds the letter's facts; its words are made when it is sent or
//! looked at, and its link, which is a secret, with them.

mod letter;
mod page;
mod query;
mod rates;
mod send;
mod smtp;
mod words;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use wire::UserId;

pub use letter::Letter;
pub(crate) use query::STATEMENTS;
pub use send::send;

use crate::db::Tx;
use crate::{App, Delivery, Error, Result, Scope, Smtp, jobs};

/// The kind of the job that sends a letter.
pub(crate) const SEND: &str = "mail.send";
/// How long a letter waits for each other attempt: a mail server that is away is back in a moment, or not soon. One that
/// puts strangers off at first (greylisting) takes it by the second or third.
pub const WAITS: [TimeDelta; 4] =
    [TimeDelta::minutes(1), TimeDelta::minutes(5), TimeDelta::minutes(30), TimeDelta::hours(2)];
/// How long a letter is kept that was sent or given up.
const KEPT: TimeDelta = TimeDelta::days(7);
/// The most letters the mailbox shows.
pub const SHOWN: i64 = 100;

/// A letter in the outbox, as it is read.
#[derive(Clone, Debug)]
pub struct Posted {
    /// Which one.
    pub id: i64,
    /// The address it goes to.
    pub to: String,
    /// Its name among all letters, without brackets: the same however often it is sent.
    pub message_id: String,
    /// Its subject, on one line.
    pub subject: String,
    /// Its words.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// Where its link leads.
    pub link: Option<String>,
    /// How far it has come: `waiting`, `sent`, `refused` by the mail server for good, or `late`, as its link was not
    /// good any more when it could have been sent.
    pub state: String,
    /// When it was posted.
    pub posted_at: DateTime<Utc>,
}

/// Posts a letter to an address, inside the caller's transaction: it is sent if that is committed, and surely.
///
/// A notice always goes. Of letters that somebody asked for, only so many go to one address, and altogether (see
/// [`crate::Mail`]): gives whether this one does. Callers say the same either way.
///
/// Lock order: call it last, as everybody's letters are counted in one row.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn post(app: &App, tx: &mut Tx, to: &str, letter: Letter) -> Result<bool> {
    if letter.was_asked_for() && !rates::take(app, tx, to).await? {
        return Ok(false);
    }
    let id = query::insert(tx, to, letter, app.clock.now()).await?;
    jobs::enqueue(app, tx, SEND, json!({ "letter": id })).await?;
    Ok(true)
}

/// Forgets the letters to a user's confirmed address, inside the transaction that deletes the user. Those to an address that
/// is only pending may be somebody else's.
pub(crate) async fn forget(tx: &mut Tx, user: UserId) -> Result<()> {
    query::forget(tx, user).await
}

/// The letters to an address, newest last. They hold links that open accounts.
///
/// # Errors
/// [`crate::Error::Unauthenticated`] or [`crate::Error::Forbidden`] for anybody but the system.
pub async fn letters(app: &App, scope: &Scope, to: &str) -> Result<Vec<Posted>> {
    scope.require_system()?;
    Ok(query::to(app, to).await?.into_iter().map(|row| row.read(app)).collect())
}

/// The newest letters in the mailbox of a server that sends none, newest first, at most [`SHOWN`]. They hold links that
/// open accounts.
///
/// # Errors
/// `not_found` where letters are sent, or wait to be, and for anybody but admins and the system.
pub async fn mailbox(app: &App, scope: &Scope) -> Result<Vec<Posted>> {
    require_mailbox(app, scope)?;
    Ok(query::newest(app, SHOWN).await?.into_iter().map(|row| row.read(app)).collect())
}

/// A letter in that mailbox.
///
/// # Errors
/// As [`mailbox`]; `not_found` where there is no such letter.
pub async fn in_mailbox(app: &App, scope: &Scope, id: i64) -> Result<Posted> {
    require_mailbox(app, scope)?;
    Ok(query::get(app, id).await?.ok_or_else(|| Error::not_found("letter"))?.read(app))
}

fn require_mailbox(app: &App, scope: &Scope) -> Result<()> {
    let is_there = matches!(app.config.mail.delivery, Delivery::Mailbox) && scope.is_admin();
    is_there.then_some(()).ok_or_else(|| Error::not_found("mailbox"))
}

/// Whether a mail server answers, lets us in and takes leave again, for mails from `from`. Nothing is sent.
///
/// # Errors
/// What it did instead.
pub async fn greet(smtp: &Smtp, from: &str) -> Result<(), String> {
    smtp::greet(smtp, from).await
}

/// Forgets letters a week after they were sent or given up, and those that nobody could send for a month; and what was
/// counted for addresses long ago.
///
/// # Errors
/// Only what is wrong on our side.
pub(crate) async fn sweep(app: App, _payload: Value) -> Result<()> {
    let now = app.clock.now();
    crate::sweep::sweep(app, async move |tx| {
        let letters = query::sweep(tx, now - KEPT, now - TimeDelta::days(30)).await?;
        Ok(letters + query::sweep_rates(tx, (now - TimeDelta::days(1)).timestamp_millis()).await?)
    })
    .await
}

//! Mail: what is written to people, and the outbox it waits in.
//!
//! A letter is a row, written in the transaction of the verb that has something to say, with the job that sends it.
//! No request ever waits for a mail server. A row holds the letter's facts; its words are made when it is sent or
//! looked at, and its link, which is a secret, with them.

mod letter;
mod page;
mod query;
mod rates;
mod words;

use chrono::{DateTime, Utc};
use serde_json::json;
use wire::UserId;

pub use letter::Letter;
pub(crate) use query::STATEMENTS;

use crate::db::Tx;
use crate::{App, Result, Scope, jobs};

/// The kind of the job that sends a letter.
const SEND: &str = "mail.send";

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

//! What the links of mails stand for: one act of one user, once, within a time.
//!
//! A link's page only looks ([`look`]), since the scanners of mail servers follow every link; what its button sends is
//! what uses it up ([`spend`]). A row holds no token: see `tokens/mail.rs`.
//!
//! Lock order: a verb ends, spends and issues tokens before it writes their user's row.

mod query;

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use wire::UserId;

pub(crate) use query::STATEMENTS;

use crate::db::Tx;
use crate::{App, Error, Result};

/// How long a token that ended or is too old is kept, so that its link can say why it does not work.
const KEPT: TimeDelta = TimeDelta::days(7);

/// A mail token's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct MailTokenId(pub i64);

impl fmt::Display for MailTokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for MailTokenId {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self)
    }
}

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To prove that an address is one's own.
    Confirm,
    /// To sign in.
    MagicLink,
    /// To choose a new password.
    Reset,
    /// To prove a new address, which then takes the place of the old one.
    ChangeEmail,
}

/// Whether a path of the site is where a link leads: what follows is its token, which nobody else may be told.
#[must_use]
pub fn is_path_of_link(path: &str) -> bool {
    Purpose::ALL.iter().any(|purpose| path.starts_with(purpose.path()))
}

impl Purpose {
    const ALL: [Self; 4] = [Self::Confirm, Self::MagicLink, Self::Reset, Self::ChangeEmail];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::MagicLink => "magic_link",
            Self::Reset => "reset",
            Self::ChangeEmail => "change_email",
        }
    }

    /// How long a link is good for.
    #[must_use]
    pub fn lifetime(self) -> TimeDelta {
        match self {
            Self::Confirm | Self::ChangeEmail => TimeDelta::hours(24),
            Self::MagicLink => TimeDelta::minutes(10),
            Self::Reset => TimeDelta::minutes(30),
        }
    }

    /// Where its link leads on the site; the token follows.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Confirm => "/users/confirm/",
            Self::MagicLink => "/users/log-in/",
            Self::Reset => "/users/reset-password/",
            Self::ChangeEmail => "/users/confirm-email/",
        }
    }
}

/// How it stands with a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It can be used.
    Good {
        /// The address it was mailed to.
        sent_to: String,
    },
    /// It was used.
    Used,
    /// Its time is over.
    TooOld,
    /// A newer one was mailed, or what it was for is over: the address or the password was changed since.
    Replaced,
    /// We know nothing of it.
    Unknown,
}

/// What a used link was for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spent {
    /// Whose it was.
    pub user: UserId,
    /// The address it was mailed to, which its reader has proven to be theirs.
    pub sent_to: String,
}

/// A new token for a user, inside the caller's transaction. It ends the older ones of that user and purpose.
///
/// `sent_to` is where it will be mailed: of [`Purpose::ChangeEmail`] the new address, of the others the user's own.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn issue(app: &App, tx: &mut Tx, user: UserId, purpose: Purpose, sent_to: &str) -> Result<MailTokenId> {
    let now = app.clock.now();
    loop {
        query::replace(tx, user, purpose, now).await?;
        // None, where somebody else's was committed since: that one is the older now.
        if let Some(id) = query::insert(tx, user, purpose, sent_to, now, now + purpose.lifetime()).await? {
            return Ok(id);
        }
    }
}

/// How it stands with a link's token. Uses nothing up, however often it is asked.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn look(app: &App, token: &str, purpose: Purpose) -> Result<Standing> {
    let Some(id) = app.keys.mail.id(token, purpose) else { return Ok(Standing::Unknown) };
    standing(app, id).await
}

/// How it stands with a row.
pub(crate) async fn standing(app: &App, id: MailTokenId) -> Result<Standing> {
    let Some(row) = query::get(app, id).await? else { return Ok(Standing::Unknown) };
    Ok(match row.ended_because.as_deref() {
        Some("used") => Standing::Used,
        Some(_) => Standing::Replaced,
        None if row.expires_at <= app.clock.now() => Standing::TooOld,
        None if !row.fits => Standing::Replaced,
        None => Standing::Good { sent_to: row.sent_to },
    })
}

/// Uses a token up, inside the caller's transaction: of fifty who come with it at once, one does.
///
/// # Errors
/// `link_used` when it is not good, for whatever reason.
pub async fn spend(app: &App, tx: &mut Tx, token: &str, purpose: Purpose) -> Result<Spent> {
    let Some(id) = app.keys.mail.id(token, purpose) else { return Err(link_used()) };
    query::spend(tx, id, app.clock.now()).await?.ok_or_else(link_used)
}

/// Ends every token of a user, inside the caller's transaction: their links led to what is no longer so.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn end_all(tx: &mut Tx, user: UserId, now: DateTime<Utc>) -> Result<()> {
    query::end_all(tx, user, now).await
}

/// Forgets tokens that could not be used any more a week ago.
///
/// # Errors
/// Only what is wrong on our side.
pub(crate) async fn sweep(app: App, _payload: Value) -> Result<()> {
    let before = app.clock.now() - KEPT;
    crate::sweep::sweep(app, async move |tx| query::sweep(tx, before).await).await
}

pub(crate) fn link_used() -> Error {
    Error::gone("link_used", "This link was used or is too old. Ask for a new one.")
}

//! The first admin: made by a one-time link, which exists only while there is no admin.

mod query;

use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use wire::{FirstAdmin, SessionId, UserId};

pub(crate) use query::STATEMENTS;

use crate::audit::{Act, Target};
use crate::passwords::acceptable;
use crate::pubsub::{Event, News};
use crate::sessions::hex;
use crate::{App, Error, Result, Scope, sessions, users};

/// How long a link is good for.
const LIFETIME: TimeDelta = TimeDelta::hours(24);

/// The token of a new link, if there is no admin yet. It replaces the one before.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn open(app: &App) -> Result<Option<String>> {
    if users::has_admin(app).await? {
        return Ok(None);
    }
    let token = app.random.secret();
    let mut tx = app.db.begin().await?;
    query::open(&mut tx, hash(&token), app.clock.now() + LIFETIME).await?;
    tx.commit().await?;
    Ok(Some(token))
}

/// Whether a link's token could still be used.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn is_open(app: &App, token: &str) -> Result<bool> {
    query::is_open(app, hash(token), app.clock.now()).await
}

/// Makes the first admin and signs them in. The link is used up by it, and only by it.
///
/// # Errors
/// What breaks the rules of a field; `link_used` when the link was used, is too old or never was.
pub async fn make_first_admin(app: &App, scope: &Scope, input: FirstAdmin) -> Result<(UserId, SessionId)> {
    let (token, email, password) = input.check()?;
    acceptable(&password, [email.as_str()])?;
    // Looked at before the password is hashed, which strangers must not have for nothing.
    if !is_open(app, &token).await? {
        return Err(link_used());
    }
    let password_hash = app.passwords.hash(password).await?;
    let now = app.clock.now();

    let mut tx = app.db.begin().await?;
    // Of two who come at once, one deletes the row.
    if !query::close(&mut tx, hash(&token), now).await? {
        return Err(link_used());
    }
    let user = users::insert_admin(&mut tx, email, password_hash, now).await?;
    Act::new("user.create_admin", Target::User(user)).by("setup link").done(app, &mut tx, scope, None, None).await?;
    let mut news = News::default();
    let session = sessions::begin(app, &mut tx, &mut news, scope, user, sessions::Kind::Password).await?;
    users::tell(app, &mut tx, &mut news, user, Event::UserCreated).await?;
    app.commit(tx, news).await?;
    Ok((user, session))
}

fn link_used() -> Error {
    Error::forbidden("link_used", "This link was used or is too old. Start the server again: it prints a new one.")
}

fn hash(token: &str) -> String {
    hex(&Sha256::digest(token))
}

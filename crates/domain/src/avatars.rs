//! Avatars: the picture a player uploads of themselves.
//!
//! What is kept is never what was sent: each picture is drawn anew, small and square, so that nothing but its pixels is
//! left of it. Its name is made of 128 random bits and used once: it can be kept by anybody for ever, guessed by nobody,
//! and deleting what it names can harm no other. A player has one; the one before goes by a job, once the row has let it
//! go. Pictures of other sites are never fetched.

mod outline;
mod picture;
mod query;
mod queue;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use wire::{NewAvatar, UserId};

pub(crate) use query::STATEMENTS;
pub(crate) use queue::Pictures;

use crate::db::Tx;
use crate::pubsub::News;
use crate::scope::Who;
use crate::sessions::hex;
use crate::{App, Error, Result, Scope, jobs, users};

/// Bytes of a picture that is taken.
pub const SIZE: usize = 1024 * 1024;
/// Pictures a player may upload in [`DAY`].
pub const UPLOADS: i64 = 10;
/// The time in which uploads are counted, from the first of them on.
const DAY: TimeDelta = TimeDelta::hours(24);
/// How old an object is that no row names before it is swept: whoever uploads it may still be about to name it.
const STRAY: TimeDelta = TimeDelta::hours(24);
/// Where they lie in the storage.
const SHELF: &str = "avatars";
/// The kind of job that deletes one.
pub(crate) const DELETE: &str = "avatars.delete";
/// The media type of every picture that is shown.
pub const MEDIA_TYPE: &str = "image/png";

/// A picture as it comes in.
#[derive(Clone, Debug)]
pub enum Sent {
    /// In base64.
    Text(NewAvatar),
    /// As it is.
    Bytes(Bytes),
}

/// Makes a picture the caller's own, in the place of the one before, and gives its URL.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; `full_account_required` for guests where they may not; `picture_too_large` above
/// [`SIZE`]; what is no PNG, JPEG or WebP of one picture of at most 2048 × 2048 pixels; [`Error::RateLimited`] beyond
/// [`UPLOADS`] a day; [`Error::Busy`] while too many pictures are drawn; [`Error::StorageUnavailable`].
pub async fn upload(app: &App, scope: &Scope, sent: Sent) -> Result<String> {
    let player = may(app, scope)?;
    let sent = match sent {
        Sent::Text(input) => Bytes::from(input.check()?),
        Sent::Bytes(bytes) => bytes,
    };
    if sent.len() > SIZE {
        return Err(Error::too_large("picture_too_large", "A picture may have 1 MiB at most. Make it smaller."));
    }
    // Asked before the work as well as in the transaction: nobody's picture is drawn for nothing.
    let now = app.clock.now();
    if let Some(since) = query::used_up(app, player, now - DAY).await? {
        return Err(wait(since, now));
    }
    let drawn = app.pictures.draw(sent).await?;
    let name = format!("{}.png", hex(&app.random.bytes::<16>()));
    app.storage.put(SHELF, &name, drawn).await?;

    let mut tx = app.db.begin().await?;
    let Some((former,)) = query::count(&mut tx, player, now - DAY, now).await? else {
        drop(tx);
        return Err(give_up(app, player, &name, now).await?);
    };
    query::show(&mut tx, player, name.clone(), now).await?;
    let_go(app, &mut tx, former).await?;
    let mut news = News::default();
    users::tell_updated(app, &mut tx, &mut news, player).await?;
    app.commit(tx, news).await?;
    Ok(url(app, &name))
}

/// Takes the caller's picture away; fine, too, if there is none.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody.
pub async fn remove(app: &App, scope: &Scope) -> Result<()> {
    let player = scope.require_user()?;
    let mut tx = app.db.begin().await?;
    let Some((shown,)) = query::hold(&mut tx, player, app.clock.now()).await? else { return Ok(()) };
    query::hide(&mut tx, player).await?;
    let_go(app, &mut tx, Some(shown)).await?;
    let mut news = News::default();
    users::tell_updated(app, &mut tx, &mut news, player).await?;
    app.commit(tx, news).await
}

/// The picture of a name, for anybody who knows it.
///
/// # Errors
/// `not_found`; [`Error::StorageUnavailable`].
pub async fn get(app: &App, name: &str) -> Result<Bytes> {
    // Nothing else is ever looked for, whatever a path says.
    let kept = if is_name(name) { app.storage.get(SHELF, name).await? } else { None };
    kept.ok_or_else(|| Error::not_found("picture"))
}

/// Lets go of the picture of a user who is about to be deleted, in the transaction that does so. Call it before their
/// row is gone.
pub(crate) async fn forget(app: &App, tx: &mut Tx, user: UserId) -> Result<()> {
    let held = query::hold(tx, user, app.clock.now()).await?;
    query::hide(tx, user).await?;
    let_go(app, tx, held.map(|(shown,)| shown)).await
}

/// Where the picture of a name is shown.
#[must_use]
pub fn url(app: &App, name: &str) -> String {
    base(app) + name
}

/// What comes before the name in the URL of a picture.
pub(crate) fn base(app: &App) -> String {
    format!("{}/avatars/", app.config.pictures_at)
}

/// What a job is told of the object it deletes.
#[derive(Serialize, Deserialize)]
struct Gone {
    name: String,
}

/// Deletes the object of a picture that a row has let go. Done twice it finds nothing the second time.
///
/// # Errors
/// Only what is wrong on our side.
pub(crate) async fn delete(app: App, payload: Value) -> Result<()> {
    let Gone { name } =
        serde_json::from_value(payload).map_err(|error| Error::Internal(format!("{DELETE}: {error}")))?;
    if query::is_shown(&app, name.clone()).await? {
        return Ok(());
    }
    app.storage.delete(SHELF, &name).await
}

/// Deletes every object that no row names: what an upload left behind whose process died in between.
///
/// # Errors
/// Only what is wrong on our side.
pub(crate) async fn sweep(app: App, _payload: Value) -> Result<()> {
    let stray = app.clock.now() - STRAY;
    let mut kept = app.storage.list(SHELF);
    while let Some(object) = kept.try_next().await? {
        // Whatever else somebody may have put there is theirs.
        let is_stray = object.since <= stray && is_name(&object.name);
        if is_stray && !query::is_shown(&app, object.name.clone()).await? {
            app.storage.delete(SHELF, &object.name).await?;
        }
    }
    Ok(())
}

/// Whoever may have a picture.
fn may(app: &App, scope: &Scope) -> Result<UserId> {
    let player = scope.require_user()?;
    if matches!(scope.who, Who::Guest(_)) && !app.config.guest_avatars {
        let message = "Guests cannot have a picture here. Make this account your own first, then try again.";
        return Err(Error::forbidden("full_account_required", message));
    }
    Ok(player)
}

/// A picture that found no row to show it: its object goes, and the reason comes back.
async fn give_up(app: &App, player: UserId, name: &str, now: DateTime<Utc>) -> Result<Error> {
    if let Err(error) = app.storage.delete(SHELF, name).await {
        tracing::debug!(%error, "an object is left to the sweep");
    }
    let used_up = query::used_up(app, player, now - DAY).await?;
    Ok(used_up.map_or_else(Error::authentication_required, |since| wait(since, now)))
}

/// The object goes once the caller's transaction is committed, even if this process dies then.
async fn let_go(app: &App, tx: &mut Tx, former: Option<String>) -> Result<()> {
    match former {
        Some(name) => jobs::enqueue(app, tx, DELETE, Gone { name }).await,
        None => Ok(()),
    }
}

/// 32 digits of lower-case hexadecimal and the ending: what the server names a picture, and nothing else.
fn is_name(name: &str) -> bool {
    let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    name.strip_suffix(".png").is_some_and(|bare| bare.len() == 32 && bare.bytes().all(digit))
}

fn wait(since: DateTime<Utc>, now: DateTime<Utc>) -> Error {
    let left = (since + DAY - now).num_milliseconds().max(1);
    Error::RateLimited(u64::try_from(left).unwrap_or_default().div_ceil(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_of_ours_or_none() {
        assert!(is_name("0123456789abcdef0123456789abcdef.png"));
        for none in [
            "",
            ".png",
            "0123456789abcdef0123456789abcdef",
            "0123456789abcdef0123456789abcdef.webp",
            "0123456789abcdef0123456789abcde.png",
            "0123456789abcdef0123456789abcdef0.png",
            "0123456789ABCDEF0123456789abcdef.png",
            "../../../../../../etc/passwd0000.png",
            "0123456789abcdef/123456789abcdef.png",
            "0123456789abcdef0123456789abcdeg.png",
        ] {
            assert!(!is_name(none), "{none}");
        }
    }
}

//! How sessions end: by their user, by an admin, by age; and who is told.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use wire::{RefreshToken, SessionId, Topic, UserId};

use super::{Kind, query};
use crate::audit::{Act, Target};
use crate::db::Tx;
use crate::mail::{self, Letter};
use crate::pubsub::{Event, News};
use crate::{App, Error, Result, Scope, users};

/// How long a session that is over is remembered.
const KEPT: TimeDelta = TimeDelta::days(30);
/// Why a session ends that its user or an admin ended from another.
const REVOKED: &str = "revoked";

/// Signs out: ends the session that a bearer token (expired or not), the asking scope or a refresh token belongs to.
/// Credentials that are no good are ignored: whoever wants out is out.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn logout(app: &App, scope: &Scope, bearer: Option<&str>, input: RefreshToken) -> Result<()> {
    let by_bearer = bearer
        .and_then(|token| app.keys.access.verify_expired(token, app.clock.now()).ok())
        .map(|token| token.session());
    let by_refresh =
        input.refresh_token.and_then(|token| app.keys.refresh.generation(&token)).map(|generation| generation.session);
    let mut sessions: Vec<SessionId> = [scope.session, by_bearer, by_refresh].into_iter().flatten().collect();
    sessions.sort_unstable();
    sessions.dedup();
    if sessions.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    let mut news = News::default();
    for session in sessions {
        end(app, &mut tx, &mut news, session, "logout").await?;
    }
    app.commit(tx, news).await
}

/// Ends one of one's own sessions; one that has ended already is fine.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; `not_found` for a session of somebody else, or of nobody.
pub async fn end_one(app: &App, scope: &Scope, id: SessionId) -> Result<()> {
    let user = scope.require_user()?;
    if query::user_of(app, id).await? != Some(user) {
        return Err(Error::not_found("session"));
    }
    let mut tx = app.db.begin().await?;
    let mut news = News::default();
    end(app, &mut tx, &mut news, id, REVOKED).await?;
    app.commit(tx, news).await
}

/// Ends all of one's own sessions but the one that asks. Says how many.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody.
pub async fn end_others(app: &App, scope: &Scope) -> Result<usize> {
    end_mine(app, scope, scope.session).await
}

/// Ends all of one's own sessions, and tells one's address so. Says how many.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody.
pub async fn end_all(app: &App, scope: &Scope) -> Result<usize> {
    end_mine(app, scope, None).await
}

async fn end_mine(app: &App, scope: &Scope, but: Option<SessionId>) -> Result<usize> {
    let user = scope.require_user()?;
    let mut tx = app.db.begin().await?;
    let mut news = News::default();
    let ended = end_all_of(app, &mut tx, &mut news, user, but, REVOKED).await?;
    if but.is_none() && ended > 0 {
        tell_address(app, &mut tx, user).await?;
    }
    app.commit(tx, news).await?;
    Ok(ended)
}

/// Ends anybody's session, for admins.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; `not_found`.
pub async fn end_any(app: &App, scope: &Scope, id: SessionId) -> Result<()> {
    let act = Act::new("session.end", Target::Session(id));
    act.require_admin(app, scope).await?;
    let user = query::user_of(app, id).await?.ok_or_else(|| Error::not_found("session"))?;
    let mut tx = app.db.begin().await?;
    let mut news = News::default();
    end(app, &mut tx, &mut news, id, REVOKED).await?;
    act.done(app, &mut tx, scope, None, Some(json!({ "user_id": user }))).await?;
    app.commit(tx, news).await
}

/// Ends every session of a user, for admins, and tells the user's address so. Says how many.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; `not_found` for a user there is not.
pub async fn end_everywhere(app: &App, scope: &Scope, user: UserId) -> Result<usize> {
    let act = Act::new("user.sign_out", Target::User(user));
    act.require_admin(app, scope).await?;
    if !users::exists(app, user).await? {
        return Err(Error::not_found("user"));
    }
    let mut tx = app.db.begin().await?;
    let mut news = News::default();
    let ended = end_all_of(app, &mut tx, &mut news, user, None, REVOKED).await?;
    act.done(app, &mut tx, scope, None, Some(json!({ "sessions": ended }))).await?;
    if ended > 0 {
        tell_address(app, &mut tx, user).await?;
    }
    app.commit(tx, news).await?;
    Ok(ended)
}

/// Tells a user's address that they are signed in nowhere any more, inside the caller's transaction.
async fn tell_address(app: &App, tx: &mut Tx, user: UserId) -> Result<()> {
    if let Some(address) = users::address(&mut *tx, user).await? {
        mail::post(app, tx, &address, Letter::SignedOutEverywhere).await?;
    }
    Ok(())
}

/// Ends every session of a user, but for one, inside the caller's transaction. Says how many.
pub(crate) async fn end_all_of(
    app: &App,
    tx: &mut Tx,
    news: &mut News,
    user: UserId,
    but: Option<SessionId>,
    because: &'static str,
) -> Result<usize> {
    end_those(app, tx, news, user, None, but, because).await
}

/// As [`end_all_of`], of those that began by a device's secret.
pub(crate) async fn end_by_device_of(
    app: &App,
    tx: &mut Tx,
    news: &mut News,
    user: UserId,
    but: Option<SessionId>,
    because: &'static str,
) -> Result<()> {
    end_those(app, tx, news, user, Some(Kind::Device), but, because).await.map(drop)
}

async fn end_those(
    app: &App,
    tx: &mut Tx,
    news: &mut News,
    user: UserId,
    kind: Option<Kind>,
    but: Option<SessionId>,
    because: &'static str,
) -> Result<usize> {
    let ended = query::end_all(tx, user, kind, but, because, app.clock.now()).await?;
    for session in &ended {
        tell(news, *session, because);
    }
    Ok(ended.len())
}

/// Ends a session, and with it its sockets, inside the caller's transaction.
pub(super) async fn end(
    app: &App,
    tx: &mut Tx,
    news: &mut News,
    session: SessionId,
    because: &'static str,
) -> Result<()> {
    query::end(tx, session, because, app.clock.now()).await?;
    tell(news, session, because);
    Ok(())
}

/// Will tell a session's sockets that it has ended.
pub(super) fn tell(news: &mut News, session: SessionId, because: &'static str) {
    news.add(Topic::Session(session), Event::SessionEnded { because: because.into() });
}

/// Will tell the sockets of a user's sessions that the user has another role now.
pub(crate) async fn tell_role(tx: &mut Tx, news: &mut News, user: UserId, now: DateTime<Utc>) -> Result<()> {
    for session in query::live_of(tx, user, now).await? {
        news.add(Topic::Session(session), Event::RoleChanged {});
    }
    Ok(())
}

/// Why what a session opened must be over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Over {
    /// The session has ended: `logout`, `token_reused`, `revoked`, `too_many_sessions`, `password_changed`,
    /// `password_reset`, `device_unlinked`, `banned`, `deleted` or `expired`.
    Ended(Cow<'static, str>),
    /// Its user was made an admin, or is one no more: whoever asks with it is somebody else now.
    RoleChanged,
}

/// Waits until a session has ended, or its user has not the role they had, and says so. A socket lives no longer.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn ended(app: &App, session: SessionId, is_admin: bool) -> Result<Over> {
    loop {
        // Listening before looking: an end in between is heard.
        let mut ends = app.pubsub.subscribe(Topic::Session(session));
        app.pubsub.bus().settled().await;
        let now = app.clock.now();
        // Boxed: a statement's future is large, and this one is kept for as long as a socket.
        let Some(live) = Box::pin(query::live(app, session, now)).await? else {
            return Ok(Over::Ended("expired".into()));
        };
        if live.is_admin != is_admin {
            return Ok(Over::RoleChanged);
        }
        let left = (live.expires_at - now).to_std().unwrap_or_default();
        // Otherwise it expired, its role may be another, or what happened was too much to hear: look again.
        if let Ok(Ok(message)) = tokio::time::timeout(left, ends.next()).await
            && let Event::SessionEnded { because } = &message.event
        {
            return Ok(Over::Ended(because.clone()));
        }
    }
}

/// Tells the ends of sessions, and of admins' roles, that other nodes brought about and that were not heard here.
///
/// # Errors
/// Only what is wrong on our side.
pub(crate) async fn look(app: &App) -> Result<()> {
    let of_admins: HashSet<_> = app.connections.of_admins().into_iter().collect();
    for some in app.pubsub.sessions().chunks(500) {
        let there = query::how_they_are(app, some).await?.into_iter();
        let mut there: HashMap<_, _> =
            there.map(|(session, because, is_admin)| (session, (because, is_admin))).collect();
        for session in some {
            // A session of which there is no row went with its account.
            let (because, is_admin) = there.remove(session).unwrap_or_else(|| (Some("deleted".to_owned()), false));
            let event = match because {
                Some(because) => Event::SessionEnded { because: because.into() },
                None if !is_admin && of_admins.contains(session) => Event::RoleChanged {},
                None => continue,
            };
            app.pubsub.publish_here(Topic::Session(*session), event);
        }
    }
    Ok(())
}

/// Forgets sessions that ended or expired a month ago: until then whoever asks can be told what became of them.
///
/// # Errors
/// Only what is wrong on our side.
pub(crate) async fn sweep(app: App, _payload: Value) -> Result<()> {
    let before = app.clock.now() - KEPT;
    crate::sweep::sweep(app, async move |tx| query::sweep(tx, before).await).await
}

//! Who asks: the session, the user and their role behind an access token or a browser's cookie.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use wire::{Me, SessionId};

use super::NOTED;
use super::query::{self, Live};
use crate::identities::Whose;
use crate::tokens::Verified;
use crate::{App, Error, Result, Scope, Who, users};

/// Who sends an access token. The session, the user and their role are read each time, or remembered where nobody else
/// can have changed them.
///
/// # Errors
/// `invalid_token`, whatever is wrong with it.
pub async fn authenticate(app: &App, token: &str, ip: Option<IpAddr>) -> Result<Scope> {
    let (session, generation, live) = shown(app, token).await?;
    live.note(app, session, generation, app.clock.now()).await?;
    Ok(live.scope(session, ip))
}

/// As [`authenticate`], and the account of whoever sends it, for who asks for nothing else. Where both are read each time,
/// that is one read; where they are remembered, none is given here.
///
/// # Errors
/// As [`authenticate`].
pub async fn authenticate_with_account(app: &App, token: &str, ip: Option<IpAddr>) -> Result<(Scope, Option<Me>)> {
    if app.db.identities().is_some() {
        return Ok((authenticate(app, token, ip).await?, None));
    }
    let now = app.clock.now();
    let token = app.keys.access.verify(token, now)?;
    let found = users::me_of_session(app, token.session(), now).await?;
    let (live, me) = found.ok_or_else(Error::invalid_token)?;
    let (session, generation) = live.of(token)?;
    live.note(app, session, generation, now).await?;
    Ok((live.scope(session, ip), Some(me)))
}

/// As [`authenticate`], of a token that a browser keeps as a cookie: somebody sits in front of it.
///
/// # Errors
/// As there.
pub async fn authenticate_cookie(app: &App, token: &str, ip: Option<IpAddr>) -> Result<Scope> {
    let (session, generation, live) = shown(app, token).await?;
    live.browser(app, session, generation, ip).await
}

/// Until when an access token of the session that asks is good: the one it came with, or a fresher one.
///
/// # Errors
/// `invalid_token`, whatever is wrong with it; `another_session` for one of another session.
pub fn good_until(app: &App, scope: &Scope, token: &str) -> Result<DateTime<Utc>> {
    let token = app.keys.access.verify(token, app.clock.now())?;
    if Some(token.session()) != scope.session {
        let message = "This access token is of another session. Connect anew with it.";
        return Err(Error::forbidden("another_session", message));
    }
    DateTime::from_timestamp(token.expires(), 0).ok_or_else(Error::invalid_token)
}

/// The session that an access token is of, and the generation it came with.
async fn shown(app: &App, token: &str) -> Result<(SessionId, i64, Live)> {
    let now = app.clock.now();
    let token = app.keys.access.verify(token, now)?;
    let live = identify(app, token.session(), now).await?.ok_or_else(Error::invalid_token)?;
    let (session, generation) = live.of(token)?;
    Ok((session, generation, live))
}

/// Whose a session is, as it is remembered or read.
async fn identify(app: &App, session: SessionId, now: DateTime<Utc>) -> Result<Option<Live>> {
    let Some(identities) = app.db.identities() else { return query::live(app, session, now).await };
    if let Some(live) = identities.get(session, now) {
        return Ok(Some(live));
    }
    let reading = identities.read();
    let live = query::live(app, session, now).await?;
    if let Some(live) = live {
        identities.remember(reading, session, live, now);
    }
    Ok(live)
}

/// Who a browser's cookie stands for: nobody, once its session has ended.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn resume(app: &App, session: SessionId, ip: Option<IpAddr>) -> Result<Scope> {
    match identify(app, session, app.clock.now()).await? {
        Some(live) => live.browser(app, session, live.seen_generation, ip).await,
        None => Ok(Scope::NOBODY.from(ip)),
    }
}

impl Live {
    /// The session a token names, if it is of the session's user, and the newest generation that came.
    fn of(&self, token: Verified) -> Result<(SessionId, i64)> {
        if token.user() != Some(self.user_id) {
            return Err(Error::invalid_token());
        }
        Ok((token.session(), token.generation().max(self.seen_generation)))
    }

    /// Notes that the session is in use, if that was not noted of late, and the newest generation whose access token
    /// came: its answer arrived, and from now on the refresh token before it is a replay. A database that is too busy to
    /// note it now is asked again by the next request.
    async fn note(&self, app: &App, session: SessionId, generation: i64, now: DateTime<Utc>) -> Result<()> {
        if generation == self.seen_generation && now - self.used_at < NOTED {
            return Ok(());
        }
        let noted = async {
            let mut tx = app.db.begin().await?;
            tx.concerns(Whose::Session(session));
            query::see(&mut tx, session, generation, now, now - NOTED).await?;
            tx.commit().await
        };
        match noted.await {
            Ok(()) | Err(Error::Busy(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The scope of a browser, whose admin is asked for another sign-in after a while.
    async fn browser(&self, app: &App, session: SessionId, generation: i64, ip: Option<IpAddr>) -> Result<Scope> {
        let now = app.clock.now();
        let must_sign_in_again = self.is_admin && self.is_stale(app, now);
        // A request that is turned away for having come late is no use that would let the next one in.
        if !must_sign_in_again {
            self.note(app, session, generation, now).await?;
        }
        Ok(Scope { must_sign_in_again, ..self.scope(session, ip) })
    }

    /// Whether it began, or was used, too long ago to open the dashboard. (A bearer token has no such bound: it is a game
    /// server's, which nobody sits in front of.)
    fn is_stale(&self, app: &App, now: DateTime<Utc>) -> bool {
        let longer = |since: DateTime<Utc>, bound| (now - since).to_std().is_ok_and(|passed| passed >= bound);
        longer(self.proven_at, app.config.admin_login)
            || app.config.admin_idle.is_some_and(|bound| longer(self.used_at, bound))
    }

    fn scope(&self, session: SessionId, ip: Option<IpAddr>) -> Scope {
        let who = match (self.is_admin, self.is_guest) {
            (true, _) => Who::Admin(self.user_id),
            (false, true) => Who::Guest(self.user_id),
            (false, false) => Who::Player(self.user_id),
        };
        Scope { who, session: Some(session), ip, ..Scope::NOBODY }
    }
}

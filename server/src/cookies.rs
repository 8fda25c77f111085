//! The browser's session cookie: it stands for a record in the database, which names a session.

use std::convert::Infallible;

use async_trait::async_trait;
use axum::extract::{FromRequestParts, Request};
use axum::http::HeaderValue;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use chrono::TimeDelta;
use domain::{App, site_sessions};
use tower::{Layer, ServiceExt};
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::{Duration, OffsetDateTime};
use tower_sessions::session::{self, Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{Expiry, Session, SessionManagerLayer, SessionStore};
use wire::SessionId;

use crate::router::Server;

/// How long "stay signed in" lasts.
const STAY: Duration = Duration::days(14);
/// What programs ask for. Nobody is given a cookie there: only a form signs a browser in.
const FOR_PROGRAMS: [&str; 4] = ["/api/v1/", "/auth/", "/avatars/", "/socket/"];
/// Where a record keeps its session.
const KEY: &str = "session";

/// Keeps tower-sessions' records where everything else is kept.
#[derive(Clone)]
pub(crate) struct Store(App);

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // Ids are 128 random bits: two that are equal do not happen.
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let json = serde_json::to_string(record).map_err(|error| Error::Encode(error.to_string()))?;
        // The layer reckons by the machine's clock, the database by the application's: what is left is the same.
        let left = record.expiry_date - OffsetDateTime::now_utc();
        let expires_at = self.0.clock.now() + TimeDelta::seconds(left.whole_seconds());
        site_sessions::save(&self.0, &record.id.to_string(), json, expires_at).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        match site_sessions::load(&self.0, &id.to_string()).await.map_err(backend)? {
            Some((json, _)) => serde_json::from_str(&json).map(Some).map_err(|error| Error::Decode(error.to_string())),
            None => Ok(None),
        }
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        site_sessions::delete(&self.0, &id.to_string()).await.map_err(backend)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "used as a function of map_err")]
fn backend(error: domain::Error) -> Error {
    Error::Backend(error.to_string())
}

/// Reads the cookie before an answer is made, and sets what became of it. A program that sent none has none to lose, and
/// is given none: nothing is done for it.
pub(crate) async fn keep(server: &Server, request: Request, next: Next) -> Response {
    let is_for_programs = FOR_PROGRAMS.iter().any(|start| request.uri().path().starts_with(start));
    if is_for_programs && !request.headers().contains_key(COOKIE) {
        return next.run(request).await;
    }
    let Ok(response) = layer(&server.app, server.secure_cookies).layer(next).oneshot(request).await;
    response
}

/// The layer that reads and sets the cookie. `secure` unless players come over plain http on a network: then browsers
/// would drop a secure cookie, and the `__Host-` name with it.
fn layer(app: &App, secure: bool) -> SessionManagerLayer<Store> {
    SessionManagerLayer::new(Store(app.clone()))
        .with_name(name(secure))
        .with_secure(secure)
        // Not Strict: whoever arrives by a link in a mail would look signed out.
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnSessionEnd)
}

/// Takes the cookie away, where an answer does, with the attributes it was given: browsers heed nothing less where a
/// name begins with `__Host-`, and tower-sessions leaves all but the path out.
pub(crate) fn clear(server: &Server, response: &mut Response) {
    let name = name(server.secure_cookies);
    for (_, cookie) in response.headers_mut().iter_mut().filter(|(header, _)| *header == SET_COOKIE) {
        let is_taken_away = cookie.as_bytes().strip_prefix(name.as_bytes()).is_some_and(|rest| rest.starts_with(b"=;"));
        if is_taken_away {
            let secure = if server.secure_cookies { "; Secure" } else { "" };
            let whole = format!("{name}=; HttpOnly; SameSite=Lax{secure}; Path=/; Max-Age=0");
            *cookie = HeaderValue::from_str(&whole).unwrap_or_else(|_| cookie.clone());
        }
    }
}

/// A name that browsers only take by https, for this very host and all of it, wherever they would take such a one.
fn name(secure: bool) -> &'static str {
    if secure { "__Host-gameserver" } else { "gameserver" }
}

/// The session a request's cookie stands for.
///
/// # Errors
/// A database that does not answer: whose cookie it is cannot be told then.
pub(crate) async fn session_of(parts: &Parts) -> domain::Result<Option<SessionId>> {
    match parts.extensions.get::<Session>() {
        Some(cookie) => session_in(cookie).await,
        None => Ok(None),
    }
}

/// The session a cookie stands for.
///
/// # Errors
/// As [`session_of`].
pub(crate) async fn session_in(cookie: &Session) -> domain::Result<Option<SessionId>> {
    match cookie.get(KEY).await {
        Ok(session) => Ok(session),
        Err(session::Error::Store(Error::Backend(error))) => {
            tracing::warn!(%error, "reading a session cookie");
            Err(domain::Error::Unavailable(2))
        }
        Err(error) => {
            tracing::error!(%error, "a session cookie's record makes no sense");
            Ok(None)
        }
    }
}

/// Gives the browser a cookie for a session: a new one, so that a cookie planted before is worth nothing.
pub(crate) async fn sign_in(
    cookie: &Session,
    session: SessionId,
    stay: bool,
) -> std::result::Result<(), session::Error> {
    cookie.cycle_id().await?;
    cookie.insert(KEY, session).await?;
    cookie.set_expiry(Some(if stay { Expiry::OnInactivity(STAY) } else { Expiry::OnSessionEnd }));
    Ok(())
}

/// The cookie a program sent, if it is a browser.
pub(crate) struct Sent(Option<Session>);

impl FromRequestParts<Server> for Sent {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _server: &Server) -> std::result::Result<Self, Infallible> {
        Ok(Self(parts.extensions.get().cloned()))
    }
}

impl Sent {
    /// Takes it away.
    pub(crate) async fn sign_out(&self) -> std::result::Result<(), session::Error> {
        match &self.0 {
            Some(cookie) => sign_out(cookie).await,
            None => Ok(()),
        }
    }
}

/// Takes the browser's cookie away, if it has one.
pub(crate) async fn sign_out(cookie: &Session) -> std::result::Result<(), session::Error> {
    if cookie.id().is_some() { cookie.flush().await } else { Ok(()) }
}

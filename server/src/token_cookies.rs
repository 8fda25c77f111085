//! The two cookies of web games: the same tokens game clients send, where no script can read them.
//!
//! A request with an access token that is too old, and a refresh token that is not, goes on under a new pair, which the
//! answer sets. What the answer is to set is kept in a [`Jar`] until then. The pair is not taken as having arrived before
//! its access token comes back: an answer that is lost signs nobody out.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{FromRequestParts, Request};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use domain::{Error, Scope, sessions};
use tower_sessions::cookie::time::Duration;
use tower_sessions::cookie::{Cookie, SameSite};
use wire::{RefreshToken, SessionId, Tokens};

use crate::error::Failure;
use crate::limits::{Class, knock};
use crate::router::Server;

/// How long a browser keeps a refresh token that is not used: never past its session.
const KEPT: i64 = 7 * 24 * 60 * 60;

const ACCESS: &str = "sb-access-token";
const REFRESH: &str = "sb-refresh-token";

/// What an answer will do to the cookies.
#[derive(Clone, Default)]
pub(crate) struct Jar(Arc<Mutex<Option<Change>>>);

#[derive(Clone)]
enum Change {
    /// Both anew, the second for so many seconds.
    Set(Tokens, i64),
    /// Both taken away.
    Clear,
}

impl Jar {
    /// Sets both cookies to the tokens of a session.
    ///
    /// # Errors
    /// Only what is wrong on our side.
    pub(crate) async fn set(&self, server: &Server, session: SessionId, tokens: &Tokens) -> Result<(), Error> {
        let left = sessions::seconds_left(&server.app, session).await?;
        self.put(Change::Set(tokens.clone(), left.min(KEPT)));
        Ok(())
    }

    /// Takes both cookies away.
    pub(crate) fn clear(&self) {
        self.put(Change::Clear);
    }

    /// The access token the answer will set.
    pub(crate) fn access(&self) -> Option<String> {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            Some(Change::Set(tokens, _)) => Some(tokens.access_token.clone()),
            _ => None,
        }
    }

    fn put(&self, change: Change) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(change);
    }
}

impl FromRequestParts<Server> for Jar {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _server: &Server) -> Result<Self, Infallible> {
        Ok(parts.extensions.get_or_insert_default::<Self>().clone())
    }
}

/// Sets, in an answer, what the jar holds.
pub(crate) async fn keep<F>(server: &Server, mut request: Request, answer: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let jar = Jar::default();
    request.extensions_mut().insert(jar.clone());
    let mut response = answer(request).await;
    let change = jar.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    let cookies = match change {
        None => return response,
        Some(Change::Clear) => [cookie(server, ACCESS, "", 0), cookie(server, REFRESH, "", 0)],
        Some(Change::Set(tokens, left)) => [
            cookie(server, ACCESS, &tokens.access_token, tokens.expires_in),
            cookie(server, REFRESH, &tokens.refresh_token, left),
        ],
    };
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// A cookie as browsers are to keep it, for so many seconds.
fn cookie(server: &Server, name: &str, value: &str, seconds: i64) -> Option<HeaderValue> {
    let mut cookie = Cookie::build((full_name(server, name), value.to_owned()))
        .path("/")
        .http_only(true)
        // Not Strict: whoever arrives by a link in a mail would look signed out.
        .same_site(SameSite::Lax)
        .secure(server.web.https)
        .max_age(Duration::seconds(seconds));
    if let Some(domain) = &server.web.cookie_domain {
        cookie = cookie.domain(domain.clone());
    }
    HeaderValue::from_str(&cookie.build().to_string()).ok()
}

/// With the prefix that browsers heed, where they would take such a cookie: by https, for this very host.
fn full_name(server: &Server, name: &str) -> String {
    let is_hosts = server.web.https && server.web.cookie_domain.is_none();
    format!("{}{name}", if is_hosts { "__Host-" } else { "" })
}

/// The access token a browser shows.
pub(crate) fn access_token(server: &Server, headers: &HeaderMap) -> Option<String> {
    read(headers, &full_name(server, ACCESS))
}

/// The first cookie of a name that is not empty.
fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut cookies = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    cookies.find(|(given, value)| *given == name && !value.is_empty()).map(|(_, value)| value.to_owned())
}

/// Who shows these cookies: nobody, when neither is any good, and then they are taken away.
///
/// # Errors
/// What is wrong on our side; a session that is refreshed too often.
pub(crate) async fn scope(server: &Server, parts: &mut Parts, ip: Option<IpAddr>) -> Result<Scope, Failure> {
    let nobody = Scope::NOBODY.from(ip);
    if let Some(token) = access_token(server, &parts.headers) {
        match sessions::authenticate_cookie(&server.app, &token, ip).await {
            Err(Error::Unauthenticated(_)) => {}
            known => return Ok(known?),
        }
    }
    let Some(token) = read(&parts.headers, &full_name(server, REFRESH)) else { return Ok(nobody) };
    let input = RefreshToken { refresh_token: Some(token) };
    let session = input.session().and_then(|session| session.parse::<SessionId>().ok());
    let _counted = knock(server, Class::Refresh, ip, input.session().unwrap_or_default())?;
    let jar = parts.extensions.get_or_insert_default::<Jar>().clone();
    match (sessions::refresh(&server.app, &nobody, input).await, session) {
        (Ok(tokens), Some(session)) => {
            jar.set(server, session, &tokens).await?;
            Ok(sessions::resume(&server.app, session, ip).await?)
        }
        (Err(Error::Unauthenticated(_)), _) | (Ok(_), None) => {
            jar.clear();
            Ok(nobody)
        }
        (Err(error), _) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_an_empty_one_is_none() {
        let headers = HeaderMap::from_iter([
            (COOKIE, HeaderValue::from_static("theme=dark; sb-access-token=; xsb-refresh-token=1")),
            (COOKIE, HeaderValue::from_static("sb-access-token=a=b;sb-refresh-token=7.1.x")),
        ]);
        assert_eq!(read(&headers, ACCESS).as_deref(), Some("a=b"));
        assert_eq!(read(&headers, REFRESH).as_deref(), Some("7.1.x"));
        assert_eq!(read(&headers, "__Host-sb-access-token"), None);
    }
}

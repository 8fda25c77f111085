//! Who is asking: every kind of credential in, one [`Scope`] out.
//!
//! A bearer token alone if there is one (a bad one is refused, never passed over); else the browser's session cookie; else
//! the token cookies of a web game.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::{FromRequestParts, MatchedPath, OptionalFromRequestParts};
use axum::http::header::{AUTHORIZATION, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use domain::{Device, Scope, sessions};
use wire::Me;

use crate::client::Client;
use crate::error::Failure;
use crate::requests::Asked;
use crate::router::Server;
use crate::{cookies, token_cookies};

/// Who is asking.
pub(crate) struct Caller(pub(crate) Scope);

/// The caller's account, where it was read with the session.
#[derive(Clone, Default)]
pub(crate) struct Account(pub(crate) Option<Me>);

impl FromRequestParts<Server> for Account {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _server: &Server) -> Result<Self, Infallible> {
        Ok(parts.extensions.remove().unwrap_or_default())
    }
}

/// Whether it is `GET /me`, which answers with nothing but the account.
fn asks_for_account(parts: &Parts) -> bool {
    let route = parts.extensions.get::<MatchedPath>();
    parts.method == Method::GET && route.is_some_and(|route| route.as_str() == "/api/v1/me")
}

impl FromRequestParts<Server> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Failure> {
        // Resolved once a request, however many ask.
        if let Some(scope) = parts.extensions.get::<Scope>() {
            return Ok(Self(*scope));
        }
        let ip = peer(parts);
        let scope = if let Some(token) = bearer(&parts.headers) {
            if asks_for_account(parts) {
                let (scope, me) = sessions::authenticate_with_account(&server.app, token, ip).await?;
                parts.extensions.insert(Account(me));
                scope
            } else {
                sessions::authenticate(&server.app, token, ip).await?
            }
        } else {
            let site = match cookies::session_of(parts).await? {
                Some(session) => sessions::resume(&server.app, session, ip).await?,
                None => Scope::NOBODY.from(ip),
            };
            if site.user().is_some() { site } else { token_cookies::scope(server, parts, ip).await? }
        };
        let scope = scope.on(device(&parts.headers));
        if let Some(asked) = parts.extensions.get::<Asked>() {
            asked.by(&scope);
        }
        parts.extensions.insert(scope);
        Ok(Self(scope))
    }
}

impl OptionalFromRequestParts<Server> for Caller {
    type Rejection = Failure;

    /// Whoever asks with a credential that works; with one that does not, none. Only what is wrong on our side is an
    /// error.
    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Option<Self>, Failure> {
        match <Self as FromRequestParts<Server>>::from_request_parts(parts, server).await {
            Ok(caller) => Ok(Some(caller)),
            Err(failure) if failure.is_ours() => Err(failure),
            Err(_) => Ok(None),
        }
    }
}

/// The bearer token of a request: an empty one, where the scheme stands alone.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let credentials = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = credentials.split_once(' ').unwrap_or((credentials, ""));
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The address a request came from: its client's, where a trusted proxy stands between.
pub(crate) fn peer(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<Client>().map(|client| client.0)
}

/// On what a request was made, as far as its User-Agent tells.
fn device(headers: &HeaderMap) -> Option<Device> {
    Device::of(headers.get(USER_AGENT)?.to_str().ok()?)
}

/// Somebody nobody knows yet, coming from where the request does: who signs in.
pub(crate) struct Stranger(pub(crate) Scope);

impl FromRequestParts<Server> for Stranger {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _server: &Server) -> Result<Self, Infallible> {
        Ok(Self(Scope::NOBODY.from(peer(parts)).on(device(&parts.headers))))
    }
}

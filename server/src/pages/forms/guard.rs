//! The guard of forms: what is sent must have been handed out by us, to this browser, within the last hour. That holds
//! beside the Origin rule, for browsers and proxies that drop what it looks at.
//!
//! A browser is known by a random cookie of its own, from the first page with a form on; nobody else can read or set it.

use std::borrow::Cow;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use domain::{Random, Scope, form_tokens};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::at::At;
use crate::auth::Caller;
use crate::error::Failure;
use crate::input::{Form, is_form};
use crate::router::Server;

/// The field a form carries its token in.
pub(super) const FIELD: &str = "form_token";
/// The field that says which view of its page a form stands on.
const BACK: &str = "back";

/// The answer to a form that is too old or not ours: among its extensions, for whoever makes a page of it.
#[derive(Clone, Copy)]
pub(crate) struct Stale;

/// The fields of a form that was handed out by us, to this browser and the session it is in.
pub(crate) struct Own<T>(pub(crate) T);

/// The same, and the view of the page that the form stood on.
pub(super) struct OwnAt<T>(pub(super) T, pub(super) At);

/// Of a form that is no more than its button.
#[derive(Deserialize)]
pub(super) struct Nothing {}

impl<T: DeserializeOwned> FromRequest<Server> for Own<T> {
    type Rejection = Response;

    async fn from_request(request: Request, server: &Server) -> Result<Self, Response> {
        let OwnAt(form, _) = OwnAt::from_request(request, server).await?;
        Ok(Self(form))
    }
}

impl<T: DeserializeOwned> FromRequest<Server> for OwnAt<T> {
    type Rejection = Response;

    async fn from_request(request: Request, server: &Server) -> Result<Self, Response> {
        // What is no form is told so first.
        if !is_form(request.headers()) {
            return Err(Failure::form_media_type().into_response());
        }
        let (mut parts, body) = request.into_parts();
        let Caller(scope) =
            Caller::from_request_parts(&mut parts, server).await.map_err(IntoResponse::into_response)?;
        let request = Request::from_parts(parts.clone(), body);
        let body = Bytes::from_request(request, server).await.map_err(|_| Failure::too_large().into_response())?;
        let field = |name| form_urlencoded::parse(&body).find(|(field, _)| field == name).map(|(_, value)| value);
        check(server, &parts.headers, &scope, field(FIELD).as_deref())?;
        let at = At::of(field(BACK).map(Cow::into_owned));
        let form = Form::from_request(Request::from_parts(parts, Body::from(body)), server).await;
        form.map(|Form(form)| Self(form, at)).map_err(IntoResponse::into_response)
    }
}

/// Whether a form's token was handed out to this browser and the session it is in.
#[expect(clippy::result_large_err, reason = "it is the answer, sent as it is")]
pub(super) fn check(server: &Server, headers: &HeaderMap, scope: &Scope, token: Option<&str>) -> Result<(), Response> {
    let shown = token.zip(browser(server, headers));
    if shown.is_some_and(|(token, browser)| form_tokens::is_good(&server.app, token, &browser, scope.session)) {
        return Ok(());
    }
    let mut refusal = Failure::stale_form().into_response();
    refusal.extensions_mut().insert(Stale);
    Err(refusal)
}

/// Lets a page find a token for its forms, and gives the cookie to set, where the browser has none.
pub(crate) fn hand_out(server: &Server, parts: &mut Parts, scope: &Scope) -> Option<HeaderValue> {
    let known = browser(server, &parts.headers);
    let made = known.is_none().then(|| random().secret());
    let browser = known.as_deref().or(made.as_deref())?;
    let token = form_tokens::issue(&server.app, browser, scope.session);
    parts.extensions.insert(app::FormToken(token));
    let secure = if server.secure_cookies { "; Secure" } else { "" };
    let cookie = format!("{}={}; Path=/; HttpOnly; SameSite=Lax{secure}", name(server), made.as_deref()?);
    HeaderValue::from_str(&cookie).ok()
}

/// The name of the browser's cookie: as that of the session, one that no other host can set where browsers allow it.
fn name(server: &Server) -> &'static str {
    if server.secure_cookies { "__Host-forms" } else { "forms" }
}

/// What a browser is known by.
fn browser(server: &Server, headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(given, value)| *given == name(server) && value.len() == 43).map(|(_, value)| value.to_owned())
}

fn random() -> &'static Random {
    // Of its own: tests that seed the application's randomness do not foresee these.
    static RANDOM: std::sync::LazyLock<Random> = std::sync::LazyLock::new(Random::system);
    &RANDOM
}

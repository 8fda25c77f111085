//! Signing in, staying signed in, signing out.

use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, HeaderName};
use axum::response::{IntoResponse, Response};
use domain::{Scope, sessions};
use serde_json::json;
use wire::{DeviceLogin, EndSessions, OpenSessions, PasswordLogin, RefreshToken, SessionId, TokenAnswer, Tokens};

use crate::auth::{Caller, Stranger, bearer};
use crate::cookies::Sent;
use crate::error::Failure;
use crate::input::{Id, Json, Query};
use crate::limits::{By, Class, admit, knock};
use crate::router::Server;
use crate::token_cookies::Jar;

/// What makes a browser forget what it keeps of a site (W3C, Clear Site Data).
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

pub(crate) async fn login_device(
    State(server): State<Server>,
    Stranger(scope): Stranger,
    Json(input): Json<DeviceLogin>,
) -> Result<impl IntoResponse, Failure> {
    let _counted = knock(&server, Class::Devices, scope.ip, input.device_id.as_deref().unwrap_or_default())?;
    let place = admit(&server, Class::Guests, scope.ip, By::Address);
    let place = match place {
        Ok(place) => Some(place),
        // Too many accounts were made from there. Who has one is let in all the same.
        Err(_) if sessions::knows_device(&server.app, input.clone()).await? => None,
        Err(standing) => return Err(standing.into()),
    };
    let entered = sessions::enter_device(&server.app, &scope, input).await;
    let is_new = entered.as_ref().is_ok_and(|(_, is_new)| *is_new);
    if let (Some(place), false) = (place, is_new) {
        place.give_back(&server);
    }
    Ok(answer(entered?.0))
}

pub(crate) async fn login(
    State(server): State<Server>,
    Stranger(scope): Stranger,
    Json(input): Json<PasswordLogin>,
) -> Result<impl IntoResponse, Failure> {
    let place = knock(&server, Class::Login, scope.ip, &input.account())?;
    let entered = sessions::sign_in(&server.app, &scope, input).await;
    place.settle(&server, &entered);
    Ok(answer(entered?.tokens))
}

pub(crate) async fn refresh(
    State(server): State<Server>,
    Stranger(scope): Stranger,
    Json(input): Json<RefreshToken>,
) -> Result<impl IntoResponse, Failure> {
    let _counted = knock(&server, Class::Refresh, scope.ip, input.session().unwrap_or_default())?;
    Ok(answer(sessions::refresh(&server.app, &scope, input).await?))
}

/// Always 200: whoever wants out is out, whatever they send.
pub(crate) async fn logout(
    State(server): State<Server>,
    caller: Option<Caller>,
    cookie: Sent,
    headers: HeaderMap,
    body: Result<Json<RefreshToken>, Failure>,
) -> Result<impl IntoResponse, Failure> {
    let scope = caller.map_or(Scope::NOBODY, |Caller(scope)| scope);
    let input = body.map_or_else(|_| RefreshToken::default(), |Json(input)| input);
    sessions::logout(&server.app, &scope, bearer(&headers), input).await?;
    if let Err(error) = cookie.sign_out().await {
        tracing::warn!(%error, "a cookie outlives its session");
    }
    Ok(axum::Json(json!({})))
}

pub(crate) async fn list(State(server): State<Server>, Caller(scope): Caller) -> Result<impl IntoResponse, Failure> {
    Ok(axum::Json(OpenSessions { data: sessions::list(&server.app, &scope).await? }))
}

pub(crate) async fn end(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<SessionId>,
) -> Result<impl IntoResponse, Failure> {
    sessions::end_one(&server.app, &scope, id).await?;
    Ok(axum::Json(json!({})))
}

pub(crate) async fn end_several(
    State(server): State<Server>,
    Caller(scope): Caller,
    cookie: Sent,
    jar: Jar,
    Query(which): Query<EndSessions>,
) -> Result<Response, Failure> {
    if which.all != Some(true) {
        sessions::end_others(&server.app, &scope).await?;
        return Ok(axum::Json(json!({})).into_response());
    }
    sessions::end_all(&server.app, &scope).await?;
    Ok(left_for_good(&cookie, &jar).await)
}

/// Tells a browser to forget everything that was kept for somebody who has left on every device.
pub(crate) async fn left_for_good(cookie: &Sent, jar: &Jar) -> Response {
    jar.clear();
    if let Err(error) = cookie.sign_out().await {
        tracing::warn!(%error, "a cookie outlives its session");
    }
    ([(CLEAR_SITE_DATA, r#""cookies", "storage""#)], axum::Json(json!({}))).into_response()
}

/// Tokens are nobody else's to keep.
fn answer(tokens: Tokens) -> impl IntoResponse {
    ([(CACHE_CONTROL, "no-store")], axum::Json(TokenAnswer::from(tokens)))
}

//! Signing in, staying signed in, signing out.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use domain::{Scope, sessions};
use serde_json::json;
use tower_sessions::Session;
use wire::{DeviceLogin, PasswordLogin, RefreshToken, TokenAnswer, Tokens};

use crate::auth::{Caller, Peer, bearer};
use crate::cookies;
use crate::error::Failure;
use crate::input::Json;
use crate::limits::{By, Class, admit, knock};
use crate::router::Server;

pub(crate) async fn login_device(
    State(server): State<Server>,
    Peer(from): Peer,
    Json(input): Json<DeviceLogin>,
) -> Result<impl IntoResponse, Failure> {
    let _counted = knock(&server, Class::Devices, from, input.device_id.as_deref().unwrap_or_default())?;
    let place = admit(&server, Class::Guests, from, By::Address);
    let place = match place {
        Ok(place) => Some(place),
        // Too many accounts were made from there. Who has one is let in all the same.
        Err(_) if sessions::knows_device(&server.app, input.clone()).await? => None,
        Err(standing) => return Err(standing.into()),
    };
    let entered = sessions::enter_device(&server.app, &Scope::NOBODY.from(from), input).await;
    let is_new = entered.as_ref().is_ok_and(|(_, is_new)| *is_new);
    if let (Some(place), false) = (place, is_new) {
        place.give_back(&server);
    }
    Ok(answer(entered?.0))
}

pub(crate) async fn login(
    State(server): State<Server>,
    Peer(from): Peer,
    Json(input): Json<PasswordLogin>,
) -> Result<impl IntoResponse, Failure> {
    let place = knock(&server, Class::Login, from, &input.account())?;
    let entered = sessions::sign_in(&server.app, &Scope::NOBODY.from(from), input).await;
    place.settle(&server, &entered);
    Ok(answer(entered?.tokens))
}

pub(crate) async fn refresh(
    State(server): State<Server>,
    Peer(from): Peer,
    Json(input): Json<RefreshToken>,
) -> Result<impl IntoResponse, Failure> {
    let _counted = knock(&server, Class::Refresh, from, input.session().unwrap_or_default())?;
    Ok(answer(sessions::refresh(&server.app, &Scope::NOBODY.from(from), input).await?))
}

/// Always 200: whoever wants out is out, whatever they send.
pub(crate) async fn logout(
    State(server): State<Server>,
    caller: Option<Caller>,
    cookie: Session,
    headers: HeaderMap,
    body: Result<Json<RefreshToken>, Failure>,
) -> Result<impl IntoResponse, Failure> {
    let scope = caller.map_or(Scope::NOBODY, |Caller(scope)| scope);
    let input = body.map_or_else(|_| RefreshToken::default(), |Json(input)| input);
    sessions::logout(&server.app, &scope, bearer(&headers), input).await?;
    if let Err(error) = cookies::sign_out(&cookie).await {
        tracing::warn!(%error, "a cookie outlives its session");
    }
    Ok(axum::Json(json!({})))
}

/// Tokens are nobody else's to keep.
fn answer(tokens: Tokens) -> impl IntoResponse {
    ([(CACHE_CONTROL, "no-store")], axum::Json(TokenAnswer::from(tokens)))
}

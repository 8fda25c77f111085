//! Signing in, staying signed in, signing out.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use domain::{Scope, sessions};
use serde_json::json;
use tower_sessions::Session;
use wire::{DeviceLogin, PasswordLogin, RefreshToken, TokenAnswer, Tokens};

use crate::auth::{Caller, bearer};
use crate::cookies;
use crate::error::Failure;
use crate::input::Json;
use crate::router::Server;

pub(crate) async fn login_device(
    State(server): State<Server>,
    Json(input): Json<DeviceLogin>,
) -> Result<impl IntoResponse, Failure> {
    Ok(answer(sessions::login_device(&server.app, &Scope::NOBODY, input).await?))
}

pub(crate) async fn login(
    State(server): State<Server>,
    Json(input): Json<PasswordLogin>,
) -> Result<impl IntoResponse, Failure> {
    Ok(answer(sessions::login_password(&server.app, &Scope::NOBODY, input).await?))
}

pub(crate) async fn refresh(
    State(server): State<Server>,
    Json(input): Json<RefreshToken>,
) -> Result<impl IntoResponse, Failure> {
    Ok(answer(sessions::refresh(&server.app, &Scope::NOBODY, input).await?))
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

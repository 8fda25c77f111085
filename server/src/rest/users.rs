//! Accounts.

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use domain::users;
use tower_sessions::Session;

use crate::auth::Caller;
use crate::error::Failure;
use crate::rest::sessions::left_for_good;
use crate::router::Server;

pub(crate) async fn me(State(server): State<Server>, Caller(scope): Caller) -> Result<impl IntoResponse, Failure> {
    let me = users::me(&server.app, &scope).await?;
    Ok(([(CACHE_CONTROL, "no-store")], Json(me)))
}

pub(crate) async fn delete(
    State(server): State<Server>,
    Caller(scope): Caller,
    cookie: Session,
) -> Result<Response, Failure> {
    users::delete(&server.app, &scope).await?;
    Ok(left_for_good(&cookie).await)
}

pub(crate) async fn export(State(server): State<Server>, Caller(scope): Caller) -> Result<impl IntoResponse, Failure> {
    let export = users::export(&server.app, &scope).await?;
    Ok(([(CACHE_CONTROL, "no-store")], Json(export)))
}

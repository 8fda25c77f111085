//! Accounts.

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use domain::users;

use crate::auth::Caller;
use crate::error::Failure;
use crate::router::Server;

pub(crate) async fn me(State(server): State<Server>, Caller(scope): Caller) -> Result<impl IntoResponse, Failure> {
    let me = users::me(&server.app, &scope).await?;
    Ok(([(CACHE_CONTROL, "no-store")], Json(me)))
}

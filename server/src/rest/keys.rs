//! The public keys of access tokens.

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use domain::keys;

use crate::router::Server;

/// Anybody may keep them for as long as this: well below the time an old key goes on to verify.
const KEPT: &str = "public, max-age=300";

pub(crate) async fn public(State(server): State<Server>) -> impl IntoResponse {
    ([(CACHE_CONTROL, KEPT)], Json(keys::public(&server.app)))
}

//! Whether the server is up.

use axum::Json;
use axum::extract::State;
use wire::Health;

use crate::router::Server;

pub(crate) async fn show(State(server): State<Server>) -> Json<Health> {
    Json(Health { status: "ok".to_owned(), timestamp: server.app.clock.now() })
}

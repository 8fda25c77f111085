//! Tickets for the socket.

use axum::Json;
use axum::extract::State;
use domain::tickets;
use wire::Ticket;

use crate::auth::Caller;
use crate::error::Failure;
use crate::router::Server;

pub(crate) async fn issue(State(server): State<Server>, Caller(scope): Caller) -> Result<Json<Ticket>, Failure> {
    Ok(Json(tickets::issue(&server.app, &scope).await?))
}

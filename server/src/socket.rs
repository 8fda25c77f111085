//! The socket skin: Phoenix channels at `/socket/websocket`, one file for each noun's topics.

mod admin_channel;
mod feed;
mod lobbies_channel;
mod lobby_channel;
mod transport;
mod user_channel;

use axum::extract::{FromRequestParts, Request, State, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use channels::close::{Close, GOING_AWAY, SIGNED_OUT};
use channels::codec::{Serializer, UNMATCHED_TOPIC};
use channels::socket::{self, Endpoint, Joined};
use domain::{App, Scope, sessions};
use serde::Deserialize;
use serde_json::{Value, json};
use wire::{ApiError, Topic};

use crate::auth::{Caller, bearer, peer};
use crate::error::Failure;
use crate::input::Query;
use crate::origin;
use crate::router::Server;

/// What a client may say when it connects.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Connect {
    /// An access token.
    token: Option<String>,
    /// The version of the protocol's serializer.
    vsn: Option<String>,
}

/// Lets a client in: by token, by the cookie of a page of ours, or as nobody.
pub(crate) async fn connect(
    State(server): State<Server>,
    upgrade: WebSocketUpgrade,
    Query(connect): Query<Connect>,
    request: Request,
) -> Result<Response, Response> {
    let (mut parts, _) = request.into_parts();
    let vsn = connect.vsn.as_deref().unwrap_or("1.0.0");
    if Serializer::for_version(vsn).is_none() {
        let message = "This socket speaks version 2.0.0 of the protocol. Connect with vsn=2.0.0.";
        return Err((StatusCode::FORBIDDEN, axum::Json(ApiError::new("unknown_version", message))).into_response());
    }
    let token = connect.token.filter(|token| !token.is_empty());
    let scope = if let Some(token) = token {
        let scope = sessions::authenticate(&server.app, &token, peer(&parts)).await;
        // 403, as clients of this protocol expect of a refused connection.
        scope.map_err(|error| (StatusCode::FORBIDDEN, axum::Json(ApiError::from(error))).into_response())?
    } else {
        let caller = Caller::from_request_parts(&mut parts, &server).await;
        let Caller(scope) = caller.map_err(IntoResponse::into_response)?;
        // A cookie is sent by whatever page asks: only ours may.
        let came_by_cookie = scope.user().is_some() && bearer(&parts.headers).is_none();
        if came_by_cookie && !origin::has_our_origin(&parts.headers) {
            return Err(Failure::foreign_origin().into_response());
        }
        scope
    };
    let frame = server.limits.frame;
    let upgrade = upgrade.max_message_size(frame).max_frame_size(frame).max_write_buffer_size(16 * frame);
    Ok(upgrade.on_upgrade(async move |socket| serve(server, scope, socket).await))
}

async fn serve(server: Server, scope: Scope, socket: axum::extract::ws::WebSocket) {
    let limits = server.limits.socket.clone();
    let limits = if scope.user().is_some() { limits } else { limits.anonymous() };
    let presence = server.app.online.enter(scope.user());
    let client = Client { app: server.app.clone(), scope };
    let ending = ending(&server, &scope);
    let outcome = socket::serve(transport::of(socket), &client, &limits, ending).await;
    tracing::debug!(user = ?scope.user(), ?outcome, "a socket closed");
    drop(presence);
}

/// Waits until the socket must close: its session ended, or the server goes away.
async fn ending(server: &Server, scope: &Scope) -> Close {
    let mut going_away = server.going_away.clone();
    let signed_out = async {
        match scope.session {
            Some(session) => match sessions::ended(&server.app, session).await {
                Ok(_) => SIGNED_OUT,
                // Whether it still lives cannot be told: the client comes back and is asked again.
                Err(_) => GOING_AWAY,
            },
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = going_away.wait_for(|going| *going) => GOING_AWAY,
        close = signed_out => close,
    }
}

/// One connected client.
struct Client {
    app: App,
    scope: Scope,
}

impl Endpoint for Client {
    async fn join(&self, topic: &str, _payload: Value) -> Result<Joined, Value> {
        match topic.parse() {
            Ok(Topic::User(id)) => user_channel::join(&self.app, &self.scope, id).await,
            Ok(Topic::Lobby(id)) => lobby_channel::join(&self.app, &self.scope, id).await,
            Ok(Topic::Lobbies) => Ok(lobbies_channel::join(&self.app)),
            Ok(topic @ (Topic::AdminLobbies | Topic::AdminUsers)) => admin_channel::join(&self.app, &self.scope, topic),
            Ok(Topic::Session(_)) | Err(_) => Err(refusal(unmatched(topic), "not_found", "There is no such topic.")),
        }
    }

    async fn push(&self, _topic: &str, event: &str, _payload: Value) -> Result<Value, Value> {
        let message = format!("Nothing here listens to '{event}'. Use the REST API to act.");
        Err(refusal("unknown_event", "unknown_event", &message))
    }
}

/// The reason existing clients know for a topic that cannot be.
fn unmatched(topic: &str) -> &'static str {
    match topic.split_once(':') {
        Some(("user", _)) => "invalid topic",
        Some(("lobby", _)) => "invalid_topic_or_unauthenticated",
        _ => UNMATCHED_TOPIC,
    }
}

/// Why a join was refused: the reason existing clients read, and an error as everywhere else.
fn refusal(reason: &str, code: &str, message: &str) -> Value {
    json!({ "reason": reason, "error": code, "message": message })
}

/// A verb's error as the answer to a join.
fn failure(error: domain::Error) -> Value {
    let failure = Failure::from(error);
    let body = failure.body();
    refusal(&body.error, &body.error, &body.message)
}

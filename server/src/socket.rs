//! The socket skin: Phoenix channels at `/socket/websocket`, one file for each noun's topics.

mod feed;
mod lobby_channel;
mod transport;
mod user_channel;

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{FromRequestParts, Request, State, WebSocketUpgrade};
use axum::response::{IntoResponse, Response};
use channels::close::{Close, GOING_AWAY, SIGNED_OUT};
use channels::codec::{Serializer, UNMATCHED_TOPIC};
use channels::socket::{self, Endpoint, Joined};
use domain::{App, Error, Scope, sessions, topics};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tracing::{Instrument, Span};
use wire::{ApiError, Topic};

use crate::auth::{Caller, bearer, peer};
use crate::error::Failure;
use crate::input::Query;
use crate::origin;
use crate::requests::Asked;
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
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    Query(connect): Query<Connect>,
    request: Request,
) -> Result<Response, Response> {
    let upgrade = upgrade.map_err(|_| Failure::no_websocket().into_response())?;
    let (mut parts, _) = request.into_parts();
    let vsn = connect.vsn.as_deref().unwrap_or("1.0.0");
    if Serializer::for_version(vsn).is_none() {
        let message = "This socket speaks version 2.0.0 of the protocol. Connect with vsn=2.0.0.";
        return Err(Failure::refused_connection(ApiError::new("unknown_version", message)).into_response());
    }
    let token = connect.token.filter(|token| !token.is_empty());
    let scope = if let Some(token) = token {
        let scope = sessions::authenticate(&server.app, &token, peer(&parts)).await;
        scope.map_err(|error| match error {
            Error::Unauthenticated(_) => Failure::refused_connection(error.into()).into_response(),
            other => Failure::from(other).into_response(),
        })?
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
    let asked = parts.extensions.get::<Asked>();
    let span = asked.map_or_else(Span::none, |asked| {
        asked.by(&scope);
        asked.span.clone()
    });
    let frame = server.limits.frame;
    let upgrade = upgrade.max_message_size(frame).max_frame_size(frame).max_write_buffer_size(16 * frame);
    // Frames are small: the 128 KiB a socket reads into by default would be most of its memory.
    let upgrade = upgrade.read_buffer_size(4 * 1024);
    Ok(upgrade.on_upgrade(async move |socket| serve(server, scope, socket).instrument(span).await))
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
        let Client { app, scope } = self;
        let no_such = || refusal(no_such_reason(topic), "not_found", "There is no such topic.");
        let topic = topic.parse().map_err(|_| no_such())?;
        let refused = |error| failure(topic, scope, error);
        let heard = topics::listen(app, scope, topic).await.map_err(refused)?;
        let state = match topic {
            Topic::User(_) => user_channel::state(app, scope).await.map_err(refused)?,
            Topic::Lobby(id) => lobby_channel::state(app, scope, id).await.map_err(refused)?,
            Topic::Lobbies | Topic::AdminLobbies | Topic::AdminUsers | Topic::Session(_) => Map::new(),
        };
        let member = scope.user();
        Ok(feed::joined(heard, state, move |event| lobby_channel::ends(event, member)))
    }

    async fn push(&self, _topic: &str, event: &str, _payload: Value) -> Result<Value, Value> {
        let message = format!("Nothing here listens to '{event}'. Use the REST API to act.");
        Err(refusal("unknown_event", "unknown_event", &message))
    }
}

/// The reason existing clients know for a topic that cannot be.
fn no_such_reason(topic: &str) -> &'static str {
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

/// A verb's error as the answer to a join, with the reason existing clients know.
fn failure(topic: Topic, scope: &Scope, error: Error) -> Value {
    let failure = Failure::from(error);
    let ApiError { error: code, message, .. } = failure.body();
    let reason = match topic {
        Topic::User(_) => "unauthorized",
        Topic::Lobby(_) if scope.user().is_none() => "invalid_topic_or_unauthenticated",
        _ => code,
    };
    refusal(reason, code, message)
}

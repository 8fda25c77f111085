//! The socket skin: Phoenix channels at `/socket/websocket`, one file for each noun's topics.

mod client;
mod counts;
mod drain;
mod expiry;
mod feed;
mod lobby_channel;
mod places;
mod presence;
mod transport;

use std::pin::pin;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex};

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use channels::close::{BANNED, Close, DISCONNECTED, EXPIRED, GOING_AWAY, SIGNED_OUT};
use channels::codec::Serializer;
use channels::socket;
use chrono::{DateTime, Utc};
use domain::connections::Connected;
use domain::sessions::Over;
use domain::{Error, Scope, Who, sessions, tickets};
use serde::Deserialize;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};
use tracing::{Instrument, Span};
use wire::ApiError;

use self::client::Client;
pub use self::counts::Counts;
pub(crate) use self::drain::{Drain, drained};
use self::expiry::Expiry;
pub(crate) use self::places::Places;
use self::places::{Full, Place};
pub(crate) use self::presence::Presence;
use self::transport::Transport;
use crate::auth::{Caller, bearer, peer};
use crate::error::Failure;
use crate::input::Query;
use crate::limits::{Class, admit};
use crate::origin;
use crate::requests::Asked;
use crate::router::Server;

/// Bytes that a socket reads at once.
const READS: usize = 1024;

/// What a client may say when it connects.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Connect {
    /// An access token.
    token: Option<String>,
    /// What opens one socket, in its place.
    ticket: Option<String>,
    /// The version of the protocol's serializer.
    vsn: Option<String>,
}

/// Lets a client in: by token, by a ticket, by the cookie of a page of ours, or as nobody.
pub(crate) async fn connect(
    State(server): State<Server>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    Query(connect): Query<Connect>,
    request: Request,
) -> Result<Response, Failure> {
    let upgrade = upgrade.map_err(|_| Failure::no_websocket())?;
    let (mut parts, _) = request.into_parts();
    let Some(serializer) = Serializer::for_version(connect.vsn.as_deref()) else {
        let message = "This socket speaks versions 1.0.0 and 2.0.0 of the protocol. Connect with vsn=2.0.0.";
        return Err(Failure::refused_connection(ApiError::new("unknown_version", message)));
    };
    if *server.going_away.borrow() {
        return Err(Failure::going_away());
    }
    // Before the database is asked who this is: whoever has too many places already costs no query.
    let turned_away = |full: Full| {
        server.counts.turned_away.fetch_add(1, Relaxed);
        Failure::from(full)
    };
    let mut place = server.places.take(peer(&parts), &server.limits).map_err(turned_away)?;
    let (scope, expires) = who(&server, &mut parts, connect.token, connect.ticket).await?;
    admit(&server, Class::Connects, peer(&parts), scope.user().into()).map(drop)?;
    if let Some(user) = scope.user() {
        place = place.of(user, &server.limits).map_err(turned_away)?;
        // Those on other nodes as well; two that are opened on two nodes at the same moment do not see one another.
        if server.presence.sockets_of(user) >= server.limits.sockets_per_user {
            return Err(turned_away(Full::User));
        }
    }

    let (frame, buffer) = (server.limits.frame, server.limits.socket_buffer.max(1));
    let upgrade = upgrade.max_message_size(frame).max_frame_size(frame);
    // What is written is handed on from the half on; tungstenite panics where that is no less than the whole.
    let upgrade = upgrade.write_buffer_size((buffer / 2).min(128 * 1024)).max_write_buffer_size(buffer);
    // A client's frames are small, and this is kept for as long as the socket lives: the 128 KiB of the default would be most
    // of its memory. A larger frame makes room for itself.
    let upgrade = upgrade.read_buffer_size(READS);
    let asked = parts.extensions.get::<Asked>();
    let span = asked.map_or_else(Span::none, |asked| {
        asked.by(&scope);
        asked.span.clone()
    });
    let (upgraded, socket) = oneshot::channel();
    let serving = async move {
        // A client that goes away while it is upgraded, or does not read the answer, gives its place back.
        if let Ok(Ok(socket)) = timeout(server.limits.socket_handshake, socket).await {
            // A task of its own: this one has room for what it was given, and would keep it.
            tokio::spawn(serve(server, scope, Expiry::new(expires), serializer, socket, place));
        }
    };
    tokio::spawn(serving.instrument(span));
    Ok(upgrade.on_upgrade(async move |socket| {
        let _too_late = upgraded.send(socket);
    }))
}

/// Who connects, and until when the access token is good, where the socket ends with it.
async fn who(
    server: &Server,
    parts: &mut Parts,
    token: Option<String>,
    ticket: Option<String>,
) -> Result<(Scope, Option<DateTime<Utc>>), Failure> {
    let refused = |error| match error {
        Error::Unauthenticated(_) => Failure::refused_connection(ApiError::from(&error)),
        other => other.into(),
    };
    let given = |credential: Option<String>| credential.filter(|credential| !credential.is_empty());
    if let Some(token) = given(token) {
        let scope = sessions::authenticate(&server.app, &token, peer(parts)).await.map_err(refused)?;
        let ends_with_it = server.limits.socket_outlives_token.is_some();
        let expires = ends_with_it.then(|| sessions::good_until(&server.app, &scope, &token));
        return Ok((scope, expires.transpose().map_err(refused)?));
    }
    if let Some(ticket) = given(ticket) {
        return Ok((tickets::redeem(&server.app, &ticket, peer(parts)).await.map_err(refused)?, None));
    }
    let Caller(scope) = Caller::from_request_parts(parts, server).await?;
    // A cookie is sent by whatever page asks: only ours and those of allowed origins may.
    let came_by_cookie = scope.user().is_some() && bearer(&parts.headers).is_none();
    if came_by_cookie && !origin::may_open_socket(&server.web, &parts.headers) {
        return Err(Failure::foreign_origin());
    }
    Ok((scope, None))
}

/// Serves a socket to its end. What it needs is put together before the future is made: there is room in a future for what it
/// is given and, once more, for what it then moves, and there are as many as sockets.
fn serve(
    server: Server,
    scope: Scope,
    expiry: Expiry,
    serializer: Serializer,
    socket: WebSocket,
    place: Place,
) -> impl Future<Output = ()> {
    let unjoined = scope.user().is_none().then_some(server.limits.socket_unjoined);
    let limits = socket::Limits { unjoined, ..server.limits.socket.clone() };
    let open = server.counts.one(|counts| &counts.open);
    let connected = Arc::new(server.app.connections.open(&scope, version(serializer), server.app.clock.now()));
    let present = server.presence.open(connected.number(), scope.user());
    let counts = server.counts.clone();
    let mut transport = Transport::new(socket, connected.clone(), counts.clone());
    let (app, presence) = (server.app.clone(), server.presence.clone());
    let (message, observed) = (server.limits.message, Mutex::default());
    // What a client asks for is logged under its request. What it is told is not: to enter a span costs a tenth of that.
    let span = Span::current();
    let client = Client { app, scope, serializer, counts, presence, connected, expiry, message, observed, span };
    async move {
        let ending = pin!(ending(&server, &client.scope, &client.connected, &client.expiry));
        let outcome = socket::serve(&mut transport, &client, &limits, ending).await;
        client.span.in_scope(|| tracing::debug!(user = ?client.scope.user(), ?outcome, "a socket closed"));
        server.counts.over(&outcome);
        drop((present, open, place));
    }
}

fn version(serializer: Serializer) -> &'static str {
    match serializer {
        Serializer::V1 => "1.0.0",
        Serializer::V2 => "2.0.0",
    }
}

/// Waits until the socket must close: its session or its token has ended, whoever opened it is somebody else now, an admin
/// wants it closed, or the server goes away and it is this socket's turn.
async fn ending(server: &Server, scope: &Scope, connected: &Connected, expiry: &Expiry) -> Close {
    let mut going_away = server.going_away.clone();
    let is_admin = matches!(scope.who, Who::Admin(_));
    let signed_out = async {
        match scope.session {
            // Boxed for the sake of the sockets of nobody.
            Some(session) => match Box::pin(sessions::ended(&server.app, session, is_admin)).await {
                Ok(Over::Ended(because)) if because == "banned" => BANNED,
                Ok(Over::Ended(_)) => SIGNED_OUT,
                // The client comes back and is asked again: as another now, or since it could not be told.
                Ok(Over::RoleChanged) | Err(_) => GOING_AWAY,
            },
            None => std::future::pending().await,
        }
    };
    let drained = async {
        drop(going_away.wait_for(|going| *going).await);
        sleep(server.drain.wait(server.places.taken(), server.limits.drain)).await;
        GOING_AWAY
    };
    tokio::select! {
        close = drained => close,
        close = signed_out => close,
        () = connected.closed() => DISCONNECTED,
        () = expiry.over(&server.app.clock, server.limits.socket_outlives_token.unwrap_or_default()) => EXPIRED,
    }
}

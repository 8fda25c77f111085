//! axum's socket, as the protocol wants it.

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use channels::socket::{Incoming, Outgoing, TransportError};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio_tungstenite::tungstenite;

/// A socket's frames, translated both ways.
pub(super) fn of(
    socket: WebSocket,
) -> impl Stream<Item = Result<Incoming, TransportError>> + Sink<Outgoing, Error = axum::Error> {
    socket.with(async |outgoing| Ok(write(outgoing))).map(|message| message.map(read).map_err(broken))
}

fn read(message: Message) -> Incoming {
    match message {
        Message::Text(text) => Incoming::Text(text.into()),
        Message::Binary(_) => Incoming::Binary,
        Message::Ping(_) | Message::Pong(_) => Incoming::Alive,
        Message::Close(_) => Incoming::Closed,
    }
}

fn write(outgoing: Outgoing) -> Message {
    match outgoing {
        // Frames are our own JSON: they are text.
        Outgoing::Text(bytes) => Message::Text(Utf8Bytes::try_from(bytes).unwrap_or_default()),
        Outgoing::Close { code, reason } => Message::Close(Some(CloseFrame { code, reason: reason.into() })),
        Outgoing::Ping => Message::Ping(bytes::Bytes::new()),
    }
}

fn broken(error: axum::Error) -> TransportError {
    let error = error.into_inner();
    match error.downcast_ref() {
        Some(tungstenite::Error::Capacity(_)) => TransportError::TooLarge,
        _ => TransportError::Broken(error.to_string()),
    }
}

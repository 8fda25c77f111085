//! axum's socket, as the protocol wants it, counted.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, ready};

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use channels::socket::{Incoming, Outgoing, TransportError};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio_tungstenite::tungstenite;

use super::Counts;

/// A socket's frames, translated both ways.
pub(super) struct Transport {
    socket: WebSocket,
    counts: Arc<Counts>,
    /// Frames that were written and not yet flushed.
    waiting: usize,
}

impl Transport {
    pub(super) fn new(socket: WebSocket, counts: Arc<Counts>) -> Self {
        Self { socket, counts, waiting: 0 }
    }

    /// None of its frames waits any more.
    fn settle(&mut self) {
        self.counts.waiting.fetch_sub(std::mem::take(&mut self.waiting), Relaxed);
    }
}

impl Drop for Transport {
    fn drop(&mut self) {
        self.settle();
    }
}

impl Stream for Transport {
    type Item = Result<Incoming, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let message = ready!(self.socket.poll_next_unpin(context));
        if matches!(message, Some(Ok(_))) {
            self.counts.received.fetch_add(1, Relaxed);
        }
        Poll::Ready(message.map(|message| message.map(read).map_err(broken)))
    }
}

impl Sink<Outgoing> for Transport {
    type Error = TransportError;

    fn poll_ready(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        self.socket.poll_ready_unpin(context).map_err(broken)
    }

    fn start_send(mut self: Pin<&mut Self>, outgoing: Outgoing) -> Result<(), TransportError> {
        if matches!(outgoing, Outgoing::Text(_) | Outgoing::Binary(_)) {
            self.waiting += 1;
            self.counts.waiting.fetch_add(1, Relaxed);
            self.counts.sent.fetch_add(1, Relaxed);
        }
        self.socket.start_send_unpin(write(outgoing)).map_err(broken)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        ready!(self.socket.poll_flush_unpin(context)).map_err(broken)?;
        self.settle();
        Poll::Ready(Ok(()))
    }

    fn poll_close(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        self.socket.poll_close_unpin(context).map_err(broken)
    }
}

fn read(message: Message) -> Incoming {
    match message {
        Message::Text(text) => Incoming::Text(text.into()),
        Message::Binary(bytes) => Incoming::Binary(bytes),
        Message::Ping(_) | Message::Pong(_) => Incoming::Alive,
        Message::Close(_) => Incoming::Closed,
    }
}

fn write(outgoing: Outgoing) -> Message {
    match outgoing {
        // Frames are our own JSON: they are text.
        Outgoing::Text(bytes) => Message::Text(Utf8Bytes::try_from(bytes).unwrap_or_default()),
        Outgoing::Binary(bytes) => Message::Binary(bytes),
        Outgoing::Close { code, reason } => Message::Close(Some(CloseFrame { code, reason: reason.into() })),
        Outgoing::Ping => Message::Ping(bytes::Bytes::new()),
    }
}

fn broken(error: axum::Error) -> TransportError {
    let error = error.into_inner();
    match error.downcast_ref() {
        Some(tungstenite::Error::Capacity(_)) => TransportError::TooLarge,
        Some(tungstenite::Error::WriteBufferFull(_)) => TransportError::Full,
        _ => TransportError::Broken(error.to_string()),
    }
}

//! axum's socket, as the protocol wants it, counted.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, ready};

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use channels::socket::{Incoming, Outgoing, TransportError};
use domain::connections::Connected;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio_tungstenite::tungstenite;

use super::Counts;

/// A socket's frames, translated both ways.
pub(super) struct Transport {
    socket: WebSocket,
    connected: Arc<Connected>,
    counts: Arc<Counts>,
    /// Frames that were written and not yet flushed.
    waiting: usize,
}

impl Transport {
    pub(super) fn new(socket: WebSocket, connected: Arc<Connected>, counts: Arc<Counts>) -> Self {
        Self { socket, connected, counts, waiting: 0 }
    }

    /// None of its frames waits any more.
    fn settle(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        self.counts.waiting.fetch_sub(waiting, Relaxed);
        self.connected.traffic().waiting.fetch_sub(waiting as u64, Relaxed);
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
        if let Some(Ok(message)) = &message {
            let (traffic, bytes) = (self.connected.traffic(), message_bytes(message));
            self.counts.received.fetch_add(1, Relaxed);
            self.counts.bytes_received.fetch_add(bytes, Relaxed);
            traffic.received.fetch_add(1, Relaxed);
            traffic.bytes_received.fetch_add(bytes, Relaxed);
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
        if let Outgoing::Text(bytes) | Outgoing::Binary(bytes) = &outgoing {
            let (bytes, traffic) = (bytes.len() as u64, self.connected.traffic());
            self.counts.waiting.fetch_add(1, Relaxed);
            self.counts.sent.fetch_add(1, Relaxed);
            self.counts.bytes_sent.fetch_add(bytes, Relaxed);
            traffic.waiting.fetch_add(1, Relaxed);
            traffic.sent.fetch_add(1, Relaxed);
            traffic.bytes_sent.fetch_add(bytes, Relaxed);
            self.waiting += 1;
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

fn message_bytes(message: &Message) -> u64 {
    match message {
        Message::Text(text) => text.len() as u64,
        Message::Binary(bytes) | Message::Ping(bytes) | Message::Pong(bytes) => bytes.len() as u64,
        Message::Close(_) => 0,
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

//! A socket that notes when it hears something.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// The client's end of a connection.
pub(super) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Where a socket listens.
#[derive(Clone)]
pub(super) struct Seat {
    /// As whom; as nobody without a token.
    pub(super) token: Option<String>,
    /// What it joins.
    pub(super) topic: String,
    /// What the frames that are counted contain.
    pub(super) marks: &'static str,
}

/// A socket that has joined a topic.
pub(super) struct Listener {
    leave: oneshot::Sender<()>,
    listening: JoinHandle<Result<Vec<Heard>>>,
}

/// What was heard.
pub(super) struct Heard {
    /// When.
    pub(super) at: Instant,
    /// Its text, if it is kept: one listener does so for all.
    pub(super) text: String,
}

impl Seat {
    /// On the list of lobbies, where every frame counts.
    pub(super) fn on_the_list() -> Self {
        Self { token: None, topic: "lobbies".to_owned(), marks: "" }
    }

    /// Connects and joins.
    pub(super) async fn take(&self, address: &str) -> Result<Socket> {
        let Self { token, topic, .. } = self;
        let token = token.as_ref().map_or_else(String::new, |token| format!("&token={token}"));
        // Thousands of them are in this process; and not by the product's client, which takes messages apart: what is timed
        // is their coming.
        let config = WebSocketConfig::default().read_buffer_size(4 * 1024).write_buffer_size(0);
        let url = format!("ws://{address}/socket/websocket?vsn=2.0.0{token}");
        let (mut socket, _) = connect_async_with_config(url, Some(config), true).await?;
        socket.send(Message::text(json!(["1", "1", topic, "phx_join", {}]).to_string())).await?;
        let reply = socket.next().await.context("the socket closed instead of answering a join")??.into_text()?;
        ensure!(reply.contains(r#""status":"ok""#), "a join of {topic}: expected the status ok, found {reply}");
        Ok(socket)
    }
}

impl Listener {
    /// Connects and joins.
    pub(super) async fn join(address: &str, seat: &Seat, count: Arc<AtomicUsize>, keeps: bool) -> Result<Self> {
        let socket = seat.take(address).await?;
        let (leave, leaving) = oneshot::channel();
        Ok(Self { leave, listening: tokio::spawn(listen(socket, seat.marks, count, keeps, leaving)) })
    }

    /// Leaves, and gives everything it heard.
    pub(super) async fn leave(self) -> Result<Vec<Heard>> {
        // It may have ended by itself: then it says why.
        let _ = self.leave.send(());
        self.listening.await?
    }
}

async fn listen(
    mut socket: Socket,
    marks: &str,
    count: Arc<AtomicUsize>,
    keeps: bool,
    mut leaving: oneshot::Receiver<()>,
) -> Result<Vec<Heard>> {
    let mut heard = Vec::new();
    loop {
        let message = tokio::select! {
            message = socket.next() => message.context("the socket ended")??,
            _ = &mut leaving => break,
        };
        match message {
            Message::Text(text) if text.contains(marks) => {
                let at = Instant::now();
                count.fetch_add(1, Ordering::Relaxed);
                heard.push(Heard { at, text: if keeps { text.as_str().to_owned() } else { String::new() } });
            }
            Message::Text(_) | Message::Ping(_) | Message::Pong(_) => {}
            other => bail!("expected an event, found {other:?}"),
        }
    }
    socket.close(None).await?;
    Ok(heard)
}

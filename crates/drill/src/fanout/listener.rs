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
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// A socket that has joined `lobbies`.
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

impl Listener {
    /// Connects and joins.
    pub(super) async fn join(address: &str, count: Arc<AtomicUsize>, keeps: bool) -> Result<Self> {
        let (mut socket, _) = connect_async(format!("ws://{address}/socket/websocket?vsn=2.0.0")).await?;
        // Not the product's client, which takes messages apart: what is timed is their coming.
        socket.send(Message::text(json!(["1", "1", "lobbies", "phx_join", {}]).to_string())).await?;
        let reply = socket.next().await.context("the socket closed instead of answering a join")??.into_text()?;
        ensure!(reply.contains(r#""status":"ok""#), "a join of lobbies: expected the status ok, found {reply}");
        let (leave, leaving) = oneshot::channel();
        Ok(Self { leave, listening: tokio::spawn(listen(socket, count, keeps, leaving)) })
    }

    /// Leaves, and gives everything it heard.
    pub(super) async fn leave(self) -> Result<Vec<Heard>> {
        // It may have ended by itself: then it says why.
        let _ = self.leave.send(());
        self.listening.await?
    }
}

async fn listen(
    mut socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
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
            Message::Text(text) => {
                let at = Instant::now();
                count.fetch_add(1, Ordering::Relaxed);
                heard.push(Heard { at, text: if keeps { text.as_str().to_owned() } else { String::new() } });
            }
            Message::Ping(_) | Message::Pong(_) => {}
            other => bail!("expected an event, found {other:?}"),
        }
    }
    socket.close(None).await?;
    Ok(heard)
}

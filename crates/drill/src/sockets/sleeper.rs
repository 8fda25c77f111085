//! A socket that does not read.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::check::same;

/// Bytes its own side of the connection holds for it. Small, so that the server soon notices.
const RECEIVES: u32 = 4 * 1024;
/// What is on its way comes within this time.
const PATIENCE: Duration = Duration::from_secs(10);
/// The close code for one who reads too slowly.
const TOO_SLOW: u16 = 4002;

/// A socket that has joined `lobbies` and reads nothing from then on.
pub(crate) struct Sleeper(WebSocketStream<TcpStream>);

impl Sleeper {
    pub(crate) async fn join(address: &str) -> Result<Self> {
        let connection = TcpSocket::new_v4()?;
        connection.set_recv_buffer_size(RECEIVES)?;
        let connection = connection.connect(address.parse()?).await?;
        let url = format!("ws://{address}/socket/websocket?vsn=2.0.0");
        let (mut socket, _) = client_async(url, connection).await?;
        socket.send(Message::text(json!(["1", "1", "lobbies", "phx_join", {}]).to_string())).await?;
        let reply = socket.next().await.context("the socket closed instead of answering a join")??;
        let reply = reply.into_text()?;
        if !reply.contains(r#""status":"ok""#) {
            bail!("a join of lobbies: expected the status ok, found {reply}");
        }
        Ok(Self(socket))
    }

    /// Reads what is left. It must come to an end before the last of `all` events: gives how many are missing.
    pub(crate) async fn wake(mut self, all: usize) -> Result<usize> {
        let mut heard = 0;
        loop {
            let Ok(message) = tokio::time::timeout(PATIENCE, self.0.next()).await else {
                bail!("the socket that did not read: expected its end, found it open after {heard} of {all} events");
            };
            match message {
                Some(Ok(Message::Text(_))) => heard += 1,
                Some(Ok(Message::Close(frame))) => {
                    let code = frame.map(|frame| u16::from(frame.code));
                    same("the close code of the socket that did not read", Some(TOO_SLOW), code)?;
                    break;
                }
                Some(Ok(_)) => {}
                // There was no room left for a close frame: the connection just ends.
                Some(Err(_)) | None => break,
            }
        }
        if heard >= all {
            bail!(
                "the socket that did not read: expected a gap, found all {all} events: too little was sent to block it"
            );
        }
        Ok(all - heard)
    }
}

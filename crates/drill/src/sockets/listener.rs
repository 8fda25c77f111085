//! A socket that reads.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, connect_async};

use super::Heard;
use crate::answers::LobbyId;

/// A socket that has joined `lobbies` and writes down what it hears.
pub(super) struct Listener {
    leave: oneshot::Sender<()>,
    listening: JoinHandle<Result<Vec<Heard>>>,
}

/// A frame of an event, as far as it matters here: `[null, null, topic, event, payload]`.
#[derive(Deserialize)]
struct Frame(IgnoredAny, IgnoredAny, String, String, Payload);

#[derive(Deserialize)]
struct Payload {
    id: Option<LobbyId>,
}

impl Listener {
    /// Connects, as a player or as nobody, and joins.
    pub(super) async fn join(address: &str, token: Option<&str>, heard: Arc<AtomicUsize>) -> Result<Self> {
        let token = token.map(|token| format!("&token={token}")).unwrap_or_default();
        let (mut socket, _) = connect_async(format!("ws://{address}/socket/websocket?vsn=2.0.0{token}")).await?;
        join(&mut socket).await?;
        let (leave, leaving) = oneshot::channel();
        Ok(Self { leave, listening: tokio::spawn(listen(socket, heard, leaving)) })
    }

    /// Leaves, and gives everything it heard.
    pub(super) async fn leave(self) -> Result<Vec<Heard>> {
        // It may have ended by itself: then it says why.
        let _ = self.leave.send(());
        self.listening.await?
    }
}

/// Joins `lobbies` and reads the answer.
pub(crate) async fn join<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut WebSocketStream<S>) -> Result<()> {
    socket.send(Message::text(json!(["1", "1", "lobbies", "phx_join", {}]).to_string())).await?;
    let reply = socket.next().await.context("the socket closed instead of answering a join")??;
    let reply = reply.into_text()?;
    if !reply.contains(r#""status":"ok""#) {
        bail!("a join of lobbies: expected the status ok, found {reply}");
    }
    Ok(())
}

async fn listen<S: AsyncRead + AsyncWrite + Unpin>(
    mut socket: WebSocketStream<S>,
    counter: Arc<AtomicUsize>,
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
                heard.push(event(&text)?);
                counter.fetch_add(1, Ordering::Relaxed);
            }
            Message::Ping(_) | Message::Pong(_) => {}
            other => bail!("expected an event, found {other:?}"),
        }
    }
    socket.close(None).await?;
    Ok(heard)
}

fn event(text: &str) -> Result<Heard> {
    let Frame(_, _, topic, event, Payload { id }) = serde_json::from_str(text)?;
    match (topic.as_str(), id) {
        ("lobbies", Some(lobby)) => Ok(Heard { event, lobby }),
        // Above all phx_error, by which the server tells of a gap.
        _ => bail!("expected an event of a lobby, found {event} on {topic}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_told_from_the_word_of_a_gap() {
        let heard = event(r#"[null,null,"lobbies","lobby_deleted",{"id":7}]"#).unwrap();
        assert_eq!(heard, Heard { event: "lobby_deleted".to_owned(), lobby: 7 });
        let told = event(r#"["1","1","lobbies","phx_error",{}]"#).unwrap_err().to_string();
        assert_eq!(told, "expected an event of a lobby, found phx_error on lobbies");
    }
}

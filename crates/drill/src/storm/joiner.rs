//! One of those who join. Not the product's client, which takes every frame apart while the storm is on.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use channels::presence::{DIFF, Diff, STATE, State};
use futures_util::{SinkExt, StreamExt};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::figures::number;
use crate::member::PATIENCE;

/// What a server says that has too much to do.
const BUSY: &str = r#""error":"busy""#;

/// A socket that has joined nothing.
pub(super) struct Joiner {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    topic: String,
    title: String,
}

/// A socket that joins, and listens until it hears of the title that comes last.
pub(super) struct Listening {
    let_in: Option<oneshot::Receiver<()>>,
    listening: JoinHandle<Result<Heard>>,
}

/// What it heard.
#[derive(Default)]
pub(super) struct Heard {
    /// Frames, the reply among them.
    pub(super) frames: usize,
    /// Their bytes.
    pub(super) bytes: usize,
    /// How often it was told that the server has too much to do.
    pub(super) asked_again: usize,
    /// Those that say who is there.
    presence: Vec<String>,
}

impl Joiner {
    pub(super) async fn connect(address: String, token: Option<String>, topic: String, title: String) -> Result<Self> {
        let token = token.map_or_else(String::new, |token| format!("&token={token}"));
        let (socket, _) = connect_async(format!("ws://{address}/socket/websocket?vsn=2.0.0{token}")).await?;
        Ok(Self { socket, topic, title })
    }

    /// Joins once it is told to.
    pub(super) fn waits_for(self, mut go: watch::Receiver<bool>) -> Listening {
        let (tell, let_in) = oneshot::channel();
        let listening = tokio::spawn(async move {
            go.wait_for(|go| *go).await?;
            self.listen(tell).await
        });
        Listening { let_in: Some(let_in), listening }
    }

    async fn ask(&mut self) -> Result<()> {
        let join = json!(["1", "1", self.topic, "phx_join", {}]).to_string();
        Ok(self.socket.send(Message::text(join)).await?)
    }

    async fn listen(mut self, let_in: oneshot::Sender<()>) -> Result<Heard> {
        let (mut heard, mut let_in) = (Heard::default(), Some(let_in));
        self.ask().await?;
        loop {
            let text = match self.socket.next().await.context("the socket ended")?? {
                Message::Text(text) => text,
                Message::Ping(_) | Message::Pong(_) => continue,
                other => bail!("expected an event, found {other:?}"),
            };
            heard.frames += 1;
            heard.bytes += text.len();
            if let Some(waits) = let_in.take() {
                if text.contains(BUSY) {
                    // As every client does: after the second that the server asks for.
                    let_in = Some(waits);
                    heard.asked_again += 1;
                    sleep(Duration::from_secs(1)).await;
                    self.ask().await?;
                    continue;
                }
                ensure!(text.contains(r#""status":"ok""#), "expected to be let in, found {text}");
                // Whoever waits for it may have failed elsewhere.
                let _ = waits.send(());
            } else if text.contains("presence_") {
                heard.presence.push(text.as_str().to_owned());
            } else if text.contains(&self.title) {
                self.socket.close(None).await?;
                return Ok(heard);
            } else if text.contains("phx_error") || text.contains("phx_close") {
                bail!("expected to stay, found {text} after {} frames", heard.frames);
            }
        }
    }
}

impl Listening {
    pub(super) async fn is_let_in(&mut self) -> Result<()> {
        let let_in = self.let_in.take().context("asked twice")?;
        match timeout(PATIENCE, let_in).await.context("a join was not answered")? {
            Ok(()) => Ok(()),
            Err(_) => (&mut self.listening).await?.map(drop),
        }
    }

    pub(super) async fn hears_the_end(self) -> Result<Heard> {
        timeout(PATIENCE, self.listening).await.context("what happened after the storm was not heard")??
    }
}

impl Heard {
    /// Who is there, as far as it was told.
    pub(super) fn present(&self) -> Result<State> {
        let mut state = State::default();
        for text in &self.presence {
            if text.contains(STATE) {
                state = payload(text)?;
            } else {
                state.apply(payload(text)?);
            }
        }
        Ok(state)
    }

    /// The bytes for each who came, one after another.
    pub(super) fn costs(&self) -> Result<Vec<f64>> {
        let mut costs = Vec::new();
        for text in self.presence.iter().filter(|text| text.contains(DIFF)) {
            let diff: Diff = payload(text)?;
            let joins = diff.joins.iter().count();
            costs.extend(vec![number(text.len()) / number(joins); joins]);
        }
        Ok(costs)
    }
}

/// The payload of a frame.
fn payload<T: DeserializeOwned>(text: &str) -> Result<T> {
    let mut frame: Value = serde_json::from_str(text)?;
    serde_json::from_value(frame[4].take()).context("who is there is told in another shape")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_came_is_counted_with_the_bytes_it_took_to_say_so() {
        let state = r#"[null,null,"t","presence_state",{"1":{"metas":[{"phx_ref":"a"}]}}]"#.to_owned();
        let two = r#"[null,null,"t","presence_diff",{"joins":{"2":{"metas":[{"phx_ref":"b"},{"phx_ref":"c"}]}},"leaves":{}}]"#;
        let heard = Heard { presence: vec![state, two.to_owned()], ..Heard::default() };
        let each = number(two.len()) / 2.0;
        assert_eq!(heard.costs().unwrap(), [each, each]);
        assert_eq!(heard.present().unwrap().iter().count(), 3);
    }
}

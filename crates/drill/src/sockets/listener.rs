//! A socket that reads: the product's own client.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, bail};
use channels::client::Heard as Said;
use channels::client::native::{Client, Door, Subscription};
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::Heard;

/// A socket that has joined `lobbies` and writes down what it hears.
pub(super) struct Listener {
    leave: oneshot::Sender<()>,
    listening: JoinHandle<Result<Vec<Heard>>>,
}

impl Listener {
    /// Connects, as a player or as nobody, and joins.
    pub(super) async fn join(address: &str, token: Option<&str>, heard: Arc<AtomicUsize>) -> Result<Self> {
        let mut door = Door::to(&format!("ws://{address}/socket/websocket"))?;
        if let Some(token) = token {
            door = door.with_token(token)?;
        }
        let client = Client::connect(door);
        let mut lobbies = client.join("lobbies");
        match lobbies.next().await {
            Some(Said::Joined(_)) => {}
            other => bail!("a join of lobbies: expected to be let in, found {other:?}"),
        }
        let (leave, leaving) = oneshot::channel();
        Ok(Self { leave, listening: tokio::spawn(listen(client, lobbies, heard, leaving)) })
    }

    /// Leaves, and gives everything it heard.
    pub(super) async fn leave(self) -> Result<Vec<Heard>> {
        // It may have ended by itself: then it says why.
        let _ = self.leave.send(());
        self.listening.await?
    }
}

async fn listen(
    client: Client,
    mut lobbies: Subscription,
    counter: Arc<AtomicUsize>,
    mut leaving: oneshot::Receiver<()>,
) -> Result<Vec<Heard>> {
    let mut heard = Vec::new();
    loop {
        let said = tokio::select! {
            said = lobbies.next() => said.context("the client ended")?,
            _ = &mut leaving => break,
        };
        heard.push(event(said)?);
        counter.fetch_add(1, Ordering::Relaxed);
    }
    client.close();
    Ok(heard)
}

fn event(said: Said) -> Result<Heard> {
    let Said::Event { event, payload } = said else {
        // Above all that it was joined again: whoever reads is never cut off.
        bail!("expected an event of a lobby, found {said:?}");
    };
    match payload.get("id").and_then(Value::as_i64) {
        Some(lobby) => Ok(Heard { event, lobby }),
        None => bail!("expected an event of a lobby, found {event}: {payload}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_is_told_from_the_word_of_a_gap() {
        let said = Said::Event { event: "lobby_deleted".to_owned(), payload: json!({"id": 7}) };
        assert_eq!(event(said).unwrap(), Heard { event: "lobby_deleted".to_owned(), lobby: 7 });
        let told = event(Said::Joined(json!({}))).unwrap_err().to_string();
        assert!(told.starts_with("expected an event of a lobby, found Joined"), "{told}");
    }
}

//! Somebody who listens to a lobby with the product's own client, and believes nothing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use channels::client::Heard;
use channels::client::native::{Client, Door, Settings, Subscription};
use channels::presence::{DIFF, STATE, State};
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use crate::answers::{LobbyId, UserId};
use crate::ledger::{Ledger, Reader};
use crate::player::Player;

/// How long anything may take that a member waits for.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A member of a lobby who listens to it.
pub(crate) struct Member {
    client: Client,
    knows: watch::Receiver<Knows>,
    listening: JoinHandle<Result<()>>,
}

/// What a member knows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Knows {
    /// What happened.
    pub(crate) reader: Reader,
    /// Who is there.
    present: State,
    /// When the lobby was joined last.
    pub(crate) since: Option<Instant>,
}

impl Member {
    /// Connects at an address, and joins.
    pub(crate) async fn listen(player: &Player, address: &str, lobby: LobbyId, ledger: Arc<Ledger>) -> Result<Self> {
        let settings = Settings { first_wait: Duration::from_millis(20), ..Settings::default() };
        let client = Client::connect_with(door(address, Some(player))?, settings);
        let inside = client.join(&format!("lobby:{lobby}"));
        let (tell, knows) = watch::channel(Knows::default());
        let name = format!("player {} in lobby {lobby}", player.id);
        let listening = tokio::spawn(async move { listen(inside, &ledger, &tell).await.context(name) });
        let mut member = Self { client, knows, listening };
        member.comes_to("is let in", |knows| knows.since.is_some()).await?;
        Ok(member)
    }

    /// What it knows by now.
    pub(crate) fn knows(&self) -> Knows {
        self.knows.borrow().clone()
    }

    /// Waits until something is so of what it knows.
    pub(crate) async fn comes_to(&mut self, what: &str, is_so: impl Fn(&Knows) -> bool) -> Result<Knows> {
        let come = timeout(PATIENCE, self.knows.wait_for(|knows| is_so(knows))).await;
        match come.map(|come| come.map(|knows| knows.clone())) {
            Ok(Ok(knows)) => return Ok(knows),
            Err(_) => {
                let status = *self.client.status().borrow();
                bail!("a member {what}: expected it soon, found {status:?} and {:?}", self.knows());
            }
            // It does not listen any more, and says why.
            Ok(Err(_)) => {}
        }
        match (&mut self.listening).await? {
            Ok(()) => bail!("a member {what}: expected it, found that its client had ended"),
            Err(error) => Err(error),
        }
    }

    /// Goes, and gives what it knew.
    pub(crate) async fn leave(self) -> Result<Knows> {
        self.client.close();
        self.listening.await??;
        Ok(self.knows.borrow().clone())
    }
}

impl Knows {
    /// How many sockets of each user are there.
    pub(crate) fn present(&self) -> BTreeMap<UserId, usize> {
        let keys = self.present.0.iter();
        keys.map(|(key, all)| (key.parse().unwrap_or_default(), all.metas.len())).collect()
    }

    /// How many times the lobby was joined again.
    pub(crate) fn returns(&self) -> u32 {
        self.reader.resyncs + self.reader.recoveries
    }
}

/// The way into an address, as a player or as nobody.
pub(crate) fn door(address: &str, player: Option<&Player>) -> Result<Door> {
    let door = Door::to(&format!("ws://{address}/socket/websocket"))?;
    Ok(match player {
        Some(player) => door.with_token(&player.token)?,
        None => door,
    })
}

async fn listen(mut inside: Subscription, ledger: &Ledger, tell: &watch::Sender<Knows>) -> Result<()> {
    while let Some(heard) = inside.next().await {
        let mut outcome = Ok(());
        tell.send_modify(|knows| outcome = knows.take(heard, ledger));
        outcome?;
    }
    Ok(())
}

impl Knows {
    fn take(&mut self, heard: Heard, ledger: &Ledger) -> Result<()> {
        match heard {
            Heard::Joined(response) => {
                self.reader.joined(&response)?;
                self.since = Some(Instant::now());
            }
            Heard::Recovered => {
                self.reader.recovered()?;
                self.since = Some(Instant::now());
            }
            Heard::Event { event, payload } if event == STATE => self.present = read(payload)?,
            Heard::Event { event, payload } if event == DIFF => self.present.apply(read(payload)?),
            Heard::Event { event, payload } => self.reader.heard(ledger, &event, &payload)?,
            other @ (Heard::Bytes { .. } | Heard::Refused(_) | Heard::Closed) => {
                bail!("expected an event of the lobby, found {other:?}")
            }
        }
        Ok(())
    }
}

fn read<T: serde::de::DeserializeOwned>(payload: Value) -> Result<T> {
    serde_json::from_value(payload).context("who is there is told in another shape")
}

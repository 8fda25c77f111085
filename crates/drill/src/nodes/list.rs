//! Somebody who listens to the list of lobbies, which has no log: what was lost there is made up for by joining anew.

use anyhow::{Context, Result, bail};
use channels::client::Heard;
use channels::client::native::Client;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::member::{PATIENCE, door};

/// A listener, who is nobody.
pub(super) struct List {
    _client: Client,
    joins: watch::Receiver<u32>,
}

impl List {
    /// Connects to a node, and joins.
    pub(super) async fn listen(address: &str) -> Result<Self> {
        let client = Client::connect(door(address, None)?);
        let mut lobbies = client.join("lobbies");
        let (tell, joins) = watch::channel(0);
        tokio::spawn(async move {
            while let Some(heard) = lobbies.next().await {
                if matches!(heard, Heard::Joined(_)) {
                    tell.send_modify(|joins| *joins += 1);
                }
            }
        });
        let mut list = Self { _client: client, joins };
        list.joins_again(0).await?;
        Ok(list)
    }

    /// How many times it was joined.
    pub(super) fn joins(&self) -> u32 {
        *self.joins.borrow()
    }

    /// Waits until it was joined more often than that.
    pub(super) async fn joins_again(&mut self, joins: u32) -> Result<()> {
        match timeout(PATIENCE, self.joins.wait_for(|now| *now > joins)).await {
            Ok(joined) => joined.map(drop).context("a listener to the list has ended"),
            Err(_) => bail!("a listener to the list: expected to be told to join anew, found nothing"),
        }
    }
}

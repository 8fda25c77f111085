//! The accounts of a client that live by mail, several at a time: while a letter is on its way to one, another goes on.

use std::time::Duration;

use anyhow::{Context, Result};
use rand::RngExt;

use super::account::Account;
use crate::api::Api;
use crate::random::Choices;
use crate::sink::Sink;

/// Accounts that are in the middle of something.
const OPEN: usize = 5;
/// How often is looked whether a letter came, in the end.
const EVERY: Duration = Duration::from_millis(250);

/// Accounts, and how many there were.
pub(super) struct Correspondence {
    name: String,
    open: Vec<Account>,
    begun: u32,
    done: usize,
}

impl Correspondence {
    pub(super) fn of(name: &str) -> Self {
        Self { name: name.to_owned(), open: Vec::new(), begun: 0, done: 0 }
    }

    /// Something with one of the accounts; false where all wait for their letters.
    pub(super) async fn go_on(&mut self, api: &Api, sink: &Sink, random: &mut Choices) -> Result<bool> {
        let n = random.random_range(0..OPEN);
        if self.open.len() <= n {
            self.begun += 1;
            self.open.push(Account::of(format!("{}-{}@games.example", self.name, self.begun)));
        }
        let n = n.min(self.open.len() - 1);
        let went_on = self.open[n].go_on(api, sink).await?;
        if self.open[n].is_done() {
            self.open.swap_remove(n);
            self.done += 1;
        }
        Ok(went_on)
    }

    /// After a restart: see [`Account::look_again`].
    pub(super) async fn look_again(&mut self, api: &Api) -> Result<()> {
        for account in &mut self.open {
            account.look_again(api).await?;
        }
        Ok(())
    }

    /// In the end: every letter that was promised comes, and its link works.
    pub(super) async fn settle(&mut self, api: &Api, sink: &Sink) -> Result<()> {
        for account in &mut self.open {
            while account.waits() {
                if !account.go_on(api, sink).await.context("in the end")? {
                    tokio::time::sleep(EVERY).await;
                }
            }
            account.look_again(api).await?;
        }
        Ok(())
    }

    /// Accounts that were begun.
    pub(super) fn accounts(&self) -> usize {
        self.open.len() + self.done
    }

    /// Those whose address it was told is confirmed.
    pub(super) fn confirmed(&self) -> usize {
        self.open.iter().filter(|account| account.is_confirmed()).count() + self.done
    }
}

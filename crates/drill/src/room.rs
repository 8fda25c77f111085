//! A lobby in which things happen, and everybody who sits in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use channels::client::Heard;
use channels::client::native::Client;
use rand::RngExt;
use serde_json::json;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::answers::{Lobby, LobbyId, UserId};
use crate::api::{Answer, Api, Lost};
use crate::check::same;
use crate::ledger::Ledger;
use crate::member::{PATIENCE, door};
use crate::player::{Player, device};
use crate::random::Choices;

/// A lobby. The first player is its host; the visitor comes and goes.
pub(crate) struct Room {
    /// Its id.
    pub(crate) id: LobbyId,
    /// Who sits in it for good.
    pub(crate) players: Vec<Player>,
    /// What everybody was told.
    pub(crate) ledger: Arc<Ledger>,
    visitor: Player,
}

/// Somebody who makes things happen in a lobby until they are told to stop.
pub(crate) struct Writer {
    stop: Arc<AtomicBool>,
    writing: JoinHandle<Result<Vec<Asked>>>,
}

struct Author {
    name: &'static str,
    lobby: LobbyId,
    host: Player,
    visitor: Player,
    apis: Vec<Api>,
    asked: Vec<Asked>,
}

/// What a writer asked for.
pub(crate) struct Written(Vec<Asked>);

/// A title that was asked for, and whether the answer came.
struct Asked {
    title: String,
    granted: bool,
}

impl Room {
    /// Signs players in, and seats them.
    pub(crate) async fn open(api: Api, name: String, players: usize) -> Result<Self> {
        let players = Player::several(&api, &name, players).await?;
        let visitor = Player::sign_in(&api, &device(&format!("visitor-of-{name}"), 0)).await?;
        let lobby = json!({ "title": "Before", "max_users": players.len() + 1 });
        let id = players[0].open(&lobby).await?.id;
        for player in &players[1..] {
            ensure!(player.join(id, &[]).await?, "a join was refused");
        }
        Ok(Self { id, players, ledger: Arc::default(), visitor })
    }

    /// Makes things happen, over these servers by lot, with pauses of up to `pause`. The titles begin with `name`.
    pub(crate) fn write(&self, name: &'static str, apis: &[Api], pause: Duration, lots: Choices) -> Writer {
        let stop = Arc::new(AtomicBool::new(false));
        let (host, visitor) = (self.players[0].clone(), self.visitor.clone());
        let author = Author { name, lobby: self.id, host, visitor, apis: apis.to_vec(), asked: Vec::new() };
        Writer { writing: tokio::spawn(author.write(pause, lots, stop.clone())), stop }
    }

    /// Who comes and goes.
    pub(crate) fn visitor(&self) -> UserId {
        self.visitor.id
    }

    /// The number of the last event, as somebody who joins now is told.
    pub(crate) async fn seq(&self, address: &str) -> Result<u64> {
        let client = Client::connect(door(address, Some(&self.players[0]))?);
        let mut inside = client.join(&format!("lobby:{}", self.id));
        let heard = timeout(PATIENCE, inside.next()).await;
        client.close();
        match heard.context("a join was not answered")? {
            Some(Heard::Joined(response)) => response["seq"].as_u64().context("no number"),
            other => bail!("a join: expected the state, found {other:?}"),
        }
    }

    /// Who sits in it, as a server says.
    pub(crate) async fn seated(&self, api: &Api) -> Result<Vec<UserId>> {
        let answer = self.players[0].at(api).lobby(self.id).await?;
        let lobby: Lobby = answer.read("GET /lobbies/{id}", 200)?;
        let mut ids: Vec<_> = lobby.members.iter().map(|member| member.user_id).collect();
        ids.sort_unstable();
        Ok(ids)
    }
}

impl Writer {
    /// Stops it, and gives what it wrote.
    pub(crate) async fn stop(self) -> Result<Written> {
        self.stop.store(true, Ordering::Relaxed);
        Ok(Written(self.writing.await??))
    }
}

impl Written {
    /// This, and what was written after it.
    pub(crate) fn and(mut self, after: Self) -> Self {
        self.0.extend(after.0);
        self
    }

    /// Everything that was granted must be in the ledger, once and in its order, and of what was not answered at most what was
    /// asked. Gives how many titles were granted.
    pub(crate) fn check(&self, ledger: &Ledger) -> Result<usize> {
        compare(&self.0, &ledger.titles())?;
        Ok(self.0.iter().filter(|asked| asked.granted).count())
    }
}

impl Author {
    async fn write(mut self, pause: Duration, mut lots: Choices, stop: Arc<AtomicBool>) -> Result<Vec<Asked>> {
        self.visitor.at(&self.apis[0]).leave(&["400 not_in_lobby"]).await?;
        let (mut visits, mut is_inside) = (true, false);
        while !stop.load(Ordering::Relaxed) {
            sleep(pause.mul_f64(lots.random())).await;
            let which = lots.random_range(0..self.apis.len());
            let is_answered = if !visits || lots.random_ratio(4, 5) {
                self.rename(which).await?
            } else {
                is_inside = !is_inside;
                // Where no answer comes, it is not known whether the visitor is inside.
                visits = self.visit(which, is_inside).await?;
                visits
            };
            if !is_answered {
                self.apis.remove(which);
                ensure!(!self.apis.is_empty(), "no server answers any more");
            }
        }
        Ok(self.asked)
    }

    async fn rename(&mut self, which: usize) -> Result<bool> {
        let title = format!("{} {}", self.name, self.asked.len());
        let (token, body) = (Some(self.host.token.as_str()), json!({ "title": title }));
        let granted = is_granted("a change of a lobby", self.apis[which].patch("/lobbies", token, &body).await)?;
        self.asked.push(Asked { title, granted });
        Ok(granted)
    }

    async fn visit(&self, which: usize, comes: bool) -> Result<bool> {
        let path = if comes { format!("/lobbies/{}/join", self.lobby) } else { "/lobbies/leave".to_owned() };
        is_granted("a visit", self.apis[which].post(&path, Some(&self.visitor.token), &json!({})).await)
    }
}

/// Whether it was granted, as it must be where an answer came at all.
fn is_granted(what: &str, answer: Result<Answer, Lost>) -> Result<bool> {
    match answer {
        Ok(answer) => answer.granted(what, &[]),
        Err(_) => Ok(false),
    }
}

/// What was told must be what was granted, and of the rest nothing that nobody asked for.
fn compare(asked: &[Asked], told: &[String]) -> Result<()> {
    let mut told = told.iter();
    let mut next = told.next();
    for Asked { title, granted } in asked {
        if next == Some(title) {
            next = told.next();
        } else if *granted {
            return same("a title that was granted", Some(title), next);
        }
    }
    same("titles beyond those that were asked for", None, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(told: &[&str]) -> Result<(), String> {
        let asked = [("a", true), ("b", false), ("c", true)];
        let asked = asked.map(|(title, granted)| Asked { title: title.to_owned(), granted });
        let told: Vec<_> = told.iter().map(|&title| title.to_owned()).collect();
        compare(&asked, &told).map_err(|error| error.to_string())
    }

    #[test]
    fn what_was_granted_must_be_told_once_and_in_order() {
        assert_eq!(outcome(&["a", "c"]), Ok(()));
        assert_eq!(outcome(&["a", "b", "c"]), Ok(()), "what was not answered may have happened");
        for wrong in [&["a", "b"][..], &["c"], &["a", "a", "c"], &["c", "a"], &["a", "c", "d"]] {
            assert!(outcome(wrong).is_err(), "{wrong:?}");
        }
    }
}

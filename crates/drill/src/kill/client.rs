//! A client that writes without a pause and remembers every answer.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};
use rand::RngExt;
use serde_json::json;

use super::correspondence::Correspondence;
use super::lobbies::Lobbies;
use crate::answers::{Lobby, LobbyId, Me, Tokens, UserId};
use crate::api::{Api, Lost};
use crate::check::{one_of, same};
use crate::player::device;
use crate::random::Choices;
use crate::sink::Sink;

/// What was asked and not answered: it may have happened or not.
#[derive(Debug)]
enum Asked {
    /// Nothing about seats.
    Nothing,
    /// To open a lobby of this title.
    Open(String),
    /// For a seat in this lobby.
    Join(LobbyId),
    /// To leave.
    Leave,
}

/// What clients do until the server is killed.
#[derive(Clone, Copy)]
pub(super) enum Plays {
    /// Whatever there is.
    Everything,
    /// Nothing but refreshes, of which two at the same moment are the rule.
    Refreshes,
    /// Nothing but what posts letters, and what uses them.
    Letters,
}

/// A client, and what it was told.
pub(super) struct Client {
    name: String,
    random: Choices,
    /// The user of each device that it signed in with, its own first.
    devices: Vec<(String, UserId)>,
    /// How many of them were looked at after a kill.
    looked_at: usize,
    /// The accounts it made with addresses.
    letters: Correspondence,
    /// Those of its session that came last.
    tokens: Tokens,
    /// Refresh tokens of sessions that were signed out.
    signed_out: Vec<String>,
    seat: Option<LobbyId>,
    asked: Asked,
    /// Answers it got.
    pub(super) answers: u64,
    /// Requests that were left without one.
    pub(super) unanswered: u64,
}

impl Client {
    pub(super) async fn sign_in(api: &Api, n: usize, random: Choices) -> Result<Self> {
        let name = format!("client-{n}");
        let own = device(&name, 0);
        let tokens: Tokens = api.sign_in(&own).await?.read("a sign-in by device", 200)?;
        Ok(Self {
            letters: Correspondence::of(&name),
            name,
            random,
            devices: vec![(own, tokens.user_id)],
            looked_at: 0,
            tokens,
            signed_out: Vec::new(),
            seat: None,
            asked: Asked::Nothing,
            answers: 0,
            unanswered: 0,
        })
    }

    /// Who it is.
    pub(super) fn user(&self) -> UserId {
        self.tokens.user_id
    }

    /// The access token.
    pub(super) fn token(&self) -> &str {
        &self.tokens.access_token
    }

    /// Where it sits, as it was told.
    pub(super) fn seat(&self) -> Option<LobbyId> {
        self.seat
    }

    /// Users it made.
    pub(super) fn users(&self) -> usize {
        self.devices.len() + self.letters.accounts()
    }

    /// Addresses it was told are confirmed.
    pub(super) fn confirmed(&self) -> usize {
        self.letters.confirmed()
    }

    /// One thing after another, until the server is killed. An answer that is lost before that is a fault.
    pub(super) async fn play(
        &mut self,
        api: &Api,
        lobbies: &Lobbies,
        sink: &Sink,
        killed: &AtomicBool,
        plays: Plays,
    ) -> Result<()> {
        loop {
            let acted = match plays {
                Plays::Everything => self.act(api, lobbies, sink).await,
                Plays::Refreshes => self.refresh_twice(api).await,
                Plays::Letters => self.correspond(api, sink).await,
            };
            match acted {
                Ok(()) => self.answers += 1,
                Err(error) if error.is::<Lost>() && killed.load(Ordering::SeqCst) => {
                    self.unanswered += 1;
                    return Ok(());
                }
                Err(error) => return Err(error.context(self.name.clone())),
            }
        }
    }

    async fn act(&mut self, api: &Api, lobbies: &Lobbies, sink: &Sink) -> Result<()> {
        match self.random.random_range(0..20) {
            0 => self.look(api).await,
            1..4 => self.correspond(api, sink).await,
            4..7 => self.refresh(api).await,
            7..9 => self.use_another_device(api).await,
            9..11 => self.come_and_go(api).await,
            _ if self.seat.is_some() => self.leave(api).await,
            _ => match lobbies.any(&mut self.random) {
                Some(lobby) if self.random.random_ratio(2, 3) => self.join(api, lobbies, lobby).await,
                _ => self.open(api, lobbies).await,
            },
        }
    }

    async fn look(&mut self, api: &Api) -> Result<()> {
        let me: Me = api.get("/me", Some(self.token())).await?.read("GET /me", 200)?;
        same("the lobby GET /me tells", self.seat, me.lobby_id)
    }

    async fn refresh(&mut self, api: &Api) -> Result<()> {
        self.tokens = api.refresh(&self.tokens.refresh_token).await?.read("a refresh", 200)?;
        Ok(())
    }

    /// Twice at the same moment, and its token is used: neither may be the end of the session, and both are told the same.
    async fn refresh_twice(&mut self, api: &Api) -> Result<()> {
        let token = self.tokens.refresh_token.clone();
        let (one, other) = tokio::join!(api.refresh(&token), api.refresh(&token));
        // One answer that came is enough to go on with, as it would be for a game.
        let (tokens, lost) = match (one, other) {
            (Ok(one), Ok(other)) => {
                let one: Tokens = one.read("a refresh", 200)?;
                let other: Tokens = other.read("the same refresh", 200)?;
                same("the refresh token of two refreshes", &one.refresh_token, &other.refresh_token)?;
                (one, None)
            }
            (Ok(answer), Err(lost)) | (Err(lost), Ok(answer)) => (answer.read("a refresh", 200)?, Some(lost)),
            (Err(lost), Err(_)) => return Err(lost.into()),
        };
        self.tokens = tokens;
        match lost {
            Some(lost) => Err(lost.into()),
            None => self.look(api).await,
        }
    }

    async fn use_another_device(&mut self, api: &Api) -> Result<()> {
        let device = device(&self.name, self.random.random_range(1..1_000_000_000));
        let tokens: Tokens = api.sign_in(&device).await?.read("a sign-in by a new device", 200)?;
        self.devices.push((device, tokens.user_id));
        Ok(())
    }

    /// Something by mail; what it can do without where every letter is on its way.
    async fn correspond(&mut self, api: &Api, sink: &Sink) -> Result<()> {
        if self.letters.go_on(api, sink, &mut self.random).await? { Ok(()) } else { self.refresh(api).await }
    }

    /// A second session, for a moment.
    async fn come_and_go(&mut self, api: &Api) -> Result<()> {
        let tokens: Tokens = api.sign_in(&self.devices[0].0).await?.read("a second sign-in", 200)?;
        same("the user of a device", self.user(), tokens.user_id)?;
        api.sign_out(&tokens.refresh_token).await?.accepted("a sign-out", 200)?;
        self.signed_out.push(tokens.refresh_token);
        Ok(())
    }

    async fn open(&mut self, api: &Api, lobbies: &Lobbies) -> Result<()> {
        let title = format!("Of {}, {}", self.name, self.random.random_range(0..1_000_000_000));
        let seats = self.random.random_range(1..=8);
        self.asked = Asked::Open(title.clone());
        let lobby = api.post("/lobbies", Some(self.token()), &json!({ "title": title, "max_users": seats })).await?;
        self.asked = Asked::Nothing;
        let lobby: Lobby = lobby.read("opening a lobby", 201)?;
        lobbies.opened(&lobby);
        self.seat = Some(lobby.id);
        Ok(())
    }

    async fn join(&mut self, api: &Api, lobbies: &Lobbies, id: LobbyId) -> Result<()> {
        self.asked = Asked::Join(id);
        let answer = api.post(&format!("/lobbies/{id}/join"), Some(self.token()), &json!({})).await?;
        self.asked = Asked::Nothing;
        if answer.status == 404 {
            lobbies.gone(id);
        }
        if answer.granted("a join", &["403 full", "403 cannot_join", "404 not_found"])? {
            self.seat = Some(id);
        }
        Ok(())
    }

    async fn leave(&mut self, api: &Api) -> Result<()> {
        self.asked = Asked::Leave;
        let answer = api.post("/lobbies/leave", Some(self.token()), &json!({})).await?;
        self.asked = Asked::Nothing;
        answer.accepted("a leave", 200)?;
        self.seat = None;
        Ok(())
    }

    /// After a restart: everything it was told is so, and its session goes on.
    pub(super) async fn look_again(&mut self, api: &Api, lobbies: &Lobbies) -> Result<()> {
        self.find_users(api, self.looked_at).await?;
        self.looked_at = self.devices.len();
        self.letters.look_again(api).await?;
        let token = self.token();
        let me: Me = api.get("/me", Some(token)).await?.read("GET /me with the last access token", 200)?;
        same("the user of the last access token", self.user(), me.id)?;
        self.find_seat(api, lobbies, me.lobby_id).await?;

        // Whether it was used already by a refresh whose answer was lost or not: it must not be the end.
        let tokens = api.refresh(&self.tokens.refresh_token).await?;
        self.tokens = tokens.read("a refresh by the last refresh token", 200)?;
        for token in self.signed_out.drain(..) {
            let answer = api.refresh(&token).await?.in_short();
            same("a refresh after an acknowledged sign-out", "401 invalid_refresh_token", &answer)?;
        }
        Ok(())
    }

    /// In the end: whatever letters it was promised come.
    pub(super) async fn settle(&mut self, api: &Api, sink: &Sink) -> Result<()> {
        self.letters.settle(api, sink).await
    }

    /// Every device is that of the same user, from the one numbered `from` on.
    pub(super) async fn find_users(&self, api: &Api, from: usize) -> Result<()> {
        for (device, user) in &self.devices[from..] {
            let tokens: Tokens = api.sign_in(device).await?.read("a sign-in by a known device", 200)?;
            same(format!("the user of device {device}"), *user, tokens.user_id)?;
        }
        Ok(())
    }

    async fn find_seat(&mut self, api: &Api, lobbies: &Lobbies, found: Option<LobbyId>) -> Result<()> {
        let what = format!("the seat of {}, which last asked for {:?}", self.name, self.asked);
        match std::mem::replace(&mut self.asked, Asked::Nothing) {
            Asked::Nothing => same(what, self.seat, found)?,
            Asked::Join(lobby) => one_of(what, &[None, Some(lobby)], &found)?,
            Asked::Leave => one_of(what, &[self.seat, None], &found)?,
            Asked::Open(title) => {
                if let Some(id) = found {
                    let answer = api.get(&format!("/lobbies/{id}"), Some(self.token())).await?;
                    let lobby: Lobby = answer.read("the lobby that was being opened", 200).context(what)?;
                    same("its title", &title, &lobby.title)?;
                    lobbies.opened(&lobby);
                }
            }
        }
        self.seat = found;
        Ok(())
    }
}

//! What is asked for, and by whom.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};
use reqwest::{Method, Response};
use serde_json::json;

use super::load::Asks;
use crate::answers::{LobbyId, Tokens};
use crate::api::Api;
use crate::player::{Player, device};

/// Lobbies on the list.
const LOBBIES: usize = 100;
/// Players for each of the lobbies that are joined and left: with its host they fill it.
const GUESTS: usize = 7;

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Request {
    /// `GET /health`, which asks no database.
    Health,
    /// `GET /me` with an access token.
    Me,
    /// `GET /me` with a token of a wrong signature, which is refused: what a signature costs.
    Forged,
    /// `GET /me` with the token of a session that was ended, which is refused: what the session costs to look up.
    Ended,
    /// `GET /lobbies`: the first 25 of [`LOBBIES`].
    List,
    /// `POST /login/device` of a known device: a session each time.
    SignIn,
    /// `POST /login/device` of a device that nobody has seen: an account and a session each time.
    SignInNew,
    /// `POST /lobbies/{id}/join`, then `POST /lobbies/leave`: two requests, counted and timed as one.
    JoinAndLeave,
}

impl Request {
    /// What is measured on several connections.
    pub(crate) const LOAD: [Self; 5] = [Self::Health, Self::Me, Self::List, Self::SignIn, Self::JoinAndLeave];
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Health => "health",
            Self::Me => "me (bearer)",
            Self::Forged => "me, forged token",
            Self::Ended => "me, ended session",
            Self::List => "lobby list (25 of 100)",
            Self::SignIn => "device login (known device)",
            Self::SignInNew => "device login (new device)",
            Self::JoinAndLeave => "join + leave",
        })
    }
}

/// A server with lobbies on its list, and one player for each connection.
pub(crate) struct Scene {
    /// With the lobby that each goes to.
    players: Vec<(Player, LobbyId)>,
    /// The access token of a session that was ended.
    ended: String,
}

/// An answer and the path it came from.
pub(crate) struct Recorded {
    pub(crate) path: String,
    pub(crate) answer: Response,
}

/// One connection, who uses it, and for what.
pub(crate) struct Client {
    request: Request,
    player: Player,
    forged: String,
    ended: String,
    device: String,
    lobby: LobbyId,
}

impl Scene {
    /// For so many connections.
    pub(crate) async fn set(api: &Api, connections: usize) -> Result<Self> {
        let mut lobbies = Vec::new();
        for host in Player::several(api, "host", LOBBIES).await? {
            lobbies.push(host.open(&json!({ "title": "Bench", "max_users": 1 + GUESTS })).await?.id);
        }
        let players = Player::several(api, "guest", connections).await?;
        let players = players.into_iter().enumerate().map(|(n, player)| (player, lobbies[n / GUESTS % LOBBIES]));
        let gone: Tokens = api.sign_in(&device("gone", 0)).await?.read("a sign-in", 200)?;
        api.sign_out(&gone.refresh_token).await?.accepted("a sign-out", 200)?;
        Ok(Self { players: players.collect(), ended: gone.access_token })
    }

    /// The same players, who ask another server.
    pub(crate) fn at(&self, api: &Api) -> Self {
        let player = |(player, lobby): &(Player, LobbyId)| (Player { api: api.clone(), ..player.clone() }, *lobby);
        Self { players: self.players.iter().map(player).collect(), ended: self.ended.clone() }
    }

    /// The server's answer to each request that a bare handler could give as well, as it came over the wire.
    pub(crate) async fn record(&self, api: &Api) -> Result<Vec<Recorded>> {
        let (player, _) = self.players.first().context("a scene without players")?;
        let device = json!({ "device_id": device("returning", 0) });
        let mut recorded = Vec::new();
        for (path, token, body) in [
            ("/health", None, None),
            ("/me", Some(&*player.token), None),
            ("/lobbies", None, None),
            ("/login/device", None, Some(&device)),
        ] {
            let method = if body.is_some() { Method::POST } else { Method::GET };
            let answer = api.raw(method, path, token, body).await?.error_for_status()?;
            recorded.push(Recorded { path: answer.url().path().to_owned(), answer });
        }
        Ok(recorded)
    }

    /// The clients of so many connections, each with a connection of its own, that ask for this.
    pub(crate) fn clients(&self, request: Request, connections: usize) -> Result<Vec<Client>> {
        let players = self.players.iter().take(connections).enumerate();
        let client = |(n, (player, lobby)): (usize, &(Player, LobbyId))| {
            let player = Player { api: player.api.apart()?, ..player.clone() };
            // The last character holds bits that nobody reads.
            let forged = format!("{}AAAA", &player.token[..player.token.len() - 4]);
            // Not the player's own: of an account's sessions only the latest twenty are kept.
            let device = device("returning", n);
            Ok(Client { request, player, forged, ended: self.ended.clone(), device, lobby: *lobby })
        };
        players.map(client).collect()
    }
}

impl Asks for Client {
    async fn ask(&self) -> Result<()> {
        let api = &self.player.api;
        match self.request {
            Request::Health => api.get("/health", None).await?.accepted("GET /health", 200).map(drop),
            Request::Me => api.get("/me", Some(&self.player.token)).await?.accepted("GET /me", 200).map(drop),
            Request::Forged => api.get("/me", Some(&self.forged)).await?.accepted("GET /me", 401).map(drop),
            Request::Ended => api.get("/me", Some(&self.ended)).await?.accepted("GET /me", 401).map(drop),
            Request::List => api.get("/lobbies", None).await?.accepted("GET /lobbies", 200).map(drop),
            Request::SignIn => api.sign_in(&self.device).await?.accepted("a sign-in", 200).map(drop),
            Request::SignInNew => {
                static DEVICES: AtomicUsize = AtomicUsize::new(0);
                let device = device("new", DEVICES.fetch_add(1, Ordering::Relaxed));
                api.sign_in(&device).await?.accepted("a sign-in", 200).map(drop)
            }
            Request::JoinAndLeave => {
                self.player.join(self.lobby, &[]).await?;
                self.player.leave(&[]).await.map(drop)
            }
        }
    }
}

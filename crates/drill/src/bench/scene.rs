//! What is asked for, and by whom.

use std::fmt;

use anyhow::Result;
use serde_json::json;

use crate::answers::LobbyId;
use crate::api::Api;
use crate::player::{Player, device};

/// Lobbies on the list.
const LOBBIES: usize = 100;
/// Players for each of the lobbies that are joined and left: with its host they fill it.
const GUESTS: usize = 7;

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub(super) enum Request {
    /// `GET /health`, which asks no database.
    Health,
    /// `GET /me` with an access token.
    Me,
    /// `GET /lobbies`: the first 25 of [`LOBBIES`].
    List,
    /// `POST /login/device` of a known device: a session each time.
    SignIn,
    /// `POST /lobbies/{id}/join`, then `POST /lobbies/leave`: two requests, counted and timed as one.
    JoinAndLeave,
}

impl Request {
    pub(super) const ALL: [Self; 5] = [Self::Health, Self::Me, Self::List, Self::SignIn, Self::JoinAndLeave];
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Health => "health",
            Self::Me => "me (bearer)",
            Self::List => "lobby list (25 of 100)",
            Self::SignIn => "device login (known device)",
            Self::JoinAndLeave => "join + leave",
        })
    }
}

/// A server with lobbies on its list, and one player for each connection.
pub(super) struct Scene {
    /// With the lobby that each goes to.
    players: Vec<(Player, LobbyId)>,
}

/// One connection and who uses it.
pub(super) struct Client {
    player: Player,
    device: String,
    lobby: LobbyId,
}

impl Scene {
    /// For so many connections.
    pub(super) async fn set(api: &Api, connections: usize) -> Result<Self> {
        let mut lobbies = Vec::new();
        for host in Player::several(api, "host", LOBBIES).await? {
            lobbies.push(host.open(&json!({ "title": "Bench", "max_users": 1 + GUESTS })).await?.id);
        }
        let players = Player::several(api, "guest", connections).await?;
        let players = players.into_iter().enumerate().map(|(n, player)| (player, lobbies[n / GUESTS % LOBBIES]));
        Ok(Self { players: players.collect() })
    }

    /// The clients of so many connections, each with a connection of its own.
    pub(super) fn clients(&self, connections: usize) -> Result<Vec<Client>> {
        let players = self.players.iter().take(connections).enumerate();
        let client = |(n, (player, lobby)): (usize, &(Player, LobbyId))| {
            let player = Player { api: player.api.apart()?, ..player.clone() };
            Ok(Client { player, device: device("guest", n), lobby: *lobby })
        };
        players.map(client).collect()
    }
}

impl Client {
    /// Asks once. Anything but a good answer is an error.
    pub(super) async fn ask(&self, request: Request) -> Result<()> {
        let api = &self.player.api;
        match request {
            Request::Health => api.get("/health", None).await?.accepted("GET /health", 200).map(drop),
            Request::Me => api.get("/me", Some(&self.player.token)).await?.accepted("GET /me", 200).map(drop),
            Request::List => api.get("/lobbies", None).await?.accepted("GET /lobbies", 200).map(drop),
            Request::SignIn => api.sign_in(&self.device).await?.accepted("a sign-in", 200).map(drop),
            Request::JoinAndLeave => {
                self.player.join(self.lobby, &[]).await?;
                self.player.leave(&[]).await.map(drop)
            }
        }
    }
}

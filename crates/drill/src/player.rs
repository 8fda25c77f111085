//! A player who is signed in.

use anyhow::Result;
use serde_json::{Value, json};

use crate::answers::{Lobby, LobbyId, Me, Tokens, UserId};
use crate::api::{Answer, Api};

/// A player who is signed in, by a device.
#[derive(Clone)]
pub(crate) struct Player {
    /// The server.
    pub(crate) api: Api,
    /// Who it is.
    pub(crate) id: UserId,
    /// The access token.
    pub(crate) token: String,
}

impl Player {
    /// Signs in.
    pub(crate) async fn sign_in(api: &Api, device: &str) -> Result<Self> {
        let tokens: Tokens = api.sign_in(device).await?.read("a sign-in by device", 200)?;
        Ok(Self { api: api.clone(), id: tokens.user_id, token: tokens.access_token })
    }

    /// Signs several in, one after another.
    pub(crate) async fn several(api: &Api, name: &str, count: usize) -> Result<Vec<Self>> {
        let mut players = Vec::with_capacity(count);
        for n in 0..count {
            players.push(Self::sign_in(api, &device(name, n)).await?);
        }
        Ok(players)
    }

    pub(crate) async fn me(&self) -> Result<Me> {
        self.api.get("/me", Some(&self.token)).await?.read("GET /me", 200)
    }

    /// Opens a lobby.
    pub(crate) async fn open(&self, lobby: &Value) -> Result<Lobby> {
        self.api.post("/lobbies", Some(&self.token), lobby).await?.read("opening a lobby", 201)
    }

    /// The same player, who asks another server.
    pub(crate) fn at(&self, api: &Api) -> Self {
        Self { api: api.clone(), ..self.clone() }
    }

    pub(crate) async fn lobby(&self, id: LobbyId) -> Result<Answer> {
        Ok(self.api.get(&format!("/lobbies/{id}"), Some(&self.token)).await?)
    }

    /// Tries to take a seat: false when refused in one of these ways.
    pub(crate) async fn join(&self, id: LobbyId, refusals: &[&str]) -> Result<bool> {
        let answer = self.api.post(&format!("/lobbies/{id}/join"), Some(&self.token), &json!({})).await?;
        answer.granted("a join", refusals)
    }

    /// Changes the lobby they host.
    pub(crate) async fn change(&self, patch: &Value) -> Result<()> {
        self.api.patch("/lobbies", Some(&self.token), patch).await?.accepted("a change of a lobby", 200).map(drop)
    }

    /// Puts a member out of the lobby they host.
    pub(crate) async fn kick(&self, user: UserId) -> Result<()> {
        let target = json!({ "target_user_id": user });
        self.api.post("/lobbies/kick", Some(&self.token), &target).await?.accepted("a kick", 200).map(drop)
    }

    /// Is seated wherever there is room.
    pub(crate) async fn quick_join(&self) -> Result<Lobby> {
        self.api.post("/lobbies/quick_join", Some(&self.token), &json!({})).await?.read("a quick join", 200)
    }

    /// Tries to leave: false when refused in one of these ways.
    pub(crate) async fn leave(&self, refusals: &[&str]) -> Result<bool> {
        self.api.post("/lobbies/leave", Some(&self.token), &json!({})).await?.granted("a leave", refusals)
    }
}

/// A device id, as long as they must be.
pub(crate) fn device(name: &str, n: usize) -> String {
    format!("device-of-a-drill-{name}-{n}")
}

//! After a restart: is everything there that was acknowledged, and nothing else?

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

use super::client::Client;
use super::lobbies::Lobbies;
use crate::answers::{Lobby, LobbyId, Page, UserId};
use crate::api::Api;
use crate::check::same;
use crate::sink::Sink;

/// Asks about all that the clients were told since the last time.
pub(super) async fn run(api: &Api, clients: &mut [Client], lobbies: &Lobbies) -> Result<()> {
    let mut seats = BTreeMap::<LobbyId, BTreeSet<UserId>>::new();
    for client in clients.iter_mut() {
        client.look_again(api, lobbies).await?;
        if let Some(lobby) = client.seat() {
            seats.entry(lobby).or_default().insert(client.user());
        }
    }
    for (lobby, members) in &seats {
        let member = clients.iter().find(|client| members.contains(&client.user())).context("a member")?;
        look_into(api, member, lobbies, *lobby, members).await?;
    }
    let empty: Vec<_> = lobbies.all().keys().filter(|lobby| !seats.contains_key(lobby)).copied().collect();
    for lobby in empty {
        let answer = api.get(&format!("/lobbies/{lobby}"), None).await?.in_short();
        same(format!("lobby {lobby}, which nobody sits in"), "404 not_found", &answer)?;
        lobbies.gone(lobby);
    }
    let list: Page<Lobby> = api.get("/lobbies?page_size=100", None).await?.read("GET /lobbies", 200)?;
    let listed: BTreeSet<_> = list.data.iter().map(|lobby| lobby.id).collect();
    same("lobbies on the list", seats.into_keys().collect(), listed)
}

async fn look_into(
    api: &Api,
    member: &Client,
    lobbies: &Lobbies,
    id: LobbyId,
    members: &BTreeSet<UserId>,
) -> Result<()> {
    let answer = api.get(&format!("/lobbies/{id}"), Some(member.token())).await?;
    let lobby: Lobby = answer.read("GET /lobbies/{id} by a member", 200)?;
    let made = lobbies.all().get(&id).cloned();
    same(format!("title and seats of lobby {id}"), made, Some((lobby.title, lobby.max_users)))?;
    let listed: BTreeSet<_> = lobby.members.iter().map(|member| member.user_id).collect();
    same(format!("members of lobby {id}"), members, &listed)?;
    same(format!("member_count of lobby {id}"), i64::try_from(listed.len())?, lobby.member_count)?;
    let host = lobby.host_id.is_some_and(|host| listed.contains(&host));
    same(format!("the host of lobby {id} sits in it"), true, host)
}

/// In the end: every device that ever signed in is still that of the same user, and every letter that was promised comes.
pub(super) async fn everybody(api: &Api, clients: &mut [Client], sink: &Sink) -> Result<()> {
    for client in clients {
        client.find_users(api, 0).await?;
        client.settle(api, sink).await?;
    }
    Ok(())
}

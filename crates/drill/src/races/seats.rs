//! Who sits where, by everything the API says about it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde_json::Value;

use super::Cast;
use crate::answers::{Lobby, LobbyId, Page, UserId};
use crate::check::{same, together};

/// Every lobby of a round, and who must sit in it: nobody in one that is gone.
pub(super) type Seats = BTreeMap<LobbyId, BTreeSet<UserId>>;

/// All that is said about seats agrees with what was acknowledged.
pub(super) async fn check(cast: &Cast, expected: &Seats) -> Result<()> {
    let seat_of = |user| expected.iter().find(|(_, members)| members.contains(&user)).map(|(lobby, _)| *lobby);
    let players: Vec<_> = cast.everybody().cloned().collect();
    let accounts = together(players.into_iter().map(|player| async move { player.me().await })).await?;
    for me in accounts {
        same(format!("the lobby that GET /me tells user {}", me.id), seat_of(me.id), me.lobby_id)?;
    }
    for (lobby, members) in expected {
        check_lobby(cast, *lobby, members).await?;
    }
    let list: Page<Lobby> = cast.host.api.get("/lobbies?page_size=100", None).await?.read("GET /lobbies", 200)?;
    let open: BTreeSet<_> = expected.iter().filter(|(_, members)| !members.is_empty()).map(|(id, _)| *id).collect();
    same("lobbies on the list", open, list.data.iter().map(|lobby| lobby.id).collect())
}

async fn check_lobby(cast: &Cast, id: LobbyId, expected: &BTreeSet<UserId>) -> Result<()> {
    let Some(member) = cast.everybody().find(|player| expected.contains(&player.id)) else {
        let answer = cast.host.lobby(id).await?;
        return same("a lobby that its last member left", "404 not_found", &answer.in_short());
    };
    let lobby: Lobby = member.lobby(id).await?.read("GET /lobbies/{id} by a member", 200)?;
    let listed: Vec<_> = lobby.members.iter().map(|member| member.user_id).collect();
    let distinct: BTreeSet<_> = listed.iter().copied().collect();
    same(format!("members of lobby {id}"), expected, &distinct)?;
    same(format!("members of lobby {id}, each listed once"), distinct.len(), listed.len())?;
    same(format!("member_count of lobby {id}"), i64::try_from(listed.len())?, lobby.member_count)?;
    same(format!("lobby {id} is not overfilled"), true, lobby.member_count <= lobby.max_users)?;
    let host = lobby.host_id.is_some_and(|host| distinct.contains(&host));
    same(format!("the host of lobby {id} sits in it"), true, host)
}

/// Everybody leaves, so that the next round begins with no lobby at all.
pub(super) async fn clear(cast: &Cast, taken: &Seats) -> Result<()> {
    let seated: BTreeSet<_> = taken.values().flatten().copied().collect();
    let players: Vec<_> = cast.everybody().filter(|player| seated.contains(&player.id)).cloned().collect();
    together(players.into_iter().map(|player| async move { player.leave(&[]).await })).await?;
    let nobody = taken.keys().map(|lobby| (*lobby, BTreeSet::new())).collect();
    check(cast, &nobody).await
}

/// What opens a lobby with so many seats.
pub(super) fn with_seats(seats: usize) -> Value {
    serde_json::json!({ "title": "Race", "max_users": seats })
}

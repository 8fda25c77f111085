//! Who is told what happens to a lobby.

use wire::{AdminLobby, Lobby, LobbyGone, LobbyId, LobbyRules, MembershipChanged, Topic, UserId};

use super::query;
use crate::db::Tx;
use crate::pubsub::{Event, News};
use crate::{App, Result, users};

/// Tells the public list, of lobbies that stand on it.
pub(super) fn tell_list(news: &mut News, lobby: &Lobby, event: Event) {
    if !lobby.is_hidden {
        news.add(Topic::Lobbies, event);
    }
}

/// Tells everybody concerned that a player sat down or left.
pub(super) async fn tell_membership(
    app: &App,
    tx: &mut Tx,
    news: &mut News,
    lobby: &Lobby,
    player: UserId,
    sits_in: Option<LobbyId>,
) -> Result<()> {
    let Lobby { id, member_count, revision, .. } = *lobby;
    tell_list(news, lobby, Event::LobbyMembershipChanged(MembershipChanged { id, member_count, revision }));
    tell_admins(app, tx, news, lobby, Event::AdminLobbyMembershipChanged).await?;
    tell_player(app, tx, news, player, sits_in).await
}

/// Tells everybody concerned that a lobby is not what it was; its members also by what rules.
pub(super) async fn tell_update(
    app: &App,
    tx: &mut Tx,
    news: &mut News,
    before: &Lobby,
    lobby: &Lobby,
    rules: &LobbyRules,
) -> Result<()> {
    let inside = Lobby { rules: Some(rules.clone()), ..lobby.clone() };
    news.add(Topic::Lobby(lobby.id), Event::LobbyUpdated(inside));
    // To the public list a lobby that hides is gone, and one that shows itself is new.
    match (before.is_hidden, lobby.is_hidden) {
        (false, false) => news.add(Topic::Lobbies, Event::LobbyUpdated(lobby.clone())),
        (true, false) => news.add(Topic::Lobbies, Event::LobbyCreated(lobby.clone())),
        (false, true) => news.add(Topic::Lobbies, Event::LobbyDeleted(LobbyGone { id: lobby.id, reason: None })),
        (true, true) => (),
    }
    tell_admins(app, tx, news, lobby, Event::AdminLobbyUpdated).await?;
    // Their rows say where they sit.
    if before.title != lobby.title && app.pubsub.is_heard(Topic::AdminUsers) {
        let members = query::members(&mut *tx, lobby.id).await?;
        users::tell_updated_rows(tx, news, members.into_iter().map(|member| member.user_id)).await?;
    }
    Ok(())
}

pub(super) async fn tell_admins(
    app: &App,
    tx: &mut Tx,
    news: &mut News,
    lobby: &Lobby,
    event: fn(AdminLobby) -> Event,
) -> Result<()> {
    // The host's name costs a read: only when somebody is there to see it.
    if app.pubsub.is_heard(Topic::AdminLobbies) {
        let host_name = query::host_name(tx, lobby.host_id).await?;
        news.add(Topic::AdminLobbies, event(AdminLobby { lobby: lobby.clone(), host_name }));
    }
    Ok(())
}

pub(super) async fn tell_player(
    app: &App,
    tx: &mut Tx,
    news: &mut News,
    player: UserId,
    lobby_id: Option<LobbyId>,
) -> Result<()> {
    news.add(Topic::User(player), Event::LobbyChanged { lobby_id });
    users::tell(app, tx, news, player, Event::UserUpdated).await
}

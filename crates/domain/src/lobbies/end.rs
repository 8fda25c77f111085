//! Lobbies that end with members in them, and what is said to who comes back.

use wire::{Lobby, LobbyGone, LobbyId, LostBy, LostSeat, Topic};

use super::news::{tell_list, tell_player};
use super::query::{self, Row};
use crate::db::Tx;
use crate::pubsub::{Event, News};
use crate::{App, Error, Refusal, Result, Scope};

/// Closes a lobby that the caller's transaction holds, whoever sits in it: they are told, and will be told why.
pub(super) async fn end(app: &App, tx: &mut Tx, news: &mut News, row: Row, reason: LostBy) -> Result<()> {
    let lobby = Lobby::from(row);
    let members = query::members(&mut *tx, lobby.id).await?;
    close(tx, lobby.id).await?;

    let gone = Event::LobbyDeleted(LobbyGone { id: lobby.id, reason: Some(reason) });
    news.add(Topic::Lobby(lobby.id), gone.clone());
    tell_list(news, &lobby, gone.clone());
    news.add(Topic::AdminLobbies, gone);
    for member in members {
        let seat = LostSeat { lobby_id: lobby.id, title: lobby.title.clone(), reason, at: app.clock.now() };
        query::members::lose(tx, member.user_id, seat).await?;
        tell_player(app, tx, news, member.user_id, None).await?;
    }
    Ok(())
}

/// Deletes a lobby. Of its log it is kept what happened, for as long as logs are, and not what its game and its members kept
/// about themselves.
pub(super) async fn close(tx: &mut Tx, id: LobbyId) -> Result<()> {
    query::delete(tx, id).await?;
    query::log::strip(tx, id).await
}

/// That there is no such lobby for whoever asks, and why, where that can be said: it took their seat, or it was closed.
pub(super) async fn no_lobby(app: &App, scope: &Scope, id: LobbyId) -> Result<Error> {
    let why = match lost_there(app, scope, id).await? {
        Some(reason) => Some(reason),
        None => query::log::why_gone(app, id).await?,
    };
    Ok(why.map_or_else(|| Error::not_found("lobby"), |reason| Error::not_there(reason.sentence())))
}

/// That the caller has no seat, and why the last one was lost.
pub(super) fn no_seat(lost: Option<&LostSeat>) -> Error {
    let message = match lost {
        Some(LostSeat { reason, .. }) => reason.sentence(),
        None => "You are not in a lobby. Join one, or open your own.",
    };
    Error::NotFound(Refusal { code: "not_in_lobby", message: message.to_owned() })
}

/// That the caller is no member, and why no more.
pub(crate) async fn not_a_member(app: &App, scope: &Scope, id: LobbyId) -> Result<Error> {
    let lost = lost_there(app, scope, id).await?;
    Ok(Error::forbidden("not_a_member", lost.map_or("Join the lobby first, then listen to it.", LostBy::sentence)))
}

/// What took the caller's last seat, if it was in this lobby.
async fn lost_there(app: &App, scope: &Scope, id: LobbyId) -> Result<Option<LostBy>> {
    let Some(user) = scope.user() else { return Ok(None) };
    let lost = query::members::lost(app, user).await?;
    Ok(lost.filter(|seat| seat.lobby_id == id).map(|seat| seat.reason))
}

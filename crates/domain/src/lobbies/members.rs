//! What members say of themselves.

use serde_json::{Value, json};
use wire::{FieldErrors, LobbyMember, MemberPatch, Topic, UserId};

use super::{not_in_lobby, query};
use crate::pubsub::{Event, News};
use crate::{App, Error, Result, Scope};

/// Changes what the caller says of themselves where they sit: whether they are ready, on which seat, and their metadata.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; what breaks the rules of a field; `not_in_lobby`; [`Error::Conflict`] with
/// `seat_taken`.
pub async fn update_member(app: &App, scope: &Scope, patch: MemberPatch) -> Result<LobbyMember> {
    let player = scope.require_user()?;
    let patch = patch.check()?;

    let mut tx = app.db.begin().await?;
    let lobby = query::hold(&mut tx, player).await?.ok_or_else(not_in_lobby)?;
    if let Some(seat) = patch.seat {
        if seat > lobby.max_users {
            return Err(beyond(lobby.max_users));
        }
        if query::members::who_has_seat(&mut tx, lobby.id, seat).await?.is_some_and(|user| user != player) {
            return Err(Error::conflict("seat_taken", "Somebody sits there. Pick another seat."));
        }
    }
    // Whoever left while this waited for the lobby was found in it, but sits there no more.
    if !query::members::change_member(&mut tx, player, lobby.id, patch).await? {
        return Err(not_in_lobby());
    }
    let member = query::members::member(&mut tx, player).await?.ok_or_else(not_in_lobby)?;
    let mut news = News::default();
    news.add(Topic::Lobby(lobby.id), Event::MemberUpdated(member.clone()));
    app.commit(tx, news).await?;
    Ok(member)
}

/// The seat a player has, with all they said of themselves on it, for the player.
pub(crate) async fn export(app: &App, player: UserId) -> Result<Value> {
    Ok(json!(query::members::own_seat(app, player).await?))
}

fn beyond(seats: i64) -> Error {
    FieldErrors::one("seat", format!("must be less than or equal to {seats}")).into()
}

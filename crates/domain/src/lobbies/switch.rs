//! Leaving one seat for another.

use wire::{JoinByCode, JoinLobby, Lobby, LobbyId, SwitchLobby};

use super::query::Door;
use super::seats::{no_such_code, pass, sit_down, take_seat, vacate, why};
use super::{already_in_lobby, end, query};
use crate::db::Tx;
use crate::pubsub::News;
use crate::{App, Result, Scope};

/// Takes a seat and gives up the one the caller has, if any: both or neither, so that nobody loses a seat to one that was just
/// taken.
///
/// # Errors
/// As [`super::join`] and [`super::join_by_code`]; no lobby named; `already_in_lobby` for the one the caller sits in.
pub async fn switch(app: &App, scope: &Scope, input: SwitchLobby) -> Result<Lobby> {
    let player = scope.require_user()?;
    let (id, password) = named(app, input).await?;
    let Some(door) = query::door(app, id, player).await? else { return Err(end::no_lobby(app, scope, id).await?) };
    if door.sits_in == Some(id) {
        return Err(already_in_lobby());
    }
    door.lets_in()?;
    let seat = door.sits_in;
    let passed = pass(app, door, password).await?;

    let mut tx = app.db.begin().await?;
    let mut news = News::default();
    let leave = async |tx: &mut Tx, news: &mut News| vacate(app, tx, news, player).await;
    // Both lobbies are written to, the older one first: of two who change places, neither waits for the other.
    let is_first = seat.is_some_and(|seat| seat < id);
    if is_first {
        leave(&mut tx, &mut news).await?;
    }
    let Some(row) = take_seat(&mut tx, id, player, passed).await? else {
        drop(tx);
        return Err(why(app, scope, id, player, Door::lets_in).await?);
    };
    if !is_first {
        leave(&mut tx, &mut news).await?;
    }
    let (lobby, seated) = sit_down(app, &mut tx, player, row).await?.ok_or_else(already_in_lobby)?;
    news.extend(seated);
    app.commit(tx, news).await?;
    app.online.look_again(player);
    Ok(lobby)
}

/// The lobby that is named, by itself or by its code, and the password.
async fn named(app: &App, input: SwitchLobby) -> Result<(LobbyId, Option<String>)> {
    let SwitchLobby { lobby_id, code, password } = input;
    if let Some(id) = lobby_id {
        return Ok((id, JoinLobby { password }.check()?));
    }
    let (code, password) = JoinByCode { code: code.unwrap_or_default(), password }.check()?;
    Ok((query::by_code(&app.db, code).await?.ok_or_else(no_such_code)?, password))
}

//! Inviting friends to where one sits.
//!
//! An invitation opens a hidden lobby, and takes the place of the password, which whoever invites has passed. It makes no
//! seat, opens no lock, and helps nobody whom the host blocks. It ends with the lobby, when its host sets another password,
//! for whoever sits down there or is put out, and when either of the two blocks the other.

use serde_json::{Value, json};
use wire::{Invitation, InviteFriend, LobbyId, Page, PageQuery, Topic, UserId};

use super::{not_in_lobby, query};
use crate::pubsub::{Event, News};
use crate::{App, Error, Result, Scope, friends};

/// Players invited to one lobby at once.
pub const MOST: i64 = 128;

/// Invites a friend to the lobby the caller sits in. Done twice it changes nothing.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; nobody named; `not_in_lobby`; [`Error::Forbidden`] with `not_friends`;
/// [`Error::Conflict`] with `already_in_lobby` where the friend sits there; [`Error::Impossible`] with
/// `too_many_invitations`.
pub async fn invite(app: &App, scope: &Scope, input: InviteFriend) -> Result<()> {
    let player = scope.require_user()?;
    let friend = input.check()?;

    let mut tx = app.db.begin().await?;
    let lobby = query::hold(&mut tx, player).await?.ok_or_else(not_in_lobby)?;
    if !query::is_member(&mut tx, player, lobby.id).await? {
        return Err(not_in_lobby());
    }
    if query::is_member(&mut tx, friend, lobby.id).await? {
        return Err(Error::conflict("already_in_lobby", "That player sits in this lobby already."));
    }
    // A block that comes at the same moment is either seen here, or finds the invitation and takes it back.
    friends::hold_both(&mut tx, player, friend).await?;
    if !query::invitations::invite(&mut tx, friend, lobby.id, player, app.clock.now()).await? {
        let is_invited = query::invitations::is_invited(&mut tx, friend, lobby.id, player).await?;
        return if is_invited { Ok(()) } else { Err(not_friends()) };
    }
    if query::invitations::count_of_lobby(&mut tx, lobby.id, MOST + 1).await? > MOST {
        let message =
            format!("{MOST} players are invited to this lobby, and no more can be. Wait until some have answered.");
        return Err(Error::impossible("too_many_invitations", &message));
    }
    let mut news = News::default();
    if let Some(invitation) = query::invitations::get(&mut tx, friend, lobby.id).await? {
        news.add(Topic::User(friend), Event::LobbyInvited(invitation));
    }
    app.commit(tx, news).await
}

/// To which lobbies the caller is invited, newest first.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; a page below 1.
pub async fn list(app: &App, scope: &Scope, page: PageQuery) -> Result<Page<Invitation>> {
    let (user, page) = (scope.require_user()?, page.check()?);
    let (rows, counted) = query::invitations::list(app, user, page).await?;
    Ok(Page::new(rows, page, counted))
}

/// Declines an invitation of the caller's.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; `not_found` for a lobby the caller is not invited to.
pub async fn decline(app: &App, scope: &Scope, lobby: LobbyId) -> Result<()> {
    let player: UserId = scope.require_user()?;
    let mut tx = app.db.begin().await?;
    if !query::invitations::decline(&mut tx, player, lobby).await? {
        return Err(Error::not_found("invitation"));
    }
    app.commit(tx, News::default()).await
}

/// The invitations by which a player invited somebody, or was invited, for the player.
pub(crate) async fn export(app: &App, player: UserId) -> Result<Value> {
    Ok(json!(query::invitations::of_user(app, player).await?))
}

fn not_friends() -> Error {
    Error::forbidden(
        "not_friends",
        "Only friends can be invited. Ask that player to be your friend, or send them the code.",
    )
}

//! What a lobby's host does with it.

use wire::{KickMember, Lobby, LobbyPatch, MemberChanged, Topic, UserId};

use super::news::{tell_membership, tell_update};
use super::{not_in_lobby, query};
use crate::pubsub::{Event, News};
use crate::{App, Error, Result, Scope, users};

/// Changes the lobby the caller sits in. Its host may; in a hostless one, each of its members.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; what breaks the rules of a field; `not_in_lobby`; `not_host`; `too_small` for
/// fewer seats than there are members.
pub async fn update(app: &App, scope: &Scope, patch: LobbyPatch) -> Result<Lobby> {
    let player = scope.require_user()?;
    let mut patch = patch.check()?;
    // Asked before as well as in the transaction: nobody else's password is worth the time, nor their turn to write.
    let lobby = query::where_sits(app, player).await?.ok_or_else(not_in_lobby)?;
    may_change(&lobby.into(), player)?;
    let password_hash = hashed(app, patch.password.take()).await?;

    let mut tx = app.db.begin().await?;
    let before = Lobby::from(query::hold(&mut tx, player).await?.ok_or_else(not_in_lobby)?);
    // Whoever left while this waited for the lobby was found in it, but sits there no more.
    if !query::is_member(&mut tx, player, before.id).await? {
        return Err(not_in_lobby());
    }
    may_change(&before, player)?;
    let changed = query::change(&mut tx, before.id, patch, password_hash).await?;
    let mut lobby = Lobby::from(changed.ok_or_else(too_small)?);
    let mut news = News::default();
    tell_update(app, &mut tx, &mut news, &before, &lobby).await?;
    lobby.members = Some(query::members(&mut tx, lobby.id).await?);
    app.commit(tx, news).await?;
    Ok(lobby)
}

/// Puts a member out of the lobby the caller hosts. In a hostless one no member can.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; nobody named; in this order `not_in_lobby`, `not_host`, `cannot_kick_self`,
/// `not_found` for a user there is not, and [`Error::Impossible`] with `not_in_lobby` for one who sits elsewhere.
pub async fn kick(app: &App, scope: &Scope, input: KickMember) -> Result<()> {
    let player = scope.require_user()?;
    let target = input.check()?;
    let lobby = query::where_sits(app, player).await?.ok_or_else(not_in_lobby)?;
    if lobby.host_id != Some(player) {
        return Err(not_host());
    }
    if target == player {
        return Err(Error::forbidden("cannot_kick_self", "You cannot kick yourself. Leave the lobby instead."));
    }
    if !query::is_member(&app.db, target, lobby.id).await? {
        return Err(no_member(app, target).await?);
    }

    let mut tx = app.db.begin().await?;
    let Some(row) = query::expel(&mut tx, lobby.id, player).await? else {
        drop(tx);
        // A host who stopped being one has left; they may sit somewhere else by now.
        let elsewhere = query::where_sits(app, player).await?;
        return Err(if elsewhere.is_some() { not_host() } else { not_in_lobby() });
    };
    if !query::unseat(&mut tx, target, row.id).await? {
        drop(tx);
        return Err(no_member(app, target).await?);
    }
    let lobby = Lobby::from(row);
    let mut news = News::default();
    news.add(Topic::Lobby(lobby.id), Event::UserKicked(MemberChanged { user_id: target }));
    tell_membership(app, &mut tx, &mut news, &lobby, target, None).await?;
    app.commit(tx, news).await
}

/// The hash of a password, which takes its time; an empty one, which clears what was there, stays as it is.
pub(super) async fn hashed(app: &App, password: Option<String>) -> Result<Option<String>> {
    match password {
        Some(password) if !password.is_empty() => Ok(Some(app.passwords.hash(password).await?)),
        none_or_empty => Ok(none_or_empty),
    }
}

fn may_change(lobby: &Lobby, player: UserId) -> Result<()> {
    if lobby.hostless || lobby.host_id == Some(player) { Ok(()) } else { Err(not_host()) }
}

/// Why somebody cannot be put out who is not in the lobby.
async fn no_member(app: &App, target: UserId) -> Result<Error> {
    Ok(if users::exists(app, target).await? {
        Error::impossible("not_in_lobby", "That player is not in your lobby. Look at its members again.")
    } else {
        Error::not_found("user")
    })
}

fn not_host() -> Error {
    Error::forbidden("not_host", "Only the host of this lobby may do this.")
}

pub(super) fn too_small() -> Error {
    Error::impossible("too_small", "There are more members than that. Give the lobby a seat for each of them.")
}

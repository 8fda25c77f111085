//! What a lobby's host does with it.

use wire::{HostPolicy, KickMember, Lobby, LobbyPatch, LostBy, MemberChanged, Topic, UserId};

use super::news::tell_update;
use super::query::{self, Row};
use super::{any_code, not_in_lobby, take_out};
use crate::db::Tx;
use crate::pubsub::{Event, News};
use crate::{App, Error, Result, Scope, users};

/// Changes the lobby the caller sits in. Its host may; in a hostless one, each of its members.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; what breaks the rules of a field; `not_in_lobby`; `not_host`; [`Error::Impossible`]
/// with `too_small` for fewer seats than there are members, or `no_successor` where the lobby's policy is another.
pub async fn update(app: &App, scope: &Scope, patch: LobbyPatch) -> Result<Lobby> {
    let player = scope.require_user()?;
    let mut patch = patch.check()?;
    // Asked before as well as in the transaction: nobody else's password is worth the time, nor their turn to write.
    let lobby = query::where_sits(&app.db, player).await?.ok_or_else(not_in_lobby)?;
    may_change(&lobby.into(), player)?;
    let password_hash = hashed(app, patch.password.take()).await?;

    let mut tx = app.db.begin().await?;
    let before = query::hold(&mut tx, player).await?.ok_or_else(not_in_lobby)?;
    // Whoever left while this waited for the lobby was found in it, but sits there no more.
    if !query::is_member(&mut tx, player, before.id).await? {
        return Err(not_in_lobby());
    }
    let (lobby, news) = change(app, &mut tx, before, patch, password_hash, |lobby| may_change(lobby, player)).await?;
    app.commit(tx, news).await?;
    Ok(lobby)
}

/// Changes a lobby that the caller's transaction holds, and what is to be told of it. `password_hash` is what it asks for from
/// now on, empty for nothing.
pub(super) async fn change(
    app: &App,
    tx: &mut Tx,
    before: Row,
    patch: LobbyPatch,
    password_hash: Option<String>,
    may_change: impl FnOnce(&Lobby) -> Result<()>,
) -> Result<(Lobby, News)> {
    let policy = before.host_policy;
    let before = Lobby::from(before);
    may_change(&before)?;
    if patch.successor_id.is_some() && policy != HostPolicy::Successor {
        return Err(no_successor());
    }
    let code = if patch.renew_code == Some(true) { Some(free_code(app, tx).await?) } else { None };
    let shrinks = patch.max_users.is_some_and(|seats| seats < before.max_users);
    // Whoever was invited was to pass the password there was. Where there is none any more, nothing is to be passed.
    if password_hash.as_ref().is_some_and(|hash| !hash.is_empty()) {
        query::invitations::call_off(tx, before.id).await?;
    }
    let changed = query::change(tx, before.id, patch, password_hash, code).await?.ok_or_else(too_small)?;
    let (rules, lobby) = (changed.rules(), Lobby::from(changed));
    let mut news = News::default();
    tell_update(app, tx, &mut news, &before, &lobby, &rules).await?;
    let moved = if shrinks { query::members::move_up(tx, lobby.id, lobby.max_users).await? } else { Vec::new() };
    let members = query::members(&mut *tx, lobby.id).await?;
    for member in members.iter().filter(|member| moved.contains(&member.user_id)) {
        news.add(Topic::Lobby(lobby.id), Event::MemberUpdated(member.clone()));
    }
    Ok((Lobby { members: Some(members), rules: Some(rules), ..lobby }, news))
}

/// Puts a member out of the lobby the caller hosts. In a hostless one no member can.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; nobody named; in this order `not_in_lobby`, `not_host`, `cannot_kick_self`,
/// `not_found` for a user there is not, and [`Error::Impossible`] with `not_in_lobby` for one who sits elsewhere.
pub async fn kick(app: &App, scope: &Scope, input: KickMember) -> Result<()> {
    let player = scope.require_user()?;
    let target = input.check()?;
    let lobby = query::where_sits(&app.db, player).await?.ok_or_else(not_in_lobby)?;
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
        let elsewhere = query::where_sits(&app.db, player).await?;
        return Err(if elsewhere.is_some() { not_host() } else { not_in_lobby() });
    };
    if !query::unseat(&mut tx, target, row.id).await? {
        drop(tx);
        return Err(no_member(app, target).await?);
    }
    let mut news = News::default();
    put_out(app, &mut tx, &mut news, row, target).await?;
    app.commit(tx, news).await
}

/// A code that no lobby has.
async fn free_code(app: &App, tx: &mut Tx) -> Result<String> {
    loop {
        let code = any_code(app);
        if query::by_code(&mut *tx, code.clone()).await?.is_none() {
            return Ok(code);
        }
    }
}

/// The hash of a password, which takes its time; an empty one, which clears what was there, stays as it is.
pub(super) async fn hashed(app: &App, password: Option<String>) -> Result<Option<String>> {
    match password {
        Some(password) if !password.is_empty() => Ok(Some(app.passwords.hash(password).await?)),
        none_or_empty => Ok(none_or_empty),
    }
}

/// What follows when somebody who was put out has been counted out and unseated.
pub(super) async fn put_out(app: &App, tx: &mut Tx, news: &mut News, row: Row, target: UserId) -> Result<()> {
    query::invitations::decline(tx, target, row.id).await?;
    let kicked = Event::UserKicked(MemberChanged { user_id: target, reason: None });
    take_out(app, tx, news, row, target, kicked, Some(LostBy::Kicked)).await
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

fn no_successor() -> Error {
    let message =
        "This lobby was opened with another host policy. Open one with the policy successor to name who follows.";
    Error::impossible("no_successor", message)
}

fn too_small() -> Error {
    Error::impossible("too_small", "There are more members than that. Give the lobby a seat for each of them.")
}

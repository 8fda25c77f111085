//! What admins do with lobbies: any of them, hidden and hostless ones as well. Each act is written into the audit log.
//!
//! Nothing here is final at once. Who was put out can be given the seat back, and a lobby is closed only some seconds after
//! it was said that it shall be. So the last member is not put out before that either: their lobby would close with it.

use chrono::TimeDelta;
use serde_json::{Map, Value, json};
use wire::{AdminLobbyPatch, HostPolicy, Lobby, LobbyId, LobbySeen, LostBy, NewLobby, Topic, UserId};

use super::news::{tell_admins, tell_list, tell_update};
use super::query::{Row, admin, away};
use super::{already_in_lobby, end, host, query, sit_down};
use crate::audit::{self, Act, Target};
use crate::db::Tx;
use crate::pubsub::{Event, News};
use crate::{App, Error, Result, Scope, users};

/// How long it can be called off that a lobby is closed.
pub const CLOSES_AFTER: TimeDelta = TimeDelta::seconds(8);

/// A lobby with its members, hidden or not.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; `not_found`.
pub async fn get(app: &App, scope: &Scope, id: LobbyId) -> Result<Lobby> {
    scope.require_admin()?;
    super::get(app, scope, id).await
}

/// Changes what is given about a lobby.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; what breaks the rules of a field; `not_found`;
/// [`Error::Impossible`] with `too_small` for fewer seats than there are members, with `no_host` where the server or nobody
/// hosts, or with `not_in_lobby` for a host who is no member.
pub async fn edit(app: &App, scope: &Scope, id: LobbyId, patch: AdminLobbyPatch) -> Result<Lobby> {
    let act = Act::new("lobby.edit", Target::Lobby(id));
    act.require_admin(app, scope).await?;
    let patch = patch.check()?;
    act.noting(app, scope, change(app, scope, &act, id, patch, LobbySeen::default()).await).await
}

/// Changes what is given about a lobby and is not what was seen of it: who leaves a field as it was means nothing by it.
///
/// # Errors
/// As [`edit`]; [`Error::Conflict`] with `changed_meanwhile` where somebody else changed one of the same fields since it was
/// seen. Nothing is changed then.
pub async fn edit_seen(
    app: &App,
    scope: &Scope,
    id: LobbyId,
    patch: AdminLobbyPatch,
    seen: LobbySeen,
) -> Result<Lobby> {
    let act = Act::new("lobby.edit", Target::Lobby(id));
    act.require_admin(app, scope).await?;
    let patch = seen.without_unchanged(patch.check()?);
    if patch.is_empty() {
        return super::get(app, scope, id).await;
    }
    act.noting(app, scope, change(app, scope, &act, id, patch, seen).await).await
}

async fn change(
    app: &App,
    scope: &Scope,
    act: &Act,
    id: LobbyId,
    patch: AdminLobbyPatch,
    seen: LobbySeen,
) -> Result<Lobby> {
    let AdminLobbyPatch { lobby: mut patch, host_id } = patch;
    let password_hash = host::hashed(app, patch.password.take()).await?;
    let is_given = [(patch.metadata.is_some(), "metadata"), (password_hash.is_some(), "password")];

    let mut tx = app.db.begin().await?;
    let before = away::hold_one(&mut tx, id).await?.ok_or_else(no_lobby)?;
    let now = Lobby::from(before.clone());
    if seen.is_overtaken(&patch, host_id, &now) {
        let message = "Somebody else changed the same meanwhile. See how it is now, and save again.";
        return Err(Error::conflict("changed_meanwhile", message));
    }
    let was = said(&now);
    let new_host_id = host_id.filter(|host| before.host_id != Some(*host));
    if let Some(host) = new_host_id {
        may_be_host(&mut tx, &before, host).await?;
        admin::set_host(&mut tx, id, host).await?;
    }
    let (lobby, mut news) = host::change(app, &mut tx, before, patch, password_hash, |_| Ok(())).await?;
    if new_host_id.is_some() {
        news.add(Topic::Lobby(id), Event::HostChanged { new_host_id });
    }
    let (was, mut became) = audit::differences(&was, &said(&lobby));
    // What the game keeps may be long, and a password is nobody's to read: that they changed is enough.
    became.extend(is_given.into_iter().filter(|(is, _)| *is).map(|(_, what)| (what.to_owned(), json!("changed"))));
    act.done(app, &mut tx, scope, Some(was.into()), Some(became.into())).await?;
    app.commit(tx, news).await?;
    Ok(lobby)
}

async fn may_be_host(tx: &mut Tx, lobby: &Row, host: UserId) -> Result<()> {
    if lobby.hostless || lobby.host_policy == HostPolicy::None {
        return Err(Error::impossible("no_host", "No member hosts this lobby, and none can be made its host."));
    }
    if query::is_member(tx, host, lobby.id).await? { Ok(()) } else { Err(not_in_lobby()) }
}

/// What became of a member who was to be put out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutOut {
    /// They have no seat any more.
    Out,
    /// They are the last one: their lobby closes after [`CLOSES_AFTER`], and until then they keep their seat.
    Closing,
}

/// Puts a member out of a lobby, at once, and a host's role goes on as if they had left; [`reseat`] takes it back. Of the
/// last member, unless the server owns the lobby, it is said instead that it is to be closed; [`keep_open`] calls that off.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; `not_found`; [`Error::Impossible`] with
/// `not_in_lobby`.
pub async fn kick(app: &App, scope: &Scope, id: LobbyId, user: UserId) -> Result<PutOut> {
    let act = Act::new("lobby.kick", Target::Lobby(id));
    act.require_admin(app, scope).await?;
    act.noting(app, scope, put_out(app, scope, &act, id, user).await).await
}

async fn put_out(app: &App, scope: &Scope, act: &Act, id: LobbyId, user: UserId) -> Result<PutOut> {
    let mut tx = app.db.begin().await?;
    // Whether they are the last one is true until this is over.
    let before = away::hold_one(&mut tx, id).await?.ok_or_else(no_lobby)?;
    if !query::is_member(&mut tx, user, id).await? {
        return Err(not_in_lobby());
    }
    let mut news = News::default();
    if before.member_count == 1 && !before.hostless {
        if before.closing_at.is_none() {
            let lobby = begin_to_close(app, &mut tx, &mut news, id).await?;
            let became = json!({ "user_id": user, "closing_at": lobby.closing_at });
            act.done(app, &mut tx, scope, None, Some(became)).await?;
            app.commit(tx, news).await?;
        }
        return Ok(PutOut::Closing);
    }
    let row = admin::put_out(&mut tx, id, user).await?.ok_or_else(not_in_lobby)?;
    if !query::unseat(&mut tx, user, id).await? {
        return Err(not_in_lobby());
    }
    act.done(app, &mut tx, scope, None, Some(json!({ "user_id": user }))).await?;
    host::put_out(app, &mut tx, &mut news, row, user).await?;
    app.commit(tx, news).await?;
    Ok(PutOut::Out)
}

/// Gives a player who was put out their seat back, if there still is one and they sit nowhere. Neither a lock nor a password
/// keeps them out, and they come last in the succession of hosts.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; `not_found` for a lobby or a player there is
/// not; `banned`; `already_in_lobby`; [`Error::Impossible`] with `full`.
pub async fn reseat(app: &App, scope: &Scope, id: LobbyId, user: UserId) -> Result<()> {
    let act = Act::new("lobby.reseat", Target::Lobby(id));
    act.require_admin(app, scope).await?;
    act.noting(app, scope, let_back(app, scope, &act, id, user).await).await
}

async fn let_back(app: &App, scope: &Scope, act: &Act, id: LobbyId, user: UserId) -> Result<()> {
    if !users::exists(app, user).await? {
        return Err(Error::not_found("user"));
    }
    let mut tx = app.db.begin().await?;
    let Some(row) = admin::let_back(&mut tx, id).await? else {
        drop(tx);
        query::get(app, id).await?.ok_or_else(no_lobby)?;
        return Err(Error::impossible("full", "The lobby has no free seat any more."));
    };
    let (_, news) = sit_down(app, &mut tx, user, row).await?.ok_or_else(already_in_lobby)?;
    act.done(app, &mut tx, scope, None, Some(json!({ "user_id": user }))).await?;
    app.commit(tx, news).await?;
    app.online.look_again(user);
    Ok(())
}

/// Says that a lobby is to be closed after [`CLOSES_AFTER`]; until then [`keep_open`] calls it off. Of one that closes
/// already nothing changes.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; `not_found`.
pub async fn close(app: &App, scope: &Scope, id: LobbyId) -> Result<Lobby> {
    let act = Act::new("lobby.close", Target::Lobby(id));
    act.require_admin(app, scope).await?;

    let mut tx = app.db.begin().await?;
    let before = away::hold_one(&mut tx, id).await?.ok_or_else(no_lobby)?;
    if before.closing_at.is_some() {
        drop(tx);
        return super::get(app, scope, id).await;
    }
    let mut news = News::default();
    let lobby = begin_to_close(app, &mut tx, &mut news, id).await?;
    let became = json!({ "title": lobby.title, "closing_at": lobby.closing_at });
    act.done(app, &mut tx, scope, None, Some(became)).await?;
    app.commit(tx, news).await?;
    Ok(lobby)
}

async fn begin_to_close(app: &App, tx: &mut Tx, news: &mut News, id: LobbyId) -> Result<Lobby> {
    let row = admin::close(tx, id, app.clock.now() + CLOSES_AFTER).await?;
    told(app, tx, news, row).await
}

/// Calls off that a lobby is closed. One that was to stay stays as it is.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; [`Error::Conflict`] with `too_late`, once its
/// time has come; `not_found` for a lobby there never was.
pub async fn keep_open(app: &App, scope: &Scope, id: LobbyId) -> Result<Lobby> {
    let act = Act::new("lobby.keep_open", Target::Lobby(id));
    act.require_admin(app, scope).await?;
    act.noting(app, scope, call_off(app, scope, &act, id).await).await
}

async fn call_off(app: &App, scope: &Scope, act: &Act, id: LobbyId) -> Result<Lobby> {
    let mut tx = app.db.begin().await?;
    let Some(row) = admin::keep_open(&mut tx, id, app.clock.now()).await? else {
        drop(tx);
        return stays(app, scope, id).await;
    };
    let mut news = News::default();
    let lobby = told(app, &mut tx, &mut news, row).await?;
    act.done(app, &mut tx, scope, None, None).await?;
    app.commit(tx, news).await?;
    Ok(lobby)
}

/// Tells everybody concerned when a lobby closes, or that it stays: the lobby as admins see it.
async fn told(app: &App, tx: &mut Tx, news: &mut News, row: Row) -> Result<Lobby> {
    let (rules, lobby) = (row.rules(), Lobby::from(row));
    tell_update(app, tx, news, &lobby, &lobby, &rules).await?;
    let members = Some(query::members(tx, lobby.id).await?);
    Ok(Lobby { members, rules: Some(rules), ..lobby })
}

/// A lobby that nobody wants closed, if it is one.
async fn stays(app: &App, scope: &Scope, id: LobbyId) -> Result<Lobby> {
    let too_late = || Error::conflict("too_late", "The lobby is closed already. Its players have been told.");
    match super::get(app, scope, id).await {
        Ok(lobby) if lobby.closing_at.is_none() => Ok(lobby),
        Ok(_) => Err(too_late()),
        // The log outlives its lobby.
        Err(Error::NotFound(_)) if !query::log::before(app, id, None, i64::MAX, 1).await?.is_empty() => Err(too_late()),
        Err(error) => Err(error),
    }
}

/// Opens a lobby that the server owns: it has no host, nobody sits in it yet, and it outlives its last member.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; what breaks the rules of a field.
pub async fn open_hostless(app: &App, scope: &Scope, input: NewLobby) -> Result<Lobby> {
    let act = |id| Act::new("lobby.open", Target::Lobby(id));
    act(LobbyId(0)).require_admin(app, scope).await?;
    let mut input = NewLobby { host_policy: Some(HostPolicy::None), successor_id: None, ..input.check()? };
    let password_hash = host::hashed(app, input.password.take()).await?;

    let mut tx = app.db.begin().await?;
    let row = super::insert(app, &mut tx, None, password_hash, &input).await?;
    let (rules, lobby) = (row.rules(), Lobby::from(row));
    act(lobby.id).done(app, &mut tx, scope, None, Some(said(&lobby).into())).await?;
    let mut news = News::default();
    news.add(Topic::Lobby(lobby.id), Event::LobbyCreated(lobby.clone()));
    tell_list(&mut news, &lobby, Event::LobbyCreated(lobby.clone()));
    tell_admins(app, &mut tx, &mut news, &lobby, Event::AdminLobbyCreated).await?;
    app.commit(tx, news).await?;
    Ok(Lobby { members: Some(Vec::new()), rules: Some(rules), ..lobby })
}

/// Closes every lobby whose time has come. Several nodes may do so at once: one of them closes it.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn close_due(app: &App) -> Result<()> {
    for id in admin::due(app, app.clock.now()).await? {
        let mut tx = app.db.begin().await?;
        let Some(row) = admin::take_due(&mut tx, id, app.clock.now()).await? else { continue };
        let mut news = News::default();
        end::end(app, &mut tx, &mut news, row, LostBy::Closed).await?;
        app.commit(tx, news).await?;
    }
    Ok(())
}

/// What the audit log says of a lobby.
fn said(lobby: &Lobby) -> Map<String, Value> {
    let Lobby { title, host_id, max_users, is_hidden, is_locked, is_passworded, .. } = lobby;
    Map::from_iter([
        ("title".to_owned(), json!(title)),
        ("host_id".to_owned(), json!(host_id)),
        ("max_users".to_owned(), json!(max_users)),
        ("is_hidden".to_owned(), json!(is_hidden)),
        ("is_locked".to_owned(), json!(is_locked)),
        ("is_passworded".to_owned(), json!(is_passworded)),
    ])
}

fn no_lobby() -> Error {
    Error::not_found("lobby")
}

fn not_in_lobby() -> Error {
    Error::impossible("not_in_lobby", "That player does not sit in this lobby. Look at its members again.")
}

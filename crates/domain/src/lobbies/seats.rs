//! Taking a seat, and giving it up.

use wire::{JoinByCode, JoinLobby, Lobby, LobbyGone, LobbyId, LostBy, LostSeat, MemberChanged, Topic, UserId};

use super::news::{tell_list, tell_membership, tell_player};
use super::query::{self, Door, Row};
use super::{already_in_lobby, end, not_in_lobby};
use crate::db::Tx;
use crate::pubsub::{Event, News};
use crate::{App, Error, Result, Scope, users};

/// Takes a seat.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; `not_found`; [`Error::Forbidden`] with, in this order, `already_in_lobby`,
/// `blocked` by its host, `full`, `locked`, `password_required`, `invalid_password`; `cannot_join` when the lobby changed
/// meanwhile. Whom a member invites need not know the password.
pub async fn join(app: &App, scope: &Scope, id: LobbyId, input: JoinLobby) -> Result<Lobby> {
    let player = scope.require_user()?;
    let password = input.check()?;
    enter(app, scope, player, id, password).await
}

/// Takes a seat in the lobby that has this code, which may be a hidden one.
///
/// # Errors
/// As [`join`]; what cannot be a code; `not_found` for one that no lobby has.
pub async fn join_by_code(app: &App, scope: &Scope, input: JoinByCode) -> Result<Lobby> {
    let player = scope.require_user()?;
    let (code, password) = input.check()?;
    let id = query::by_code(&app.db, code).await?.ok_or_else(no_such_code)?;
    enter(app, scope, player, id, password).await
}

async fn enter(app: &App, scope: &Scope, player: UserId, id: LobbyId, password: Option<String>) -> Result<Lobby> {
    let Some(door) = query::door(app, id, player).await? else { return Err(end::no_lobby(app, scope, id).await?) };
    door.may_enter()?;
    let passed = pass(app, door, password).await?;

    let mut tx = app.db.begin().await?;
    let Some(row) = take_seat(&mut tx, id, player, passed).await? else {
        drop(tx);
        return Err(why_not(app, scope, id, player).await?);
    };
    let (lobby, news) = sit_down(app, &mut tx, player, row).await?.ok_or_else(already_in_lobby)?;
    app.commit(tx, news).await?;
    app.online.look_again(player);
    Ok(lobby)
}

/// Seats a player who has been counted in, inside the caller's transaction: the lobby with its members, and what is to
/// be told of it; nothing when the player sits somewhere already. Whoever invited them has done so for this.
///
/// # Errors
/// `banned` for one who was shut out since they asked.
pub(super) async fn sit_down(app: &App, tx: &mut Tx, player: UserId, row: Row) -> Result<Option<(Lobby, News)>> {
    let rules = row.rules();
    let lobby = Lobby::from(row);
    if !seat(app, tx, player, lobby.id).await? {
        return Ok(None);
    }
    query::invitations::decline(tx, player, lobby.id).await?;
    let mut news = News::default();
    news.add(Topic::Lobby(lobby.id), Event::UserJoined(MemberChanged { user_id: player, reason: None }));
    tell_membership(app, tx, &mut news, &lobby, player, Some(lobby.id)).await?;
    let members = Some(query::members(tx, lobby.id).await?);
    Ok(Some((Lobby { members, rules: Some(rules), ..lobby }, news)))
}

/// Gives a player a seat's row; false when they sit somewhere already.
///
/// # Errors
/// `banned`: the row waits for a ban that is being written, and the ban for a row, so that one of the two sees the other.
pub(super) async fn seat(app: &App, tx: &mut Tx, player: UserId, lobby: LobbyId) -> Result<bool> {
    if !query::seat(tx, player, lobby, app.clock.now(), app.online.is_there(player)).await? {
        return Ok(false);
    }
    users::require_not_banned(tx, player).await?;
    Ok(true)
}

/// What a player passes the lobby's door by.
pub(super) enum Passed {
    /// There is no password.
    Open,
    /// A member invites them.
    ByInvitation,
    /// They know the password that has this hash.
    ByPassword(String),
}

/// By what a player may pass the lobby's door. Outside any transaction, as a password takes its time.
pub(super) async fn pass(app: &App, door: Door, password: Option<String>) -> Result<Passed> {
    if door.is_invited {
        return Ok(Passed::ByInvitation);
    }
    let Some(hash) = door.password_hash else { return Ok(Passed::Open) };
    let Some(password) = password.filter(|password| !password.is_empty()) else {
        return Err(Error::forbidden("password_required", "This lobby asks for a password."));
    };
    if app.passwords.verify(password, Some(hash.clone())).await? {
        Ok(Passed::ByPassword(hash))
    } else {
        Err(Error::forbidden("invalid_password", "That is not the password. Ask the host, or pick an open lobby."))
    }
}

/// Counts a player in who passed the door; nothing where it is shut for them by now.
pub(super) async fn take_seat(tx: &mut Tx, id: LobbyId, player: UserId, passed: Passed) -> Result<Option<Row>> {
    let is_invited = matches!(passed, Passed::ByInvitation);
    let hash = if let Passed::ByPassword(hash) = passed { Some(hash) } else { None };
    let Some(row) = query::take_seat(tx, id, player, hash).await? else { return Ok(None) };
    // On PostgreSQL a statement that waited for the lobby sees the invitations there were before it waited: only whoever
    // uses theirs up had one.
    let had_one = !is_invited || query::invitations::decline(tx, player, id).await?;
    Ok(Some(row).filter(|row| had_one || !row.is_passworded()))
}

/// Why a seat could not be taken, from how the lobby is now.
async fn why_not(app: &App, scope: &Scope, id: LobbyId, player: UserId) -> Result<Error> {
    why(app, scope, id, player, Door::may_enter).await
}

/// The same, of what keeps a player out.
pub(super) async fn why(
    app: &App,
    scope: &Scope,
    id: LobbyId,
    player: UserId,
    keeps_out: fn(&Door) -> Result<()>,
) -> Result<Error> {
    let Some(door) = query::door(app, id, player).await? else { return end::no_lobby(app, scope, id).await };
    Ok(keeps_out(&door)
        .err()
        .unwrap_or_else(|| Error::forbidden("cannot_join", "The lobby changed while you were joining. Try again.")))
}

/// Gives up the seat the caller has. Who becomes the next host is the lobby's policy; the last member closes it.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; `not_in_lobby`.
pub async fn leave(app: &App, scope: &Scope) -> Result<()> {
    let player = scope.require_user()?;

    let mut tx = app.db.begin().await?;
    let mut news = News::default();
    if !vacate(app, &mut tx, &mut news, player).await? {
        return Err(not_in_lobby());
    }
    app.commit(tx, news).await
}

/// Gives up whatever seat a player has, inside the caller's transaction. Says whether they had one.
pub(crate) async fn vacate(app: &App, tx: &mut Tx, news: &mut News, player: UserId) -> Result<bool> {
    let Some(row) = query::free_seat(tx, player).await? else { return Ok(false) };
    if !query::unseat(tx, player, row.id).await? {
        // Whoever put them out meanwhile has counted them out as well.
        query::count_in(tx, row.id).await?;
        return Ok(false);
    }
    let left = Event::UserLeft(MemberChanged { user_id: player, reason: None });
    take_out(app, tx, news, row, player, left, None).await?;
    Ok(true)
}

/// What follows when somebody has been counted out and unseated, inside the caller's transaction: the last member closes the
/// lobby, and where the host went there may be another. `event` is what members are told, `lost` what took the seat.
pub(super) async fn take_out(
    app: &App,
    tx: &mut Tx,
    news: &mut News,
    mut row: Row,
    player: UserId,
    event: Event,
    lost: Option<LostBy>,
) -> Result<()> {
    let is_over = row.member_count == 0 && !row.hostless;
    let host_left = row.host_id == Some(player);
    if is_over {
        end::close(tx, row.id).await?;
    } else if host_left {
        row = query::pass_host_on(tx, row.id).await?;
    }

    let lobby = Lobby::from(row);
    if let Some(reason) = lost {
        let seat = LostSeat { lobby_id: lobby.id, title: lobby.title.clone(), reason, at: app.clock.now() };
        query::members::lose(tx, player, seat).await?;
    }
    news.add(Topic::Lobby(lobby.id), event);
    if is_over {
        let gone = Event::LobbyDeleted(LobbyGone { id: lobby.id, reason: lost });
        news.add(Topic::Lobby(lobby.id), gone.clone());
        tell_list(news, &lobby, gone.clone());
        news.add(Topic::AdminLobbies, gone);
        tell_player(app, tx, news, player, None).await
    } else {
        if host_left {
            news.add(Topic::Lobby(lobby.id), Event::HostChanged { new_host_id: lobby.host_id });
        }
        tell_membership(app, tx, news, &lobby, player, None).await
    }
}

impl Door {
    /// Everything that keeps a player out but the password.
    fn may_enter(&self) -> Result<()> {
        if self.sits_in.is_some() { Err(already_in_lobby()) } else { self.lets_in() }
    }

    /// The same, wherever they sit now.
    pub(super) fn lets_in(&self) -> Result<()> {
        if self.is_blocked {
            Err(Error::forbidden("blocked", "You cannot join this lobby. Pick another."))
        } else if self.member_count >= self.max_users {
            Err(Error::forbidden("full", "That seat was just taken. Pick another lobby."))
        } else if self.is_locked {
            Err(Error::forbidden("locked", "This lobby is locked. Pick another, or wait until its host opens it."))
        } else {
            Ok(())
        }
    }
}

pub(super) fn no_such_code() -> Error {
    Error::not_there("No lobby has this code. Look at it again, or ask a member for the one that holds now.")
}

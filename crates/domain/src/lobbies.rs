//! Lobbies: rooms with a fixed number of seats, where players meet.
//!
//! A seat is one conditional write on the lobby's row, which both engines give to one transaction at a time: a lobby is
//! never overfilled, and whoever loses the race for the last seat is told so.

pub mod admin;
mod host;
pub mod log;
mod news;
mod query;
mod quick_join;
mod say;

use bytes::Bytes;
use wire::{
    AdminLobby, JoinLobby, Lobby, LobbyFilter, LobbyGone, LobbyId, MemberChanged, NewLobby, Page, PageQuery,
    SeatsCount, Topic, UserId,
};

pub use admin::close_due;
pub use host::{kick, update};
use news::{tell_admins, tell_list, tell_membership, tell_player};
pub(crate) use query::STATEMENTS;
pub(crate) use query::admin::STATEMENTS as ADMIN;
pub(crate) use query::log::STATEMENTS as LOG;
pub(crate) use query::search::STATEMENTS as SEARCHES;
use query::{Door, Row};
pub use quick_join::quick_join;
pub use say::{Words, say};

use crate::db::Tx;
use crate::lists::Lists;
use crate::pubsub::{Event, News};
use crate::{App, Error, Result, Scope};

/// Opens a lobby. The caller becomes its host and takes the first seat.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; what breaks the rules of a field; `already_in_lobby`.
pub async fn create(app: &App, scope: &Scope, input: NewLobby) -> Result<Lobby> {
    let host = scope.require_user()?;
    let mut input = input.check()?;
    let password_hash = host::hashed(app, input.password.take()).await?;

    let mut tx = app.db.begin().await?;
    let (lobby, news) = open(app, &mut tx, host, password_hash, &input).await?.ok_or_else(already_in_lobby)?;
    app.commit(tx, news).await?;
    Ok(lobby)
}

/// Opens a lobby inside the caller's transaction, and what is to be told of it: nothing when the host sits somewhere
/// already.
async fn open(
    app: &App,
    tx: &mut Tx,
    host: UserId,
    password_hash: Option<String>,
    input: &NewLobby,
) -> Result<Option<(Lobby, News)>> {
    let now = app.clock.now();
    let row = query::insert(tx, host, title(app, input), password_hash, input, now).await?;
    if !query::seat(tx, host, row.id, now).await? {
        return Ok(None);
    }
    let lobby = Lobby::from(row);
    let mut news = News::default();
    // Nobody can listen yet: said for the log.
    news.add(Topic::Lobby(lobby.id), Event::LobbyCreated(lobby.clone()));
    tell_list(&mut news, &lobby, Event::LobbyCreated(lobby.clone()));
    tell_admins(app, tx, &mut news, &lobby, Event::AdminLobbyCreated).await?;
    tell_player(app, tx, &mut news, host, Some(lobby.id)).await?;
    Ok(Some((lobby, news)))
}

/// What a new lobby is called.
fn title(app: &App, input: &NewLobby) -> String {
    let number = || app.random.number(1_000, 1_000_000);
    input.title.clone().unwrap_or_else(|| format!("lobby-{}", number()))
}

/// Takes a seat.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; `not_found`; [`Error::Forbidden`] with, in this order, `already_in_lobby`,
/// `blocked` by its host, `full`, `locked`, `password_required`, `invalid_password`; `cannot_join` when the lobby changed meanwhile.
pub async fn join(app: &App, scope: &Scope, id: LobbyId, input: JoinLobby) -> Result<Lobby> {
    let player = scope.require_user()?;
    let password = input.check()?;
    let door = query::door(app, id, player).await?.ok_or_else(|| Error::not_found("lobby"))?;
    door.may_enter()?;
    unlock(app, &door, password).await?;

    let mut tx = app.db.begin().await?;
    let Some(row) = query::take_seat(&mut tx, id, player, door.password_hash).await? else {
        drop(tx);
        return Err(why_not(app, id, player).await?);
    };
    let (lobby, news) = sit_down(app, &mut tx, player, row).await?.ok_or_else(already_in_lobby)?;
    app.commit(tx, news).await?;
    Ok(lobby)
}

/// Seats a player who has been counted in, inside the caller's transaction: the lobby with its members, and what is to
/// be told of it; nothing when the player sits somewhere already.
async fn sit_down(app: &App, tx: &mut Tx, player: UserId, row: Row) -> Result<Option<(Lobby, News)>> {
    let mut lobby = Lobby::from(row);
    if !query::seat(tx, player, lobby.id, app.clock.now()).await? {
        return Ok(None);
    }
    let mut news = News::default();
    news.add(Topic::Lobby(lobby.id), Event::UserJoined(MemberChanged { user_id: player }));
    tell_membership(app, tx, &mut news, &lobby, player, Some(lobby.id)).await?;
    lobby.members = Some(query::members(tx, lobby.id).await?);
    Ok(Some((lobby, news)))
}

/// Checks the lobby's password, outside any transaction: it takes its time.
async fn unlock(app: &App, door: &Door, password: Option<String>) -> Result<()> {
    let Some(hash) = door.password_hash.clone() else { return Ok(()) };
    let Some(password) = password.filter(|password| !password.is_empty()) else {
        return Err(Error::forbidden("password_required", "This lobby asks for a password."));
    };
    if app.passwords.verify(password, Some(hash)).await? {
        Ok(())
    } else {
        Err(Error::forbidden("invalid_password", "That is not the password. Ask the host, or pick an open lobby."))
    }
}

/// Why a seat could not be taken, from how the lobby is now.
async fn why_not(app: &App, id: LobbyId, player: UserId) -> Result<Error> {
    let Some(door) = query::door(app, id, player).await? else { return Ok(Error::not_found("lobby")) };
    Ok(door
        .may_enter()
        .err()
        .unwrap_or_else(|| Error::forbidden("cannot_join", "The lobby changed while you were joining. Try again.")))
}

/// Gives up the seat the caller has. The member longest in the lobby becomes the next host; the last one closes it.
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
    unseated(app, tx, news, player, row, Event::UserLeft).await?;
    Ok(true)
}

/// What follows from a freed seat: the last member closes the lobby, the host's role goes on, and everybody concerned is
/// told, members by the event that says how the player went.
async fn unseated(
    app: &App,
    tx: &mut Tx,
    news: &mut News,
    player: UserId,
    mut row: Row,
    how: fn(MemberChanged) -> Event,
) -> Result<()> {
    let is_over = row.member_count == 0 && !row.hostless;
    let host_left = row.host_id == Some(player);
    if is_over {
        query::delete(tx, row.id).await?;
    } else if host_left {
        row = query::pass_host_on(tx, row.id).await?;
    }

    let lobby = Lobby::from(row);
    news.add(Topic::Lobby(lobby.id), how(MemberChanged { user_id: player }));
    if is_over {
        let gone = Event::LobbyDeleted(LobbyGone { id: lobby.id });
        news.add(Topic::Lobby(lobby.id), gone.clone());
        tell_list(news, &lobby, gone.clone());
        news.add(Topic::AdminLobbies, gone);
        tell_player(app, tx, news, player, None).await?;
    } else {
        if let Some(new_host_id) = lobby.host_id.filter(|_| host_left) {
            news.add(Topic::Lobby(lobby.id), Event::HostChanged { new_host_id });
        }
        tell_membership(app, tx, news, &lobby, player, None).await?;
    }
    Ok(())
}

/// INTERIM
async fn end(app: &App, tx: &mut Tx, news: &mut News, row: Row) -> Result<()> {
    let lobby = Lobby::from(row);
    let members = query::members(&mut *tx, lobby.id).await?;
    query::delete(tx, lobby.id).await?;
    let gone = Event::LobbyDeleted(LobbyGone { id: lobby.id });
    news.add(Topic::Lobby(lobby.id), gone.clone());
    tell_list(news, &lobby, gone.clone());
    news.add(Topic::AdminLobbies, gone);
    for member in members {
        tell_player(app, tx, news, member.user_id, None).await?;
    }
    Ok(())
}

/// Visible lobbies, oldest first.
///
/// # Errors
/// What breaks the rules of the filter; a page below 1.
pub async fn list(app: &App, _scope: &Scope, filter: LobbyFilter, page: PageQuery) -> Result<Page<Lobby>> {
    read_list(app, &filter.check()?, page.check()?).await
}

/// As [`list`], in the JSON it is sent as: what nearly everybody asks is kept until a lobby changes.
///
/// # Errors
/// As [`list`].
pub async fn list_json(app: &App, _scope: &Scope, filter: LobbyFilter, page: PageQuery) -> Result<Bytes> {
    let (filter, page) = (filter.check()?, page.check()?);
    let lists = app.db.lists().filter(|_| filter == LobbyFilter::default());
    let now = app.clock.now();
    if let Some(json) = lists.and_then(|lists| lists.get(page, now)) {
        return Ok(json);
    }
    let reading = lists.map(Lists::read);
    let listed = serde_json::to_vec(&read_list(app, &filter, page).await?);
    let json = Bytes::from(listed.map_err(|error| Error::Internal(format!("a list of lobbies: {error}")))?);
    if let Some((lists, reading)) = lists.zip(reading) {
        lists.keep(reading, page, &json, now);
    }
    Ok(json)
}

async fn read_list(app: &App, filter: &LobbyFilter, page: PageQuery) -> Result<Page<Lobby>> {
    let (rows, total) = query::list(app, filter, page).await?;
    Ok(Page::cut(rows.into_iter().map(Lobby::from).collect(), page, total, |lobby| lobby.id.0))
}

/// Every lobby, hidden ones too, newest first, for admins.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; what breaks the rules of the filter; a
/// page below 1.
pub async fn list_all(app: &App, scope: &Scope, filter: LobbyFilter, page: PageQuery) -> Result<Page<AdminLobby>> {
    scope.require_admin()?;
    let (filter, page) = (filter.check()?, page.check()?);
    let counted = query::count_all(app, &filter).await?;
    let rows = query::list_all(app, &filter, page).await?;
    Ok(Page::cut(rows.into_iter().map(AdminLobby::from).collect(), page, counted, |row| row.lobby.id.0))
}

/// Lobbies by state and their seats, for admins.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins.
pub async fn count_seats(app: &App, scope: &Scope) -> Result<SeatsCount> {
    scope.require_admin()?;
    query::count_seats(app).await
}

/// The fullest visible lobbies that still have a seat.
pub(crate) async fn filling(app: &App, at_most: i64) -> Result<Vec<Lobby>> {
    Ok(query::filling(app, at_most).await?.into_iter().map(Into::into).collect())
}

/// One lobby. Its members are named to members and admins; hidden lobbies exist for those only.
///
/// # Errors
/// `not_found`.
pub async fn get(app: &App, scope: &Scope, id: LobbyId) -> Result<Lobby> {
    let row = query::get(app, id).await?.ok_or_else(|| Error::not_found("lobby"))?;
    let mut lobby = Lobby::from(row);
    if scope.is_admin() || is_member(app, scope, id).await? {
        lobby.members = Some(query::members(&app.db, id).await?);
        return Ok(lobby);
    }
    if lobby.is_hidden { Err(Error::not_found("lobby")) } else { Ok(lobby) }
}

/// Which numbers a lobby's events have, and the last one: the state that is read after this has it in it.
pub(crate) async fn stands_at(app: &App, id: LobbyId) -> Result<(String, u64)> {
    let (created_at, seq) = query::log::stands_at(app, id).await?.ok_or_else(|| Error::not_found("lobby"))?;
    Ok((log::epoch(created_at), seq))
}

/// Whether whoever asks sits in a lobby.
pub(crate) async fn is_member(app: &App, scope: &Scope, id: LobbyId) -> Result<bool> {
    match scope.user() {
        Some(user) => query::is_member(&app.db, user, id).await,
        None => Ok(false),
    }
}

impl Door {
    /// Everything that keeps a player out but the password.
    fn may_enter(&self) -> Result<()> {
        if self.sits_in.is_some() {
            Err(already_in_lobby())
        } else if self.is_blocked {
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

fn already_in_lobby() -> Error {
    Error::forbidden("already_in_lobby", "You have a seat in a lobby. Leave it before you take another.")
}

fn not_in_lobby() -> Error {
    Error::unfit("not_in_lobby", "You are not in a lobby.")
}

//! Lobbies: rooms with a fixed number of seats, where players meet.
//!
//! A seat is one conditional write on the lobby's row, which both engines give to one transaction at a time: a lobby is
//! never overfilled, and whoever loses the race for the last seat is told so.

pub mod admin;
pub mod away;
mod cards;
mod end;
mod host;
pub mod invitations;
pub mod log;
mod members;
mod news;
mod query;
mod quick_join;
mod say;
mod seats;
mod switch;
mod unused;

use bytes::Bytes;
use wire::{
    AdminLobby, AdminLobbyFilter, CODE_ALPHABET, CODE_LENGTH, Lobby, LobbyFilter, LobbyId, LostSeat, NewLobby, Page,
    PageQuery, SeatsCount, Topic, UserId,
};

pub use admin::close_due;
pub(crate) use cards::{cards, count_free};
pub(crate) use end::not_a_member;
pub use host::{kick, update};
pub(crate) use members::export;
pub use members::update_member;
use news::{tell_admins, tell_list, tell_player};
pub(crate) use query::STATEMENTS;
pub(crate) use query::admin::STATEMENTS as ADMIN;
pub(crate) use query::away::STATEMENTS as AWAY;
pub(crate) use query::cards::STATEMENTS as CARDS;
pub(crate) use query::invitations::STATEMENTS as INVITATIONS;
pub(crate) use query::log::STATEMENTS as LOG;
pub(crate) use query::members::STATEMENTS as MEMBERS;
pub(crate) use query::search::STATEMENTS as SEARCHES;
use query::{Found, New, Row};
pub use quick_join::quick_join;
pub use say::{Words, say};
pub(crate) use seats::vacate;
pub use seats::{join, join_by_code, leave};
use seats::{sit_down, take_out};
pub use switch::switch;
pub(crate) use unused::sweep;

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
    app.online.look_again(host);
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
    let row = insert(app, tx, Some(host), password_hash, input).await?;
    if !seats::seat(app, tx, host, row.id).await? {
        return Ok(None);
    }
    let rules = row.rules();
    let lobby = Lobby::from(row);
    let mut news = News::default();
    // Nobody can listen yet: said for the log.
    news.add(Topic::Lobby(lobby.id), Event::LobbyCreated(lobby.clone()));
    tell_list(&mut news, &lobby, Event::LobbyCreated(lobby.clone()));
    tell_admins(app, tx, &mut news, &lobby, Event::AdminLobbyCreated).await?;
    tell_player(app, tx, &mut news, host, Some(lobby.id)).await?;
    let members = Some(query::members(tx, lobby.id).await?);
    Ok(Some((Lobby { members, rules: Some(rules), ..lobby }, news)))
}

/// Writes a new lobby; without a host, one that the server owns.
async fn insert(
    app: &App,
    tx: &mut Tx,
    host: Option<UserId>,
    password_hash: Option<String>,
    input: &NewLobby,
) -> Result<Row> {
    let title = input.title.clone().unwrap_or_else(|| format!("lobby-{}", app.random.number(1_000, 1_000_000)));
    let grace_seconds = input.grace_seconds.unwrap_or_else(|| app.config.lobbies.grace.as_secs().cast_signed());
    loop {
        let code = any_code(app);
        let new = New { title: title.clone(), code, password_hash: password_hash.clone(), grace_seconds, input };
        // Another has its code once in many thousand times.
        if let Some(row) = query::insert(tx, host, new, app.clock.now()).await? {
            return Ok(row);
        }
    }
}

/// A code, any of them.
fn any_code(app: &App) -> String {
    let numbers = app.random.bytes::<CODE_LENGTH>();
    numbers.into_iter().map(|number| char::from(CODE_ALPHABET[usize::from(number) % CODE_ALPHABET.len()])).collect()
}

/// Visible lobbies, oldest first. A filter goes through 10,000 of them at most: behind those a cursor goes on, and the count
/// says that it is a minimum.
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
    if *filter != LobbyFilter::default() {
        return Ok(query::find(app, filter, page).await?.on(page, |lobby: &Lobby| lobby.id));
    }
    let (rows, total) = query::list(app, page).await?;
    Ok(Page::cut(rows.into_iter().map(Lobby::from).collect(), page, total, |lobby| lobby.id.0))
}

impl<R> Found<R> {
    /// The page of it. A list is never longer than what was looked at of it, and says so.
    fn on<L: From<R>>(self, page: PageQuery, id: fn(&L) -> LobbyId) -> Page<L> {
        let Self { rows, total, is_minimum, up_to } = self;
        let found = Page::cut(rows.into_iter().map(L::from).collect(), page, total, |row| id(row).0);
        let found = if is_minimum { found.at_least() } else { found };
        match up_to {
            Some(last) => found.up_to(last.0, page),
            None => found,
        }
    }
}

/// Every lobby, hidden ones too, newest first, for admins.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; what breaks the rules of the filter; a
/// page below 1.
pub async fn list_all(
    app: &App,
    scope: &Scope,
    filter: impl Into<AdminLobbyFilter>,
    page: PageQuery,
) -> Result<Page<AdminLobby>> {
    scope.require_admin()?;
    let (filter, page) = (filter.into().check()?, page.check()?);
    Ok(query::find_all(app, &filter, page).await?.on(page, |row: &AdminLobby| row.lobby.id))
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
/// `not_found`, which says why the lobby was closed, or why the caller has their seat there no more.
pub async fn get(app: &App, scope: &Scope, id: LobbyId) -> Result<Lobby> {
    let Some(row) = query::get(app, id).await? else { return Err(end::no_lobby(app, scope, id).await?) };
    if scope.is_admin() || is_member(app, scope, id).await? {
        return seen_by_members(app, row).await;
    }
    let lobby = Lobby::from(row);
    if lobby.is_hidden { Err(end::no_lobby(app, scope, id).await?) } else { Ok(lobby) }
}

/// Whether a lobby is there for everybody to see.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn is_listed(app: &App, id: LobbyId) -> Result<bool> {
    query::is_listed(app, id).await
}

/// The lobby the caller sits in; none where they sit in none.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody.
pub async fn seat_of(app: &App, scope: &Scope) -> Result<Option<Lobby>> {
    let player = scope.require_user()?;
    match query::where_sits(&app.db, player).await? {
        Some(row) => seen_by_members(app, row).await.map(Some),
        None => Ok(None),
    }
}

/// The last seat that was taken from the caller, until they take another.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody.
pub async fn lost_seat(app: &App, scope: &Scope) -> Result<Option<LostSeat>> {
    query::members::lost(app, scope.require_user()?).await
}

/// The lobby that the caller sits in, for clients to ask for.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; [`Error::NotFound`] with `not_in_lobby`, which says why the last seat was lost.
pub async fn mine(app: &App, scope: &Scope) -> Result<Lobby> {
    match seat_of(app, scope).await? {
        Some(lobby) => Ok(lobby),
        None => Err(end::no_seat(lost_seat(app, scope).await?.as_ref())),
    }
}

async fn seen_by_members(app: &App, row: Row) -> Result<Lobby> {
    let (rules, members) = (Some(row.rules()), Some(query::members(&app.db, row.id).await?));
    Ok(Lobby { members, rules, ..row.into() })
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

/// Holds the lobby a user sits in, inside the caller's transaction: which one it was when it was free.
pub(crate) async fn hold_seat_of(tx: &mut Tx, user: UserId) -> Result<Option<LobbyId>> {
    Ok(query::hold(tx, user).await?.map(|row| row.id))
}

/// Where a user sits, as the caller's transaction sees it.
pub(crate) async fn sits_in(tx: &mut Tx, user: UserId) -> Result<Option<LobbyId>> {
    Ok(query::where_sits(tx, user).await?.map(|row| row.id))
}

/// Forgets which of two players invited the other.
pub(crate) async fn forget_invitations(tx: &mut Tx, one: UserId, other: UserId) -> Result<()> {
    query::invitations::forget_between(tx, one, other).await
}

fn already_in_lobby() -> Error {
    Error::forbidden("already_in_lobby", "You have a seat in a lobby. Leave it before you take another.")
}

fn not_in_lobby() -> Error {
    Error::unfit("not_in_lobby", "You are not in a lobby.")
}

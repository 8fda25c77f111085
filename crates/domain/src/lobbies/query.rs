//! The SQL of lobbies.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use sqlx::types::Json;
use wire::{Lobby, LobbyId, LobbyMember, LobbyPatch, NewLobby, SeatsCount, UserId};

use crate::db::{Conn, Tx, query, same, statements};
use crate::friends::blocks;
use crate::{App, Result};

/// A lobby's columns, wherever they are read.
macro_rules! columns {
    () => {
        "id, title, host_id, hostless, max_users, member_count, is_hidden, is_locked,
         password_hash is not null as is_passworded, metadata, revision, created_at, closing_at "
    };
}

pub(super) mod admin;
pub(super) mod log;
pub(super) mod search;

pub(super) use search::{count_all, joinable, list, list_all, newest, take_turn};

statements! {
    INSERT = same(concat!(
        "insert into lobbies (title, host_id, max_users, member_count, is_hidden, is_locked, password_hash, metadata,
                              created_at)
         values ($1, $2, $3, 1, $4, $5, $6, $7, $8) returning ",
        columns!()
    ));
    TAKE_SEAT = same(concat!(
        "update lobbies set member_count = member_count + 1, revision = revision + 1
         where id = $1 and member_count < max_users and not is_locked and coalesce(password_hash, '') = $2
           and not ",
        blocks!("lobbies.host_id", "$3"),
        "returning ",
        columns!()
    ));
    FREE_SEAT = same(concat!(
        "update lobbies set member_count = member_count - 1, revision = revision + 1
         where id = (select lobby_id from lobby_members where user_id = $1) and member_count > 0 returning ",
        columns!()
    ));
    COUNT_IN = same("update lobbies set member_count = member_count + 1 where id = $1");
    EXPEL = same(concat!(
        "update lobbies set member_count = member_count - 1, revision = revision + 1
         where id = $1 and host_id = $2 returning ",
        columns!()
    ));
    SEAT = same(
        "insert into lobby_members (user_id, lobby_id, joined_at) values ($1, $2, $3) on conflict (user_id) do nothing",
    );
    UNSEAT = same("delete from lobby_members where user_id = $1 and lobby_id = $2");
    PASS_HOST_ON = same(concat!(
        "update lobbies set host_id =
             (select user_id from lobby_members where lobby_id = $1 order by joined_at, user_id limit 1)
         where id = $1 returning ",
        columns!()
    ));
    HOLD = same(concat!(
        "update lobbies set revision = revision + 1
         where id = (select lobby_id from lobby_members where user_id = $1) returning ",
        columns!()
    ));
    CHANGE = same(concat!(
        "update lobbies set title = coalesce($2, title), max_users = coalesce($3, max_users),
                            is_hidden = coalesce($4, is_hidden), is_locked = coalesce($5, is_locked),
                            password_hash = nullif(coalesce($6, password_hash), ''),
                            metadata = coalesce($7, metadata)
         where id = $1 and member_count <= coalesce($3, max_users) returning ",
        columns!()
    ));
    DELETE = same("delete from lobbies where id = $1");
    DOOR = same(concat!(
        "select max_users, member_count, is_locked, password_hash,
                (select m.lobby_id from lobby_members m where m.user_id = $2) as sits_in, ",
        blocks!("lobbies.host_id", "$2"),
        "as is_blocked from lobbies where id = $1",
    ));
    WHERE_SITS = same(concat!(
        "select ",
        columns!(),
        "from lobbies where id = (select lobby_id from lobby_members where user_id = $1)"
    ));
    GET = same(concat!("select ", columns!(), "from lobbies where id = $1"));
    COUNT_SEATS = same(
        "select count(*) as lobbies,
                count(case when not is_locked and member_count < max_users then 1 end) as open,
                count(case when member_count >= max_users then 1 end) as full_up,
                count(case when is_locked then 1 end) as locked,
                cast(coalesce(sum(member_count), 0) as bigint) as seats_taken,
                cast(coalesce(sum(max_users), 0) as bigint) as seats
         from lobbies",
    );
    FILLING = same(concat!(
        "select ",
        columns!(),
        "from lobbies where not is_hidden and not is_locked and member_count < max_users
         order by max_users - member_count, id limit $1"
    ));
    MEMBERS = same(
        "select m.user_id, u.display_name, m.joined_at from lobby_members m join users u on u.id = m.user_id
         where m.lobby_id = $1 order by m.joined_at, m.user_id",
    );
    IS_MEMBER = same("select count(*) from lobby_members where user_id = $1 and lobby_id = $2");
    HOST_NAME = same("select display_name from users where id = $1");
}

#[derive(sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "what a row says, column by column")]
pub(super) struct Row {
    pub(super) id: LobbyId,
    title: String,
    pub(super) host_id: Option<UserId>,
    pub(super) hostless: bool,
    max_users: i64,
    pub(super) member_count: i64,
    is_hidden: bool,
    is_locked: bool,
    is_passworded: bool,
    metadata: Json<Map<String, Value>>,
    revision: i64,
    created_at: DateTime<Utc>,
    pub(super) closing_at: Option<DateTime<Utc>>,
}

impl From<Row> for Lobby {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            title: row.title,
            host_id: row.host_id,
            hostless: row.hostless,
            max_users: row.max_users,
            is_hidden: row.is_hidden,
            is_locked: row.is_locked,
            is_passworded: row.is_passworded,
            metadata: row.metadata.0,
            member_count: row.member_count,
            revision: row.revision,
            created_at: row.created_at,
            closing_at: row.closing_at,
            members: None,
        }
    }
}

/// What decides whether a player may come in.
#[derive(sqlx::FromRow)]
pub(super) struct Door {
    pub(super) max_users: i64,
    pub(super) member_count: i64,
    pub(super) is_locked: bool,
    pub(super) password_hash: Option<String>,
    pub(super) sits_in: Option<LobbyId>,
    /// The host blocks the player.
    pub(super) is_blocked: bool,
}

#[derive(sqlx::FromRow)]
struct SeatsRow {
    lobbies: i64,
    open: i64,
    full_up: i64,
    locked: i64,
    seats_taken: i64,
    seats: i64,
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    user_id: UserId,
    display_name: Option<String>,
    joined_at: DateTime<Utc>,
}

/// The new lobby with its host counted in; the host's own row is [`seat`].
pub(super) async fn insert(
    tx: &mut Tx,
    host: UserId,
    title: String,
    password_hash: Option<String>,
    input: &NewLobby,
    now: DateTime<Utc>,
) -> Result<Row> {
    query(tx, INSERT)
        .bind(title)
        .bind(host)
        .bind(input.max_users.unwrap_or(NewLobby::MAX_USERS))
        .bind(input.is_hidden.unwrap_or(false))
        .bind(input.is_locked.unwrap_or(false))
        .bind(password_hash)
        .bind(Json(input.metadata.clone().unwrap_or_default()))
        .bind(now)
        .one()
        .await
}

/// Counts one more member in, if there is a seat, the lobby is not locked, its password is still the one that was checked,
/// and its host does not block the player.
pub(super) async fn take_seat(
    tx: &mut Tx,
    id: LobbyId,
    player: UserId,
    password_hash: Option<String>,
) -> Result<Option<Row>> {
    query(tx, TAKE_SEAT).bind(id).bind(password_hash.unwrap_or_default()).bind(player).optional().await
}

/// Counts a member out of the lobby they sit in.
pub(super) async fn free_seat(tx: &mut Tx, player: UserId) -> Result<Option<Row>> {
    query(tx, FREE_SEAT).bind(player).optional().await
}

/// Counts a member out of a lobby, if it is still the host who puts them out.
pub(super) async fn expel(tx: &mut Tx, id: LobbyId, host: UserId) -> Result<Option<Row>> {
    query(tx, EXPEL).bind(id).bind(host).optional().await
}

/// Whether the player was seated: false when they sit somewhere already.
pub(super) async fn seat(tx: &mut Tx, player: UserId, id: LobbyId, now: DateTime<Utc>) -> Result<bool> {
    Ok(query(tx.account_of(player), SEAT).bind(player).bind(id).bind(now).run().await? == 1)
}

/// Whether the player was unseated: false when they had left already.
/// Takes back that a member was counted out.
pub(super) async fn count_in(tx: &mut Tx, id: LobbyId) -> Result<()> {
    query(tx, COUNT_IN).bind(id).run().await?;
    Ok(())
}

pub(super) async fn unseat(tx: &mut Tx, player: UserId, id: LobbyId) -> Result<bool> {
    Ok(query(tx.account_of(player), UNSEAT).bind(player).bind(id).run().await? == 1)
}

/// The lobby a player sits in, held until the end of the transaction: nobody else joins, leaves or changes it.
pub(super) async fn hold(tx: &mut Tx, player: UserId) -> Result<Option<Row>> {
    query(tx, HOLD).bind(player).optional().await
}

/// Changes what is given, if the members there are still have their seats. An empty `password_hash` is none.
pub(super) async fn change(
    tx: &mut Tx,
    id: LobbyId,
    patch: LobbyPatch,
    password_hash: Option<String>,
) -> Result<Option<Row>> {
    query(tx, CHANGE)
        .bind(id)
        .bind(patch.title)
        .bind(patch.max_users)
        .bind(patch.is_hidden)
        .bind(patch.is_locked)
        .bind(password_hash)
        .bind(patch.metadata.map(Json))
        .optional()
        .await
}

pub(super) async fn pass_host_on(tx: &mut Tx, id: LobbyId) -> Result<Row> {
    query(tx, PASS_HOST_ON).bind(id).one().await
}

pub(super) async fn delete(tx: &mut Tx, id: LobbyId) -> Result<()> {
    query(tx, DELETE).bind(id).run().await?;
    Ok(())
}

pub(super) async fn door(app: &App, id: LobbyId, player: UserId) -> Result<Option<Door>> {
    query(&app.db, DOOR).bind(id).bind(player).optional().await
}

/// The lobby a player sits in.
pub(super) async fn where_sits(app: &App, player: UserId) -> Result<Option<Row>> {
    query(&app.db, WHERE_SITS).bind(player).optional().await
}

pub(super) async fn get(app: &App, id: LobbyId) -> Result<Option<Row>> {
    query(&app.db, GET).bind(id).optional().await
}

pub(super) async fn count_seats(app: &App) -> Result<SeatsCount> {
    let row: SeatsRow = query(&app.db, COUNT_SEATS).one().await?;
    let SeatsRow { lobbies, open, full_up, locked, seats_taken, seats } = row;
    Ok(SeatsCount { lobbies, open, full: full_up, locked, seats_taken, seats })
}

pub(super) async fn filling(app: &App, at_most: i64) -> Result<Vec<Row>> {
    query(&app.db, FILLING).bind(at_most).all().await
}

pub(super) async fn members(on: impl Into<Conn<'_>>, id: LobbyId) -> Result<Vec<LobbyMember>> {
    let rows: Vec<MemberRow> = query(on, MEMBERS).bind(id).all().await?;
    let member = |MemberRow { user_id, display_name, joined_at }| LobbyMember { user_id, display_name, joined_at };
    Ok(rows.into_iter().map(member).collect())
}

pub(super) async fn is_member(on: impl Into<Conn<'_>>, user: UserId, id: LobbyId) -> Result<bool> {
    let (n,): (i64,) = query(on, IS_MEMBER).bind(user).bind(id).one().await?;
    Ok(n > 0)
}

pub(super) async fn host_name(tx: &mut Tx, host: Option<UserId>) -> Result<Option<String>> {
    let Some(host) = host else { return Ok(None) };
    let row: Option<(Option<String>,)> = query(tx, HOST_NAME).bind(host).optional().await?;
    Ok(row.and_then(|(name,)| name))
}

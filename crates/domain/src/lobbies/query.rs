//! The SQL of lobbies.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use sqlx::types::Json;
use wire::{AdminLobby, Lobby, LobbyFilter, LobbyId, LobbyMember, NewLobby, PageQuery, SeatsCount, UserId};

use crate::db::{Conn, Tx, contains, query, same, statements};
use crate::{App, Result};

/// A lobby's columns, wherever they are read.
macro_rules! columns {
    () => {
        "id, title, host_id, hostless, max_users, member_count, is_hidden, is_locked,
         password_hash is not null as is_passworded, metadata, revision, created_at "
    };
}

/// What a list may be narrowed to: `$1` a pattern for titles, `$2` a state, `$3` whether hidden ones are shown.
macro_rules! filtered {
    () => {
        "where ($3 or not is_hidden)
           and (cast($1 as text) is null or lower(title) like $1 escape '!')
           and (cast($2 as text) is null
                or ($2 = 'open' and not is_locked and member_count < max_users)
                or ($2 = 'full' and member_count >= max_users)
                or ($2 = 'locked' and is_locked)) "
    };
}

statements! {
    INSERT = same(concat!(
        "insert into lobbies (title, host_id, max_users, member_count, is_hidden, is_locked, password_hash, metadata,
                              created_at)
         values ($1, $2, $3, 1, $4, $5, $6, $7, $8) returning ",
        columns!()
    ));
    TAKE_SEAT = same(concat!(
        "update lobbies set member_count = member_count + 1, revision = revision + 1
         where id = $1 and member_count < max_users and not is_locked and coalesce(password_hash, '') = $2 returning ",
        columns!()
    ));
    FREE_SEAT = same(concat!(
        "update lobbies set member_count = member_count - 1, revision = revision + 1
         where id = (select lobby_id from lobby_members where user_id = $1) returning ",
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
    DELETE = same("delete from lobbies where id = $1");
    DOOR = same(
        "select max_users, member_count, is_locked, password_hash,
                (select m.lobby_id from lobby_members m where m.user_id = $2) as sits_in
         from lobbies where id = $1",
    );
    GET = same(concat!("select ", columns!(), "from lobbies where id = $1"));
    LIST = same(concat!("select ", columns!(), "from lobbies ", filtered!(), "order by id limit $4 offset $5"));
    LIST_ALL = same(concat!(
        "select ",
        columns!(),
        ", (select u.display_name from users u where u.id = host_id) as host_name from lobbies ",
        filtered!(),
        "order by id desc limit $4 offset $5"
    ));
    COUNT = same(concat!("select count(*) from (select 1 as one from lobbies ", filtered!(), "limit $4) as counted"));
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
            members: None,
        }
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct AdminRow {
    #[sqlx(flatten)]
    row: Row,
    host_name: Option<String>,
}

impl From<AdminRow> for AdminLobby {
    fn from(AdminRow { row, host_name }: AdminRow) -> Self {
        Self { lobby: row.into(), host_name }
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

/// Counts one more member in, if there is a seat, the lobby is not locked and its password is still the one that was
/// checked.
pub(super) async fn take_seat(tx: &mut Tx, id: LobbyId, password_hash: Option<String>) -> Result<Option<Row>> {
    query(tx, TAKE_SEAT).bind(id).bind(password_hash.unwrap_or_default()).optional().await
}

/// Counts a member out of the lobby they sit in.
pub(super) async fn free_seat(tx: &mut Tx, player: UserId) -> Result<Option<Row>> {
    query(tx, FREE_SEAT).bind(player).optional().await
}

/// Whether the player was seated: false when they sit somewhere already.
pub(super) async fn seat(tx: &mut Tx, player: UserId, id: LobbyId, now: DateTime<Utc>) -> Result<bool> {
    Ok(query(tx, SEAT).bind(player).bind(id).bind(now).run().await? == 1)
}

/// Whether the player was unseated: false when they had left already.
pub(super) async fn unseat(tx: &mut Tx, player: UserId, id: LobbyId) -> Result<bool> {
    Ok(query(tx, UNSEAT).bind(player).bind(id).run().await? == 1)
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

pub(super) async fn get(app: &App, id: LobbyId) -> Result<Option<Row>> {
    query(&app.db, GET).bind(id).optional().await
}

pub(super) async fn list(app: &App, filter: &LobbyFilter, page: PageQuery) -> Result<Vec<Row>> {
    let (title, state) = parameters(filter);
    let query = query(&app.db, LIST).bind(title).bind(state).bind(false);
    query.bind(page.size()).bind(page.offset()).all().await
}

pub(super) async fn list_all(app: &App, filter: &LobbyFilter, page: PageQuery) -> Result<Vec<AdminRow>> {
    let (title, state) = parameters(filter);
    let query = query(&app.db, LIST_ALL).bind(title).bind(state).bind(true);
    query.bind(page.size()).bind(page.offset()).all().await
}

pub(super) async fn count(app: &App, filter: &LobbyFilter, hidden_too: bool) -> Result<i64> {
    let (title, state) = parameters(filter);
    let query = query(&app.db, COUNT).bind(title).bind(state).bind(hidden_too);
    let (n,) = query.bind(PageQuery::COUNTED + 1).one().await?;
    Ok(n)
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

pub(super) async fn is_member(app: &App, user: UserId, id: LobbyId) -> Result<bool> {
    let (n,): (i64,) = query(&app.db, IS_MEMBER).bind(user).bind(id).one().await?;
    Ok(n > 0)
}

pub(super) async fn host_name(tx: &mut Tx, host: Option<UserId>) -> Result<Option<String>> {
    let Some(host) = host else { return Ok(None) };
    let row: Option<(Option<String>,)> = query(tx, HOST_NAME).bind(host).optional().await?;
    Ok(row.and_then(|(name,)| name))
}

fn parameters(filter: &LobbyFilter) -> (Option<String>, Option<String>) {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    (given(&filter.title).map(|title| contains(title.trim())), given(&filter.state))
}

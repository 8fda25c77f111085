//! The SQL of lobbies.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use sqlx::types::Json;
use wire::{HostPolicy, Lobby, LobbyId, LobbyPatch, LobbyRules, NewLobby, SeatsCount, UserId};

use crate::db::{Conn, Tx, query, same, statements};
use crate::friends::blocks;
use crate::{App, Result};

/// A lobby's columns, wherever they are read.
macro_rules! columns {
    () => {
        "id, title, host_id, hostless, max_users, member_count, is_hidden, is_locked,
         password_hash is not null as is_passworded, metadata, revision, created_at, closing_at,
         code, host_policy, successor_id, grace_seconds "
    };
}

pub(super) mod admin;
pub(super) mod away;
pub(super) mod cards;
pub(super) mod invitations;
pub(super) mod log;
pub(super) mod members;
pub(super) mod search;

pub(super) use cards::{cards, count_free};
pub(super) use members::{count_in, is_member, members, seat, unseat};
pub(super) use search::{Found, find, find_all, joinable, list, look_up_to, opened_before, take_turn};

statements! {
    INSERT = same(concat!(
        "insert into lobbies (title, host_id, max_users, member_count, is_hidden, is_locked, password_hash, metadata,
                              created_at, code, host_policy, successor_id, grace_seconds, hostless)
         values ($1, $2, $3, case when $13 then 0 else 1 end, $4, $5, $6, $7, $8, $9, $10,
                 (select id from users where id = $11), $12, $13)
         on conflict (code) do nothing returning ",
        columns!()
    ));
    TAKE_SEAT = same(concat!(
        "update lobbies set member_count = member_count + 1, revision = revision + 1
         where id = $1 and member_count < max_users and not is_locked
           and (coalesce(password_hash, '') = $2
                or exists (select 1 from lobby_invitations i where i.lobby_id = lobbies.id and i.user_id = $3))
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
    EXPEL = same(concat!(
        "update lobbies set member_count = member_count - 1, revision = revision + 1
         where id = $1 and host_id = $2 returning ",
        columns!()
    ));
    PASS_HOST_ON = same(concat!(
        "update lobbies set host_id = case when host_policy in ('longest', 'successor') then
             (select m.user_id from lobby_members m join lobbies l on l.id = m.lobby_id where m.lobby_id = $1
              order by case when m.user_id = l.successor_id then 0 else 1 end,
                       case when m.is_here then 0 when m.held_until is null then 1 else 2 end, m.joined_at, m.user_id limit 1) end
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
                            metadata = coalesce($7, metadata),
                            successor_id = coalesce((select u.id from users u where u.id = $8), successor_id),
                            code = coalesce($9, code)
         where id = $1 and member_count <= coalesce($3, max_users) returning ",
        columns!()
    ));
    DELETE = same("delete from lobbies where id = $1");
    DOOR = same(concat!(
        "select max_users, member_count, is_locked, password_hash,
                (select m.lobby_id from lobby_members m where m.user_id = $2) as sits_in, ",
        blocks!("lobbies.host_id", "$2"),
        "as is_blocked,
                exists (select 1 from lobby_invitations i where i.lobby_id = lobbies.id and i.user_id = $2) as is_invited
         from lobbies where id = $1",
    ));
    WHERE_SITS = same(concat!(
        "select ",
        columns!(),
        "from lobbies where id = (select lobby_id from lobby_members where user_id = $1)"
    ));
    GET = same(concat!("select ", columns!(), "from lobbies where id = $1"));
    IS_LISTED = same("select count(*) from lobbies where id = $1 and not is_hidden");
    BY_CODE = same("select id from lobbies where code = $1");
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
    HOST_NAME = same("select display_name from users where id = $1");
}

#[derive(Clone, sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "what a row says, column by column")]
pub(super) struct Row {
    pub(super) id: LobbyId,
    title: String,
    pub(super) host_id: Option<UserId>,
    pub(super) hostless: bool,
    pub(super) max_users: i64,
    pub(super) member_count: i64,
    is_hidden: bool,
    is_locked: bool,
    is_passworded: bool,
    metadata: Json<Map<String, Value>>,
    revision: i64,
    created_at: DateTime<Utc>,
    pub(super) closing_at: Option<DateTime<Utc>>,
    code: Option<String>,
    #[sqlx(try_from = "String")]
    pub(super) host_policy: HostPolicy,
    successor_id: Option<UserId>,
    pub(super) grace_seconds: i64,
}

impl Row {
    /// Whether it asks for a password.
    pub(super) fn is_passworded(&self) -> bool {
        self.is_passworded
    }

    /// What it was opened with.
    pub(super) fn rules(&self) -> LobbyRules {
        let Self { host_policy, successor_id, grace_seconds, .. } = *self;
        LobbyRules { code: self.code.clone(), host_policy, successor_id, grace_seconds }
    }
}

impl From<Row> for Lobby {
    /// As everybody may see it: without its members and its rules.
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
            rules: None,
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
    /// A member invites the player.
    pub(super) is_invited: bool,
}

/// What is written of a new lobby.
pub(super) struct New<'a> {
    pub(super) title: String,
    pub(super) code: String,
    pub(super) password_hash: Option<String>,
    pub(super) grace_seconds: i64,
    /// The rest.
    pub(super) input: &'a NewLobby,
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

/// The new lobby with its host counted in, whose own row is [`seat`]; without a host, one that the server owns. Nothing where
/// another has this code.
pub(super) async fn insert(
    tx: &mut Tx,
    host: Option<UserId>,
    New { title, code, password_hash, grace_seconds, input }: New<'_>,
    now: DateTime<Utc>,
) -> Result<Option<Row>> {
    query(tx, INSERT)
        .bind(title)
        .bind(host)
        .bind(input.max_users.unwrap_or(NewLobby::MAX_USERS))
        .bind(input.is_hidden.unwrap_or(false))
        .bind(input.is_locked.unwrap_or(false))
        .bind(password_hash)
        .bind(Json(input.metadata.clone().unwrap_or_default()))
        .bind(now)
        .bind(code)
        .bind(input.host_policy.unwrap_or_default().name().to_owned())
        .bind(input.successor_id)
        .bind(grace_seconds)
        .bind(host.is_none())
        .optional()
        .await
}

/// Counts one more member in, if there is a seat, the lobby is not locked, its password is still the one that was checked
/// (none where none was) or a member invites the player, and its host does not block the player.
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
    code: Option<String>,
) -> Result<Option<Row>> {
    query(tx, CHANGE)
        .bind(id)
        .bind(patch.title)
        .bind(patch.max_users)
        .bind(patch.is_hidden)
        .bind(patch.is_locked)
        .bind(password_hash)
        .bind(patch.metadata.map(Json))
        .bind(patch.successor_id)
        .bind(code)
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
pub(super) async fn where_sits(on: impl Into<Conn<'_>>, player: UserId) -> Result<Option<Row>> {
    query(on, WHERE_SITS).bind(player).optional().await
}

pub(super) async fn get(app: &App, id: LobbyId) -> Result<Option<Row>> {
    query(&app.db, GET).bind(id).optional().await
}

/// Whether there is such a lobby, and it is not hidden.
pub(super) async fn is_listed(app: &App, id: LobbyId) -> Result<bool> {
    let (n,): (i64,) = query(&app.db, IS_LISTED).bind(id).one().await?;
    Ok(n > 0)
}

/// The lobby that is joined by a code.
pub(super) async fn by_code(on: impl Into<Conn<'_>>, code: String) -> Result<Option<LobbyId>> {
    let row: Option<(LobbyId,)> = query(on, BY_CODE).bind(code).optional().await?;
    Ok(row.map(|(id,)| id))
}

pub(super) async fn count_seats(app: &App) -> Result<SeatsCount> {
    let row: SeatsRow = query(&app.db, COUNT_SEATS).one().await?;
    let SeatsRow { lobbies, open, full_up, locked, seats_taken, seats } = row;
    Ok(SeatsCount { lobbies, open, full: full_up, locked, seats_taken, seats })
}

pub(super) async fn filling(app: &App, at_most: i64) -> Result<Vec<Row>> {
    query(&app.db, FILLING).bind(at_most).all().await
}

pub(super) async fn host_name(tx: &mut Tx, host: Option<UserId>) -> Result<Option<String>> {
    let Some(host) = host else { return Ok(None) };
    let row: Option<(Option<String>,)> = query(tx, HOST_NAME).bind(host).optional().await?;
    Ok(row.and_then(|(name,)| name))
}

//! The SQL of users. What admins do to them, and how they go, is in `acts`.

pub(super) mod acts;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use sqlx::error::DatabaseError;
use sqlx::types::Json;
use wire::{AdminUser, LobbyId, Me, PageQuery, PublicUser, SessionId, UserFilter, UserId, WayIn};

use crate::db::{Conn, Sql, Tx, contains, query, same, statements};
use crate::sessions::Live;
use crate::{App, Error, Result, Scope, avatars};

/// An account as admins see it, up to its conditions.
macro_rules! rows {
    () => {
        "select u.id, u.display_name, u.email, u.is_admin, u.created_at,
                u.device_hash is not null as has_device, u.password_hash is not null as has_password,
                u.is_guest, u.email is not null and u.email_confirmed_at is null as is_unconfirmed, u.banned_at,
                l.id as lobby_id, l.title as lobby_title,
                (select max(coalesce(s.used_at, s.refreshed_at)) from sessions s where s.user_id = u.id) as last_seen_at
         from users u
         left join lobby_members m on m.user_id = u.id
         left join lobbies l on l.id = m.lobby_id "
    };
}

/// What a list may be narrowed to: `$1` a pattern for names, `$2` an exact address or id, `$3` a role.
macro_rules! filtered {
    () => {
        "where (cast($1 as text) is null or lower(u.display_name) like $1 escape '!'
                or u.email = $2 or cast(u.id as text) = $2)
           and (cast($3 as text) is null
                or ($3 = 'admin' and u.is_admin)
                or ($3 = 'guest' and u.is_guest)
                or ($3 = 'banned' and u.banned_at is not null)
                or ($3 = 'unconfirmed' and u.email is not null and u.email_confirmed_at is null)
                or ($3 = 'device' and u.device_hash is not null)
                or ($3 = 'password' and u.password_hash is not null)) "
    };
}

/// Whom players find: `$1` a pattern for names, `$2` an exact id, `$3` an exact address where one may be asked for.
macro_rules! found {
    () => {
        "where lower(display_name) like $1 escape '!' or cast(id as text) = $2
               or (email = $3 and email_confirmed_at is not null) "
    };
}

/// Whose a device is, and whether they may come in.
macro_rules! device {
    () => {
        "select id, banned_at, ban_reason from users where device_hash = $1"
    };
}

statements! {
    // On SQLite whoever writes holds everything. On PostgreSQL this also keeps rows from being added that refer to it.
    HOLD_DEVICE = Sql { sqlite: device!(), postgres: concat!(device!(), " for update") };
    INSERT_DEVICE = same(
        "insert into users (device_hash, is_guest, created_at, updated_at) values ($1, $3, $2, $2)
         on conflict (device_hash) do nothing returning id",
    );
    KNOWS_DEVICE = same("select id from users where device_hash = $1");
    INSERT_ADMIN = same(
        "insert into users (email, email_confirmed_at, password_hash, is_admin, created_at, updated_at)
         values ($1, $2, $3, $4, $2, $2)
         on conflict (email) where email_confirmed_at is not null do nothing returning id",
    );
    HAS_ADMIN = same("select count(*) from (select 1 as one from users where is_admin limit 1) as found");
    // `$1` is a JSON array of ids.
    NAMES = Sql {
        sqlite: "select id, display_name, email from users where id in (select value from json_each($1))",
        postgres: "select id, display_name, email from users
                   where id in (select cast(value as bigint) from jsonb_array_elements_text($1))",
    };
    // The same; who they are to other players.
    FACES = Sql {
        sqlite: "select id, display_name, coalesce(cast($2 as text) || avatar, profile_url) as picture from users
                 where id in (select value from json_each($1))",
        postgres: "select id, display_name, coalesce(cast($2 as text) || avatar, profile_url) as picture from users
                   where id in (select cast(value as bigint) from jsonb_array_elements_text($1))",
    };
    PASSWORD_OF = same(
        "select id, password_hash from users
         where email = $1 and email_confirmed_at is not null and password_hash is not null",
    );
    // Unless another one was set meanwhile.
    REHASH = same("update users set password_hash = $3 where id = $1 and password_hash = $2");
    // Whoever is shown is so with the picture they uploaded: it takes what comes before its name.
    ME = same(
        "select u.id, u.email, coalesce(cast($2 as text) || u.avatar, u.profile_url) as profile_url, u.metadata,
                u.display_name, u.is_admin, m.lobby_id
         from users u left join lobby_members m on m.user_id = u.id where u.id = $1",
    );
    // The same of whoever a session is of, with what tells that it lives.
    ME_OF_SESSION = same(
        "select s.user_id, s.seen_generation, s.expires_at, coalesce(s.used_at, s.refreshed_at) as used_at,
                coalesce(s.proven_at, s.created_at) as proven_at, u.is_guest,
                u.id, u.email, coalesce(cast($3 as text) || u.avatar, u.profile_url) as profile_url, u.metadata,
                u.display_name, u.is_admin, m.lobby_id
         from sessions s join users u on u.id = s.user_id left join lobby_members m on m.user_id = u.id
         where s.id = $1 and s.ended_at is null and s.expires_at > $2 and u.banned_at is null",
    );
    ROW = same(concat!(rows!(), "where u.id = $1"));
    // `$1` is a JSON array of ids.
    ROWS = Sql {
        sqlite: concat!(rows!(), "where u.id in (select value from json_each($1)) order by u.id"),
        postgres: concat!(
            rows!(),
            "where u.id in (select cast(value as bigint) from jsonb_array_elements_text($1)) order by u.id"
        ),
    };
    LIST = same(concat!(rows!(), filtered!(), "order by u.id desc limit $4 offset $5"));
    LIST_BY_SEEN = same(concat!(
        rows!(),
        filtered!(),
        "order by coalesce((select max(coalesce(s.used_at, s.refreshed_at)) from sessions s where s.user_id = u.id),
                           u.created_at) desc, u.id desc limit $4 offset $5"
    ));
    // As the list shows it: who has no name stands by their address, and who has none last.
    LIST_BY_NAME = same(concat!(
        rows!(),
        filtered!(),
        "order by coalesce(u.display_name, u.email) is null, lower(coalesce(u.display_name, u.email)), u.id
         limit $4 offset $5"
    ));
    COUNT = same(concat!(
        "select count(*) from (select 1 as one from users u ",
        filtered!(),
        "limit $4) as counted"
    ));
    PUBLIC = same(
        "select id, email, display_name, coalesce(cast($2 as text) || avatar, profile_url) as profile_url
         from users where id = $1",
    );
    SEARCH = same(concat!(
        "select id, email, display_name, coalesce(cast($6 as text) || avatar, profile_url) as profile_url from users ",
        found!(),
        "order by id limit $4 offset $5"
    ));
    COUNT_FOUND = same(concat!("select count(*) from (select 1 as one from users ", found!(), "limit $4) as counted"));
    ATTACH_DEVICE = same(
        "update users set device_hash = $2, updated_at = $3
         where id = $1 and device_hash is null
           and not exists (select 1 from users as other where other.device_hash = $2)",
    );
    COUNT_BY_KIND = same(
        "select count(*), count(case when is_guest then 1 end),
                count(case when is_admin then 1 end)
         from users",
    );
}

#[derive(sqlx::FromRow)]
pub(super) struct DeviceRow {
    pub(super) id: UserId,
    pub(super) banned_at: Option<DateTime<Utc>>,
    pub(super) ban_reason: Option<String>,
}

#[derive(sqlx::FromRow)]
pub(super) struct MyRow {
    id: UserId,
    email: Option<String>,
    profile_url: Option<String>,
    metadata: Json<Map<String, Value>>,
    display_name: Option<String>,
    is_admin: bool,
    lobby_id: Option<LobbyId>,
}

#[derive(sqlx::FromRow)]
pub(super) struct MySessionRow {
    #[sqlx(flatten)]
    pub(super) live: Live,
    #[sqlx(flatten)]
    pub(super) me: MyRow,
}

impl From<MyRow> for Me {
    fn from(row: MyRow) -> Self {
        let MyRow { id, email, profile_url, metadata, display_name, is_admin, lobby_id } = row;
        Self { id, email, profile_url, metadata: metadata.0, display_name, is_admin, lobby_id }
    }
}

#[derive(sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "what a row says, column by column")]
pub(super) struct Row {
    id: UserId,
    display_name: Option<String>,
    email: Option<String>,
    is_admin: bool,
    created_at: DateTime<Utc>,
    has_device: bool,
    has_password: bool,
    is_guest: bool,
    is_unconfirmed: bool,
    banned_at: Option<DateTime<Utc>>,
    lobby_id: Option<LobbyId>,
    lobby_title: Option<String>,
    last_seen_at: Option<DateTime<Utc>>,
}

impl From<Row> for AdminUser {
    fn from(row: Row) -> Self {
        let ways_in = [(row.has_device, WayIn::Device), (row.has_password, WayIn::Password)];
        Self {
            id: row.id,
            display_name: row.display_name,
            email: row.email,
            is_admin: row.is_admin,
            is_guest: row.is_guest,
            is_unconfirmed: row.is_unconfirmed,
            banned_at: row.banned_at,
            ways_in: ways_in.into_iter().filter_map(|(has, way)| has.then_some(way)).collect(),
            lobby: row.lobby_id.zip(row.lobby_title),
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
        }
    }
}

/// A player, before it is known who looks.
#[derive(sqlx::FromRow)]
pub(super) struct PublicRow {
    id: UserId,
    email: Option<String>,
    display_name: Option<String>,
    profile_url: Option<String>,
}

impl PublicRow {
    /// An address is its owner's to see, and the admins'.
    pub(super) fn seen_by(self, scope: &Scope) -> PublicUser {
        let Self { id, email, display_name, profile_url } = self;
        let email = email.filter(|_| scope.is_admin() || scope.user() == Some(id));
        PublicUser { id, email, display_name, profile_url }
    }
}

pub(super) async fn public(app: &App, user: UserId) -> Result<Option<PublicRow>> {
    query(&app.db, PUBLIC).bind(user).bind(avatars::base(app)).optional().await
}

pub(super) async fn search(app: &App, q: &str, by_address: bool, page: PageQuery) -> Result<Vec<PublicRow>> {
    let (like, id, address) = sought(q, by_address);
    let query = query(&app.db, SEARCH).bind(like).bind(id).bind(address);
    query.bind(page.size()).bind(page.offset()).bind(avatars::base(app)).all().await
}

pub(super) async fn count_found(app: &App, q: &str, by_address: bool) -> Result<i64> {
    let (like, id, address) = sought(q, by_address);
    let (n,) = query(&app.db, COUNT_FOUND).bind(like).bind(id).bind(address).bind(PageQuery::COUNTED + 1).one().await?;
    Ok(n)
}

fn sought(q: &str, by_address: bool) -> (String, String, Option<String>) {
    (contains(q), q.to_owned(), by_address.then(|| q.to_lowercase()))
}

/// Whether the device is the account's now.
pub(super) async fn attach_device(tx: &mut Tx, user: UserId, hash: String, now: DateTime<Utc>) -> Result<bool> {
    match query(tx.account_of(user), ATTACH_DEVICE).bind(user).bind(hash).bind(now).run().await {
        // Two accounts claimed it at the same moment: the index refuses the second.
        Err(Error::Database(error)) if error.as_database_error().is_some_and(DatabaseError::is_unique_violation) => {
            Ok(false)
        }
        outcome => Ok(outcome? == 1),
    }
}

pub(super) async fn insert_device(tx: &mut Tx, hash: String, now: DateTime<Utc>) -> Result<Option<UserId>> {
    let row: Option<(UserId,)> = query(tx, INSERT_DEVICE).bind(hash).bind(now).bind(true).optional().await?;
    Ok(row.map(|(id,)| id))
}

/// Whose a device is. Their row is held until the transaction is over.
pub(super) async fn hold_device(tx: &mut Tx, hash: String) -> Result<Option<DeviceRow>> {
    query(tx, HOLD_DEVICE).bind(hash).optional().await
}

pub(super) async fn knows_device(app: &App, hash: String) -> Result<bool> {
    let row: Option<(UserId,)> = query(&app.db, KNOWS_DEVICE).bind(hash).optional().await?;
    Ok(row.is_some())
}

pub(super) async fn insert_admin(
    tx: &mut Tx,
    email: String,
    hash: String,
    now: DateTime<Utc>,
) -> Result<Option<UserId>> {
    let row: Option<(UserId,)> = query(tx, INSERT_ADMIN).bind(email).bind(now).bind(hash).bind(true).optional().await?;
    Ok(row.map(|(id,)| id))
}

/// The names and addresses of those users.
pub(super) async fn names(app: &App, users: Vec<UserId>) -> Result<Vec<(UserId, Option<String>, Option<String>)>> {
    let ids: Vec<Value> = users.iter().map(|user| user.0.into()).collect();
    query(&app.db, NAMES).bind(Json(Value::from(ids))).all().await
}

/// The names and pictures of those users.
pub(super) async fn faces(app: &App, users: Vec<UserId>) -> Result<Vec<(UserId, Option<String>, Option<String>)>> {
    let ids: Vec<Value> = users.iter().map(|user| user.0.into()).collect();
    query(&app.db, FACES).bind(Json(Value::from(ids))).bind(avatars::base(app)).all().await
}

pub(super) async fn has_admin(app: &App) -> Result<bool> {
    let (n,): (i64,) = query(&app.db, HAS_ADMIN).one().await?;
    Ok(n > 0)
}

pub(super) async fn password_of(app: &App, email: String) -> Result<Option<(UserId, String)>> {
    query(&app.db, PASSWORD_OF).bind(email).optional().await
}

pub(super) async fn rehash(tx: &mut Tx, user: UserId, old: String, new: String) -> Result<()> {
    query(tx, REHASH).bind(user).bind(old).bind(new).run().await?;
    Ok(())
}

pub(super) async fn me(app: &App, on: impl Into<Conn<'_>>, user: UserId) -> Result<Option<MyRow>> {
    query(on, ME).bind(user).bind(avatars::base(app)).optional().await
}

pub(super) async fn me_of_session(app: &App, session: SessionId, now: DateTime<Utc>) -> Result<Option<MySessionRow>> {
    query(&app.db, ME_OF_SESSION).bind(session).bind(now).bind(avatars::base(app)).optional().await
}

pub(super) async fn row(on: impl Into<Conn<'_>>, user: UserId) -> Result<Option<Row>> {
    query(on, ROW).bind(user).optional().await
}

pub(super) async fn rows(tx: &mut Tx, users: Vec<UserId>) -> Result<Vec<Row>> {
    let ids: Vec<Value> = users.iter().map(|user| user.0.into()).collect();
    query(tx, ROWS).bind(Json(Value::from(ids))).all().await
}

pub(super) async fn list(app: &App, filter: &UserFilter, page: PageQuery) -> Result<Vec<Row>> {
    let (like, exact, role) = parameters(filter);
    let sorted = match filter.sort.as_deref() {
        Some("seen") => LIST_BY_SEEN,
        Some("name") => LIST_BY_NAME,
        _ => LIST,
    };
    let query = query(&app.db, sorted).bind(like).bind(exact).bind(role);
    query.bind(page.size()).bind(page.offset()).all().await
}

pub(super) async fn count(app: &App, filter: &UserFilter) -> Result<i64> {
    let (like, exact, role) = parameters(filter);
    let query = query(&app.db, COUNT).bind(like).bind(exact).bind(role);
    let (n,) = query.bind(PageQuery::COUNTED + 1).one().await?;
    Ok(n)
}

/// Accounts, guests, admins.
pub(super) async fn count_by_kind(app: &App) -> Result<(i64, i64, i64)> {
    query(&app.db, COUNT_BY_KIND).one().await
}

fn parameters(filter: &UserFilter) -> (Option<String>, Option<String>, Option<String>) {
    let q = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
    let role = filter.role.clone().filter(|role| !role.is_empty());
    (q.map(contains), q.map(str::to_lowercase), role)
}

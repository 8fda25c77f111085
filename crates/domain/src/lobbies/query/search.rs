//! The SQL that finds lobbies. The engines reach into JSON, and take turns, in words of their own, so that these statements
//! come in pairs.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use sqlx::types::Json;
use wire::{AdminLobby, AdminLobbyFilter, LobbyFilter, LobbyId, NewLobby, PageQuery, UserId};

use super::Row;
use crate::db::{Conn, Query, Record, Sql, Tx, contains, query, same, statements};
use crate::friends::blocks;
use crate::{App, Result};

/// What a list may be narrowed to: `$1` a pattern for titles, `$2` a state, `$3` and `$4` whether there is a password and
/// a lock, `$5` and `$6` the fewest and the most seats, `$7` a key of the metadata, `$8` what stands under it as a text,
/// `$9` the same as JSON, where it is neither text nor nested.
macro_rules! filtered {
    ($has:ident) => {
        concat!(
            "(cast($1 as text) is null or lower(title) like $1 escape '!')
             and (cast($2 as text) is null
                  or ($2 = 'open' and not is_locked and member_count < max_users)
                  or ($2 = 'full' and member_count >= max_users)
                  or ($2 = 'locked' and is_locked))
             and (cast($3 as boolean) is null or (password_hash is not null) = $3)
             and (cast($4 as boolean) is null or is_locked = $4)
             and (cast($5 as bigint) is null or max_users >= $5)
             and (cast($6 as bigint) is null or max_users <= $6)
             and (cast($7 as text) is null or ",
            $has!(),
            ") "
        )
    };
}

/// Whether the metadata has a key, and the value asked for under it. A key is compared, never made part of a path.
macro_rules! sqlite_has {
    () => {
        "exists (select 1 from json_each(lobbies.metadata) as field
                 where field.key = $7
                   and (cast($8 as text) is null
                        or (field.type = 'text' and field.value = $8)
                        or (field.type in ('integer', 'real') and json_type($9) in ('integer', 'real')
                            and field.value = json_extract($9, '$'))
                        or (field.type in ('true', 'false', 'null') and field.type = json_type($9))))"
    };
}

macro_rules! postgres_has {
    () => {
        "(metadata -> cast($7 as text) is not null
          and (cast($8 as text) is null
               or metadata -> $7 = to_jsonb(cast($8 as text))
               or metadata -> $7 = cast($9 as jsonb)))"
    };
}

/// Where anybody may sit down without being let in, as in the partial indexes `lobbies_joinable` and
/// `lobbies_joinable_by_size`.
macro_rules! is_joinable {
    () => {
        "not is_hidden and not is_locked and password_hash is null and member_count < max_users "
    };
}

/// The first one to sit down in: `$1` is what the metadata must have, `$2` the id to look behind, `$3` the last one to look at,
/// `$4` who wants to sit down, whom a lobby's host may block.
macro_rules! joinable {
    ($fits:ident, $of_size:literal) => {
        concat!(
            "select id from lobbies where ",
            is_joinable!(),
            "and id > $2 and id <= $3",
            $of_size,
            " and not ",
            blocks!("lobbies.host_id", "$4"),
            "and ",
            $fits!(),
            "order by id limit 1"
        )
    };
}

/// The last one of those that are looked at: `$1` the id to look behind, `$2` how many are passed over before it.
macro_rules! looked_up_to {
    ($of_size:literal) => {
        concat!(
            "select id from lobbies where ",
            is_joinable!(),
            "and id > $1",
            $of_size,
            " order by id limit 1 offset $2"
        )
    };
}

/// Whether the metadata has each key that is wanted, with the wanted value.
macro_rules! sqlite_fits {
    () => {
        "not exists (
             select 1 from json_each($1) as wanted where not exists (
                 select 1 from json_each(lobbies.metadata) as field
                 where field.key = wanted.key and field.value is wanted.value
                   and (field.type = wanted.type
                        or (field.type in ('integer', 'real') and wanted.type in ('integer', 'real'))))) "
    };
}

macro_rules! postgres_fits {
    () => {
        "not exists (
             select 1 from jsonb_each($1) as wanted
             where lobbies.metadata -> wanted.key is distinct from wanted.value) "
    };
}

// The last lobby that a page looks at is found first, in the index: so the page is read in its order, and no further than it needs.
macro_rules! list {
    ($has:ident) => {
        concat!(
            "select ",
            columns!(),
            "from lobbies where not is_hidden and id > $10
                and id <= coalesce((select ahead.id from lobbies ahead where not ahead.is_hidden and ahead.id > $10
                                    order by ahead.id limit 1 offset $13), 9223372036854775807)
                and ",
            filtered!($has),
            "order by id limit $11 offset $12"
        )
    };
}

/// What else admins may narrow a list to: whether it is hidden, and whether the server owns it.
macro_rules! filtered_for_admins {
    ($hidden:literal, $hostless:literal) => {
        concat!(
            "and (cast(",
            $hidden,
            " as boolean) is null or is_hidden = ",
            $hidden,
            ")
             and (cast(",
            $hostless,
            " as boolean) is null or hostless = ",
            $hostless,
            ") "
        )
    };
}

macro_rules! list_all {
    ($has:ident) => {
        concat!(
            "select ",
            columns!(),
            ", (select u.display_name from users u where u.id = host_id) as host_name
             from lobbies where id < $10
                and id >= coalesce((select ahead.id from lobbies ahead where ahead.id < $10
                                    order by ahead.id desc limit 1 offset $13), 0)
                and ",
            filtered!($has),
            filtered_for_admins!("$14", "$15"),
            "order by id desc limit $11 offset $12"
        )
    };
}

/// How many of those that are looked at fit, and how many are looked at.
macro_rules! counted {
    ($has:ident, $also:expr, $which:literal) => {
        concat!(
            "select count(case when ",
            filtered!($has),
            $also,
            "then 1 end), count(*) from (select * from lobbies ",
            $which,
            "limit $10) as lobbies"
        )
    };
}

statements! {
    LIST = Sql { sqlite: list!(sqlite_has), postgres: list!(postgres_has) };
    // What nearly everybody asks, out of the index alone: the other one looks at up to 10,001 rows to count them.
    LIST_VISIBLE = same(concat!(
        "select ",
        columns!(),
        ", (select count(*) from (select 1 as one from lobbies where not is_hidden limit $4) as counted) as total
         from lobbies where not is_hidden and id > $1 order by id limit $2 offset $3"
    ));
    LIST_ALL = Sql { sqlite: list_all!(sqlite_has), postgres: list_all!(postgres_has) };
    COUNT = Sql {
        sqlite: counted!(sqlite_has, "", "where not is_hidden order by id "),
        postgres: counted!(postgres_has, "", "where not is_hidden order by id "),
    };
    COUNT_VISIBLE =
        same("select count(*) from (select 1 as one from lobbies where not is_hidden limit $1) as counted");
    COUNT_ALL = Sql {
        sqlite: counted!(sqlite_has, filtered_for_admins!("$11", "$12"), "order by id desc "),
        postgres: counted!(postgres_has, filtered_for_admins!("$11", "$12"), "order by id desc "),
    };
    LOOKED_AT = same(
        "select max(id), count(*) from (
             select id from lobbies where not is_hidden and id > $1 order by id limit $2) as looked_at",
    );
    LOOKED_AT_ALL = same(
        "select min(id), count(*) from (select id from lobbies where id < $1 order by id desc limit $2) as looked_at",
    );
    JOINABLE = Sql { sqlite: joinable!(sqlite_fits, ""), postgres: joinable!(postgres_fits, "") };
    JOINABLE_OF_SIZE = Sql {
        sqlite: joinable!(sqlite_fits, " and max_users = $5"),
        postgres: joinable!(postgres_fits, " and max_users = $5"),
    };
    LOOKED_UP_TO = same(looked_up_to!(""));
    LOOKED_UP_TO_OF_SIZE = same(looked_up_to!(" and max_users = $3"));
    // On SQLite whoever writes has the turn already. On PostgreSQL the number only has to be nobody else's.
    TAKE_TURN = Sql { sqlite: "select 1", postgres: "select 1 from pg_advisory_xact_lock(7350511)" };
    OPENED_BEFORE = same("select id from lobbies where created_at < $1 order by id desc limit 1");
}

#[derive(sqlx::FromRow)]
pub(crate) struct AdminRow {
    #[sqlx(flatten)]
    row: Row,
    host_name: Option<String>,
}

#[derive(sqlx::FromRow)]
struct CountedRow {
    #[sqlx(flatten)]
    row: Row,
    total: i64,
}

impl From<AdminRow> for AdminLobby {
    fn from(AdminRow { row, host_name }: AdminRow) -> Self {
        Self { lobby: row.into(), host_name }
    }
}

/// Lobbies that a filter goes through for one page, whatever it asks for: so many are looked at in some ten milliseconds.
/// Behind them a cursor goes on.
pub(super) const LOOKED_THROUGH: i64 = PageQuery::COUNTED;

/// What a filter found.
pub(crate) struct Found<R> {
    /// One more than the page has where there are more.
    pub(crate) rows: Vec<R>,
    /// How many there are on all pages, as far as they were looked at.
    pub(crate) total: i64,
    /// Whether there may be more than that.
    pub(crate) is_minimum: bool,
    /// The last lobby that was looked at for this page, where others follow that were not.
    pub(crate) up_to: Option<LobbyId>,
}

/// A filter, and the statements by which it is asked.
struct Asked<'a> {
    list: Sql,
    count: Sql,
    looked_at: Sql,
    filter: &'a LobbyFilter,
    /// What admins ask beside it, where they ask.
    further: Option<[Option<bool>; 2]>,
}

impl Asked<'_> {
    /// Binds the last parameters.
    fn furthermore<'c>(&self, query: Query<'c>) -> Query<'c> {
        self.further.into_iter().flatten().fold(query, Query::bind)
    }
}

/// Visible lobbies that fit a filter.
pub(crate) async fn find(app: &App, filter: &LobbyFilter, page: PageQuery) -> Result<Found<Row>> {
    let after = page.cursor.map_or(0, wire::Cursor::id);
    look_through(app, &Asked { list: LIST, count: COUNT, looked_at: LOOKED_AT, filter, further: None }, page, after)
        .await
}

/// Lobbies of any kind that fit a filter, newest first.
pub(crate) async fn find_all(app: &App, filter: &AdminLobbyFilter, page: PageQuery) -> Result<Found<AdminRow>> {
    let before = page.cursor.map_or(i64::MAX, wire::Cursor::id);
    let AdminLobbyFilter { lobby, is_hidden, hostless } = filter;
    let further = Some([*is_hidden, *hostless]);
    let asked = Asked { list: LIST_ALL, count: COUNT_ALL, looked_at: LOOKED_AT_ALL, filter: lobby, further };
    look_through(app, &asked, page, before).await
}

async fn look_through<R: Record>(app: &App, asked: &Asked<'_>, page: PageQuery, from: i64) -> Result<Found<R>> {
    let listed =
        filtered(query(&app.db, asked.list), asked.filter).bind(from).bind(page.size() + 1).bind(page.offset());
    let rows: Vec<R> = asked.furthermore(listed.bind(LOOKED_THROUGH - 1)).all().await?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|rows| rows > page.size());
    let up_to = if is_full {
        None
    } else {
        let looked_at = query(&app.db, asked.looked_at).bind(from).bind(LOOKED_THROUGH);
        let (last, count): (Option<LobbyId>, i64) = looked_at.one().await?;
        last.filter(|_| count == LOOKED_THROUGH)
    };
    let all = all_of(rows.len(), page).filter(|_| up_to.is_none());
    let (total, is_minimum) = if let Some(all) = all {
        (all, false)
    } else {
        let counted = filtered(query(&app.db, asked.count), asked.filter).bind(PageQuery::COUNTED + 1);
        let (total, looked_at): (i64, i64) = asked.furthermore(counted).one().await?;
        (total, looked_at > PageQuery::COUNTED)
    };
    Ok(Found { rows, total, is_minimum, up_to })
}

/// Visible lobbies, one more than the page has where there are more, and how many there are on all pages.
pub(crate) async fn list(app: &App, page: PageQuery) -> Result<(Vec<Row>, i64)> {
    let after = page.cursor.map_or(0, wire::Cursor::id);
    let listed = query(&app.db, LIST_VISIBLE).bind(after).bind(page.size() + 1).bind(page.offset());
    let rows: Vec<CountedRow> = listed.bind(PageQuery::COUNTED + 1).all().await?;
    let total = match (rows.first(), all_of(rows.len(), page)) {
        (Some(row), _) => row.total,
        (None, Some(all)) => all,
        // Behind the last page there is no row to tell.
        (None, None) => query(&app.db, COUNT_VISIBLE).bind(PageQuery::COUNTED + 1).one().await.map(|(n,)| n)?,
    };
    Ok((rows.into_iter().map(|counted| counted.row).collect(), total))
}

/// How many rows a list has, where its first page shows that it has no other.
fn all_of(rows: usize, page: PageQuery) -> Option<i64> {
    let rows = i64::try_from(rows).ok()?;
    (page.cursor.is_none() && page.offset() == 0 && rows <= page.size()).then_some(rows)
}

/// The oldest lobby behind another that a player can simply sit down in: one of as many seats, whose metadata has what is
/// wanted, and no further than `up_to`.
pub(crate) async fn joinable(
    on: impl Into<Conn<'_>>,
    player: UserId,
    wanted: &NewLobby,
    behind: LobbyId,
    up_to: LobbyId,
) -> Result<Option<LobbyId>> {
    let sql = if wanted.max_users.is_some() { JOINABLE_OF_SIZE } else { JOINABLE };
    let query = query(on, sql).bind(Json(asked_of(wanted))).bind(behind).bind(up_to).bind(player);
    let found: Option<(LobbyId,)> = match wanted.max_users {
        Some(seats) => query.bind(seats).optional().await?,
        None => query.optional().await?,
    };
    Ok(found.map(|(id,)| id))
}

/// How far to look for a lobby behind another: at [`LOOKED_THROUGH`] of them where their metadata has to be read. Without that
/// the first one is as good as found.
pub(crate) async fn look_up_to(on: impl Into<Conn<'_>>, wanted: &NewLobby, behind: LobbyId) -> Result<LobbyId> {
    const END: LobbyId = LobbyId(i64::MAX);
    if asked_of(wanted).is_empty() {
        return Ok(END);
    }
    let sql = if wanted.max_users.is_some() { LOOKED_UP_TO_OF_SIZE } else { LOOKED_UP_TO };
    let query = query(on, sql).bind(behind).bind(LOOKED_THROUGH - 1);
    let last: Option<(LobbyId,)> = match wanted.max_users {
        Some(seats) => query.bind(seats).optional().await?,
        None => query.optional().await?,
    };
    Ok(last.map_or(END, |(id,)| id))
}

/// What a lobby's metadata must have; a `null` asks for nothing.
fn asked_of(wanted: &NewLobby) -> Map<String, Value> {
    let mut metadata = wanted.metadata.clone().unwrap_or_default();
    metadata.retain(|_, value| !value.is_null());
    metadata
}

/// Waits until no other transaction is between looking for a lobby and opening one, on whatever node it runs.
pub(crate) async fn take_turn(tx: &mut Tx) -> Result<()> {
    query(tx, TAKE_TURN).run().await?;
    Ok(())
}

/// The id of the newest lobby that was there at a moment; 0 when there was none.
pub(crate) async fn opened_before(app: &App, at: DateTime<Utc>) -> Result<LobbyId> {
    let newest: Option<(LobbyId,)> = query(&app.db, OPENED_BEFORE).bind(at).optional().await?;
    Ok(newest.map_or(LobbyId(0), |(id,)| id))
}

/// Binds `$1` to `$9`.
fn filtered<'c>(query: Query<'c>, filter: &LobbyFilter) -> Query<'c> {
    let value = filter.metadata_value.as_deref();
    let json = value.and_then(|value| serde_json::from_str::<Value>(value).ok());
    let json = json.filter(|json| json.is_number() || json.is_boolean() || json.is_null());
    query
        .bind(filter.title.as_deref().map(contains))
        .bind(filter.state.clone())
        .bind(filter.is_passworded)
        .bind(filter.is_locked)
        .bind(filter.min_users)
        .bind(filter.max_users)
        .bind(filter.metadata_key.clone())
        .bind(filter.metadata_value.clone())
        .bind(json.map(Json))
}

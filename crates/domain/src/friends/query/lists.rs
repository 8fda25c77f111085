//! The SQL that lists friends, requests and blocks. Each list is read by an index on one side of the pair; a list of both
//! sides is two such reads, put together.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use wire::{
    AdminFriendship, Between, Blocked, Cursor, Face, Friend, FriendRequest, FriendStatus, FriendshipId, LobbyId,
    PageQuery, PublicUser, RequestSide, UserId,
};

use super::blocks;
use crate::db::{Conn, Sql, query, same, statements};
use crate::{App, Result, avatars, users};

/// Who is between whom and `$1`: friends, whoever asked.
macro_rules! friends {
    ($more:literal) => {
        concat!(
            "select id, target_id as user_id, updated_at from friendships
             where requester_id = $1 and status = 'accepted'",
            $more,
            "
             union all
             select id, requester_id as user_id, updated_at from friendships
             where target_id = $1 and status = 'accepted'",
            $more
        )
    };
}

/// Whom `$1` blocks, alone or as each does the other.
macro_rules! blocked {
    ($more:literal) => {
        concat!(
            "select id, requester_id as user_id from friendships
             where target_id = $1 and status = 'blocked'",
            $more,
            "
             union all
             select id, target_id as user_id from friendships
             where requester_id = $1 and is_mutual",
            $more
        )
    };
}

/// A request with both names.
macro_rules! requests {
    ($side:literal) => {
        concat!(
            "select f.id, f.requester_id, r.display_name as requester_name, f.target_id, t.display_name as target_name,
                    f.status, f.created_at
             from friendships f join users r on r.id = f.requester_id join users t on t.id = f.target_id
             where f.",
            $side,
            " = $1 and f.status = 'pending' order by f.id limit $2 offset $3"
        )
    };
}

/// Everything between `$1` and anybody.
macro_rules! all {
    ($more:literal) => {
        concat!(
            "select id, updated_at from friendships where requester_id = $1",
            $more,
            "
             union all
             select id, updated_at from friendships where target_id = $1",
            $more
        )
    };
}

/// What is between `$1` and those of a list of ids.
macro_rules! between_all {
    ($ids:literal) => {
        concat!(
            "select id, requester_id, target_id, status, is_mutual from friendships where user_low = $1 and user_high in (",
            $ids,
            ")
             union all
             select id, requester_id, target_id, status, is_mutual from friendships where user_high = $1 and user_low in (",
            $ids,
            ")"
        )
    };
}

statements! {
    // `$2` is a JSON array of ids.
    BETWEEN_ALL = Sql {
        sqlite: between_all!("select value from json_each($2)"),
        postgres: between_all!("select cast(value as bigint) from jsonb_array_elements_text($2)"),
    };
    LIST = same(concat!(
        "select theirs.id as friendship_id, theirs.updated_at as since, u.id, u.display_name,
                coalesce(cast($5 as text) || u.avatar, u.profile_url) as profile_url, l.id as lobby_id
         from (", friends!(" and id > $2"), ") as theirs
         join users u on u.id = theirs.user_id
         left join lobby_members m on m.user_id = u.id
         left join lobbies l on l.id = m.lobby_id and not l.is_hidden and not l.is_locked
                            and l.member_count < l.max_users and not ", blocks!("l.host_id", "$1"),
        "order by theirs.id limit $3 offset $4"
    ));
    COUNT_FRIENDS = same(concat!("select count(*) from (", friends!(""), " limit $2) as counted"));
    FRIENDS_OF = same(friends!(""));
    SEATED = same(concat!(
        "select l.id as lobby_id, u.id, u.display_name,
                coalesce(cast($2 as text) || u.avatar, u.profile_url) as picture
         from (", friends!(""), ") as theirs
         join lobby_members m on m.user_id = theirs.user_id
         join lobbies l on l.id = m.lobby_id and not l.is_hidden and not l.is_locked
                       and l.member_count < l.max_users and not ", blocks!("l.host_id", "$1"),
        "join users u on u.id = theirs.user_id order by u.id"
    ));
    BLOCKED = same(concat!(
        "select theirs.id as friendship_id, u.id, u.display_name,
                coalesce(cast($5 as text) || u.avatar, u.profile_url) as profile_url
         from (", blocked!(" and id > $2"), ") as theirs
         join users u on u.id = theirs.user_id
         order by theirs.id limit $3 offset $4"
    ));
    COUNT_BLOCKED = same(concat!("select count(*) from (", blocked!(""), " limit $2) as counted"));
    INCOMING = same(requests!("target_id"));
    OUTGOING = same(requests!("requester_id"));
    COUNT_INCOMING = same(
        "select count(*) from (select 1 as one from friendships where target_id = $1 and status = 'pending'
                               limit $2) as counted",
    );
    OF_USER = same(concat!(
        "select f.id, f.requester_id, r.display_name as requester_name, f.target_id, t.display_name as target_name,
                f.status, f.is_mutual, f.created_at, f.updated_at
         from (select id from (", all!(" and (cast($2 as text) is null or status = $2)"), ") as theirs
               order by updated_at desc, id desc limit $3 offset $4) as page
         join friendships f on f.id = page.id
         join users r on r.id = f.requester_id join users t on t.id = f.target_id
         order by f.updated_at desc, f.id desc"
    ));
    COUNT_OF_USER = same(concat!(
        "select count(*) from (",
        all!(" and (cast($2 as text) is null or status = $2)"),
        " limit $3) as counted"
    ));
}

#[derive(sqlx::FromRow)]
pub(crate) struct FriendRow {
    friendship_id: FriendshipId,
    since: DateTime<Utc>,
    id: UserId,
    display_name: Option<String>,
    profile_url: Option<String>,
    lobby_id: Option<LobbyId>,
}

impl FriendRow {
    /// The friend, once it is known whether they are there.
    pub(crate) fn seen(self, is_online: impl FnOnce(UserId) -> bool) -> Friend {
        let Self { friendship_id, since, id, display_name, profile_url, lobby_id } = self;
        Friend { id, email: None, display_name, profile_url, friendship_id, since, is_online: is_online(id), lobby_id }
    }
}

#[derive(sqlx::FromRow)]
struct BetweenRow {
    id: FriendshipId,
    requester_id: UserId,
    target_id: UserId,
    #[sqlx(try_from = "String")]
    status: FriendStatus,
    is_mutual: bool,
}

impl BetweenRow {
    /// The other one, and what one of the two may know: who is rejected or blocked is not told so.
    fn seen_by(self, user: UserId) -> (UserId, Between) {
        let asked = self.requester_id == user;
        let between = match (self.status, asked) {
            (FriendStatus::Accepted, _) => Between::Friends(self.id),
            (FriendStatus::Pending, true) => Between::Asked(self.id),
            (FriendStatus::Pending, false) => Between::AsksYou(self.id),
            (FriendStatus::Blocked, asked) if !asked || self.is_mutual => Between::Blocked(self.id),
            (FriendStatus::Blocked | FriendStatus::Rejected, _) => Between::Nothing,
        };
        (if asked { self.target_id } else { self.requester_id }, between)
    }
}

#[derive(sqlx::FromRow)]
struct BlockedRow {
    friendship_id: FriendshipId,
    id: UserId,
    display_name: Option<String>,
    profile_url: Option<String>,
}

impl From<BlockedRow> for Blocked {
    fn from(BlockedRow { friendship_id, id, display_name, profile_url }: BlockedRow) -> Self {
        Self { id: friendship_id, requester: PublicUser { id, email: None, display_name, profile_url } }
    }
}

#[derive(sqlx::FromRow)]
struct RequestRow {
    id: FriendshipId,
    requester_id: UserId,
    requester_name: Option<String>,
    target_id: UserId,
    target_name: Option<String>,
    #[sqlx(try_from = "String")]
    status: FriendStatus,
    created_at: DateTime<Utc>,
}

impl From<RequestRow> for FriendRequest {
    fn from(row: RequestRow) -> Self {
        Self {
            id: row.id,
            requester: RequestSide { id: row.requester_id, display_name: row.requester_name },
            target: RequestSide { id: row.target_id, display_name: row.target_name },
            status: row.status,
            inserted_at: row.created_at,
        }
    }
}

#[derive(sqlx::FromRow)]
struct AdminRow {
    #[sqlx(flatten)]
    row: RequestRow,
    is_mutual: bool,
    updated_at: DateTime<Utc>,
}

impl From<AdminRow> for AdminFriendship {
    fn from(AdminRow { row, is_mutual, updated_at }: AdminRow) -> Self {
        Self {
            id: row.id,
            requester: (row.requester_id, row.requester_name),
            target: (row.target_id, row.target_name),
            status: row.status,
            is_mutual,
            inserted_at: row.created_at,
            updated_at,
        }
    }
}

/// Friends of a user, one more than the page has where there are more.
pub(crate) async fn list(app: &App, user: UserId, page: PageQuery) -> Result<Vec<FriendRow>> {
    let listed = query(&app.db, LIST).bind(user).bind(after(page)).bind(page.size() + 1).bind(page.offset());
    listed.bind(avatars::base(app)).all().await
}

/// Friends of a user, counted up to a number.
pub(crate) async fn count_friends(on: impl Into<Conn<'_>>, user: UserId, at_most: i64) -> Result<i64> {
    count(on, COUNT_FRIENDS, user, at_most).await
}

/// Who a user's friends are.
pub(crate) async fn friends_of(app: &App, user: UserId) -> Result<Vec<UserId>> {
    let rows: Vec<(FriendshipId, UserId, DateTime<Utc>)> = query(&app.db, FRIENDS_OF).bind(user).all().await?;
    Ok(rows.into_iter().map(|(_, friend, _)| friend).collect())
}

/// What is between a user and those others, as the user may know it; those with whom there is nothing are left out.
pub(crate) async fn between_all(app: &App, user: UserId, others: &[UserId]) -> Result<Vec<(UserId, Between)>> {
    let ids = Json(Value::from(others.iter().map(|id| id.0).collect::<Vec<_>>()));
    let rows: Vec<BetweenRow> = query(&app.db, BETWEEN_ALL).bind(user).bind(ids).all().await?;
    Ok(rows.into_iter().map(|row| row.seen_by(user)).collect())
}

/// Friends of a user who sit where the user could join them.
pub(crate) async fn seated(app: &App, user: UserId) -> Result<Vec<(LobbyId, Face)>> {
    let rows: Vec<(LobbyId, UserId, Option<String>, Option<String>)> =
        query(&app.db, SEATED).bind(user).bind(avatars::base(app)).all().await?;
    Ok(rows.into_iter().map(|(lobby, id, name, picture)| (lobby, users::face(id, name, picture))).collect())
}

/// Whom a user blocks, one more than the page has where there are more.
pub(crate) async fn blocked(app: &App, user: UserId, page: PageQuery) -> Result<Vec<Blocked>> {
    let listed = query(&app.db, BLOCKED).bind(user).bind(after(page)).bind(page.size() + 1).bind(page.offset());
    let rows: Vec<BlockedRow> = listed.bind(avatars::base(app)).all().await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Whom a user blocks, counted up to a number.
pub(crate) async fn count_blocked(on: impl Into<Conn<'_>>, user: UserId, at_most: i64) -> Result<i64> {
    count(on, COUNT_BLOCKED, user, at_most).await
}

/// Requests to a user on a page, and how many there are on all.
pub(crate) async fn incoming(app: &App, user: UserId, page: PageQuery) -> Result<(Vec<FriendRequest>, i64)> {
    Ok((waiting(app, INCOMING, user, page).await?, count(&app.db, COUNT_INCOMING, user, PageQuery::COUNTED + 1).await?))
}

/// Requests of a user on a page, and how many there are on all.
pub(crate) async fn outgoing(app: &App, user: UserId, page: PageQuery) -> Result<(Vec<FriendRequest>, i64)> {
    let counted = count(&app.db, super::COUNT_REQUESTS_OF, user, PageQuery::COUNTED + 1).await?;
    Ok((waiting(app, OUTGOING, user, page).await?, counted))
}

/// Everything between a user and others, what changed last first.
pub(crate) async fn of_user(
    app: &App,
    user: UserId,
    status: Option<String>,
    page: PageQuery,
) -> Result<Vec<AdminFriendship>> {
    let listed = query(&app.db, OF_USER).bind(user).bind(status).bind(page.size()).bind(page.offset());
    let rows: Vec<AdminRow> = listed.all().await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub(crate) async fn count_of_user(app: &App, user: UserId, status: Option<String>) -> Result<i64> {
    let counted = query(&app.db, COUNT_OF_USER).bind(user).bind(status).bind(PageQuery::COUNTED + 1);
    let (n,) = counted.one().await?;
    Ok(n)
}

async fn waiting(app: &App, sql: Sql, user: UserId, page: PageQuery) -> Result<Vec<FriendRequest>> {
    let rows: Vec<RequestRow> = query(&app.db, sql).bind(user).bind(page.size()).bind(page.offset()).all().await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

async fn count(on: impl Into<Conn<'_>>, sql: Sql, user: UserId, at_most: i64) -> Result<i64> {
    let (n,) = query(on, sql).bind(user).bind(at_most).one().await?;
    Ok(n)
}

fn after(page: PageQuery) -> i64 {
    page.cursor.map_or(0, Cursor::id)
}

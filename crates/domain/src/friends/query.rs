//! The SQL of friends: what changes. What is listed is in `lists`.

pub(super) mod lists;

use chrono::{DateTime, Utc};
use wire::{FriendStatus, Friendship, FriendshipId, UserId};

use crate::Result;
use crate::db::{Conn, Sql, Tx, query, same, statements};

/// A row's columns, wherever they are read.
macro_rules! columns {
    () => {
        "id, requester_id, target_id, status, revision "
    };
}

/// The same of a row that goes, which is a change, too.
macro_rules! gone {
    () => {
        "id, requester_id, target_id, status, revision + 1 as revision "
    };
}

/// Whether one user (a column or a parameter) blocks another: a condition for statements of any noun.
macro_rules! blocks {
    ($by:literal, $whom:literal) => {
        concat!(
            "exists (select 1 from friendships b where b.status = 'blocked'
                     and ((b.user_low = ",
            $by,
            " and b.user_high = ",
            $whom,
            ")
                          or (b.user_low = ",
            $whom,
            " and b.user_high = ",
            $by,
            "))
                     and (b.target_id = ",
            $by,
            " or b.is_mutual)) "
        )
    };
}
pub(crate) use blocks;

/// Two users, the lower id first. On PostgreSQL rows are locked in that order; new rows may still refer to them.
macro_rules! two_users {
    () => {
        "select id from users where id in ($1, $2) order by id"
    };
}

statements! {
    // On SQLite whoever writes holds everything.
    HOLD = Sql { sqlite: two_users!(), postgres: concat!(two_users!(), " for no key update") };
    GET = same(concat!("select ", columns!(), "from friendships where id = $1"));
    BETWEEN = same(concat!("select ", columns!(), "from friendships where user_low = $1 and user_high = $2"));
    // What the other one asked is accepted, what was rejected is asked anew, and anything else stays as it is.
    REQUEST = same(concat!(
        "insert into friendships (user_low, user_high, requester_id, target_id, status, created_at, updated_at)
         values ($1, $2, $3, $4, 'pending', $5, $5)
         on conflict (user_low, user_high) do update set
             requester_id = case when friendships.status = 'pending' then friendships.requester_id
                                 else excluded.requester_id end,
             target_id = case when friendships.status = 'pending' then friendships.target_id
                              else excluded.target_id end,
             status = case when friendships.status = 'pending' then 'accepted' else 'pending' end,
             created_at = case when friendships.status = 'pending' then friendships.created_at
                               else excluded.created_at end,
             revision = friendships.revision + 1,
             updated_at = excluded.updated_at
         where friendships.status = 'rejected'
            or (friendships.status = 'pending' and friendships.target_id = excluded.requester_id)
         returning ",
        columns!()
    ));
    ACCEPT = same(concat!(
        "update friendships set status = 'accepted', revision = revision + 1, updated_at = $3
         where id = $1 and target_id = $2 and status = 'pending' returning ",
        columns!()
    ));
    REJECT = same(concat!(
        "update friendships set status = 'rejected', revision = revision + 1, updated_at = $3
         where id = $1 and target_id = $2 and status = 'pending' returning ",
        columns!()
    ));
    BLOCK_REQUEST = same(concat!(
        "update friendships set status = 'blocked', revision = revision + 1, updated_at = $3
         where id = $1 and target_id = $2 and status in ('pending', 'rejected') returning ",
        columns!()
    ));
    // Whom the other one blocks already, they block each other. Who blocks already changes nothing.
    BLOCK = same(concat!(
        "insert into friendships (user_low, user_high, requester_id, target_id, status, created_at, updated_at)
         values ($1, $2, $3, $4, 'blocked', $5, $5)
         on conflict (user_low, user_high) do update set
             requester_id = case when friendships.status = 'blocked' then friendships.requester_id
                                 else excluded.requester_id end,
             target_id = case when friendships.status = 'blocked' then friendships.target_id
                              else excluded.target_id end,
             status = 'blocked',
             is_mutual = friendships.status = 'blocked',
             revision = friendships.revision + 1,
             updated_at = excluded.updated_at
         where friendships.status <> 'blocked'
            or (friendships.target_id <> excluded.target_id and not friendships.is_mutual)
         returning ",
        columns!()
    ));
    UNBLOCK = same(concat!(
        "delete from friendships where id = $1 and target_id = $2 and status = 'blocked' and not is_mutual returning ",
        gone!()
    ));
    // Of two who block each other the other one still does: they are the target now.
    LEAVE_TO_OTHER = same(concat!(
        "update friendships set
             requester_id = $2, target_id = case when target_id = $2 then requester_id else target_id end,
             is_mutual = $3, revision = revision + 1
         where id = $1 and (requester_id = $2 or target_id = $2) and is_mutual returning ",
        columns!()
    ));
    REMOVE = same(concat!(
        "delete from friendships
         where id = $1 and ((status = 'accepted' and (requester_id = $2 or target_id = $2))
                            or (status = 'pending' and requester_id = $2))
         returning ",
        gone!()
    ));
    FORGET = same(concat!("delete from friendships where requester_id = $1 or target_id = $1 returning ", gone!()));
    COUNT_REQUESTS_OF = same(
        "select count(*) from (select 1 as one from friendships where requester_id = $1 and status = 'pending'
                               limit $2) as counted",
    );
}

#[derive(Clone, Copy, sqlx::FromRow)]
pub(super) struct Row {
    id: FriendshipId,
    pub(super) requester_id: UserId,
    pub(super) target_id: UserId,
    #[sqlx(try_from = "String")]
    pub(super) status: FriendStatus,
    revision: i64,
}

impl Row {
    /// Whether it is between this user and somebody.
    pub(super) fn is_of(&self, user: UserId) -> bool {
        self.requester_id == user || self.target_id == user
    }
}

impl From<Row> for Friendship {
    fn from(Row { id, requester_id, target_id, status, revision }: Row) -> Self {
        Self { id, requester_id, target_id, status, revision }
    }
}

/// Which of two users there are. They are held until the transaction is over.
pub(super) async fn hold(tx: &mut Tx, one: UserId, other: UserId) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> = query(tx, HOLD).bind(one).bind(other).all().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(super) async fn get(on: impl Into<Conn<'_>>, id: FriendshipId) -> Result<Option<Row>> {
    query(on, GET).bind(id).optional().await
}

pub(super) async fn between(on: impl Into<Conn<'_>>, one: UserId, other: UserId) -> Result<Option<Row>> {
    query(on, BETWEEN).bind(one.min(other)).bind(one.max(other)).optional().await
}

/// The request, or what it accepted; nothing where it changed nothing.
pub(super) async fn request(tx: &mut Tx, by: UserId, whom: UserId, now: DateTime<Utc>) -> Result<Option<Row>> {
    put(tx, REQUEST, by, whom, now).await
}

/// The block; nothing where there was one.
pub(super) async fn block(tx: &mut Tx, whom: UserId, by: UserId, now: DateTime<Utc>) -> Result<Option<Row>> {
    put(tx, BLOCK, whom, by, now).await
}

async fn put(tx: &mut Tx, sql: Sql, requester: UserId, target: UserId, now: DateTime<Utc>) -> Result<Option<Row>> {
    let query = query(tx, sql).bind(requester.min(target)).bind(requester.max(target));
    query.bind(requester).bind(target).bind(now).optional().await
}

pub(super) async fn accept(tx: &mut Tx, id: FriendshipId, by: UserId, now: DateTime<Utc>) -> Result<Option<Row>> {
    query(tx, ACCEPT).bind(id).bind(by).bind(now).optional().await
}

pub(super) async fn reject(tx: &mut Tx, id: FriendshipId, by: UserId, now: DateTime<Utc>) -> Result<Option<Row>> {
    query(tx, REJECT).bind(id).bind(by).bind(now).optional().await
}

pub(super) async fn block_request(
    tx: &mut Tx,
    id: FriendshipId,
    by: UserId,
    now: DateTime<Utc>,
) -> Result<Option<Row>> {
    query(tx, BLOCK_REQUEST).bind(id).bind(by).bind(now).optional().await
}

/// A block that was this user's alone, and is gone.
pub(super) async fn unblock(tx: &mut Tx, id: FriendshipId, by: UserId) -> Result<Option<Row>> {
    query(tx, UNBLOCK).bind(id).bind(by).optional().await
}

/// A block that was of both, and is the other one's alone now.
pub(super) async fn leave_to_other(tx: &mut Tx, id: FriendshipId, by: UserId) -> Result<Option<Row>> {
    query(tx, LEAVE_TO_OTHER).bind(id).bind(by).bind(false).optional().await
}

/// What was removed.
pub(super) async fn remove(tx: &mut Tx, id: FriendshipId, by: UserId) -> Result<Option<Row>> {
    query(tx, REMOVE).bind(id).bind(by).optional().await
}

/// Everything that was between a user and others.
pub(super) async fn forget(tx: &mut Tx, user: UserId) -> Result<Vec<Row>> {
    query(tx, FORGET).bind(user).all().await
}

/// Open requests of a user, counted up to a number.
pub(super) async fn count_requests_of(tx: &mut Tx, user: UserId, at_most: i64) -> Result<i64> {
    let (n,) = query(tx, COUNT_REQUESTS_OF).bind(user).bind(at_most).one().await?;
    Ok(n)
}

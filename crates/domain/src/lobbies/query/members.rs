//! The SQL of who sits in a lobby.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::types::Json;
use wire::{LobbyId, LobbyMember, LostBy, LostSeat, MemberPatch, UserId};

use crate::db::{Conn, Tx, query, same, statements};
use crate::{App, Result};

/// A member's columns, wherever they are read.
macro_rules! member {
    () => {
        "m.user_id, u.display_name, m.seat, m.is_ready, m.metadata, m.joined_at, m.held_until
         from lobby_members m join users u on u.id = m.user_id "
    };
}

/// The lowest number of a seat that nobody has: one beyond the first, or beyond one that is taken. The caller holds the
/// lobby, so nobody else takes it.
macro_rules! free_seat {
    ($lobby:literal) => {
        concat!(
            "(select min(n) from
                 (select 1 as n union all select m.seat + 1 from lobby_members m where m.lobby_id = ",
            $lobby,
            ") as candidates
              where not exists (select 1 from lobby_members taken where taken.lobby_id = ",
            $lobby,
            " and taken.seat = n)) "
        )
    };
}

statements! {
    SEAT = same(concat!(
        "insert into lobby_members (user_id, lobby_id, joined_at, is_here, seat) values ($1, $2, $3, $4, ",
        free_seat!("$2"),
        ") on conflict (user_id) do nothing",
    ));
    UNSEAT = same("delete from lobby_members where user_id = $1 and lobby_id = $2");
    COUNT_IN = same("update lobbies set member_count = member_count + 1 where id = $1");
    MEMBERS = same(concat!("select ", member!(), "where m.lobby_id = $1 order by m.joined_at, m.user_id"));
    MEMBER = same(concat!("select ", member!(), "where m.user_id = $1"));
    OWN_SEAT = same(
        "select l.id, l.title, m.seat, m.is_ready, m.metadata, m.joined_at
         from lobby_members m join lobbies l on l.id = m.lobby_id where m.user_id = $1",
    );
    IS_MEMBER = same("select count(*) from lobby_members where user_id = $1 and lobby_id = $2");
    CHANGE_MEMBER = same(
        "update lobby_members set is_ready = coalesce($3, is_ready), seat = coalesce($4, seat),
                                  metadata = coalesce($5, metadata)
         where user_id = $1 and lobby_id = $2",
    );
    WHO_HAS_SEAT = same("select user_id from lobby_members where lobby_id = $1 and seat = $2");
    // Of a lobby that became smaller. One at a time: each takes the lowest number there is then.
    BEYOND = same("select user_id from lobby_members where lobby_id = $1 and seat > $2 order by seat");
    MOVE_UP = same(concat!("update lobby_members set seat = ", free_seat!("$2"), "where user_id = $1 and lobby_id = $2"));
    LOSE = same(
        "insert into lost_seats (user_id, lobby_id, title, reason, at) values ($1, $2, $3, $4, $5)
         on conflict (user_id) do update set lobby_id = excluded.lobby_id, title = excluded.title,
                                             reason = excluded.reason, at = excluded.at",
    );
    LOST = same("select lobby_id, title, reason, at from lost_seats where user_id = $1");
    FORGET_LOSS = same("delete from lost_seats where user_id = $1");
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    user_id: UserId,
    display_name: Option<String>,
    seat: i64,
    is_ready: bool,
    metadata: Json<Map<String, Value>>,
    joined_at: DateTime<Utc>,
    held_until: Option<DateTime<Utc>>,
}

impl From<MemberRow> for LobbyMember {
    fn from(row: MemberRow) -> Self {
        let MemberRow { user_id, display_name, seat, is_ready, metadata: Json(metadata), joined_at, held_until } = row;
        Self { user_id, display_name, seat, is_ready, metadata, joined_at, held_until }
    }
}

/// A seat, as the player on it is told what is held of them.
#[derive(Serialize, sqlx::FromRow)]
pub(in crate::lobbies) struct OwnSeat {
    id: LobbyId,
    title: String,
    seat: i64,
    is_ready: bool,
    metadata: Json<Map<String, Value>>,
    joined_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct LostRow {
    lobby_id: LobbyId,
    title: String,
    #[sqlx(try_from = "String")]
    reason: LostBy,
    at: DateTime<Utc>,
}

/// Whether the player was seated: false when they sit somewhere already.
pub(in crate::lobbies) async fn seat(
    tx: &mut Tx,
    player: UserId,
    id: LobbyId,
    now: DateTime<Utc>,
    is_here: bool,
) -> Result<bool> {
    let seated = query(tx.account_of(player), SEAT).bind(player).bind(id).bind(now).bind(is_here).run().await? == 1;
    if seated {
        query(tx, FORGET_LOSS).bind(player).run().await?;
    }
    Ok(seated)
}

/// Whether the player was unseated: false when they had left already.
pub(in crate::lobbies) async fn unseat(tx: &mut Tx, player: UserId, id: LobbyId) -> Result<bool> {
    Ok(query(tx.account_of(player), UNSEAT).bind(player).bind(id).run().await? == 1)
}

/// Takes back that a member was counted out.
pub(in crate::lobbies) async fn count_in(tx: &mut Tx, id: LobbyId) -> Result<()> {
    query(tx, COUNT_IN).bind(id).run().await?;
    Ok(())
}

/// First come, first.
pub(in crate::lobbies) async fn members(on: impl Into<Conn<'_>>, id: LobbyId) -> Result<Vec<LobbyMember>> {
    let rows: Vec<MemberRow> = query(on, MEMBERS).bind(id).all().await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// A player where they sit.
pub(in crate::lobbies) async fn member(tx: &mut Tx, player: UserId) -> Result<Option<LobbyMember>> {
    let row: Option<MemberRow> = query(tx, MEMBER).bind(player).optional().await?;
    Ok(row.map(Into::into))
}

/// The seat a player has, and what they said of themselves there.
pub(in crate::lobbies) async fn own_seat(app: &App, player: UserId) -> Result<Option<OwnSeat>> {
    query(&app.db, OWN_SEAT).bind(player).optional().await
}

pub(in crate::lobbies) async fn is_member(on: impl Into<Conn<'_>>, user: UserId, id: LobbyId) -> Result<bool> {
    let (n,): (i64,) = query(on, IS_MEMBER).bind(user).bind(id).one().await?;
    Ok(n > 0)
}

/// Changes what is given; whether the player still sits there.
pub(in crate::lobbies) async fn change_member(
    tx: &mut Tx,
    player: UserId,
    id: LobbyId,
    MemberPatch { is_ready, seat, metadata }: MemberPatch,
) -> Result<bool> {
    let change = query(tx, CHANGE_MEMBER).bind(player).bind(id).bind(is_ready).bind(seat);
    Ok(change.bind(metadata.map(Json)).run().await? == 1)
}

pub(in crate::lobbies) async fn who_has_seat(tx: &mut Tx, id: LobbyId, seat: i64) -> Result<Option<UserId>> {
    let row: Option<(UserId,)> = query(tx, WHO_HAS_SEAT).bind(id).bind(seat).optional().await?;
    Ok(row.map(|(user,)| user))
}

/// Gives members whose seat has a number beyond the last one the lowest that are free; answers who they are.
pub(in crate::lobbies) async fn move_up(tx: &mut Tx, id: LobbyId, seats: i64) -> Result<Vec<UserId>> {
    let beyond: Vec<(UserId,)> = query(&mut *tx, BEYOND).bind(id).bind(seats).all().await?;
    for (user,) in &beyond {
        query(&mut *tx, MOVE_UP).bind(*user).bind(id).run().await?;
    }
    Ok(beyond.into_iter().map(|(user,)| user).collect())
}

/// Notes why a player has their seat no more.
pub(in crate::lobbies) async fn lose(
    tx: &mut Tx,
    player: UserId,
    LostSeat { lobby_id, title, reason, at }: LostSeat,
) -> Result<()> {
    query(tx, LOSE).bind(player).bind(lobby_id).bind(title).bind(reason.name().to_owned()).bind(at).run().await?;
    Ok(())
}

/// The last seat that was taken from a player.
pub(in crate::lobbies) async fn lost(app: &App, player: UserId) -> Result<Option<LostSeat>> {
    let row: Option<LostRow> = query(&app.db, LOST).bind(player).optional().await?;
    Ok(row.map(|LostRow { lobby_id, title, reason, at }| LostSeat { lobby_id, title, reason, at }))
}

//! The SQL of seats that are kept for members whose sockets closed, and of lobbies nobody is in any more.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use wire::{LobbyId, UserId};

use super::Row;
use crate::db::{Sql, Tx, query, same, statements};
use crate::{App, Result};

/// How many rows are looked at, at once.
pub(in crate::lobbies) const AT_ONCE: i64 = 500;

/// Of a page of lobbies behind an id (`$1`), those that nobody needs: no member is there, and the last thing that happened was
/// before `$2` where nobody sits in it, before `$3` where somebody does.
macro_rules! unused {
    ($page:literal) => {
        concat!(
            "select quiet.id from (
                 select page.id, page.member_count,
                        coalesce((select e.at from lobby_events e where e.lobby_id = page.id order by e.seq desc limit 1),
                                 page.created_at) as quiet_since
                 from (",
            $page,
            ") as page
                 where not exists (select 1 from lobby_members m where m.lobby_id = page.id and m.is_here)) as quiet
             where (quiet.member_count = 0 and quiet.quiet_since < $2)
                or (quiet.member_count > 0 and quiet.quiet_since < $3)
             order by quiet.id"
        )
    };
}

statements! {
    // `$1` is a JSON array of ids: the one kind of list that both engines take as a parameter.
    SEATED = Sql {
        sqlite: "select user_id, is_here from lobby_members where user_id in (select value from json_each($1))",
        postgres: "select user_id, is_here from lobby_members
                   where user_id in (select cast(value as bigint) from jsonb_array_elements_text($1))",
    };
    HELD = same(
        "select user_id, held_until from lobby_members where held_until is not null order by held_until limit $1",
    );
    ALL_HELD = same(
        "select user_id from lobby_members where held_until is not null and user_id > $1 order by user_id limit $2",
    );
    WERE_HERE = same("select user_id from lobby_members where user_id > $1 and is_here order by user_id limit $2");
    GO_AWAY = same(
        "update lobby_members set is_here = false, held_until = $3
         where user_id = $1 and lobby_id = $2 and is_here and held_until is null",
    );
    COME = same("update lobby_members set is_here = true where user_id = $1 and not is_here and held_until is null");
    COME_BACK = same(
        "update lobby_members set is_here = true, held_until = null
         where user_id = $1 and lobby_id = $2 and held_until is not null",
    );
    EXPIRE = same("delete from lobby_members where user_id = $1 and lobby_id = $2 and held_until <= $3");
    HOLD_ONE = same(concat!("update lobbies set revision = revision + 1 where id = $1 returning ", columns!()));
    UNUSED = same(unused!("select id, member_count, created_at from lobbies where id > $1 order by id limit $4"));
    LAST_OF_PAGE =
        same("select max(id) from (select id from lobbies where id > $1 order by id limit $2) as page");
    IS_UNUSED = same(unused!("select id, member_count, created_at from lobbies where id = $1"));
}

/// Which of those players have a seat, and whether they are there as far as their seat's row says.
pub(in crate::lobbies) async fn seated(app: &App, players: &[UserId]) -> Result<Vec<(UserId, bool)>> {
    let ids: Vec<Value> = players.iter().map(|player| player.0.into()).collect();
    query(&app.db, SEATED).bind(Json(Value::from(ids))).all().await
}

/// Whose seats are kept, and until when; those that end first come first, at most [`AT_ONCE`].
pub(in crate::lobbies) async fn held(app: &App) -> Result<Vec<(UserId, DateTime<Utc>)>> {
    query(&app.db, HELD).bind(AT_ONCE).all().await
}

/// Members behind an id whose seats are kept, at most [`AT_ONCE`].
pub(in crate::lobbies) async fn all_held(app: &App, behind: UserId) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> = query(&app.db, ALL_HELD).bind(behind).bind(AT_ONCE).all().await?;
    Ok(rows.into_iter().map(|(user,)| user).collect())
}

/// Members behind an id who are there as far as their seats' rows say, at most [`AT_ONCE`].
pub(in crate::lobbies) async fn were_here(app: &App, behind: UserId) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> = query(&app.db, WERE_HERE).bind(behind).bind(AT_ONCE).all().await?;
    Ok(rows.into_iter().map(|(user,)| user).collect())
}

/// Keeps a member's seat until a moment; false when it is kept already, or they were never there.
pub(in crate::lobbies) async fn go_away(
    tx: &mut Tx,
    player: UserId,
    id: LobbyId,
    held_until: DateTime<Utc>,
) -> Result<bool> {
    Ok(query(tx, GO_AWAY).bind(player).bind(id).bind(held_until).run().await? == 1)
}

/// Notes that a member is there whose seat was not kept for them; false when that is known.
pub(in crate::lobbies) async fn come(tx: &mut Tx, player: UserId) -> Result<bool> {
    Ok(query(tx, COME).bind(player).run().await? == 1)
}

/// Gives a member the seat back that was kept; false when none was.
pub(in crate::lobbies) async fn come_back(tx: &mut Tx, player: UserId, id: LobbyId) -> Result<bool> {
    Ok(query(tx, COME_BACK).bind(player).bind(id).run().await? == 1)
}

/// Frees a seat that was kept until now; false when its member is back.
pub(in crate::lobbies) async fn expire(tx: &mut Tx, player: UserId, id: LobbyId, now: DateTime<Utc>) -> Result<bool> {
    Ok(query(tx.account_of(player), EXPIRE).bind(player).bind(id).bind(now).run().await? == 1)
}

/// A lobby, held until the end of the transaction: nobody else joins, leaves or changes it.
pub(in crate::lobbies) async fn hold_one(tx: &mut Tx, id: LobbyId) -> Result<Option<Row>> {
    query(tx, HOLD_ONE).bind(id).optional().await
}

/// Before when the last thing must have happened in a lobby that nobody needs.
#[derive(Clone, Copy)]
pub(in crate::lobbies) struct Unused {
    /// Where nobody sits in it.
    pub(in crate::lobbies) empty: DateTime<Utc>,
    /// Where somebody does.
    pub(in crate::lobbies) idle: DateTime<Utc>,
}

/// Of the next [`AT_ONCE`] lobbies behind an id those that nobody needs, and the last id that was looked at; none behind the
/// last one.
pub(in crate::lobbies) async fn unused(
    app: &App,
    behind: LobbyId,
    Unused { empty, idle }: Unused,
) -> Result<(Vec<LobbyId>, Option<LobbyId>)> {
    let (last,): (Option<LobbyId>,) = query(&app.db, LAST_OF_PAGE).bind(behind).bind(AT_ONCE).one().await?;
    let rows: Vec<(LobbyId,)> = query(&app.db, UNUSED).bind(behind).bind(empty).bind(idle).bind(AT_ONCE).all().await?;
    Ok((rows.into_iter().map(|(id,)| id).collect(), last))
}

/// Whether nobody needs a lobby, which the caller holds.
pub(in crate::lobbies) async fn is_unused(tx: &mut Tx, id: LobbyId, Unused { empty, idle }: Unused) -> Result<bool> {
    let row: Option<(LobbyId,)> = query(tx, IS_UNUSED).bind(id).bind(empty).bind(idle).optional().await?;
    Ok(row.is_some())
}

//! The SQL of the logs of lobbies.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use wire::{LobbyGone, LobbyId, LogKind, LostBy};

use crate::db::{Sql, Tx, query, same, statements};
use crate::{App, Result};

/// The events of a lobby that say what its game or its members keep.
macro_rules! kept_about {
    () => {
        "where lobby_id = $1 and event in ('lobby_created', 'lobby_updated', 'member_updated')"
    };
}

statements! {
    // The caller holds the lobby's row, so nobody else takes the number.
    APPEND = same(
        "insert into lobby_events (lobby_id, seq, event, payload, at)
         select $1, coalesce(max(seq), 0) + 1, $2, $3, $4 from lobby_events where lobby_id = $1 returning seq",
    );
    TRIM = same("delete from lobby_events where lobby_id = $1 and seq <= $2");
    AFTER = same(
        "select seq, event, payload from lobby_events where lobby_id = $1 and seq > $2 order by seq limit $3",
    );
    STANDS_AT = same(
        "select created_at, (select coalesce(max(seq), 0) from lobby_events where lobby_id = $1) as seq
         from lobbies where id = $1",
    );
    // What is kept when a lobby is gone: what happened, without what games and players keep about themselves.
    STRIP = Sql {
        sqlite: concat!("update lobby_events set payload =
                         json_replace(payload, '$.metadata', json('{}'), '$.display_name', null) ", kept_about!()),
        postgres: concat!("update lobby_events set payload = cast(
                               jsonb_set(jsonb_set(cast(payload as jsonb), '{metadata}', '{}', false),
                                         '{display_name}', 'null', false) as text) ", kept_about!()),
    };
    // For admins, who read from the end.
    BEFORE = same(
        "select seq, event, payload, at from lobby_events where lobby_id = $1 and seq < $2 order by seq desc limit $3",
    );
    // Of one lobby there are so few events that those of other kinds can be passed over.
    BEFORE_OF_KIND = Sql {
        sqlite: "select seq, event, payload, at from lobby_events where lobby_id = $1 and seq < $2
                   and event in (select value from json_each($4)) order by seq desc limit $3",
        postgres: "select seq, event, payload, at from lobby_events where lobby_id = $1 and seq < $2
                     and event in (select value from jsonb_array_elements_text($4)) order by seq desc limit $3",
    };
    LAST = same(
        "select event, payload from lobby_events where lobby_id = $1 order by seq desc limit 1",
    );
    // `$1` is a JSON array of ids: the one kind of list that both engines take as a parameter.
    NEWEST = Sql {
        sqlite: "select wanted.value, (select max(e.seq) from lobby_events e where e.lobby_id = wanted.value)
                 from json_each($1) as wanted",
        postgres: "select cast(wanted.value as bigint),
                          (select max(e.seq) from lobby_events e where e.lobby_id = cast(wanted.value as bigint))
                   from jsonb_array_elements_text($1) as wanted",
    };
    // A few at a time: a daily sweep must not hold up who wants to write.
    SWEEP = same(
        "delete from lobby_events where (lobby_id, seq) in (
             select e.lobby_id, e.seq from lobby_events e
             where e.at < $1
               and (e.seq < (select max(last.seq) from lobby_events last where last.lobby_id = e.lobby_id)
                    or not exists (select 1 from lobbies l where l.id = e.lobby_id))
             limit 500)",
    );
}

#[derive(sqlx::FromRow)]
pub(in crate::lobbies) struct EventRow {
    #[sqlx(try_from = "i64")]
    pub(in crate::lobbies) seq: u64,
    pub(in crate::lobbies) event: String,
    pub(in crate::lobbies) payload: String,
}

/// Writes an event under the next number, which it answers.
pub(in crate::lobbies) async fn append(
    tx: &mut Tx,
    lobby: LobbyId,
    event: &str,
    payload: String,
    now: DateTime<Utc>,
) -> Result<u64> {
    let row: (i64,) = query(tx, APPEND).bind(lobby).bind(event.to_owned()).bind(payload).bind(now).one().await?;
    Ok(row.0.unsigned_abs())
}

/// Forgets events up to a number.
pub(in crate::lobbies) async fn trim(tx: &mut Tx, lobby: LobbyId, up_to: u64) -> Result<()> {
    query(tx, TRIM).bind(lobby).bind(up_to.cast_signed()).run().await?;
    Ok(())
}

/// Forgets what the events of a lobby that ends say of its game and its members.
pub(in crate::lobbies) async fn strip(tx: &mut Tx, lobby: LobbyId) -> Result<()> {
    query(tx, STRIP).bind(lobby).run().await?;
    Ok(())
}

pub(in crate::lobbies) async fn after(app: &App, lobby: LobbyId, after: u64, at_most: u64) -> Result<Vec<EventRow>> {
    query(&app.db, AFTER).bind(lobby).bind(after.cast_signed()).bind(at_most.cast_signed()).all().await
}

/// The newest events before a number, all or those of a kind, newest first.
pub(in crate::lobbies) async fn before(
    app: &App,
    lobby: LobbyId,
    kind: Option<LogKind>,
    before: i64,
    at_most: i64,
) -> Result<Vec<(i64, String, String, DateTime<Utc>)>> {
    let sql = if kind.is_some() { BEFORE_OF_KIND } else { BEFORE };
    let query = query(&app.db, sql).bind(lobby).bind(before).bind(at_most);
    match kind {
        Some(kind) => query.bind(Json(Value::from(kind.events()))).all().await,
        None => query.all().await,
    }
}

/// When a lobby was opened, and the number of its last event.
pub(in crate::lobbies) async fn stands_at(app: &App, lobby: LobbyId) -> Result<Option<(DateTime<Utc>, u64)>> {
    let row: Option<(DateTime<Utc>, i64)> = query(&app.db, STANDS_AT).bind(lobby).optional().await?;
    Ok(row.map(|(created_at, seq)| (created_at, seq.unsigned_abs())))
}

/// Why a lobby was closed, as far as its log says.
pub(in crate::lobbies) async fn why_gone(app: &App, lobby: LobbyId) -> Result<Option<LostBy>> {
    let last: Option<(String, String)> = query(&app.db, LAST).bind(lobby).optional().await?;
    let gone = last.filter(|(event, _)| event == "lobby_deleted");
    Ok(gone.and_then(|(_, payload)| serde_json::from_str::<LobbyGone>(&payload).ok()).and_then(|gone| gone.reason))
}

/// The number of the last event of each of those lobbies that has any.
pub(in crate::lobbies) async fn newest(app: &App, lobbies: &[LobbyId]) -> Result<Vec<(LobbyId, u64)>> {
    let ids: Vec<Value> = lobbies.iter().map(|lobby| lobby.0.into()).collect();
    let rows: Vec<(LobbyId, Option<i64>)> = query(&app.db, NEWEST).bind(Json(Value::from(ids))).all().await?;
    Ok(rows.into_iter().filter_map(|(lobby, seq)| Some((lobby, seq?.unsigned_abs()))).collect())
}

/// Forgets up to 500 events from before a moment, but the last one of each lobby that is open; answers how many.
pub(in crate::lobbies) async fn sweep(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64> {
    query(tx, SWEEP).bind(before).run().await
}

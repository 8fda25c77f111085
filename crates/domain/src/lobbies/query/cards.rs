//! The SQL of the public list as the page for players shows it.

use serde_json::Value;
use sqlx::types::Json;
use wire::{LobbyId, PageQuery, PlayFilter};

use super::Row;
use super::search::LOOKED_THROUGH;
use crate::db::{Sql, contains, query, same, statements};
use crate::{App, Result};

/// `$1` is a pattern for titles; `$2` and `$3` the ids between which is looked, both left out; `$4` how many are wanted.
macro_rules! cards {
    ($which:literal) => {
        concat!(
            "select ",
            columns!(),
            "from lobbies where not is_hidden and id > $2 and id < $3",
            $which,
            " and (cast($1 as text) is null or lower(title) like $1 escape '!') order by id limit $4"
        )
    };
}

/// The ids of lobbies with a free seat behind `$2`, by password or without.
macro_rules! free {
    ($password:literal, $narrowed:literal) => {
        concat!(
            "select id from lobbies
             where not is_hidden and not is_locked and password_hash is ",
            $password,
            " and member_count < max_users and id > $2 ",
            $narrowed
        )
    };
}

/// The same, of those as [`cards`] narrows them.
macro_rules! free_cards {
    ($password:literal) => {
        free!(
            $password,
            "and id < $3 and (cast($1 as text) is null or lower(title) like $1 escape '!') order by id limit $4"
        )
    };
}

statements! {
    CARDS = same(cards!(""));
    // Each half out of its own index, so that full lobbies are not read, however many there are.
    CARDS_FREE = same(concat!(
        "select ",
        columns!(),
        "from lobbies where id in (
             select id from (",
        free_cards!("null"),
        ") as open union all select id from (",
        free_cards!("not null"),
        ") as by_password) order by id limit $4"
    ));
    // `$5` is a JSON array of ids.
    CARDS_OF = Sql {
        sqlite: cards!(" and id in (select value from json_each($5))"),
        postgres: cards!(" and id in (select cast(value as bigint) from jsonb_array_elements_text($5))"),
    };
    // The first that is not looked at where `$1` may be.
    CARDS_END = same("select id from lobbies where not is_hidden and id > $2 order by id limit 1 offset $1");
    CARDS_FREE_END = same(concat!(
        "select min(id) from (select id from (",
        free!("null", "order by id limit 1 offset $1"),
        ") as open union all select id from (",
        free!("not null", "order by id limit 1 offset $1"),
        ") as by_password) as ends"
    ));
    // `$2` is where is counted from: 0.
    COUNT_FREE = same(concat!(
        "select count(*) from (select id from (",
        free!("null", "limit $1"),
        ") as open union all select id from (",
        free!("not null", "limit $1"),
        ") as by_password limit $1) as counted"
    ));
}

/// Listed lobbies behind another, as the page for players shows them, one more than the page has where there are more:
/// those with a free seat, all, or of these only. And the last that was looked at for a title, where others follow that were not.
pub(crate) async fn cards(
    app: &App,
    filter: &PlayFilter,
    of: Option<&[LobbyId]>,
    page: PageQuery,
) -> Result<(Vec<Row>, Option<LobbyId>)> {
    let (sql, end) = match (of, filter.all) {
        (Some(_), _) => (CARDS_OF, None),
        (None, true) => (CARDS, Some(CARDS_END)),
        (None, false) => (CARDS_FREE, Some(CARDS_FREE_END)),
    };
    let after = page.cursor.map_or(0, wire::Cursor::id);
    let end = match end.filter(|_| filter.title.is_some()) {
        Some(end) => query(&app.db, end).bind(LOOKED_THROUGH).bind(after).optional().await?.and_then(|(end,)| end),
        None => None,
    };
    let query = query(&app.db, sql).bind(filter.title.as_deref().map(contains)).bind(after);
    let query = query.bind(end.unwrap_or(i64::MAX)).bind(page.size() + 1);
    let rows = match of {
        Some(of) => query.bind(Json(Value::from(of.iter().map(|id| id.0).collect::<Vec<_>>()))).all().await?,
        None => query.all().await?,
    };
    Ok((rows, end.map(|end| LobbyId(end - 1))))
}

/// Listed lobbies with a free seat, by a password or without, counted up to a number.
pub(crate) async fn count_free(app: &App, at_most: i64) -> Result<i64> {
    let (n,) = query(&app.db, COUNT_FREE).bind(at_most).bind(0_i64).one().await?;
    Ok(n)
}

//! The SQL of the outbox.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use wire::UserId;

use super::{Letter, Posted};
use crate::db::{Tx, query, same, statements};
use crate::{App, Result};

macro_rules! columns {
    () => {
        "id, recipient, letter, state, created_at "
    };
}

statements! {
    INSERT = same("insert into letters (recipient, letter, created_at) values ($1, $2, $3) returning id");
    TO = same(concat!("select ", columns!(), "from letters where recipient = $1 order by id"));
    FORGET = same(
        "delete from letters where recipient in
             (select email from users where id = $1 and email_confirmed_at is not null)",
    );
    GET = same(concat!("select ", columns!(), "from letters where id = $1"));
    NEWEST = same(concat!("select ", columns!(), "from letters order by id desc limit $1"));
    END = same("update letters set state = $2, ended_at = $3 where id = $1 and state = 'waiting'");
    // So many at once: the writer is everybody's.
    SWEEP = same(
        "delete from letters where id in
             (select id from letters where ended_at < $1 or created_at < $2 order by id limit 500)",
    );
    SWEEP_RATES = same(
        "delete from letter_rates where who in
             (select who from letter_rates where spent_until < $1 and last_at < $1 order by who limit 500)",
    );
    // Each counts in the write: of those who come at once, no more pass than may.
    TAKE = same(
        "insert into letter_rates (who, last_at, spent_until) values ($1, $2, cast($2 as bigint) + cast($3 as bigint))
         on conflict (who) do update
         set last_at = $2,
             spent_until =
                 case when letter_rates.spent_until > $2 then letter_rates.spent_until else $2 end + $3
         where letter_rates.last_at <= $4 and letter_rates.spent_until <= $5",
    );
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) recipient: String,
    pub(super) letter: Json<Letter>,
    pub(super) state: String,
    pub(super) created_at: DateTime<Utc>,
}

impl Row {
    /// With its words.
    pub(super) fn read(self, app: &App) -> Posted {
        let Self { id, recipient, letter, state, created_at } = self;
        let words = letter.words(app);
        let (text, html) = (words.plain(), words.html());
        let link = words.link.map(|link| link.href);
        let (_, host) = app.config.mail.from.rsplit_once('@').unwrap_or(("", "localhost"));
        let message_id = format!("{}@{host}", app.keys.mail.message_id(id, created_at.timestamp_micros()));
        let (to, subject, posted_at) = (recipient, words.subject, created_at);
        Posted { id, to, message_id, subject, text, html, link, state, posted_at }
    }
}

pub(super) async fn insert(tx: &mut Tx, to: &str, letter: Letter, now: DateTime<Utc>) -> Result<i64> {
    let (id,) = query(tx, INSERT).bind(to.to_owned()).bind(Json(letter)).bind(now).one().await?;
    Ok(id)
}

pub(super) async fn to(app: &App, to: &str) -> Result<Vec<Row>> {
    query(&app.db, TO).bind(to.to_owned()).all().await
}

pub(super) async fn forget(tx: &mut Tx, user: UserId) -> Result<()> {
    query(tx, FORGET).bind(user).run().await?;
    Ok(())
}

pub(super) async fn get(app: &App, id: i64) -> Result<Option<Row>> {
    query(&app.db, GET).bind(id).optional().await
}

pub(super) async fn newest(app: &App, most: i64) -> Result<Vec<Row>> {
    query(&app.db, NEWEST).bind(most).all().await
}

/// Writes down what became of a letter that waited.
pub(super) async fn end(tx: &mut Tx, id: i64, state: &str, now: DateTime<Utc>) -> Result<()> {
    query(tx, END).bind(id).bind(state.to_owned()).bind(now).run().await?;
    Ok(())
}

pub(super) async fn sweep(tx: &mut Tx, ended: DateTime<Utc>, created: DateTime<Utc>) -> Result<u64> {
    query(tx, SWEEP).bind(ended).bind(created).run().await
}

pub(super) async fn sweep_rates(tx: &mut Tx, before: i64) -> Result<u64> {
    query(tx, SWEEP_RATES).bind(before).run().await
}

/// Whether one more passes. All in milliseconds: the time, what one costs, the latest that the last one may have been,
/// and how far ahead what is spent may be.
pub(super) async fn take(tx: &mut Tx, who: String, now: i64, cost: i64, last: i64, spent: i64) -> Result<bool> {
    let taken = query(tx, TAKE).bind(who).bind(now).bind(cost).bind(last).bind(spent).run().await?;
    Ok(taken == 1)
}

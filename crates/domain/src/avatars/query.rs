//! The SQL of avatars.

use chrono::{DateTime, Utc};
use wire::UserId;

use super::UPLOADS;
use crate::db::{Tx, query, same, statements};
use crate::{App, Result};

statements! {
    USED_UP = same("select avatars_since from users where id = $1 and avatars_taken >= $3 and avatars_since > $2");
    // The condition stands in the write: of those that come at once, each counts one more or finds the day used up. It
    // comes first, so that two uploads of one player take turns, and gives the picture that is about to go.
    COUNT = same(
        "update users
         set avatars_taken = case when avatars_since > $2 then avatars_taken + 1 else 1 end,
             avatars_since = case when avatars_since > $2 then avatars_since else $3 end
         where id = $1 and (avatars_taken < $4 or avatars_since is null or avatars_since <= $2)
         returning avatar",
    );
    SHOW = same("update users set avatar = $2, updated_at = $3 where id = $1");
    HOLD = same("update users set updated_at = $2 where id = $1 and avatar is not null returning avatar");
    HIDE = same("update users set avatar = null where id = $1");
    IS_SHOWN = same("select id from users where avatar = $1");
}

/// Since when the uploads of a player's day are counted, if there may be no more in it.
pub(super) async fn used_up(app: &App, user: UserId, day_ago: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let row: Option<(DateTime<Utc>,)> =
        query(&app.db, USED_UP).bind(user).bind(day_ago).bind(UPLOADS).optional().await?;
    Ok(row.map(|(since,)| since))
}

/// Counts an upload and gives the name of the picture before it; none where there may be no more, or no such user is.
pub(super) async fn count(
    tx: &mut Tx,
    user: UserId,
    day_ago: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<(Option<String>,)>> {
    query(tx.account_of(user), COUNT).bind(user).bind(day_ago).bind(now).bind(UPLOADS).optional().await
}

pub(super) async fn show(tx: &mut Tx, user: UserId, name: String, now: DateTime<Utc>) -> Result<()> {
    query(tx.account_of(user), SHOW).bind(user).bind(name).bind(now).run().await?;
    Ok(())
}

/// The name of the picture a user has, whose row nobody else changes now.
pub(super) async fn hold(tx: &mut Tx, user: UserId, now: DateTime<Utc>) -> Result<Option<(String,)>> {
    query(tx.account_of(user), HOLD).bind(user).bind(now).optional().await
}

pub(super) async fn hide(tx: &mut Tx, user: UserId) -> Result<()> {
    query(tx.account_of(user), HIDE).bind(user).run().await?;
    Ok(())
}

pub(super) async fn is_shown(app: &App, name: String) -> Result<bool> {
    let row: Option<(UserId,)> = query(&app.db, IS_SHOWN).bind(name).optional().await?;
    Ok(row.is_some())
}

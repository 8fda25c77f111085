//! Staying signed in: generations of refresh tokens.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use wire::{RefreshToken, SessionId, Tokens, UserId};

use super::{ends, query, tokens};
use crate::audit::{Act, Target};
use crate::db::Tx;
use crate::pubsub::News;
use crate::tokens::Generation;
use crate::{App, Error, Result, Scope};

/// How long a used refresh token still gets its session's current one: parallel refreshes are no theft.
const GRACE: TimeDelta = TimeDelta::seconds(10);

/// Exchanges a refresh token for a new pair.
///
/// Each use makes a new generation. A token that was used before still gets the session's current one within ten seconds
/// (parallel refreshes) or while nothing of its direct successor was used (a lost answer). Any other reuse is taken for
/// theft and ends the session.
///
/// # Errors
/// `invalid_refresh_token`; `token_reused`, which has ended the session.
pub async fn refresh(app: &App, scope: &Scope, input: RefreshToken) -> Result<Tokens> {
    let token = input.check()?;
    let used = app.keys.refresh.generation(&token).ok_or_else(invalid_refresh_token)?;
    let now = app.clock.now();

    let mut tx = app.db.begin().await?;
    let session = query::touch(&mut tx, used.session, now).await?.ok_or_else(invalid_refresh_token)?;
    let current = Generation { session: used.session, number: session.generation };
    let next = if used.number == current.number {
        query::rotate(&mut tx, current, now, now - GRACE).await?;
        Generation { number: current.number + 1, ..current }
    } else if is_excused(&mut tx, used, &session, now).await? {
        current
    } else {
        let mut news = News::default();
        ends::end(app, &mut tx, &mut news, used.session, "token_reused").await?;
        let reuse = Act::new("authn_token_reuse", Target::Session(used.session)).by("system");
        reuse.done(app, &mut tx, scope, None, Some(json!({ "user_id": session.user_id }))).await?;
        app.commit(tx, news).await?;
        tracing::warn!(session = %used.session, user = %session.user_id, "a used refresh token came back: session ended");
        let message = "This refresh token was used before, so the session was ended to be safe. Sign in again.";
        return Err(Error::unauthenticated("token_reused", message));
    };
    tx.commit().await?;
    tokens(app, session.user_id, next)
}

/// Whether an old token came back for a reason that is no theft.
async fn is_excused(tx: &mut Tx, used: Generation, session: &query::Touched, now: DateTime<Utc>) -> Result<bool> {
    let is_parent = used.number == session.generation - 1;
    let answer_was_lost = is_parent && session.seen_generation < session.generation;
    Ok(answer_was_lost || query::rotated_since(tx, used, now - GRACE).await?)
}

/// A new pair for a session whose account is another kind of account now, inside the caller's transaction. The pair before
/// is excused like that of any refresh.
pub(crate) async fn renew(app: &App, tx: &mut Tx, user: UserId, session: SessionId) -> Result<Tokens> {
    let now = app.clock.now();
    let touched = query::touch(tx, session, now).await?.ok_or_else(Error::invalid_token)?;
    let current = Generation { session, number: touched.generation };
    query::rotate(tx, current, now, now - GRACE).await?;
    tokens(app, user, Generation { number: current.number + 1, ..current })
}

fn invalid_refresh_token() -> Error {
    Error::unauthenticated(
        "invalid_refresh_token",
        "This refresh token is invalid or its session has ended. Sign in again.",
    )
}

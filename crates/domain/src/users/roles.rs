//! Who is an admin. There is always one: what would leave none is refused.

use serde_json::json;
use wire::UserId;

use super::query::acts::{self as query, Held};
use super::tell;
use crate::audit::{Act, Target};
use crate::db::Tx;
use crate::pubsub::{Event, News};
use crate::{App, Error, Result, Scope, lobbies, sessions};

/// Makes a user an admin, or makes them one no more. It counts from their next request on, and their
/// sockets are told to come back as what they are now.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; `recent_login_required`; `not_found`;
/// `cannot_demote_self`; `last_admin`; [`Error::Impossible`] with `banned` for a user who is shut out.
pub async fn set_admin(app: &App, scope: &Scope, id: UserId, is_admin: bool) -> Result<()> {
    let act = Act::new(if is_admin { "user.make_admin" } else { "user.unmake_admin" }, Target::User(id));
    act.require_fresh_admin(app, scope).await?;
    act.noting(app, scope, change(app, scope, &act, id, is_admin).await).await
}

async fn change(app: &App, scope: &Scope, act: &Act, id: UserId, is_admin: bool) -> Result<()> {
    if !is_admin && scope.user() == Some(id) {
        let message = "You cannot take the role from yourself. Ask another admin.";
        return Err(Error::forbidden("cannot_demote_self", message));
    }
    let mut tx = app.db.begin().await?;
    take_turn(&mut tx, scope).await?;
    let held = query::hold(&mut tx, id).await?.ok_or_else(|| Error::not_found("user"))?;
    if held.is_admin == is_admin {
        return Ok(());
    }
    if is_admin && held.banned_at.is_some() {
        return Err(Error::impossible("banned", "This account is banned. Lift the ban first."));
    }
    if !is_admin {
        keep_one(&mut tx, id).await?;
    }
    query::set_admin(&mut tx, id, is_admin, app.clock.now()).await?;
    act.done(app, &mut tx, scope, Some(json!({ "is_admin": held.is_admin })), Some(json!({ "is_admin": is_admin })))
        .await?;
    let mut news = News::default();
    tell(app, &mut tx, &mut news, id, Event::UserUpdated).await?;
    sessions::tell_role(&mut tx, &mut news, id, app.clock.now()).await?;
    app.commit(tx, news).await
}

/// Takes turns with all who change which admins there are, inside the caller's transaction, and makes sure that whoever
/// asks is one still: of two admins who turn against each other, one is first.
pub(super) async fn take_turn(tx: &mut Tx, scope: &Scope) -> Result<()> {
    query::take_turn(tx).await?;
    match scope.user() {
        Some(user) if !query::is_acting_admin(tx, user).await? => Err(Error::admins_only()),
        _ => Ok(()),
    }
}

/// Begins a transaction that has its turn, where it is not the user's own, and holds the user, and before them the lobby they
/// sit in: every verb of lobbies holds the lobby first, so that no two wait for one another.
///
/// # Errors
/// As [`take_turn`]; `not_found`.
pub(super) async fn hold_in_turn(app: &App, scope: &Scope, id: UserId) -> Result<(Tx, Held)> {
    loop {
        let mut tx = app.db.begin().await?;
        if scope.user() == Some(id) {
            query::take_turn(&mut tx).await?;
        } else {
            take_turn(&mut tx, scope).await?;
        }
        let seat = lobbies::hold_seat_of(&mut tx, id).await?;
        let held = query::hold(&mut tx, id).await?.ok_or_else(|| Error::not_found("user"))?;
        // While a user is held nobody seats them. Who sat down somewhere else before that is looked for there.
        let sits_in = lobbies::sits_in(&mut tx, id).await?;
        if sits_in.is_none() || sits_in == seat {
            return Ok((tx, held));
        }
    }
}

/// Refuses what would leave no admin, inside a transaction that has its turn.
pub(super) async fn keep_one(tx: &mut Tx, but: UserId) -> Result<()> {
    if query::has_other_admins(tx, but).await? {
        return Ok(());
    }
    Err(Error::unfit("last_admin", "This is the last admin. Make another one first."))
}

/// Passes admins whose role is theirs at this moment: for what outlives the request that their scope is of.
pub(crate) async fn require_still_admin(app: &App, scope: &Scope) -> Result<()> {
    scope.require_admin()?;
    match scope.user() {
        Some(user) if !query::is_acting_admin(&app.db, user).await? => Err(Error::admins_only()),
        _ => Ok(()),
    }
}

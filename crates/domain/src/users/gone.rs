//! How accounts go: by their owner, by an admin, or unused. Everything about them goes with them; the audit log keeps
//! their id.

use chrono::TimeDelta;
use serde_json::{Value, json};
use wire::{Topic, UserGone, UserId};

use super::query::acts as query;
use super::roles;
use crate::audit::{Act, Target};
use crate::db::Tx;
use crate::mail::{self, Letter};
use crate::pubsub::{Event, News};
use crate::{App, Error, Result, Scope, Who, avatars, friends, lobbies, sessions};

/// How long a guest without progress is kept after they were last seen.
const KEPT: TimeDelta = TimeDelta::days(30);
/// How many of them go in one transaction: the writer is everybody's.
const AT_ONCE: i64 = 50;

/// Deletes one's own account, with everything that is held about it. It leaves its lobby, and its sessions and sockets
/// end; its address is told.
///
/// Guests need no fresh sign-in for it: all they could show anew is what they have just shown, their device, and a guest in
/// a browser has not even that.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; `recent_login_required`; `last_admin`.
pub async fn delete(app: &App, scope: &Scope) -> Result<()> {
    let user = scope.require_user()?;
    if !matches!(scope.who, Who::Guest(_)) {
        sessions::require_fresh(app, scope).await?;
    }
    let act = Act::new("user.delete", Target::User(user));
    act.noting(app, scope, go(app, scope, &act, user).await).await
}

/// Deletes somebody's account, for admins.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; `recent_login_required`; `not_found`;
/// `cannot_remove_self`.
pub async fn remove(app: &App, scope: &Scope, id: UserId) -> Result<()> {
    let act = Act::new("user.remove", Target::User(id));
    act.require_fresh_admin(app, scope).await?;
    if scope.user() == Some(id) {
        let error =
            Error::forbidden("cannot_remove_self", "This is your own account. Delete it by `DELETE /api/v1/me`.");
        return act.noting(app, scope, Err(error)).await;
    }
    act.noting(app, scope, go(app, scope, &act, id).await).await
}

async fn go(app: &App, scope: &Scope, act: &Act, id: UserId) -> Result<()> {
    let (mut tx, held) = roles::hold_in_turn(app, scope, id).await?;
    if held.is_admin {
        roles::keep_one(&mut tx, id).await?;
    }
    let mut news = News::default();
    act.done(app, &mut tx, scope, Some(json!({ "is_admin": held.is_admin })), None).await?;
    erase(app, &mut tx, &mut news, id).await?;
    if let Some(address) = held.email.filter(|_| held.email_confirmed_at.is_some()) {
        mail::post(app, &mut tx, &address, Letter::AccountDeleted).await?;
    }
    app.commit(tx, news).await
}

/// Deletes an account that is held, inside the caller's transaction. What refers to it goes with it, in the database.
async fn erase(app: &App, tx: &mut Tx, news: &mut News, id: UserId) -> Result<()> {
    lobbies::vacate(app, tx, news, id).await?;
    sessions::end_all_of(app, tx, news, id, None, "deleted").await?;
    mail::forget(tx, id).await?;
    avatars::forget(app, tx, id).await?;
    friends::forget(tx, news, id).await?;
    query::delete(tx, id).await?;
    news.add(Topic::AdminUsers, Event::UserDeleted(UserGone { id }));
    Ok(())
}

/// Deletes guests who made no progress and were not seen for a month.
///
/// # Errors
/// Only what is wrong on our side.
pub(crate) async fn sweep_guests(app: App, _payload: Value) -> Result<()> {
    let since = app.clock.now() - KEPT;
    loop {
        let guests = query::idle_guests(&app, since, AT_ONCE).await?;
        if guests.is_empty() {
            return Ok(());
        }
        let mut tx = app.db.begin().await?;
        let mut news = News::default();
        for guest in guests {
            // Looked at once more while nobody can sign in: whoever came back just now stays.
            if query::hold(&mut tx, guest).await?.is_some() && query::is_idle_guest(&mut tx, guest, since).await? {
                erase(&app, &mut tx, &mut news, guest).await?;
            }
        }
        app.commit(tx, news).await?;
    }
}

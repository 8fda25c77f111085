//! Shutting accounts out, and letting them in again.

use serde_json::json;
use wire::{NewBan, UserId};

use super::query::acts as query;
use super::{roles, tell};
use crate::audit::{Act, Target};
use crate::pubsub::{Event, News};
use crate::{App, Error, Result, Scope, lobbies, mail_tokens, sessions};

/// Shuts an account out: it leaves its lobby, its sessions, sockets and mailed links end, and there is no way in until the ban is lifted.
/// Of one that is banned already, the reason is changed.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; `recent_login_required`; a reason that breaks
/// the rules; `not_found`; `cannot_ban_self`; `last_admin`.
pub async fn ban(app: &App, scope: &Scope, id: UserId, input: NewBan) -> Result<()> {
    let act = Act::new("user.ban", Target::User(id));
    act.require_fresh_admin(app, scope).await?;
    let reason = input.check()?;
    act.noting(app, scope, shut_out(app, scope, &act, id, reason).await).await
}

async fn shut_out(app: &App, scope: &Scope, act: &Act, id: UserId, reason: Option<String>) -> Result<()> {
    if scope.user() == Some(id) {
        return Err(Error::forbidden("cannot_ban_self", "You cannot ban yourself. Ask another admin."));
    }
    let (mut tx, held) = roles::hold_in_turn(app, scope, id).await?;
    if held.is_admin {
        roles::keep_one(&mut tx, id).await?;
    }
    let mut news = News::default();
    lobbies::vacate(app, &mut tx, &mut news, id).await?;
    mail_tokens::end_all(&mut tx, id, app.clock.now()).await?;
    query::ban(&mut tx, id, reason.clone(), app.clock.now()).await?;
    sessions::end_all_of(app, &mut tx, &mut news, id, None, "banned").await?;
    let was = json!({ "banned_at": held.banned_at, "reason": held.ban_reason });
    act.done(app, &mut tx, scope, Some(was), Some(json!({ "reason": reason }))).await?;
    tell(app, &mut tx, &mut news, id, Event::UserUpdated).await?;
    app.commit(tx, news).await
}

/// Lets an account in again. One that is not banned stays as it is.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; `not_found`.
pub async fn unban(app: &App, scope: &Scope, id: UserId) -> Result<()> {
    let act = Act::new("user.unban", Target::User(id));
    act.require_admin(app, scope).await?;
    let mut tx = app.db.begin().await?;
    let held = query::hold(&mut tx, id).await?.ok_or_else(|| Error::not_found("user"))?;
    if held.banned_at.is_none() {
        return Ok(());
    }
    query::unban(&mut tx, id, app.clock.now()).await?;
    let was = json!({ "banned_at": held.banned_at, "reason": held.ban_reason });
    act.done(app, &mut tx, scope, Some(was), None).await?;
    let mut news = News::default();
    tell(app, &mut tx, &mut news, id, Event::UserUpdated).await?;
    app.commit(tx, news).await
}

/// What a banned player is told, once they have shown that they are the player.
pub(super) fn banned(reason: Option<&str>) -> Error {
    let message = match reason {
        Some(reason) => {
            format!("This account is banned. The reason given is: “{reason}”. Write to those who run the game.")
        }
        None => "This account is banned. Write to those who run the game.".to_owned(),
    };
    Error::forbidden("banned", &message)
}

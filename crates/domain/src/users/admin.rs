//! Accounts one by one, as admins see and change them.

use serde_json::{Map, Value, json};
use wire::{AdminUser, FieldErrors, FriendFilter, Page, PageQuery, UserFile, UserId, UserPatch};

use super::query::acts::{self, FileRow, Held};
use super::{query, tell_updated};
use crate::audit::{Act, Target};
use crate::db::Tx;
use crate::pubsub::News;
use crate::{App, Error, Result, Scope, accounts, audit, friends, sessions};

/// Rows of the audit log that are shown with an account.
const AUDIT: i64 = 10;
/// Friends, requests and blocks that are shown with it.
const TIES: i64 = 20;

/// Everything about one account, for admins: itself, its sessions, and the newest of what is between it and others and of
/// what was done to it.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; `not_found`.
pub async fn look_into(app: &App, scope: &Scope, id: UserId) -> Result<UserFile> {
    scope.require_admin()?;
    let not_found = || Error::not_found("user");
    let user = query::row(&app.db, id).await?.ok_or_else(not_found)?.into();
    let FileRow { ban_reason, email_confirmed_at, games_played, games_won, metadata } =
        acts::file(app, id).await?.ok_or_else(not_found)?;
    let mut sessions = sessions::of_user(app, id).await?;
    for session in &mut sessions {
        session.is_current = Some(session.id) == scope.session;
    }
    let newest = PageQuery { page_size: Some(TIES), ..PageQuery::default() };
    let Page { data: ties, meta } = friends::of_user(app, scope, id, FriendFilter::default(), newest).await?;
    let audit = audit::about(app, id, AUDIT).await?;
    Ok(UserFile {
        user,
        ban_reason,
        email_confirmed_at,
        games_played,
        games_won,
        metadata: metadata.0,
        sessions,
        ties,
        ties_count: meta.total_count,
        audit,
    })
}

/// Changes what is said about an account, for admins. Passwords are none of their business.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; what breaks the rules of a field, a taken
/// address among it; `not_found`; [`Error::Impossible`] with `no_address` or `admin_address` for an address that cannot be
/// confirmed or doubted.
pub async fn edit(app: &App, scope: &Scope, id: UserId, patch: UserPatch) -> Result<()> {
    let act = Act::new("user.edit", Target::User(id));
    act.require_admin(app, scope).await?;
    let patch = patch.check()?;
    act.noting(app, scope, change(app, scope, &act, id, patch).await).await
}

/// Mails a user the way to a new password, for admins: they neither see nor set one.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; `not_found`; [`Error::Impossible`] with
/// `no_address` for an account without a confirmed address, or with `held_back` where too many mails went to it of late.
pub async fn mail_reset(app: &App, scope: &Scope, id: UserId) -> Result<()> {
    let act = Act::new("user.mail_reset", Target::User(id));
    act.require_admin(app, scope).await?;
    let user: AdminUser = query::row(&app.db, id).await?.ok_or_else(|| Error::not_found("user"))?.into();
    let Some(email) = user.email.filter(|_| !user.is_unconfirmed) else {
        return act.noting(app, scope, Err(no_address())).await;
    };
    let mut tx = app.db.begin().await?;
    act.done(app, &mut tx, scope, None, None).await?;
    if !accounts::post_reset(app, &mut tx, email).await? {
        drop(tx);
        let message = "Too many mails went to this address of late. Try again in a while.";
        return act.noting(app, scope, Err(Error::impossible("held_back", message))).await;
    }
    tx.commit().await
}

fn no_address() -> Error {
    Error::impossible("no_address", "This account has no confirmed address.")
}

async fn change(app: &App, scope: &Scope, act: &Act, id: UserId, patch: UserPatch) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let before = acts::hold(&mut tx, id).await?.ok_or_else(|| Error::not_found("user"))?;
    match (patch.email_confirmed, before.email_confirmed_at.is_some()) {
        (Some(true), false) => {
            may_confirm(&mut tx, &before, id).await?;
            acts::confirm(&mut tx, id, now).await?;
        }
        (Some(false), true) if before.is_admin => {
            let message = "An admin signs in with their confirmed address. Take the role from them first.";
            return Err(Error::impossible("admin_address", message));
        }
        (Some(false), true) => acts::unconfirm(&mut tx, id).await?,
        _ => {}
    }
    acts::change(&mut tx, id, &patch, now).await?;
    let after = acts::hold(&mut tx, id).await?.ok_or_else(|| Error::not_found("user"))?;
    let (was, mut became) = audit::differences(&said(&before), &said(&after));
    if patch.metadata.is_some() {
        // What the game keeps may be long, and private: that it changed is enough.
        became.insert("metadata".to_owned(), json!("changed"));
    }
    act.done(app, &mut tx, scope, Some(was.into()), Some(became.into())).await?;
    let mut news = News::default();
    tell_updated(app, &mut tx, &mut news, id).await?;
    app.commit(tx, news).await
}

async fn may_confirm(tx: &mut Tx, before: &Held, id: UserId) -> Result<()> {
    let Some(email) = before.email.clone() else {
        return Err(Error::impossible("no_address", "This account has no address to confirm."));
    };
    if acts::is_address_taken(tx, email, id).await? {
        return Err(FieldErrors::one("email", "has already been taken").into());
    }
    Ok(())
}

/// What the audit log says of an account.
fn said(account: &Held) -> Map<String, Value> {
    let Held { display_name, email_confirmed_at, games_played, games_won, .. } = account;
    Map::from_iter([
        ("display_name".to_owned(), json!(display_name)),
        ("email_confirmed".to_owned(), json!(email_confirmed_at.is_some())),
        ("games_played".to_owned(), json!(games_played)),
        ("games_won".to_owned(), json!(games_won)),
    ])
}

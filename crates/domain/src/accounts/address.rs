//! Addresses: proving the one that was given, and moving to another.

use wire::{EmailChange, LinkToken};

use super::password::prove;
use super::{confirmation, query};
use crate::mail::{self, Letter};
use crate::mail_tokens::{self, Purpose};
use crate::pubsub::News;
use crate::{App, Error, Result, Scope, users};

/// Confirms an address by the link that was mailed to it. Whoever holds the link may: they read the mailbox.
///
/// # Errors
/// `link_used`, whatever became of the link; `address_taken` when somebody else proved the address first.
pub async fn confirm(app: &App, _scope: &Scope, input: LinkToken) -> Result<()> {
    let token = input.check()?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let spent = mail_tokens::spend(app, &mut tx, &token, Purpose::Confirm).await?;
    if !query::confirm(&mut tx, spent.user, spent.sent_to.clone(), now).await? {
        return Err(not_confirmed(app, &spent).await?);
    }
    let mut news = News::default();
    users::tell_updated(app, &mut tx, &mut news, spent.user).await?;
    app.commit(tx, news).await
}

/// Mails the link to one's own pending address once more.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; `nothing_to_confirm`.
pub async fn resend_confirmation(app: &App, scope: &Scope) -> Result<()> {
    let user = scope.require_user()?;
    let account = query::account(app, &app.db, user).await?.ok_or_else(Error::authentication_required)?;
    let Some(email) = account.email.filter(|_| account.email_confirmed_at.is_none()) else {
        let message = "There is no address of yours that waits to be confirmed.";
        return Err(Error::unfit("nothing_to_confirm", message));
    };
    let mut tx = app.db.begin().await?;
    let letter = confirmation(app, &mut tx, user, account.display_name, &email).await?;
    // A letter that is held back leaves the link of the one before it good.
    if mail::post(app, &mut tx, &email, letter).await? { tx.commit().await } else { Ok(()) }
}

/// Asks to move to another address: a link goes there, and once it is used the address so far is told. The answer does
/// not say whether the new address is somebody's.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; what is no address; `recent_login_required`, or `invalid_credentials` for a
/// password that does not fit.
pub async fn change_email(app: &App, scope: &Scope, input: EmailChange) -> Result<()> {
    let user = scope.require_user()?;
    let (email, password) = input.check()?;
    prove(app, scope, password).await?;
    let account = query::account(app, &app.db, user).await?.ok_or_else(Error::authentication_required)?;
    let now = app.clock.now();

    let mut tx = app.db.begin().await?;
    let mut news = News::default();
    let is_free = query::owner(&mut tx, email.clone()).await?.is_none_or(|owner| owner == user);
    let letter = if !app.config.mail.must_prove()
        && is_free
        && query::move_to(&mut tx, user, email.clone(), now).await?
    {
        None
    } else if account.email_confirmed_at.is_none() {
        // Nothing is lost by taking the pending address for the new one.
        let letter = confirmation(app, &mut tx, user, account.display_name, &email).await?;
        query::set_pending(&mut tx, user, email.clone(), now).await?;
        Some(letter)
    } else {
        let letter = if is_free {
            Letter::ChangeEmail { token: mail_tokens::issue(app, &mut tx, user, Purpose::ChangeEmail, &email).await? }
        } else {
            Letter::AlreadyRegistered
        };
        return if mail::post(app, &mut tx, &email, letter).await? { tx.commit().await } else { Ok(()) };
    };
    users::tell_updated(app, &mut tx, &mut news, user).await?;
    if let Some(letter) = letter {
        mail::post(app, &mut tx, &email, letter).await?;
    }
    app.commit(tx, news).await
}

/// Moves to the address a link was mailed to.
///
/// # Errors
/// `link_used`; `address_taken`.
pub async fn confirm_email(app: &App, _scope: &Scope, input: LinkToken) -> Result<()> {
    let token = input.check()?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let spent = mail_tokens::spend(app, &mut tx, &token, Purpose::ChangeEmail).await?;
    // What was mailed to the address so far works no more.
    mail_tokens::end_all(&mut tx, spent.user, now).await?;
    let so_far = query::account(app, &mut tx, spent.user).await?.and_then(|account| account.email);
    if !query::move_to(&mut tx, spent.user, spent.sent_to.clone(), now).await? {
        return Err(address_taken());
    }
    let mut news = News::default();
    users::tell_updated(app, &mut tx, &mut news, spent.user).await?;
    if let Some(so_far) = so_far {
        mail::post(app, &mut tx, &so_far, Letter::EmailChanged { to: spent.sent_to }).await?;
    }
    app.commit(tx, news).await
}

/// Why an address could not be confirmed: somebody else has it, or it is the user's no more.
async fn not_confirmed(app: &App, spent: &mail_tokens::Spent) -> Result<Error> {
    let owner = query::owner(&app.db, spent.sent_to.clone()).await?;
    Ok(if owner.is_some_and(|owner| owner != spent.user) { address_taken() } else { mail_tokens::link_used() })
}

fn address_taken() -> Error {
    Error::conflict("address_taken", "This address belongs to another account by now. Choose another in the settings.")
}

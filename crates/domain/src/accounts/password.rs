//! Passwords of accounts: another one, and a new one when it is forgotten.

use wire::{Done, MailWanted, PasswordChange, PasswordReset, UserId};

use super::query::{self, Proof};
use crate::db::Tx;
use crate::mail::{self, Letter};
use crate::mail_tokens::{self, Purpose, Standing};
use crate::passwords::acceptable;
use crate::pubsub::News;
use crate::{App, Error, Result, Scope, login_failures, sessions};

/// Sets another password. It ends every other session, and what was mailed before; whoever has the account's address is
/// told.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; a password that breaks the rules; without the password so far,
/// `recent_login_required` from ten minutes after signing in on; with one that does not fit, `invalid_credentials`;
/// [`Error::RateLimited`]; [`Error::Busy`].
pub async fn change_password(app: &App, scope: &Scope, input: PasswordChange) -> Result<Done> {
    let user = scope.require_user()?;
    let (password, current) = input.check()?;
    let proof = prove(app, scope, current).await?;
    acceptable(&password, proof.email.as_deref())?;
    let hash = app.passwords.hash(password).await?;
    let now = app.clock.now();

    let mut tx = app.db.begin().await?;
    let mut news = News::default();
    mail_tokens::end_all(&mut tx, user, now).await?;
    query::set_password(&mut tx, user, hash, now).await?;
    sessions::end_all_of(app, &mut tx, &mut news, user, scope.session, "password_changed").await?;
    if let Some(address) = proof.email.filter(|_| proof.email_confirmed_at.is_some()) {
        mail::post(app, &mut tx, &address, Letter::PasswordChanged).await?;
    }
    app.commit(tx, news).await?;
    Ok(Done { ok: true, id: user })
}

/// Mails a way to a new password to an address. To one without an account goes a mail that says so: the answer is the
/// same.
///
/// # Errors
/// What is no address.
pub async fn request_reset(app: &App, _scope: &Scope, input: MailWanted) -> Result<()> {
    let email = input.check()?;
    let mut tx = app.db.begin().await?;
    // A letter that is held back leaves the link of the one before it good.
    if post_reset(app, &mut tx, email).await? { tx.commit().await } else { Ok(()) }
}

/// Posts that mail inside the caller's transaction: false where it is held back, as too many went to the address of late.
pub(crate) async fn post_reset(app: &App, tx: &mut Tx, email: String) -> Result<bool> {
    let letter = match query::owner(&mut *tx, email.clone()).await? {
        Some(user) => Letter::Reset { token: mail_tokens::issue(app, tx, user, Purpose::Reset, &email).await? },
        None => Letter::NoAccount,
    };
    mail::post(app, tx, &email, letter).await
}

/// Sets a new password by the link of a mail. It signs nobody in: every session of the account ends, and whoever knows
/// the new password signs in with it.
///
/// # Errors
/// A password that breaks the rules; `link_used`; [`Error::Busy`].
pub async fn reset_password(app: &App, _scope: &Scope, input: PasswordReset) -> Result<()> {
    let (token, password) = input.check()?;
    // Looked at before the password is hashed, which strangers must not have for nothing.
    let Standing::Good { sent_to } = mail_tokens::look(app, &token, Purpose::Reset).await? else {
        return Err(mail_tokens::link_used());
    };
    acceptable(&password, [sent_to.as_str()])?;
    let hash = app.passwords.hash(password).await?;
    let now = app.clock.now();

    let mut tx = app.db.begin().await?;
    let mut news = News::default();
    let spent = mail_tokens::spend(app, &mut tx, &token, Purpose::Reset).await?;
    mail_tokens::end_all(&mut tx, spent.user, now).await?;
    query::set_password(&mut tx, spent.user, hash, now).await?;
    sessions::end_all_of(app, &mut tx, &mut news, spent.user, None, "password_reset").await?;
    login_failures::forget(app, &mut tx, &spent.sent_to).await?;
    mail::post(app, &mut tx, &spent.sent_to, Letter::PasswordChanged).await?;
    app.commit(tx, news).await
}

/// Whoever asks proves who they are: by the account's password, or by having signed in within ten minutes.
pub(super) async fn prove(app: &App, scope: &Scope, password: Option<String>) -> Result<Proof> {
    let user = scope.require_user()?;
    let proof = query::proof(&app.db, user).await?.ok_or_else(Error::authentication_required)?;
    let Some(password) = password else {
        sessions::require_fresh(app, scope).await?;
        return Ok(proof);
    };
    let attempt = login_failures::begin(app, &tried_as(user)).await?;
    let fits = match app.passwords.verify(password, proof.password_hash.clone()).await {
        Ok(fits) => fits,
        Err(error) => {
            attempt.given_up(app).await?;
            return Err(error);
        }
    };
    if !fits {
        attempt.failed(app).await;
        let message = "This is not the account's password. Try again, or sign in again.";
        return Err(Error::forbidden("invalid_credentials", message));
    }
    let mut tx = app.db.begin().await?;
    attempt.fitted(&mut tx).await?;
    if let Some(session) = scope.session {
        sessions::prove(app, &mut tx, session).await?;
    }
    tx.commit().await?;
    Ok(proof)
}

/// What tries from inside an account count for: not for its address, where they would keep its owner out.
fn tried_as(user: UserId) -> String {
    format!("user {user}")
}

//! Signing in by a link in a mail.

use wire::{LinkToken, MailWanted};

use super::{enter, query};
use crate::mail::{self, Letter};
use crate::mail_tokens::{self, Purpose};
use crate::pubsub::News;
use crate::sessions::{Entrance, Kind};
use crate::{App, Result, Scope, sessions};

/// Mails a sign-in link to an address. To one without an account goes a mail that says so: the answer is the same.
///
/// # Errors
/// What is no address.
pub async fn request_link(app: &App, _scope: &Scope, input: MailWanted) -> Result<()> {
    let email = input.check()?;
    let mut tx = app.db.begin().await?;
    let letter = match query::owner(&mut tx, email.clone()).await? {
        Some(user) => {
            Letter::MagicLink { token: mail_tokens::issue(app, &mut tx, user, Purpose::MagicLink, &email).await? }
        }
        None => Letter::NoAccount,
    };
    // A letter that is held back leaves the link of the one before it good.
    if mail::post(app, &mut tx, &email, letter).await? { tx.commit().await } else { Ok(()) }
}

/// Signs in by a link.
///
/// # Errors
/// `link_used`, also when the address is no longer the account's; `banned`.
pub async fn sign_in_by_link(app: &App, scope: &Scope, input: LinkToken) -> Result<Entrance> {
    let token = input.check()?;
    let mut tx = app.db.begin().await?;
    let spent = mail_tokens::spend(app, &mut tx, &token, Purpose::MagicLink).await?;
    let mut news = News::default();
    let session = sessions::begin(app, &mut tx, &mut news, scope, spent.user, Kind::MagicLink).await?;
    app.commit(tx, news).await?;
    enter(app, spent.user, session)
}

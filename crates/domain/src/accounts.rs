//! Accounts: made by registration or as a guest's, and made one's own.
//!
//! Nothing here tells anybody whether an address is known: the answer is the same, and the mail says the rest to whoever
//! reads the mailbox.

mod address;
mod device;
mod guest_name;
mod link;
mod password;
mod query;
mod view;

use wire::{DisplayName, Registration, Renamed, SessionId, UserId};

pub use address::{change_email, confirm, confirm_email, resend_confirmation};
pub use device::{DeviceLink, device, unlink_device};
pub use link::{request_link, sign_in_by_link};
pub(crate) use password::post_reset;
pub use password::{change_password, request_reset, reset_password};
pub(crate) use query::STATEMENTS;
pub use view::{auth_user, who_am_i};

use crate::db::Tx;
use crate::mail::{self, Letter};
use crate::mail_tokens::{self, Purpose};
use crate::passwords::acceptable;
use crate::pubsub::{Event, News};
use crate::sessions::{Entrance, Kind};
use crate::{App, Error, Result, Scope, Who, sessions, users};

/// Makes an account and signs in to it. Its address is pending until the mail to it is answered; if the address is
/// somebody's already, they are told so, and the answer is the same.
///
/// # Errors
/// What breaks the rules of a field; [`Error::Busy`].
pub async fn register(app: &App, scope: &Scope, input: Registration) -> Result<Entrance> {
    let input = input.check()?;
    acceptable(&input.password, [input.email.as_str(), &input.name])?;
    let hash = app.passwords.hash(input.password.clone()).await?;
    let now = app.clock.now();

    let mut tx = app.db.begin().await?;
    let mut news = News::default();
    let confirmed = if app.config.mail.must_prove() {
        None
    } else {
        query::register_confirmed(&mut tx, &input, hash.clone(), now).await?
    };
    let (user, letter) = if let Some(user) = confirmed {
        (user, None)
    } else {
        let user = query::register(&mut tx, &input, hash, now).await?;
        (user, Some(confirmation(app, &mut tx, user, Some(input.name), &input.email).await?))
    };
    let session = sessions::begin(app, &mut tx, &mut news, scope, user, Kind::Registration).await?;
    users::tell(app, &mut tx, &mut news, user, Event::UserCreated).await?;
    if let Some(letter) = letter {
        mail::post(app, &mut tx, &input.email, letter).await?;
    }
    app.commit(tx, news).await?;
    enter(app, user, session)
}

/// Makes a guest's account, under a name nobody else was given, and signs in to it.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn play_as_guest(app: &App, scope: &Scope) -> Result<Entrance> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let mut attempt = 0;
    let user = loop {
        let name = guest_name::guest_name(&app.random, attempt);
        if let Some(user) = query::insert_guest(&mut tx, name, now).await? {
            break user;
        }
        attempt += 1;
    };
    let mut news = News::default();
    let session = sessions::begin(app, &mut tx, &mut news, scope, user, Kind::Guest).await?;
    users::tell(app, &mut tx, &mut news, user, Event::UserCreated).await?;
    app.commit(tx, news).await?;
    enter(app, user, session)
}

/// Makes a guest's account one of their own: the same user with all they have, a name, a password, and an address that is
/// pending until it is confirmed. The session goes on under new tokens, so that an answer that is lost loses nothing.
///
/// # Errors
/// `not_anonymous` for whoever is no guest; `already_upgraded` for the second of two at once; what breaks the rules of a
/// field; [`Error::Busy`].
pub async fn upgrade(app: &App, scope: &Scope, input: Registration) -> Result<Entrance> {
    let user = scope.require_user()?;
    if !matches!(scope.who, Who::Guest(_)) {
        let message = "Only guests can upgrade. This account is your own already.";
        return Err(Error::unfit("not_anonymous", message));
    }
    let session = scope.session.ok_or_else(Error::authentication_required)?;
    let input = input.check()?;
    acceptable(&input.password, [input.email.as_str(), &input.name])?;
    let hash = app.passwords.hash(input.password.clone()).await?;
    let now = app.clock.now();

    let mut tx = app.db.begin().await?;
    let letter = confirmation(app, &mut tx, user, Some(input.name.clone()), &input.email).await?;
    if !query::upgrade(&mut tx, user, &input, hash, now).await? {
        let message = "This guest's account was upgraded a moment ago. Sign in with what was chosen then.";
        return Err(Error::conflict("already_upgraded", message));
    }
    let is_proven = !app.config.mail.must_prove() && query::confirm(&mut tx, user, input.email.clone(), now).await?;
    let tokens = sessions::renew(app, &mut tx, user, session).await?;
    let mut news = News::default();
    users::tell_updated(app, &mut tx, &mut news, user).await?;
    if !is_proven {
        mail::post(app, &mut tx, &input.email, letter).await?;
    }
    app.commit(tx, news).await?;
    Ok(Entrance { user, session, tokens })
}

/// Changes the name other players see.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; a name that breaks the rules.
pub async fn rename(app: &App, scope: &Scope, input: DisplayName) -> Result<Renamed> {
    let user = scope.require_user()?;
    let display_name = input.check()?;
    let mut tx = app.db.begin().await?;
    query::rename(&mut tx, user, display_name.clone(), app.clock.now()).await?;
    let mut news = News::default();
    users::tell_updated(app, &mut tx, &mut news, user).await?;
    app.commit(tx, news).await?;
    Ok(Renamed { ok: true, id: user, display_name })
}

/// What is mailed to a pending address: the link that confirms it; where the address is somebody's, word of that instead.
async fn confirmation(app: &App, tx: &mut Tx, user: UserId, name: Option<String>, email: &str) -> Result<Letter> {
    if query::owner(&mut *tx, email.to_owned()).await?.is_some() {
        return Ok(Letter::AlreadyRegistered);
    }
    let token = mail_tokens::issue(app, tx, user, Purpose::Confirm, email).await?;
    Ok(Letter::Confirm { token, name })
}

fn enter(app: &App, user: UserId, session: SessionId) -> Result<Entrance> {
    Ok(Entrance { user, session, tokens: sessions::first_tokens(app, user, session)? })
}

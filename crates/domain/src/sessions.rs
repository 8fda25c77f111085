//! Sessions: signing in, staying signed in, signing out.
//!
//! Behind every credential stands one row. Access tokens name it, refresh tokens are derived from it, a browser's cookie
//! points at it; when it ends, all of them do, and so do its sockets.

mod authenticate;
mod ends;
mod list;
mod query;
mod refresh;

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use wire::{DeviceLogin, PasswordLogin, SessionId, Tokens, UserId};

pub use authenticate::{authenticate, authenticate_cookie, authenticate_with_account, good_until, resume};
pub use ends::{Over, end_all, end_any, end_everywhere, end_one, end_others, ended, logout};
pub(crate) use ends::{end_all_of, end_by_device_of, look, sweep, tell_role};
pub(crate) use list::of_user;
pub use list::{list, list_all};
pub(crate) use query::{Live, STATEMENTS};
pub use refresh::refresh;
pub(crate) use refresh::renew;

use crate::db::Tx;
use crate::passwords::Fit;
use crate::pubsub::{Event, News};
use crate::tokens::Generation;
use crate::{App, Error, Result, Scope, login_failures, users};

/// How long a session lasts, however much it is used.
pub const LIFETIME: TimeDelta = TimeDelta::days(30);
/// Sessions a user has at most; whoever begins one more ends their oldest.
pub const MOST: i64 = 20;
/// Why the oldest ends then.
const TOO_MANY: &str = "too_many_sessions";

/// How long a proof of who somebody is counts as fresh (phx.gen.auth's "sudo mode").
const FRESH: TimeDelta = TimeDelta::minutes(10);
/// How long a session may be in use before that is noted again: a request in a hundred writes, and not each.
pub const NOTED: TimeDelta = TimeDelta::minutes(5);

/// Somebody who came in: with tokens for a game, and the session a browser's cookie can stand for.
#[derive(Debug)]
pub struct Entrance {
    /// Who.
    pub user: UserId,
    /// Through which session.
    pub session: SessionId,
    /// The session's first tokens.
    pub tokens: Tokens,
}

/// How a session began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// By a device's secret.
    Device,
    /// By an address and its password.
    Password,
    /// By playing as a guest in a browser.
    Guest,
    /// By making an account.
    Registration,
    /// By a link in a mail.
    MagicLink,
}

impl Kind {
    /// Its name in the database, and for those who list their sessions.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Password => "password",
            Self::Guest => "guest",
            Self::Registration => "registration",
            Self::MagicLink => "magic_link",
        }
    }
}

/// Signs in as the account of a device, which is made when there is none.
///
/// # Errors
/// A device id that breaks the rules; `device_auth_disabled`.
pub async fn login_device(app: &App, scope: &Scope, input: DeviceLogin) -> Result<Tokens> {
    Ok(enter_device(app, scope, input).await?.0)
}

/// Whether a device has an account: who asks for a new one may be too many, who has one is let in.
///
/// # Errors
/// A device id that breaks the rules.
pub async fn knows_device(app: &App, input: DeviceLogin) -> Result<bool> {
    let device_id = input.check()?;
    users::knows_device(app, hex(&Sha256::digest(device_id))).await
}

/// As [`login_device`], and whether the account was just made.
///
/// # Errors
/// As [`login_device`].
pub async fn enter_device(app: &App, scope: &Scope, input: DeviceLogin) -> Result<(Tokens, bool)> {
    let device_id = input.check()?;
    if !app.config.device_login {
        let message = "Signing in by device is switched off here. Sign in another way.";
        return Err(Error::forbidden("device_auth_disabled", message));
    }
    let device_hash = hex(&Sha256::digest(device_id));
    let now = app.clock.now();

    let mut tx = app.db.begin().await?;
    let (user, is_new) = users::admit_device(&mut tx, device_hash, now).await?;
    let mut news = News::default();
    let session = query::insert(&mut tx, user, Kind::Device, scope, now, now + LIFETIME).await?;
    if !is_new {
        end_oldest(&mut tx, &mut news, user, now).await?;
    }
    if is_new {
        users::tell(app, &mut tx, &mut news, user, Event::UserCreated).await?;
    }
    app.commit(tx, news).await?;
    Ok((tokens(app, user, Generation { session, number: 1 })?, is_new))
}

/// Signs in with an address and a password. A device that is named can sign in by itself from then on, if neither it nor
/// the account has another partner.
///
/// # Errors
/// `invalid_credentials`, whether the address is unknown or the password wrong; [`Error::RateLimited`] after too many
/// of these in a row, even for the right one; [`Error::Busy`].
pub async fn sign_in(app: &App, scope: &Scope, input: PasswordLogin) -> Result<Entrance> {
    let device_id = input.device().filter(|_| app.config.device_login);
    let (email, password) = input.check()?;
    let attempt = login_failures::begin(app, &email).await?;
    let known = users::password_of(app, email).await?;
    let (user, hash) = known.unzip();
    // An unknown address costs as much as a known one.
    let fit = match app.passwords.check(password, hash.clone()).await {
        Ok(fit) => fit,
        Err(error) => {
            attempt.given_up(app).await?;
            return Err(error);
        }
    };
    let Some(user) = user.filter(|_| fit != Fit::No) else {
        attempt.failed(app).await;
        let message = "E-mail and password do not fit together. Try again.";
        return Err(Error::unauthenticated("invalid_credentials", message));
    };

    let mut tx = app.db.begin().await?;
    let mut news = News::default();
    let session = match begin(app, &mut tx, &mut news, scope, user, Kind::Password).await {
        Ok(session) => session,
        // Banned, most likely. The password fitted: it is no failure.
        Err(refused) => {
            drop(tx);
            attempt.given_up(app).await?;
            return Err(refused);
        }
    };
    attempt.fitted(&mut tx).await?;
    if let (Fit::Anew(new), Some(old)) = (fit, hash) {
        users::rehash(&mut tx, user, old, new).await?;
    }
    app.commit(tx, news).await?;
    if let Some(device_id) = device_id {
        // Whether it could be is nobody's concern: the sign-in counts.
        users::attach_device(app, user, hex(&Sha256::digest(device_id))).await?;
    }
    Ok(Entrance { user, session, tokens: first_tokens(app, user, session)? })
}

/// Begins a session of a user, inside the caller's transaction. Beyond [`MOST`] the oldest of theirs end.
///
/// # Errors
/// `banned`, with the reason the player is told; [`Error::Unauthenticated`] for a user who was just deleted.
pub(crate) async fn begin(
    app: &App,
    tx: &mut Tx,
    news: &mut News,
    scope: &Scope,
    user: UserId,
    kind: Kind,
) -> Result<SessionId> {
    // Holds the user's row: of two who sign in at once, the second counts the first one's session; and nobody slips in
    // while they are banned or deleted.
    users::admit(tx, user).await?;
    let now = app.clock.now();
    let session = query::insert(tx, user, kind, scope, now, now + LIFETIME).await?;
    end_oldest(tx, news, user, now).await?;
    Ok(session)
}

/// Ends the oldest sessions of a user who is held, beyond [`MOST`].
async fn end_oldest(tx: &mut Tx, news: &mut News, user: UserId, now: DateTime<Utc>) -> Result<()> {
    for oldest in query::end_beyond(tx, user, MOST, TOO_MANY, now).await? {
        ends::tell(news, oldest, TOO_MANY);
    }
    Ok(())
}

/// Passes whoever proved within the last ten minutes who they are: what is grave asks for it.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; `recent_login_required`.
pub async fn require_fresh(app: &App, scope: &Scope) -> Result<()> {
    scope.require_user()?;
    let session = scope.session.ok_or_else(Error::authentication_required)?;
    if query::is_proven_since(app, session, app.clock.now() - FRESH).await? {
        return Ok(());
    }
    let message = "This needs a sign-in that is at most 10 minutes old. Sign in again, then repeat it.";
    Err(Error::recent_login_required(message))
}

/// Notes that the user of a session proved just now who they are, inside the caller's transaction.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn prove(app: &App, tx: &mut Tx, session: SessionId) -> Result<()> {
    query::prove(tx, session, app.clock.now()).await
}

/// Seconds until a session expires: none are left of one that has ended.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn seconds_left(app: &App, session: SessionId) -> Result<i64> {
    let now = app.clock.now();
    let live = query::live(app, session, now).await?;
    Ok(live.map_or(0, |live| (live.expires_at - now).num_seconds()))
}

/// When what somebody shows expires, in seconds since 1970: the access token they show, or else their session.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn expires_at(app: &App, scope: &Scope, token: Option<&str>) -> Result<Option<i64>> {
    let now = app.clock.now();
    let Some(session) = scope.session else { return Ok(None) };
    if let Some(token) = token.and_then(|token| app.keys.access.verify(token, now).ok()) {
        return Ok(Some(token.expires()));
    }
    Ok(query::live(app, session, now).await?.map(|live| live.expires_at.timestamp()))
}

/// Sessions that have neither ended nor expired.
pub(crate) async fn count_live(app: &App) -> Result<i64> {
    query::count_live(app, app.clock.now()).await
}

/// The first pair of tokens of a session that just began.
pub(crate) fn first_tokens(app: &App, user: UserId, session: SessionId) -> Result<Tokens> {
    tokens(app, user, Generation { session, number: 1 })
}

/// The pair of tokens of a generation.
fn tokens(app: &App, user: UserId, generation: Generation) -> Result<Tokens> {
    let Generation { session, number } = generation;
    Ok(Tokens {
        access_token: app.keys.access.sign(user, session, number, app.clock.now(), &app.random)?,
        refresh_token: app.keys.refresh.token(generation),
        expires_in: crate::tokens::ACCESS_SECONDS,
        user_id: user,
    })
}

/// Bytes as lower-case hexadecimal text.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        use std::fmt::Write;
        let _never_fails = write!(text, "{byte:02x}");
        text
    })
}

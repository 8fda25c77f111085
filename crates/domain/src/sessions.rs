//! Sessions: signing in, staying signed in, signing out.
//!
//! Behind every credential stands one row. Access tokens name it, refresh tokens are derived from it, a browser's cookie
//! points at it; when it ends, all of them do, and so do its sockets.

mod query;

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};
use wire::{DeviceLogin, PasswordLogin, RefreshToken, SessionId, Tokens, Topic, UserId};

pub(crate) use query::{Live, STATEMENTS};

use crate::db::Tx;
use crate::identities::Whose;
use crate::passwords::Fit;
use crate::pubsub::{Event, News};
use crate::tokens::Generation;
use crate::{App, Error, Result, Scope, Who, login_failures, users};

/// How long a session lasts, however much it is used.
pub const LIFETIME: TimeDelta = TimeDelta::days(30);
/// How long a used refresh token still gets its session's current one: parallel refreshes are no theft.
const GRACE: TimeDelta = TimeDelta::seconds(10);

/// How long a proof of who somebody is counts as fresh (phx.gen.auth's "sudo mode").
const FRESH: TimeDelta = TimeDelta::minutes(10);
/// How long a session that is over is remembered.
const KEPT: TimeDelta = TimeDelta::days(30);

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
    let (user, is_new) = users::find_or_create_device(&mut tx, device_hash, now).await?;
    let mut news = News::default();
    let session = begin(app, &mut tx, &mut news, scope, user, Kind::Device).await?;
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
    attempt.fitted(&mut tx).await?;
    if let (Fit::Anew(new), Some(old)) = (fit, hash) {
        users::rehash(&mut tx, user, old, new).await?;
    }
    let session = begin(app, &mut tx, &mut news, scope, user, Kind::Password).await?;
    app.commit(tx, news).await?;
    if let Some(device_id) = device_id {
        // Whether it could be is nobody's concern: the sign-in counts.
        users::attach_device(app, user, hex(&Sha256::digest(device_id))).await?;
    }
    Ok(Entrance { user, session, tokens: first_tokens(app, user, session)? })
}

/// Begins a session of a user, inside the caller's transaction.
pub(crate) async fn begin(
    app: &App,
    tx: &mut Tx,
    _news: &mut News,
    scope: &Scope,
    user: UserId,
    kind: Kind,
) -> Result<SessionId> {
    let now = app.clock.now();
    query::insert(tx, user, kind, scope.ip, now, now + LIFETIME).await
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
    Err(Error::forbidden("recent_login_required", message))
}

/// Notes that the user of a session proved just now who they are, inside the caller's transaction.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn prove(app: &App, tx: &mut Tx, session: SessionId) -> Result<()> {
    query::prove(tx, session, app.clock.now()).await
}

/// Exchanges a refresh token for a new pair.
///
/// Each use makes a new generation. A token that was used before still gets the session's current one within ten seconds
/// (parallel refreshes) or while nothing of its direct successor was used (a lost answer). Any other reuse is taken for
/// theft and ends the session.
///
/// # Errors
/// `invalid_refresh_token`; `token_reused`, which has ended the session.
pub async fn refresh(app: &App, _scope: &Scope, input: RefreshToken) -> Result<Tokens> {
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
        end(app, tx, used.session, "token_reused").await?;
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

/// Signs out: ends the session that a bearer token (expired or not), the asking scope or a refresh token belongs to.
/// Credentials that are no good are ignored: whoever wants out is out.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn logout(app: &App, scope: &Scope, bearer: Option<&str>, input: RefreshToken) -> Result<()> {
    let by_bearer = bearer
        .and_then(|token| app.keys.access.verify_expired(token, app.clock.now()).ok())
        .map(|token| token.session());
    let by_refresh =
        input.refresh_token.and_then(|token| app.keys.refresh.generation(&token)).map(|generation| generation.session);
    let mut sessions: Vec<SessionId> = [scope.session, by_bearer, by_refresh].into_iter().flatten().collect();
    sessions.sort_unstable();
    sessions.dedup();
    for session in sessions {
        end(app, app.db.begin().await?, session, "logout").await?;
    }
    Ok(())
}

/// Ends a session, and with it its sockets.
async fn end(app: &App, mut tx: Tx, session: SessionId, because: &'static str) -> Result<()> {
    query::end(&mut tx, session, because, app.clock.now()).await?;
    let mut news = News::default();
    news.add(Topic::Session(session), Event::SessionEnded { because });
    app.commit(tx, news).await
}

/// Who sends an access token. The session, the user and their role are read each time, or remembered where nobody else
/// can have changed them.
///
/// # Errors
/// `invalid_token`, whatever is wrong with it.
pub async fn authenticate(app: &App, token: &str, ip: Option<IpAddr>) -> Result<Scope> {
    let now = app.clock.now();
    let token = app.keys.access.verify(token, now)?;
    let live = identify(app, token.session(), now).await?.ok_or_else(Error::invalid_token)?;
    if token.user() != Some(live.user_id) {
        return Err(Error::invalid_token());
    }
    if token.generation() > live.seen_generation {
        // Its answer arrived: from now on the refresh token before it is a replay. A database that is too busy to note
        // it now is asked again by the next request.
        match see(app, token.session(), token.generation()).await {
            Ok(()) | Err(Error::Busy(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(live.scope(token.session(), ip))
}

/// Whose a session is, as it is remembered or read.
async fn identify(app: &App, session: SessionId, now: DateTime<Utc>) -> Result<Option<Live>> {
    let Some(identities) = app.db.identities() else { return query::live(app, session, now).await };
    if let Some(live) = identities.get(session, now) {
        return Ok(Some(live));
    }
    let reading = identities.read();
    let live = query::live(app, session, now).await?;
    if let Some(live) = live {
        identities.remember(reading, session, live, now);
    }
    Ok(live)
}

async fn see(app: &App, session: SessionId, generation: i64) -> Result<()> {
    let mut tx = app.db.begin().await?;
    tx.concerns(Whose::Session(session));
    query::see(&mut tx, session, generation).await?;
    tx.commit().await
}

/// Who a browser's cookie stands for: nobody, once its session has ended.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn resume(app: &App, session: SessionId, ip: Option<IpAddr>) -> Result<Scope> {
    let live = identify(app, session, app.clock.now()).await?;
    Ok(live.map_or(Scope::NOBODY.from(ip), |live| live.scope(session, ip)))
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

/// Waits until a session has ended, and says why: `logout`, `token_reused` or `expired`. A socket lives no longer.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn ended(app: &App, session: SessionId) -> Result<&'static str> {
    // Listening before looking: an end in between is heard.
    let mut ends = app.pubsub.subscribe(Topic::Session(session));
    loop {
        let now = app.clock.now();
        let Some(live) = query::live(app, session, now).await? else { return Ok("expired") };
        let left = (live.expires_at - now).to_std().unwrap_or_default();
        // Otherwise it expired, or the ends were too many to hear: look again.
        if let Ok(Ok(message)) = tokio::time::timeout(left, ends.next()).await
            && let Event::SessionEnded { because } = message.event
        {
            return Ok(because);
        }
    }
}

/// Sessions that have neither ended nor expired.
pub(crate) async fn count_live(app: &App) -> Result<i64> {
    query::count_live(app, app.clock.now()).await
}

/// Forgets sessions that ended or expired a month ago: until then whoever asks can be told what became of them.
///
/// # Errors
/// Only what is wrong on our side.
pub(crate) async fn sweep(app: App, _payload: Value) -> Result<()> {
    let before = app.clock.now() - KEPT;
    loop {
        let mut tx = app.db.begin().await?;
        let forgotten = query::sweep(&mut tx, before).await?;
        tx.commit().await?;
        if forgotten == 0 {
            return Ok(());
        }
    }
}

impl Live {
    fn scope(&self, session: SessionId, ip: Option<IpAddr>) -> Scope {
        let who = match (self.is_admin, self.is_guest) {
            (true, _) => Who::Admin(self.user_id),
            (false, true) => Who::Guest(self.user_id),
            (false, false) => Who::Player(self.user_id),
        };
        Scope { who, session: Some(session), ip }
    }
}

/// The first pair of tokens of a session that just began.
pub(crate) fn first_tokens(app: &App, user: UserId, session: SessionId) -> Result<Tokens> {
    tokens(app, user, Generation { session, number: 1 })
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

/// Ends every session of a user but one, inside the caller's transaction, and with them their sockets.
pub(crate) async fn end_others_of(
    app: &App,
    tx: &mut Tx,
    news: &mut News,
    user: UserId,
    but: Option<SessionId>,
    because: &'static str,
) -> Result<()> {
    tx.concerns(Whose::User(user));
    for session in query::end_others(tx, user, but, because, app.clock.now()).await? {
        news.add(Topic::Session(session), Event::SessionEnded { because });
    }
    Ok(())
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

fn invalid_refresh_token() -> Error {
    Error::unauthenticated(
        "invalid_refresh_token",
        "This refresh token is invalid or its session has ended. Sign in again.",
    )
}

/// Bytes as lower-case hexadecimal text.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        use std::fmt::Write;
        let _never_fails = write!(text, "{byte:02x}");
        text
    })
}

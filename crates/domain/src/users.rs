//! Users: accounts, as their owner and as admins see them.

mod admin;
mod bans;
mod export;
mod gone;
mod query;
mod roles;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use wire::{
    AdminUser, Face, Me, NewAdmin, Page, PageQuery, PublicUser, SessionId, Topic, UserChanged, UserFilter, UserId,
    UserSearch, Viewer,
};

pub use admin::{edit, look_into, mail_reset};
pub use bans::{ban, unban};
pub use export::export;
pub(crate) use gone::sweep_guests;
pub use gone::{delete, remove};
pub(crate) use query::STATEMENTS;
pub(crate) use query::acts::STATEMENTS as ACTS;
pub(crate) use roles::require_still_admin;
pub use roles::set_admin;

use crate::audit::{Act, Target};
use crate::db::{Conn, Tx};
use crate::identities::Whose;
use crate::passwords::acceptable;
use crate::pubsub::{Event, News};
use crate::sessions::Live;
use crate::{App, Error, Result, Scope};

/// One's own account: read, or remembered where nobody else can have changed it.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody.
pub async fn me(app: &App, scope: &Scope) -> Result<Me> {
    let user = scope.require_user()?;
    let Some(identities) = app.db.identities() else { return read_me(app, user).await };
    let now = app.clock.now();
    if let Some(me) = identities.account(user, now) {
        return Ok(Me::clone(&me));
    }
    let reading = identities.read();
    let me = read_me(app, user).await?;
    identities.remember_account(reading, &me, now);
    Ok(me)
}

/// Whose a session is, as [`Live`] says it, and their account: one read.
pub(crate) async fn me_of_session(app: &App, session: SessionId, now: DateTime<Utc>) -> Result<Option<(Live, Me)>> {
    let row = query::me_of_session(app, session, now).await?;
    Ok(row.map(|row| (row.live, row.me.into())))
}

async fn read_me(app: &App, user: UserId) -> Result<Me> {
    let me = query::me(app, &app.db, user).await?;
    me.map(Into::into).ok_or_else(Error::authentication_required)
}

/// Who is looking at a page: nobody, when nobody is signed in.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn viewer(app: &App, scope: &Scope) -> Result<Option<Viewer>> {
    let Some(user) = scope.user() else { return Ok(None) };
    let row = query::row(&app.db, user).await?;
    Ok(row.map(AdminUser::from).map(|user| Viewer { id: user.id, name: user.name(), is_admin: user.is_admin }))
}

/// Players by part of their name, or by their id; admins also find an exact address. Nobody is found by nothing.
///
/// # Errors
/// A search that breaks the rules; a page below 1.
pub async fn search(app: &App, scope: &Scope, search: UserSearch, page: PageQuery) -> Result<Page<PublicUser>> {
    let (q, page) = (search.check()?, page.check()?);
    let Some(q) = q else { return Ok(Page::new(Vec::new(), page, 0)) };
    let counted = query::count_found(app, &q, scope.is_admin()).await?;
    let found = query::search(app, &q, scope.is_admin(), page).await?;
    Ok(Page::new(found.into_iter().map(|row| row.seen_by(scope)).collect(), page, counted))
}

/// A player, as others see them.
///
/// # Errors
/// `not_found`.
pub async fn get(app: &App, scope: &Scope, user: UserId) -> Result<PublicUser> {
    let found = query::public(app, user).await?;
    found.map(|row| row.seen_by(scope)).ok_or_else(|| Error::not_found("user"))
}

/// Accounts, for admins.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; a role or order that is none; a page below 1.
pub async fn list(app: &App, scope: &Scope, filter: UserFilter, page: PageQuery) -> Result<Page<AdminUser>> {
    scope.require_admin()?;
    let (filter, page) = (filter.check()?, page.check()?);
    let counted = query::count(app, &filter).await?;
    let rows = query::list(app, &filter, page).await?;
    Ok(Page::new(rows.into_iter().map(Into::into).collect(), page, counted))
}

/// Makes an admin with a confirmed address: what `gameserver admin create` does.
///
/// # Errors
/// [`Error::Forbidden`] for anybody but the system; an address or password that breaks the rules; an address in use.
pub async fn create_admin(app: &App, scope: &Scope, input: NewAdmin) -> Result<UserId> {
    scope.require_system()?;
    let (email, password) = input.check()?;
    acceptable(&password, [email.as_str()])?;
    let hash = app.passwords.hash(password).await?;
    let mut tx = app.db.begin().await?;
    let user = insert_admin(&mut tx, email, hash, app.clock.now()).await?;
    Act::new("user.create_admin", Target::User(user)).by("command line").done(app, &mut tx, scope, None, None).await?;
    let mut news = News::default();
    tell(app, &mut tx, &mut news, user, Event::UserCreated).await?;
    app.commit(tx, news).await?;
    Ok(user)
}

/// The admin's row, inside the caller's transaction.
pub(crate) async fn insert_admin(tx: &mut Tx, email: String, hash: String, now: DateTime<Utc>) -> Result<UserId> {
    query::insert_admin(tx, email, hash, now)
        .await?
        .ok_or_else(|| Error::Invalid(wire::FieldErrors::one("email", "has already been taken")))
}

/// Holds the row of a user who is about to sign in, inside the caller's transaction: until it is over, they can be neither
/// banned nor deleted, and nobody else signs in as them.
///
/// # Errors
/// `banned`, with the reason they are told; [`Error::Unauthenticated`] for a user there is not.
pub(crate) async fn admit(tx: &mut Tx, user: UserId) -> Result<()> {
    let held = query::acts::hold(tx, user).await?.ok_or_else(Error::authentication_required)?;
    if held.banned_at.is_some() { Err(bans::banned(held.ban_reason.as_deref())) } else { Ok(()) }
}

/// That a user is not banned, without holding them.
///
/// # Errors
/// [`Error::Unauthenticated`] for one there is not; `banned`.
pub(crate) async fn require_not_banned(tx: &mut Tx, user: UserId) -> Result<()> {
    let (is_banned, reason) = query::acts::is_banned(tx, user).await?.ok_or_else(Error::authentication_required)?;
    if is_banned { Err(bans::banned(reason.as_deref())) } else { Ok(()) }
}

/// Whether there is such a user.
pub(crate) async fn exists(app: &App, user: UserId) -> Result<bool> {
    Ok(query::row(&app.db, user).await?.is_some())
}

/// What admins call those users.
pub(crate) async fn names(app: &App, users: impl IntoIterator<Item = UserId>) -> Result<HashMap<UserId, String>> {
    let users: Vec<_> = users.into_iter().collect();
    if users.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = query::names(app, users).await?.into_iter();
    Ok(rows.map(|(id, name, email)| (id, name.or(email).unwrap_or_else(|| format!("player-{id}")))).collect())
}

/// Those users as other players see them.
pub(crate) async fn faces(app: &App, users: impl IntoIterator<Item = UserId>) -> Result<HashMap<UserId, Face>> {
    let users: Vec<_> = users.into_iter().collect();
    if users.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = query::faces(app, users).await?.into_iter();
    Ok(rows.map(|(id, name, picture)| (id, face(id, name, picture))).collect())
}

/// Somebody as other players see them.
pub(crate) fn face(id: UserId, name: Option<String>, picture: Option<String>) -> Face {
    Face { id, name: name.unwrap_or_else(|| format!("player-{id}")), picture }
}

/// The confirmed address of a user, if they have one: where notices go.
pub(crate) async fn address(on: impl Into<Conn<'_>>, user: UserId) -> Result<Option<String>> {
    let row: Option<AdminUser> = query::row(on, user).await?.map(Into::into);
    Ok(row.filter(|user| !user.is_unconfirmed).and_then(|user| user.email))
}

/// Whether there is an admin.
pub(crate) async fn has_admin(app: &App) -> Result<bool> {
    query::has_admin(app).await
}

/// The account of a device, held as by [`admit`], and whether it was just made.
///
/// # Errors
/// `banned`, with the reason they are told.
pub(crate) async fn admit_device(tx: &mut Tx, hash: String, now: DateTime<Utc>) -> Result<(UserId, bool)> {
    let mut held = query::hold_device(tx, hash.clone()).await?;
    if held.is_none() {
        // Of two first logins of one device, the second waits here, and then finds the first one's account.
        if let Some(user) = query::insert_device(tx, hash.clone(), now).await? {
            return Ok((user, true));
        }
        held = query::hold_device(tx, hash).await?;
    }
    let held = held.ok_or_else(Error::authentication_required)?;
    if held.banned_at.is_some() { Err(bans::banned(held.ban_reason.as_deref())) } else { Ok((held.id, false)) }
}

/// Whether a device has an account.
pub(crate) async fn knows_device(app: &App, hash: String) -> Result<bool> {
    query::knows_device(app, hash).await
}

/// The user of a confirmed address who has a password, and its hash.
pub(crate) async fn password_of(app: &App, email: String) -> Result<Option<(UserId, String)>> {
    query::password_of(app, email).await
}

/// Puts a hash of the same password, made as it is done now, in the place of the one that was read before.
pub(crate) async fn rehash(tx: &mut Tx, user: UserId, old: String, new: String) -> Result<()> {
    tx.concerns(Whose::User(user));
    query::rehash(tx, user, old, new).await
}

/// Accounts, guests, admins.
pub(crate) async fn count_by_kind(app: &App) -> Result<(i64, i64, i64)> {
    query::count_by_kind(app).await
}

/// Lets a device sign in to an account that has none yet, if it is nobody else's.
///
/// # Errors
/// Only what is wrong on our side.
pub(crate) async fn attach_device(app: &App, user: UserId, hash: String) -> Result<bool> {
    let mut tx = app.db.begin().await?;
    let is_attached = query::attach_device(&mut tx, user, hash, app.clock.now()).await?;
    if is_attached {
        let mut news = News::default();
        tell_updated(app, &mut tx, &mut news, user).await?;
        app.commit(tx, news).await?;
    }
    Ok(is_attached)
}

/// Will tell a user, and the admins, that the account is another now.
pub(crate) async fn tell_updated(app: &App, tx: &mut Tx, news: &mut News, user: UserId) -> Result<()> {
    if app.pubsub.is_heard(Topic::User(user))
        && let Some(row) = query::me(app, &mut *tx, user).await?
    {
        let Me { id, metadata, display_name, profile_url, .. } = row.into();
        news.add(Topic::User(user), Event::Updated(UserChanged { id, metadata, display_name, profile_url }));
    }
    tell(app, tx, news, user, Event::UserUpdated).await
}

/// Will tell the admins of many accounts' rows, as they are in the transaction.
pub(crate) async fn tell_updated_rows(
    tx: &mut Tx,
    news: &mut News,
    users: impl IntoIterator<Item = UserId>,
) -> Result<()> {
    for row in query::rows(tx, users.into_iter().collect()).await? {
        news.add(Topic::AdminUsers, Event::UserUpdated(row.into()));
    }
    Ok(())
}

/// Will tell the admins of an account's row, as it is in the transaction.
pub(crate) async fn tell(
    app: &App,
    tx: &mut Tx,
    news: &mut News,
    user: UserId,
    event: fn(AdminUser) -> Event,
) -> Result<()> {
    // The row costs a read: only when somebody is there to see it.
    if app.pubsub.is_heard(Topic::AdminUsers)
        && let Some(row) = query::row(tx, user).await?
    {
        news.add(Topic::AdminUsers, event(row.into()));
    }
    Ok(())
}

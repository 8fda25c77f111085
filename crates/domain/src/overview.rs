//! What the dashboard's first page counts.

use std::time::Duration;

use chrono::TimeDelta;
use wire::{FieldErrors, History, Overview};

use crate::stats::{Frames, KEPT};
use crate::{App, Error, Result, Scope, lobbies, sessions, users};

/// How far apart the steps of the history are: [`end_step`] is called so often.
pub const STEP: Duration = Duration::from_mins(1);
/// The most points a chart draws.
const DRAWN: usize = 300;

/// Filling lobbies that are shown.
const FILLING: i64 = 6;

/// Everything the dashboard's first page shows, for admins.
///
/// # Errors
/// [`crate::Error::Unauthenticated`] or [`crate::Error::Forbidden`] for anybody but admins.
pub async fn count(app: &App, scope: &Scope) -> Result<Overview> {
    scope.require_admin()?;
    let (users, guests, admins) = users::count_by_kind(app).await?;
    Ok(Overview {
        users,
        guests,
        admins,
        online: app.online.users(),
        sockets: app.online.sockets(),
        sessions: sessions::count_live(app).await?,
        seats: lobbies::count_seats(app, scope).await?,
        filling: lobbies::filling(app, FILLING).await?,
        database: app.db.engine().to_owned(),
        started_at: app.started_at,
        now: app.clock.now(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// Ends a step of the history with what is there now, and what has gone over sockets since the start.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but the server itself.
pub async fn end_step(app: &App, scope: &Scope, frames: Frames) -> Result<()> {
    scope.require_system()?;
    // A database that is away takes nothing from the rest: its number stays as it was.
    let lobbies = lobbies::count_seats(app, scope).await.map(|seats| seats.lobbies);
    let (sockets, players) = (app.online.sockets(), app.online.users());
    let mut history = app.stats.history();
    let lobbies = lobbies.unwrap_or(history.last_lobbies());
    history.end_step(app.clock.now(), &app.stats.requests, sockets, players, lobbies, frames);
    Ok(())
}

/// The numbers of the last `minutes`, 1 to 1440, as this process counted them: thinned to what a chart draws.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; [`Error::Invalid`] for another span.
pub fn history(app: &App, scope: &Scope, minutes: i64) -> Result<History> {
    scope.require_admin()?;
    let kept = i64::try_from(KEPT).unwrap_or(i64::MAX);
    if !(1..=kept).contains(&minutes) {
        return Err(Error::Invalid(FieldErrors::one("minutes", format!("must be between 1 and {kept}"))));
    }
    let since = app.clock.now() - TimeDelta::minutes(minutes);
    let (together, points) = app.stats.history().read(since, DRAWN);
    let step_seconds = i64::try_from(STEP.as_secs() * together as u64).unwrap_or(i64::MAX);
    Ok(History { step_seconds, points })
}

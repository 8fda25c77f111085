//! What the dashboard's first page counts.

use wire::{History, Overview};

use crate::{App, Result, Scope, lobbies, sessions, users};

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

/// The numbers of the last `minutes`, for the charts of the dashboard, for admins.
///
/// # Errors
/// [`crate::Error::Unauthenticated`] or [`crate::Error::Forbidden`] for anybody but admins.
#[expect(clippy::unused_async, reason = "a placeholder: to be replaced at the merge")]
pub async fn history(_app: &App, scope: &Scope, _minutes: i64) -> Result<History> {
    scope.require_admin()?;
    Ok(History { step_seconds: 60, points: Vec::new() })
}

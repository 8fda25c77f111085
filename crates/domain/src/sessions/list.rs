//! Sessions that are looked at: one's own, and everybody's by admins.

use wire::{AdminSession, OpenSession, Page, PageQuery, SessionFilter, UserId};

use super::query;
use crate::{App, Result, Scope};

/// One's own sessions that have neither ended nor expired, the one used last first. There are at most
/// [`MOST`](super::MOST).
///
/// # Errors
/// [`Error::Unauthenticated`](crate::Error::Unauthenticated) for nobody.
pub async fn list(app: &App, scope: &Scope) -> Result<Vec<OpenSession>> {
    let mut sessions = of_user(app, scope.require_user()?).await?;
    for session in &mut sessions {
        session.is_current = Some(session.id) == scope.session;
    }
    Ok(sessions)
}

/// A user's sessions that have neither ended nor expired. None of them is current.
pub(crate) async fn of_user(app: &App, user: UserId) -> Result<Vec<OpenSession>> {
    let rows = query::of_user(app, user, app.clock.now()).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Sessions of everybody, newest first, for admins. Those that are over are remembered for a month.
///
/// # Errors
/// [`Error::Unauthenticated`](crate::Error::Unauthenticated) or [`Error::Forbidden`](crate::Error::Forbidden) for anybody
/// but admins; a state that is none; a page below 1.
pub async fn list_all(app: &App, scope: &Scope, filter: SessionFilter, page: PageQuery) -> Result<Page<AdminSession>> {
    scope.require_admin()?;
    let (filter, page) = (filter.check()?, page.check()?);
    let now = app.clock.now();
    let counted = query::count_all(app, &filter, now).await?;
    let rows = query::list_all(app, &filter, page, now).await?;
    let sessions = rows.into_iter().map(|row| row.admin_session(scope.session)).collect();
    Ok(Page::new(sessions, page, counted))
}

//! Jobs, as admins see them, and what they do with those that were given up.

use serde_json::json;
use wire::{AdminJob, JobFilter, Page, PageQuery};

use super::query;
use crate::audit::{Act, Target};
use crate::{App, Error, Result, Scope};

/// Jobs, newest first, for admins.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; a state that is none; a page below 1.
pub async fn list(app: &App, scope: &Scope, filter: JobFilter, page: PageQuery) -> Result<Page<AdminJob>> {
    scope.require_admin()?;
    let (filter, page) = (filter.check()?, page.check()?);
    let counted = query::count_all(app, &filter).await?;
    let rows = query::list(app, &filter, page).await?;
    let now = app.clock.now();
    Ok(Page::new(rows.into_iter().map(|row| row.admin_job(now)).collect(), page, counted))
}

/// Gives a dead job all its attempts anew, beginning now.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; `not_found`; [`Error::Impossible`] with
/// `not_dead` for a job that was not given up.
pub async fn retry(app: &App, scope: &Scope, id: i64) -> Result<()> {
    let act = Act::new("job.retry", Target::Job(id));
    act.require_admin(app, scope).await?;
    let mut tx = app.db.begin().await?;
    let Some(kind) = query::revive(&mut tx, id, app.clock.now()).await? else {
        drop(tx);
        return Err(why_not(app, id).await?);
    };
    act.done(app, &mut tx, scope, Some(json!({ "kind": kind, "state": "dead" })), Some(json!({ "state": "waiting" })))
        .await?;
    tx.commit().await
}

/// Forgets a dead job: what it was to do is not done.
///
/// # Errors
/// As [`retry`]; `recent_login_required`.
pub async fn drop_dead(app: &App, scope: &Scope, id: i64) -> Result<()> {
    let act = Act::new("job.drop", Target::Job(id));
    act.require_fresh_admin(app, scope).await?;
    let mut tx = app.db.begin().await?;
    let Some(kind) = query::drop_dead(&mut tx, id).await? else {
        drop(tx);
        return Err(why_not(app, id).await?);
    };
    act.done(app, &mut tx, scope, Some(json!({ "kind": kind, "state": "dead" })), None).await?;
    tx.commit().await
}

/// Why a job is not treated as a dead one.
async fn why_not(app: &App, id: i64) -> Result<Error> {
    Ok(if query::exists(app, id).await? {
        Error::impossible("not_dead", "This job was not given up. Look at it again.")
    } else {
        Error::not_found("job")
    })
}

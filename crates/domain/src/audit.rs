//! The audit log: who did what to whom, from where.
//!
//! An administrative act writes its row in its own transaction, so there is one exactly if the act was committed; if the
//! row cannot be written, the act is not done. What an admin's verb refuses to somebody who is signed in is written down,
//! too, but only so much of it: whoever can knock must not be able to fill the log. Rows are never changed. They go when
//! they are as old as the setting `audit.days` says, and by nothing else.

mod query;

use chrono::TimeDelta;
use serde_json::{Map, Value};
use wire::{AuditEntry, AuditFilter, LobbyId, Page, PageQuery, SessionId, UserId};

pub(crate) use query::STATEMENTS;

use crate::db::Tx;
use crate::{App, Error, Result, Scope, Who, sessions};

/// Refusals of one user that are written down in an hour.
pub const REFUSALS_OF_ONE: i64 = 10;
/// Refusals of all users together, since who makes many accounts has many users.
pub const REFUSALS_OF_ALL: i64 = 100;
/// The outcome of what was done; any other is the code it was refused with.
const DONE: &str = "done";

/// An administrative act.
#[derive(Clone, Copy)]
pub(crate) struct Act {
    action: &'static str,
    target: Target,
    by: Option<&'static str>,
}

/// What an act is done to.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    User(UserId),
    Session(SessionId),
    Job(i64),
    Lobby(LobbyId),
    /// By its number on its node; its whole name is in what is written down.
    Connection(u64),
}

impl Target {
    fn parts(self) -> (&'static str, i64) {
        match self {
            Self::User(id) => ("user", id.0),
            Self::Session(id) => ("session", id.0),
            Self::Job(id) => ("job", id),
            Self::Lobby(id) => ("lobby", id.0),
            Self::Connection(number) => ("connection", i64::try_from(number).unwrap_or(i64::MAX)),
        }
    }
}

impl Act {
    /// An act, by a name as in `user.ban`.
    pub(crate) fn new(action: &'static str, target: Target) -> Self {
        Self { action, target, by: None }
    }

    /// The same, done by no user: `command line`, `setup link`, `system`.
    pub(crate) fn by(self, by: &'static str) -> Self {
        Self { by: Some(by), ..self }
    }

    /// Passes admins, and writes down whom it does not pass.
    ///
    /// # Errors
    /// As [`Scope::require_admin`].
    pub(crate) async fn require_admin(&self, app: &App, scope: &Scope) -> Result<()> {
        self.noting(app, scope, scope.require_admin()).await
    }

    /// As [`Self::require_admin`], of admins whose sign-in is fresh: for what cannot be taken back.
    ///
    /// # Errors
    /// As there; `recent_login_required`.
    pub(crate) async fn require_fresh_admin(&self, app: &App, scope: &Scope) -> Result<()> {
        self.require_admin(app, scope).await?;
        if scope.who == Who::System {
            return Ok(());
        }
        self.noting(app, scope, sessions::require_fresh(app, scope).await).await
    }

    /// Hands on how it went, and writes down what was refused.
    pub(crate) async fn noting<T>(&self, app: &App, scope: &Scope, went: Result<T>) -> Result<T> {
        match went {
            Ok(done) => Ok(done),
            Err(error) => Err(self.refused(app, scope, error).await),
        }
    }

    /// Writes down that it was done, inside its transaction: what it changed, before and after. Neither may hold a hash, a
    /// token or a secret.
    pub(crate) async fn done(
        &self,
        app: &App,
        tx: &mut Tx,
        scope: &Scope,
        was: Option<Value>,
        became: Option<Value>,
    ) -> Result<()> {
        query::insert(tx, self, scope, was, became, app.clock.now()).await
    }

    /// Writes down that it was refused to somebody who is signed in, and gives the refusal on.
    async fn refused(&self, app: &App, scope: &Scope, error: Error) -> Error {
        let code = match &error {
            Error::Forbidden(refusal)
            | Error::Unfit(refusal)
            | Error::Conflict(refusal)
            | Error::Impossible(refusal) => refusal.code,
            _ => return error,
        };
        if let Some(user) = scope.user()
            && let Err(trouble) = self.write_refusal(app, scope, user, code).await
        {
            tracing::warn!(error = %trouble, action = self.action, "a refusal is not in the audit log");
        }
        error
    }

    async fn write_refusal(&self, app: &App, scope: &Scope, user: UserId, code: &'static str) -> Result<()> {
        let now = app.clock.now();
        let since = now - TimeDelta::hours(1);
        // Asked on a connection for reading first: who keeps knocking writes nothing.
        if !query::has_room(&app.db, user, since).await? {
            return Ok(());
        }
        let mut tx = app.db.begin().await?;
        query::take_turn(&mut tx).await?;
        if query::has_room(&mut tx, user, since).await? {
            query::insert_refused(&mut tx, self, scope, code, now).await?;
        }
        tx.commit().await
    }
}

/// What was done and what was refused, newest first, for admins.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; what breaks the rules of the filter; a page
/// below 1.
pub async fn list(app: &App, scope: &Scope, filter: AuditFilter, page: PageQuery) -> Result<Page<AuditEntry>> {
    scope.require_admin()?;
    let (filter, page) = (filter.check()?, page.check()?);
    let counted = query::count(app, &filter).await?;
    let rows = query::list(app, &filter, page).await?;
    Ok(Page::new(rows.into_iter().map(Into::into).collect(), page, counted))
}

/// Of what was changed only that which differs, before and after.
pub(crate) fn differences(
    was: &Map<String, Value>,
    became: &Map<String, Value>,
) -> (Map<String, Value>, Map<String, Value>) {
    let only = |all: &Map<String, Value>| {
        let differ = all.iter().filter(|(key, _)| was.get(*key) != became.get(*key));
        differ.map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    (only(was), only(became))
}

/// The newest of what was done to a user.
pub(crate) async fn about(app: &App, user: UserId, at_most: i64) -> Result<Vec<AuditEntry>> {
    Ok(query::about(app, user, at_most).await?.into_iter().map(Into::into).collect())
}

/// What a user did and was refused as an admin, newest first.
pub(crate) async fn by(app: &App, user: UserId, at_most: i64) -> Result<Vec<AuditEntry>> {
    Ok(query::by(app, user, at_most).await?.into_iter().map(Into::into).collect())
}

/// Forgets what is older than it is kept.
///
/// # Errors
/// Only what is wrong on our side.
pub(crate) async fn sweep(app: App, _payload: Value) -> Result<()> {
    let before = app.clock.now() - TimeDelta::days(i64::from(app.config.audit_days));
    crate::sweep::sweep(app, async move |tx| query::sweep(tx, before).await).await
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_log_is_only_added_to_but_for_its_sweep() {
        for (module, statements) in crate::db::STATEMENTS {
            for (name, sql) in *statements {
                let changes = ["update audit_log", "delete from audit_log", "truncate"];
                for text in [sql.sqlite, sql.postgres] {
                    let words = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
                    let changes = changes.iter().any(|change| words.contains(change));
                    assert!(!changes || (*module, *name) == ("audit", "SWEEP"), "{module}::{name}");
                }
            }
        }
    }
}

//! Which kinds of jobs there are, and what is done for each.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::Value;

use super::WAITS;
use crate::{App, Result, audit, avatars, jobs, lobbies, mail, mail_tokens, sessions, site_sessions, tickets, users};

/// Does the work of a kind.
pub(super) type Work = Arc<dyn Fn(App, Value) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send + Sync>;

/// The kinds a runner knows. Of others it keeps its hands: a newer version of the server may have enqueued them.
#[derive(Clone, Default)]
pub struct Kinds(BTreeMap<&'static str, Kind>);

/// A kind of job.
#[derive(Clone)]
pub struct Kind {
    pub(super) work: Work,
    pub(super) every: Option<TimeDelta>,
    waits: &'static [TimeDelta],
}

impl Kind {
    /// How long to wait for another attempt after so many that failed; none where there is no other.
    pub(super) fn wait(&self, attempts: i64) -> Option<TimeDelta> {
        usize::try_from(attempts - 1).ok().and_then(|before| self.waits.get(before)).copied()
    }

    /// How often a job is begun before it is given up as dead.
    pub(super) fn attempts(&self) -> i64 {
        i64::try_from(self.waits.len()).unwrap_or(i64::MAX - 1) + 1
    }
}

impl Kinds {
    /// Those of the product.
    #[must_use]
    pub fn of_the_product() -> Self {
        Self::default()
            .with(avatars::DELETE, avatars::delete)
            .recurring("avatars.sweep", TimeDelta::days(1), avatars::sweep)
            .recurring("audit.sweep", TimeDelta::days(1), audit::sweep)
            .recurring("jobs.sweep", TimeDelta::days(1), jobs::sweep)
            .recurring("lobbies.sweep", TimeDelta::minutes(1), lobbies::sweep)
            .recurring("lobbies.sweep_log", TimeDelta::days(1), lobbies::log::sweep)
            .tried_after(&mail::WAITS, mail::SEND, mail::send)
            .recurring("mail.sweep", TimeDelta::hours(1), mail::sweep)
            .recurring("mail_tokens.sweep", TimeDelta::hours(1), mail_tokens::sweep)
            .recurring("sessions.sweep", TimeDelta::hours(1), sessions::sweep)
            .recurring("site_sessions.sweep", TimeDelta::hours(1), site_sessions::sweep)
            .recurring("tickets.sweep", TimeDelta::hours(1), tickets::sweep)
            .recurring("users.sweep_guests", TimeDelta::hours(1), users::sweep_guests)
    }

    /// With one more kind.
    #[must_use]
    pub fn with<F>(self, name: &'static str, work: impl Fn(App, Value) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.add(name, None, &WAITS, work)
    }

    /// With one more kind, which waits so long for each other attempt.
    #[must_use]
    pub fn tried_after<F>(
        self,
        waits: &'static [TimeDelta],
        name: &'static str,
        work: impl Fn(App, Value) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.add(name, None, waits, work)
    }

    /// With one more kind, which is enqueued every so often, once for all processes.
    #[must_use]
    pub fn recurring<F>(
        self,
        name: &'static str,
        every: TimeDelta,
        work: impl Fn(App, Value) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.add(name, Some(every), &WAITS, work)
    }

    fn add<F>(
        mut self,
        name: &'static str,
        every: Option<TimeDelta>,
        waits: &'static [TimeDelta],
        work: impl Fn(App, Value) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let work: Work = Arc::new(move |app, payload| Box::pin(work(app, payload)));
        self.0.insert(name, Kind { work, every, waits });
        self
    }

    pub(super) fn get(&self, name: &str) -> Option<&Kind> {
        self.0.get(name)
    }

    /// Every recurring kind and how often it recurs.
    pub(super) fn all_recurring(&self) -> impl Iterator<Item = (&'static str, TimeDelta)> {
        self.0.iter().filter_map(|(name, kind)| Some((*name, kind.every?)))
    }

    /// The names, as SQL compares with them: `|a|b|`.
    pub(super) fn names(&self) -> String {
        self.0.keys().fold("|".to_owned(), |names, name| names + name + "|")
    }
}

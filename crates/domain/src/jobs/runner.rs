//! Takes jobs on lease and does them.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::query::{self, Taken};
use super::{Kind, Kinds, LEASE};
use crate::{App, Error, Result};

/// Jobs a process does at the same time.
const AT_ONCE: usize = 4;
/// How often is looked for jobs that are due.
const EVERY: Duration = Duration::from_secs(1);
/// How long one attempt may take.
const PATIENCE: Duration = Duration::from_mins(5);

/// Does jobs, several at a time. Each process has one; the lease in the row keeps them apart.
pub struct Runner {
    app: App,
    kinds: Kinds,
    slots: Arc<Semaphore>,
}

impl Runner {
    /// One that knows these kinds.
    #[must_use]
    pub fn new(app: App, kinds: Kinds) -> Self {
        Self { app, kinds, slots: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Does whatever becomes due until `stop`, then finishes what it has begun.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut jobs = JoinSet::new();
        tokio::pin!(stop);
        loop {
            // What cannot be asked now is asked again: the database comes back.
            if let Err(error) = self.take_all(&mut jobs).await {
                tracing::warn!(%error, "jobs cannot be looked for");
            }
            tokio::select! {
                () = &mut stop => break,
                () = tokio::time::sleep(EVERY) => {}
                Some(_) = jobs.join_next() => {}
            }
        }
        while jobs.join_next().await.is_some() {}
    }

    /// Does everything that is due now and waits for it: what a test needs, whose clock stands.
    ///
    /// # Errors
    /// Only what is wrong on our side; a job that fails is no error here.
    pub async fn run_due(&self) -> Result<()> {
        let mut jobs = JoinSet::new();
        loop {
            self.take_all(&mut jobs).await?;
            if jobs.join_next().await.is_none() {
                return Ok(());
            }
        }
    }

    /// Begins what is due, as far as there are slots.
    async fn take_all(&self, jobs: &mut JoinSet<()>) -> Result<()> {
        self.recur().await?;
        let kinds = self.kinds.names();
        while let Ok(slot) = self.slots.clone().try_acquire_owned() {
            if !query::is_due(&self.app, &kinds, self.app.clock.now()).await? {
                break;
            }
            let lease = self.app.random.secret();
            let now = self.app.clock.now();
            let mut tx = self.app.db.begin().await?;
            let taken = query::take(&mut tx, &kinds, &lease, now + LEASE, now).await?;
            tx.commit().await?;
            let Some(taken) = taken else { break };
            let job = Job { app: self.app.clone(), kinds: self.kinds.clone(), taken, lease };
            jobs.spawn(async move {
                job.attend().await;
                drop(slot);
            });
        }
        Ok(())
    }

    /// Enqueues the recurring kinds that are due. A period that nobody was there for is not made up for.
    async fn recur(&self) -> Result<()> {
        let app = &self.app;
        let now = app.clock.now();
        for (kind, every) in self.kinds.all_recurring() {
            if query::next(app, kind).await?.is_some_and(|next| next > now) {
                continue;
            }
            let mut tx = app.db.begin().await?;
            query::know(&mut tx, kind, now).await?;
            if query::move_on(&mut tx, kind, now + every, now).await? {
                super::enqueue(app, &mut tx, kind, Value::Null).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }
}

/// Why an attempt failed.
struct Failure {
    why: String,
    /// Whether no other attempt would end better.
    is_final: bool,
}

impl Failure {
    /// Another attempt may end better.
    fn passing(why: impl Into<String>) -> Self {
        Self { why: why.into(), is_final: false }
    }
}

/// A job on lease.
struct Job {
    app: App,
    kinds: Kinds,
    taken: Taken,
    lease: String,
}

impl Job {
    /// Does it and writes down how it ended.
    async fn attend(self) {
        let Taken { id, kind, attempts, .. } = &self.taken;
        let died = || Failure { why: "its runners died".to_owned(), is_final: true };
        let outcome = if self.kind().is_some_and(|kind| *attempts > kind.attempts()) {
            Err(died())
        } else {
            self.attempt().await
        };
        if let Err(Failure { why, is_final }) = &outcome {
            tracing::warn!(job = id, kind, attempts, error = why, is_final, "a job failed");
        }
        // If this cannot be written, the lease runs out, and the job is done once more.
        if let Err(error) = self.write_down(outcome).await {
            tracing::error!(job = id, kind, %error, "how a job ended is not written down");
        }
    }

    fn kind(&self) -> Option<&Kind> {
        self.kinds.get(&self.taken.kind)
    }

    /// Does the work, and keeps the lease meanwhile.
    async fn attempt(&self) -> Result<(), Failure> {
        let kind = self.kind().ok_or_else(|| Failure::passing("nobody knows this kind"))?;
        // A task of its own: a panic is a failure like any other.
        let work = tokio::spawn((kind.work)(self.app.clone(), self.taken.payload.0.clone()));
        let stop = work.abort_handle();
        let outcome = tokio::select! {
            done = tokio::time::timeout(PATIENCE, work) => match done {
                Ok(Ok(Ok(()))) => Ok(()),
                Ok(Ok(Err(error))) => Err(Failure { is_final: error.is_refusal(), why: error.to_string() }),
                Ok(Err(panic)) => Err(Failure::passing(panic.to_string())),
                Err(_) => Err(Failure::passing(format!("it took longer than {} s", PATIENCE.as_secs()))),
            },
            lost = self.keep_lease() => Err(Failure::passing(lost)),
        };
        stop.abort();
        outcome
    }

    /// Extends the lease again and again; ends when it was lost.
    async fn keep_lease(&self) -> String {
        let third = (LEASE / 3).to_std().unwrap_or_default();
        loop {
            tokio::time::sleep(third).await;
            match self.extend().await {
                Ok(true) => {}
                Ok(false) => return "another runner has it".to_owned(),
                Err(error) => tracing::warn!(job = self.taken.id, %error, "a lease is not extended"),
            }
        }
    }

    async fn extend(&self) -> Result<bool> {
        let mut tx = self.app.db.begin().await?;
        let is_ours = query::extend(&mut tx, self.taken.id, &self.lease, self.app.clock.now() + LEASE).await?;
        tx.commit().await?;
        Ok(is_ours)
    }

    async fn write_down(&self, outcome: Result<(), Failure>) -> Result<(), Error> {
        let Self { app, lease, taken: Taken { id, attempts, .. }, .. } = self;
        let now = app.clock.now();
        let mut tx = app.db.begin().await?;
        match outcome {
            Ok(()) => query::finish(&mut tx, *id, lease, now).await?,
            Err(Failure { why, is_final }) => {
                match self.kind().and_then(|kind| kind.wait(*attempts)).filter(|_| !is_final) {
                    Some(wait) => query::put_back(&mut tx, *id, lease, why, now + wait).await?,
                    None => query::bury(&mut tx, *id, lease, why, now).await?,
                }
            }
        }
        tx.commit().await
    }
}

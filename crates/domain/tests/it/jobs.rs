use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use domain::db::Db;
use domain::jobs::{self, Kinds, LEASE, Runner, WAITS};
use domain::{App, Error, Scope, sessions, site_sessions};
use serde_json::{Value, json};
use testing::{TestDomain, both_engines};
use wire::DeviceLogin;

use crate::people::code;

/// Counts how often it is done.
#[derive(Clone, Default)]
struct Count(Arc<AtomicUsize>);

impl Count {
    fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    fn one_more(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    /// A kind that counts and then ends like this.
    fn kinds(&self, outcome: fn() -> domain::Result<()>) -> Kinds {
        let count = self.clone();
        Kinds::default().with("count", move |_, _| {
            count.one_more();
            async move { outcome() }
        })
    }
}

async fn enqueue(app: &App, kind: &str, payload: Value) {
    let mut tx = app.db.begin().await.unwrap();
    jobs::enqueue(app, &mut tx, kind, payload).await.unwrap();
    tx.commit().await.unwrap();
}

#[both_engines]
async fn a_job_is_done_once_if_its_transaction_was_committed(domain: TestDomain) {
    let app = &domain.app;
    let count = Count::default();
    let runner = Runner::new(app.clone(), count.kinds(|| Ok(())));
    let mut tx = app.db.begin().await.unwrap();
    jobs::enqueue(app, &mut tx, "count", json!({})).await.unwrap();
    drop(tx);
    runner.run_due().await.unwrap();
    assert_eq!(count.get(), 0, "it was never enqueued");

    enqueue(app, "count", json!({})).await;
    runner.run_due().await.unwrap();
    runner.run_due().await.unwrap();
    assert_eq!(count.get(), 1);
    assert_eq!(jobs::count(app).await.unwrap(), (0, 0));
}

#[both_engines]
async fn a_job_gets_what_it_was_given(domain: TestDomain) {
    let app = &domain.app;
    let kinds = Kinds::default().with("look", async |_, payload: Value| {
        if payload == json!({ "to": ["a", 1, null] }) { Ok(()) } else { Err(Error::Internal(payload.to_string())) }
    });
    enqueue(app, "look", json!({ "to": ["a", 1, null] })).await;
    Runner::new(app.clone(), kinds).run_due().await.unwrap();
    assert_eq!(jobs::count(app).await.unwrap(), (0, 0));
}

#[both_engines]
async fn many_runners_do_each_job_once(domain: TestDomain) {
    let app = &domain.app;
    let count = Count::default();
    for _ in 0..40 {
        enqueue(app, "count", json!({})).await;
    }
    // Each with a connection of its own, as processes have.
    let mut runners = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let db = Db::open(&domain.database).await.unwrap();
        let other = domain.beside(db);
        let runner = Runner::new(other, count.kinds(|| Ok(())));
        runners.spawn(async move { runner.run_due().await.unwrap() });
    }
    while let Some(done) = runners.join_next().await {
        done.unwrap();
    }
    assert_eq!(count.get(), 40);
    assert_eq!(jobs::count(app).await.unwrap(), (0, 0));
}

#[both_engines]
async fn a_job_that_fails_is_tried_again_later_and_given_up_in_the_end(domain: TestDomain) {
    let app = &domain.app;
    let count = Count::default();
    let runner = Runner::new(app.clone(), count.kinds(|| Err(Error::Internal("the cat".into()))));
    enqueue(app, "count", json!({})).await;
    runner.run_due().await.unwrap();
    for (done, seconds) in (1..).zip([10, 40, 160, 640, 2560, 3600, 3600]) {
        app.clock.advance(TimeDelta::seconds(seconds - 1));
        runner.run_due().await.unwrap();
        assert_eq!(count.get(), done, "not before its time");
        app.clock.advance(TimeDelta::seconds(1));
        runner.run_due().await.unwrap();
        assert_eq!(count.get(), done + 1, "after {seconds} s");
    }
    app.clock.advance(TimeDelta::days(2));
    runner.run_due().await.unwrap();
    assert_eq!(count.get(), 8);
    assert_eq!(jobs::count(app).await.unwrap(), (0, 1), "it is dead, and still there");
}

#[both_engines]
async fn a_panic_is_a_failure_like_any_other(domain: TestDomain) {
    let app = &domain.app;
    let count = Count::default();
    let runner = Runner::new(app.clone(), count.kinds(|| panic!("out of milk")));
    enqueue(app, "count", json!({})).await;
    runner.run_due().await.unwrap();
    assert_eq!(jobs::count(app).await.unwrap(), (1, 0));
}

#[both_engines]
async fn what_a_dead_runner_had_is_taken_up_after_its_lease(domain: TestDomain) {
    let app = &domain.app;
    let count = Count::default();
    enqueue(app, "count", json!({})).await;
    // One that takes it and never comes back.
    let (began, has_begun) = tokio::sync::oneshot::channel();
    let began = Arc::new(std::sync::Mutex::new(Some(began)));
    let stuck = Kinds::default().with("count", move |_, _| {
        let began = began.lock().unwrap().take();
        async move {
            let _heard = began.map(|began| began.send(()));
            std::future::pending().await
        }
    });
    let dying = Runner::new(app.clone(), stuck);
    let dying = tokio::spawn(async move { dying.run_due().await });
    has_begun.await.unwrap();
    dying.abort();

    let runner = Runner::new(app.clone(), count.kinds(|| Ok(())));
    runner.run_due().await.unwrap();
    assert_eq!(count.get(), 0, "it is on lease");
    app.clock.advance(LEASE);
    runner.run_due().await.unwrap();
    assert_eq!(count.get(), 1);
}

#[both_engines]
async fn a_kind_that_nobody_knows_here_waits_for_who_does(domain: TestDomain) {
    let app = &domain.app;
    enqueue(app, "of.tomorrow", json!({})).await;
    Runner::new(app.clone(), Kinds::of_the_product()).run_due().await.unwrap();
    assert_eq!(jobs::count(app).await.unwrap(), (1, 0));
}

#[both_engines]
async fn a_recurring_kind_is_done_once_a_period_by_all_runners_together(domain: TestDomain) {
    let app = &domain.app;
    let count = Count::default();
    let recurring = |app: &App| {
        let count = count.clone();
        let kinds = Kinds::default().recurring("count", TimeDelta::hours(1), move |_, _| {
            count.one_more();
            async { Ok(()) }
        });
        Runner::new(app.clone(), kinds)
    };
    let (one, two) = (recurring(app), recurring(&domain.beside(Db::open(&domain.database).await.unwrap())));
    for round in 1..=3 {
        let (first, second) = tokio::join!(one.run_due(), two.run_due());
        first.unwrap();
        second.unwrap();
        assert_eq!(count.get(), round);
        app.clock.advance(TimeDelta::hours(1));
    }
}

#[both_engines]
async fn sweeps_forget_what_is_long_over_and_nothing_else(domain: TestDomain) {
    let app = &domain.app;
    let device = |n: u32| DeviceLogin { device_id: Some(format!("a-device-of-a-test-{n}")) };
    let sign_in = async |n| sessions::login_device(app, &Scope::NOBODY, device(n)).await.unwrap();
    let old = sign_in(1).await;
    site_sessions::save(app, "old", "{}".into(), app.clock.now() + TimeDelta::days(14)).await.unwrap();
    // A guest with progress: others go with their sessions.
    crate::people::run(&domain, "update users set games_played = 1").await;
    app.clock.advance(TimeDelta::days(59));
    let live = sign_in(2).await;
    site_sessions::save(app, "new", "{}".into(), app.clock.now() + TimeDelta::days(14)).await.unwrap();
    let runner = Runner::new(app.clone(), Kinds::of_the_product());
    runner.run_due().await.unwrap();
    assert_eq!(domain.rows("sessions").await, 2, "the old one expired less than a month ago");
    assert_eq!(domain.rows("site_sessions").await, 1);

    app.clock.advance(TimeDelta::days(2));
    runner.run_due().await.unwrap();
    assert_eq!(domain.rows("sessions").await, 1);
    assert!(sessions::authenticate(app, &old.access_token, None).await.is_err());
    let refresh = wire::RefreshToken { refresh_token: Some(live.refresh_token) };
    assert!(sessions::refresh(app, &Scope::NOBODY, refresh).await.is_ok());
    app.clock.advance(TimeDelta::days(8));
    runner.run_due().await.unwrap();
    assert_eq!(domain.rows("jobs where created_at < (select max(created_at) from jobs)").await, 0, "done ones go, too");
}

#[both_engines]
async fn an_admin_revives_a_dead_job_or_drops_it(domain: TestDomain) {
    let app = &domain.app;
    let (ada, eve) = (crate::people::admin(app, "ada").await, crate::people::guest(app, "eve").await);
    let count = Count::default();
    let kinds = count.kinds(|| Err(Error::Internal("out of paper".into())));
    enqueue(app, "count", json!({ "secret": "canary-3" })).await;
    let runner = Runner::new(app.clone(), kinds);
    for _ in 0..=WAITS.len() {
        runner.run_due().await.unwrap();
        app.clock.advance(TimeDelta::hours(1));
    }
    let found = async |state: &str| {
        let filter = wire::JobFilter { q: Some("count".into()), state: Some(state.into()) };
        jobs::list(app, &ada, filter, wire::PageQuery::default()).await.unwrap().data
    };
    let dead = &found("dead").await[0];
    assert_eq!((dead.state.as_str(), dead.attempts, dead.last_error.is_some()), ("dead", 8, true));
    assert!(!format!("{dead:?}").contains("canary-3"), "what a job works with is not shown");
    assert_eq!(code(&jobs::retry(app, &eve, dead.id).await), "forbidden");
    assert_eq!(code(&jobs::list(app, &eve, wire::JobFilter::default(), wire::PageQuery::default()).await), "forbidden");
    jobs::retry(app, &ada, dead.id).await.unwrap();
    assert_eq!(code(&jobs::retry(app, &ada, dead.id).await), "not_dead");
    assert_eq!((found("waiting").await[0].attempts, found("dead").await.len()), (0, 0));
    runner.run_due().await.unwrap();
    assert_eq!(found("waiting").await[0].attempts, 1, "it was begun anew");
    assert_eq!(code(&jobs::drop_dead(app, &ada, dead.id).await), "recent_login_required");
    let tokens = crate::people::password(app, "ada", crate::people::PASSWORD).await.unwrap();
    let fresh = crate::people::bearer(app, &tokens).await;
    assert_eq!(code(&jobs::drop_dead(app, &fresh, dead.id).await), "not_dead");
    crate::people::run(&domain, "update jobs set state = 'dead'").await;
    jobs::drop_dead(app, &fresh, dead.id).await.unwrap();
    assert_eq!(code(&jobs::drop_dead(app, &fresh, dead.id).await), "not_found");
    assert_eq!(domain.rows("audit_log where action in ('job.retry', 'job.drop') and outcome = 'done'").await, 2);
}

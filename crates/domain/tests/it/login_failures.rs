use chrono::TimeDelta;
use domain::db::Db;
use domain::{App, Argon2Cost, Config, Error, Random, Result, Scope, Secrets, sessions, users};
use testing::{Engine, TestDomain, both_engines};
use wire::{DeviceLogin, NewAdmin, PasswordLogin, RefreshToken};

const ADA: &str = "ada@games.example";
const RIGHT: &str = "correct horse";

async fn ada(app: &App) {
    let input = NewAdmin { email: Some(ADA.into()), password: Some(RIGHT.into()) };
    users::create_admin(app, &Scope::SYSTEM, input).await.unwrap();
}

/// What a try comes to: `in`, `wrong`, `busy`, or the seconds to wait.
async fn attempt(app: &App, email: &str, password: &str) -> String {
    let input = PasswordLogin { email: Some(email.into()), password: Some(password.into()), device_id: None };
    told(&sessions::sign_in(app, &Scope::NOBODY, input).await)
}

fn told<T>(outcome: &Result<T>) -> String {
    match outcome {
        Ok(_) => "in".to_owned(),
        Err(Error::Unauthenticated(refusal)) if refusal.code == "invalid_credentials" => "wrong".to_owned(),
        Err(Error::RateLimited(seconds)) => format!("{seconds} s"),
        Err(Error::Busy(_)) => "busy".to_owned(),
        Err(other) => panic!("{other}"),
    }
}

/// Five that do not fit.
async fn five(app: &App, email: &str) {
    for _ in 0..5 {
        assert_eq!(attempt(app, email, "wrong").await, "wrong");
    }
}

#[both_engines]
async fn after_five_failures_even_the_right_password_waits_and_longer_each_time(domain: TestDomain) {
    let app = &domain.app;
    ada(app).await;
    five(app, ADA).await;
    for delay in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
        assert_eq!(attempt(app, ADA, RIGHT).await, format!("{delay} s"));
        app.clock.advance(TimeDelta::seconds(delay) - TimeDelta::microseconds(1));
        assert_eq!(attempt(app, ADA, RIGHT).await, "1 s", "a part of a second is told as a whole one");
        app.clock.advance(TimeDelta::microseconds(1));
        assert_eq!(attempt(app, ADA, "wrong").await, "wrong", "after {delay} s");
    }
}

#[both_engines]
async fn a_password_that_fits_makes_up_for_all_that_did_not(domain: TestDomain) {
    let app = &domain.app;
    ada(app).await;
    five(app, ADA).await;
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(attempt(app, " ADA@games.example", RIGHT).await, "in");
    five(app, ADA).await;
    assert_eq!(attempt(app, ADA, RIGHT).await, "1 s");
}

#[both_engines]
async fn an_unknown_address_waits_like_a_known_one_and_another_does_not(domain: TestDomain) {
    let app = &domain.app;
    ada(app).await;
    let mut told = Vec::new();
    for email in [ADA, "eve@games.example"] {
        let mut one = Vec::new();
        for _ in 0..7 {
            one.push(attempt(app, email, "wrong").await);
        }
        told.push(one);
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0][4..], ["wrong", "1 s", "1 s"]);
    assert_eq!(attempt(app, "bob@games.example", "wrong").await, "wrong");
}

#[both_engines]
async fn of_fifty_tries_at_once_five_are_looked_at(domain: TestDomain) {
    ada(&domain.app).await;
    let tries = (0..50).map(|n| {
        let app = domain.app.clone();
        tokio::spawn(async move { attempt(&app, ADA, &format!("wrong {n}")).await })
    });
    let mut told = Vec::new();
    for attempt in tries.collect::<Vec<_>>() {
        told.push(attempt.await.unwrap());
    }
    assert_eq!(told.iter().filter(|told| *told == "wrong").count(), 5, "{told:?}");
    assert!(told.iter().all(|told| told == "wrong" || told == "1 s"), "{told:?}");
}

#[both_engines]
async fn failures_survive_a_restart_and_are_shared_by_nodes(domain: TestDomain) {
    ada(&domain.app).await;
    five(&domain.app, ADA).await;
    let db = Db::open(&domain.database).await.unwrap();
    let secrets = Secrets::generate(&Random::seeded(1));
    let other = App::builder(testing::config()).clock(domain.app.clock.clone()).build(db, &secrets).unwrap();
    assert_eq!(attempt(&other, ADA, RIGHT).await, "1 s");
    domain.app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(attempt(&other, ADA, "wrong").await, "wrong");
    assert_eq!(attempt(&domain.app, ADA, RIGHT).await, "2 s");
    other.db.close().await;
}

#[both_engines]
async fn what_needs_no_password_goes_on_while_the_password_waits(domain: TestDomain) {
    let app = &domain.app;
    ada(app).await;
    let before = PasswordLogin { email: Some(ADA.into()), password: Some(RIGHT.into()), device_id: None };
    let tokens = sessions::sign_in(app, &Scope::NOBODY, before).await.unwrap().tokens;
    five(app, ADA).await;
    assert_eq!(attempt(app, ADA, RIGHT).await, "1 s");
    assert!(sessions::authenticate(app, &tokens.access_token, None).await.unwrap().is_admin());
    let refresh = RefreshToken { refresh_token: Some(tokens.refresh_token) };
    assert_eq!(sessions::refresh(app, &Scope::NOBODY, refresh).await.unwrap().user_id, tokens.user_id);
    let device = DeviceLogin { device_id: Some("device-0123456789".into()) };
    assert!(sessions::login_device(app, &Scope::NOBODY, device).await.is_ok());
}

#[both_engines]
async fn an_address_nobody_tried_for_a_day_starts_afresh(domain: TestDomain) {
    let app = &domain.app;
    five(app, ADA).await;
    app.clock.advance(TimeDelta::hours(24));
    assert_eq!(attempt(app, ADA, "wrong").await, "wrong");
    assert_eq!(attempt(app, ADA, "wrong").await, "2 s", "a day to the microsecond is not over yet");
    app.clock.advance(TimeDelta::hours(24) + TimeDelta::microseconds(1));
    five(app, ADA).await;
    assert_eq!(attempt(app, ADA, "wrong").await, "1 s");
}

#[both_engines]
async fn a_password_that_was_not_looked_at_does_not_count(domain: TestDomain) {
    // Dear passwords and no queue: most of the tries find no core.
    let engine = if domain.app.db.engine() == "SQLite" { Engine::Sqlite } else { Engine::Postgres };
    let config =
        Config { password_queue: 0, argon2: Argon2Cost { memory_kib: 19 * 1024, passes: 8 }, ..testing::config() };
    let domain = TestDomain::with(engine, config).await;
    let mut told = Vec::new();
    for _ in 0..3 {
        let tries = (0..4).map(|_| {
            let app = domain.app.clone();
            tokio::spawn(async move { attempt(&app, ADA, "wrong").await })
        });
        for attempt in tries.collect::<Vec<_>>() {
            told.push(attempt.await.unwrap());
        }
    }
    let looked_at = told.iter().filter(|told| *told == "wrong").count();
    let mut left = 0;
    while looked_at + left < 5 {
        assert_eq!(attempt(&domain.app, ADA, "wrong").await, "wrong", "{told:?}");
        left += 1;
    }
    assert_ne!(attempt(&domain.app, ADA, "wrong").await, "wrong", "{told:?}");
}

#[both_engines]
async fn addresses_nobody_tries_any_more_are_forgotten(domain: TestDomain) {
    let app = &domain.app;
    for n in 0..20 {
        attempt(app, &format!("{n}@games.example"), "wrong").await;
    }
    assert_eq!(rows(app).await, 20);
    app.clock.advance(TimeDelta::hours(25));
    attempt(app, ADA, "wrong").await;
    assert_eq!(rows(app).await, 1);
}

async fn rows(app: &App) -> i64 {
    const COUNT: &str = "select count(*) from login_failures";
    match &app.db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(COUNT).fetch_one(&**read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_scalar(COUNT).fetch_one(&**pool).await.unwrap(),
    }
}

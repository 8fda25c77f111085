//! Whose a session is: remembered where that is safe, and never for longer than it is true.

mod accounts;

use chrono::TimeDelta;
use domain::db::Db;
use domain::{App, Config, Error, Scope, Who, sessions};
use sqlx::AssertSqlSafe;
use testing::{Engine, TestDomain, both_engines};
use wire::{DeviceLogin, RefreshToken, Tokens};

async fn sign_in(app: &App, device: usize) -> Tokens {
    let input = DeviceLogin { device_id: Some(format!("device-of-a-test-{device:04}")) };
    sessions::login_device(app, &Scope::NOBODY, input).await.unwrap()
}

async fn is_known(app: &App, tokens: &Tokens) -> bool {
    match sessions::authenticate(app, &tokens.access_token, None).await {
        Ok(_) => true,
        Err(Error::Unauthenticated(refusal)) => {
            assert_eq!(refusal.code, "invalid_token");
            false
        }
        Err(error) => panic!("{error}"),
    }
}

/// How many identities are remembered: none ever, where other nodes may change them.
fn remembered(app: &App) -> usize {
    match &app.db {
        Db::Sqlite { identities, .. } => identities.count(),
        Db::Postgres(_) => 0,
    }
}

/// Writes behind the server's back: what no verb may do, and another node could.
pub(crate) async fn write(app: &App, sql: &'static str) {
    match &app.db {
        Db::Sqlite { write, .. } => drop(sqlx::query(AssertSqlSafe(sql)).execute(&**write).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::query(AssertSqlSafe(sql)).execute(&**pool).await.unwrap()),
    }
}

#[both_engines]
async fn whoever_signs_out_is_nobody_with_the_next_request(domain: TestDomain) {
    let app = &domain.app;
    for n in 0..20 {
        let tokens = sign_in(app, n).await;
        assert!(is_known(app, &tokens).await && is_known(app, &tokens).await);
        let session = sessions::authenticate(app, &tokens.access_token, None).await.unwrap().session.unwrap();
        let out = RefreshToken { refresh_token: Some(tokens.refresh_token.clone()) };
        sessions::logout(app, &Scope::NOBODY, None, out).await.unwrap();
        assert!(!is_known(app, &tokens).await);
        assert_eq!(sessions::resume(app, session, None).await.unwrap().who, Who::Nobody);
    }
    assert_eq!(remembered(app), 0);
}

#[both_engines]
async fn of_requests_that_race_with_a_sign_out_none_after_it_is_answered(domain: TestDomain) {
    let app = &domain.app;
    for n in 0..20 {
        let tokens = sign_in(app, n).await;
        let asking = (0..8).map(|_| {
            let (app, tokens) = (app.clone(), tokens.clone());
            tokio::spawn(async move {
                for _ in 0..20 {
                    is_known(&app, &tokens).await;
                }
            })
        });
        let asking: Vec<_> = asking.collect();
        tokio::task::yield_now().await;
        let out = RefreshToken { refresh_token: Some(tokens.refresh_token.clone()) };
        sessions::logout(app, &Scope::NOBODY, None, out).await.unwrap();
        assert!(!is_known(app, &tokens).await);
        for asked in asking {
            asked.await.unwrap();
        }
        assert!(!is_known(app, &tokens).await, "what was read before is not remembered after");
    }
}

#[both_engines]
async fn a_reuse_that_ends_a_session_ends_it_at_once(domain: TestDomain) {
    let app = &domain.app;
    let first = sign_in(app, 0).await;
    let refresh = async |token: &str| {
        let input = RefreshToken { refresh_token: Some(token.to_owned()) };
        sessions::refresh(app, &Scope::NOBODY, input).await
    };
    let second = refresh(&first.refresh_token).await.unwrap();
    assert!(is_known(app, &second).await && is_known(app, &second).await);
    app.clock.advance(TimeDelta::seconds(11));
    assert!(is_known(app, &second).await);
    assert!(refresh(&first.refresh_token).await.is_err());
    assert!(!is_known(app, &second).await);
}

#[tokio::test]
async fn what_nobody_told_of_is_forgotten_after_thirty_seconds() {
    let domain = TestDomain::with(Engine::Sqlite, testing::config()).await;
    let app = &domain.app;
    let tokens = sign_in(app, 0).await;
    // Once to be seen, once to be remembered.
    assert!(is_known(app, &tokens).await && is_known(app, &tokens).await);
    assert_eq!(remembered(app), 1);
    write(app, "update sessions set ended_at = created_at").await;
    app.clock.advance(TimeDelta::seconds(30) - TimeDelta::microseconds(1));
    assert!(is_known(app, &tokens).await, "it is remembered");
    app.clock.advance(TimeDelta::microseconds(1));
    assert!(!is_known(app, &tokens).await);
}

#[both_engines]
async fn a_failure_is_not_remembered(domain: TestDomain) {
    let app = &domain.app;
    let tokens = sign_in(app, 0).await;
    write(app, "update sessions set ended_at = created_at").await;
    assert!(!is_known(app, &tokens).await);
    assert_eq!(remembered(app), 0);
    write(app, "update sessions set ended_at = null").await;
    assert!(is_known(app, &tokens).await);
}

#[both_engines]
async fn on_several_nodes_everything_is_read_each_time_whatever_the_settings_say(domain: TestDomain) {
    if let Db::Sqlite { .. } = domain.app.db {
        return;
    }
    let app = &domain.app;
    let other = domain.beside(Db::open(&domain.database).await.unwrap());
    let tokens = sign_in(app, 0).await;
    for node in [app, &other] {
        assert!(is_known(node, &tokens).await && is_known(node, &tokens).await);
    }
    write(&other, "update users set is_admin = true").await;
    let scope = sessions::authenticate(app, &tokens.access_token, None).await.unwrap();
    assert!(scope.is_admin());
    let out = RefreshToken { refresh_token: Some(tokens.refresh_token.clone()) };
    sessions::logout(&other, &Scope::NOBODY, None, out).await.unwrap();
    assert!(!is_known(app, &tokens).await);
}

#[both_engines]
async fn tokens_that_are_none_are_not_remembered(domain: TestDomain) {
    let app = &domain.app;
    let tokens = sign_in(app, 0).await;
    let (signed, _) = tokens.access_token.rsplit_once('.').unwrap();
    for n in 0..2_000 {
        let forged = format!("{signed}.{n:086}");
        assert!(sessions::authenticate(app, &forged, None).await.is_err());
    }
    assert_eq!(remembered(app), 0);
}

#[tokio::test]
async fn as_many_are_remembered_as_the_settings_say_at_most() {
    for (most, held) in [(3, 3), (0, 0)] {
        let config = Config { identities: most, ..testing::config() };
        let domain = TestDomain::with(Engine::Sqlite, config).await;
        for n in 0..5 {
            let tokens = sign_in(&domain.app, n).await;
            assert!(is_known(&domain.app, &tokens).await && is_known(&domain.app, &tokens).await);
        }
        assert_eq!(remembered(&domain.app), held);
    }
    assert_eq!(Config::default().identities, 1000);
}

#[both_engines]
async fn one_server_serves_from_a_file(domain: TestDomain) {
    let other = Db::open(&domain.database).await.unwrap();
    let claimed = domain.app.db.claim().unwrap();
    match claimed {
        Some(file) => {
            let refused = other.claim().err().unwrap().to_string();
            assert!(refused.contains("another server serves"), "{refused}");
            drop(file);
            assert!(other.claim().unwrap().is_some(), "it is free again");
        }
        None => assert!(other.claim().unwrap().is_none()),
    }
}

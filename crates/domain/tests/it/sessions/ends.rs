use std::time::Duration;

use chrono::TimeDelta;
use domain::{Config, Scope, Who, sessions};
use testing::{Engine, TestDomain, both_engines};
use wire::{RefreshToken, SessionId};

use crate::people::{admin, bearer, code, device, guest, user};

#[both_engines]
async fn one_session_the_others_or_all_of_them_are_ended(domain: TestDomain) {
    let app = &domain.app;
    let mut tokens = Vec::new();
    for _ in 0..5 {
        tokens.push(device(app, "ada").await.unwrap());
    }
    let scope = bearer(app, &tokens[0]).await;
    let eve = guest(app, "eve").await;
    let alive = async || {
        let mut alive = Vec::new();
        for (n, tokens) in tokens.iter().enumerate() {
            let by_access = sessions::authenticate(app, &tokens.access_token, None).await.is_ok();
            if by_access {
                alive.push(n);
            }
        }
        alive
    };
    let second = bearer(app, &tokens[1]).await.session.unwrap();
    sessions::end_one(app, &scope, second).await.unwrap();
    assert_eq!(alive().await, [0, 2, 3, 4]);
    let token = RefreshToken { refresh_token: Some(tokens[1].refresh_token.clone()) };
    assert_eq!(code(&sessions::refresh(app, &Scope::NOBODY, token).await), "invalid_refresh_token");
    sessions::end_one(app, &scope, second).await.expect("once more is fine");
    assert_eq!(code(&sessions::end_one(app, &scope, eve.session.unwrap()).await), "not_found");
    assert_eq!(code(&sessions::end_one(app, &scope, SessionId(9999)).await), "not_found");

    assert_eq!(sessions::end_others(app, &scope).await.unwrap(), 3);
    assert_eq!(alive().await, [0]);
    assert_eq!(sessions::end_others(app, &scope).await.unwrap(), 0, "once more is fine");
    assert_eq!(sessions::end_all(app, &scope).await.unwrap(), 1);
    assert!(alive().await.is_empty());
    assert_eq!(sessions::list(app, &eve).await.unwrap().len(), 1, "nobody else's ended");
    assert_eq!(code(&sessions::end_all(app, &Scope::NOBODY).await), "authentication_required");
}

#[both_engines]
async fn whoever_is_signed_out_everywhere_is_told_at_their_address(domain: TestDomain) {
    let app = &domain.app;
    let (ada, bea) = (admin(app, "ada").await, admin(app, "bea").await);
    let told = async |name: &str| domain.letters(&format!("{name}@games.example")).await.len();
    sessions::end_others(app, &ada).await.unwrap();
    assert_eq!(told("ada").await, 0, "they are here still");
    sessions::end_everywhere(app, &ada, user(&bea)).await.unwrap();
    sessions::end_everywhere(app, &ada, user(&bea)).await.unwrap();
    assert_eq!(told("bea").await, 1, "and once");
    sessions::end_all(app, &ada).await.unwrap();
    let letter = domain.letters("ada@games.example").await.pop().unwrap();
    assert_eq!(letter.subject, "You were signed out of GameServer everywhere");
}

#[both_engines]
async fn what_ended_has_ended_for_every_process_and_after_a_restart(domain: TestDomain) {
    let app = &domain.app;
    let (first, second) = (device(app, "ada").await.unwrap(), device(app, "ada").await.unwrap());
    let beside = domain.beside(domain::db::Db::open(&domain.database).await.unwrap());
    assert!(sessions::authenticate(&beside, &first.access_token, None).await.is_ok());
    let scope = bearer(app, &second).await;
    sessions::end_others(app, &scope).await.unwrap();
    assert_eq!(code(&sessions::authenticate(&beside, &first.access_token, None).await), "invalid_token");
    assert!(sessions::authenticate(&beside, &second.access_token, None).await.is_ok());
}

#[both_engines]
async fn admins_end_anybodys_sessions_and_others_do_not(domain: TestDomain) {
    let app = &domain.app;
    let (ada, eve) = (admin(app, "ada").await, guest(app, "eve").await);
    let again = guest(app, "eve").await;
    assert_eq!(code(&sessions::end_any(app, &eve, ada.session.unwrap()).await), "forbidden");
    assert_eq!(code(&sessions::end_everywhere(app, &eve, user(&ada)).await), "forbidden");
    sessions::end_any(app, &ada, eve.session.unwrap()).await.unwrap();
    assert_eq!(sessions::list(app, &again).await.unwrap().len(), 1);
    assert_eq!(sessions::end_everywhere(app, &ada, user(&eve)).await.unwrap(), 1);
    assert!(sessions::list(app, &again).await.unwrap().is_empty());
    assert_eq!(code(&sessions::end_any(app, &ada, SessionId(9999)).await), "not_found");
    assert_eq!(code(&sessions::end_everywhere(app, &ada, wire::UserId(9999)).await), "not_found");
    let done = domain.rows("audit_log where action in ('session.end', 'user.sign_out') and outcome = 'done'").await;
    assert_eq!(done, 2);
}

#[both_engines]
async fn an_admins_cookie_opens_the_dashboard_for_twelve_hours(domain: TestDomain) {
    let app = &domain.app;
    let ada = admin(app, "ada").await;
    let session = ada.session.unwrap();
    app.clock.advance(TimeDelta::hours(12) - TimeDelta::microseconds(1));
    let scope = sessions::resume(app, session, None).await.unwrap();
    assert!(scope.require_admin().is_ok() && scope.is_admin());
    app.clock.advance(TimeDelta::microseconds(1));
    let scope = sessions::resume(app, session, None).await.unwrap();
    assert_eq!(code(&scope.require_admin()), "recent_login_required");
    assert!(!scope.is_admin() && scope.who == Who::Admin(user(&ada)), "who they are is not forgotten");
    let mut tx = app.db.begin().await.unwrap();
    sessions::prove(app, &mut tx, session).await.unwrap();
    tx.commit().await.unwrap();
    assert!(sessions::resume(app, session, None).await.unwrap().is_admin(), "proven anew");
}

#[both_engines]
async fn an_idle_dashboard_closes_where_that_is_set(domain: TestDomain) {
    drop(domain);
    let config = Config { admin_idle: Some(Duration::from_mins(30)), ..testing::config() };
    let domain = TestDomain::with(Engine::Sqlite, config).await;
    let app = &domain.app;
    let session = admin(app, "ada").await.session.unwrap();
    for _ in 0..3 {
        app.clock.advance(TimeDelta::minutes(29));
        assert!(sessions::resume(app, session, None).await.unwrap().is_admin(), "it is in use");
    }
    app.clock.advance(TimeDelta::minutes(30));
    assert!(!sessions::resume(app, session, None).await.unwrap().is_admin());
    assert!(!sessions::resume(app, session, None).await.unwrap().is_admin(), "and asking does not open it again");
}

mod ends;
mod list;

use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use chrono::TimeDelta;
use domain::db::Db;
use domain::sessions::Over;
use domain::{App, Error, Result, Scope, Who, sessions, users};
use sqlx::AssertSqlSafe;
use testing::{TestDomain, both_engines};
use wire::{DeviceLogin, NewAdmin, PasswordLogin, RefreshToken, Tokens};

async fn sign_in(app: &App) -> Tokens {
    let input = DeviceLogin { device_id: Some("device-0123456789".into()) };
    sessions::login_device(app, &Scope::NOBODY, input).await.unwrap()
}

async fn refresh(app: &App, token: &str) -> Result<Tokens> {
    sessions::refresh(app, &Scope::NOBODY, RefreshToken { refresh_token: Some(token.into()) }).await
}

async fn is_alive(app: &App, tokens: &Tokens) -> bool {
    sessions::authenticate(app, &tokens.access_token, None).await.is_ok()
}

fn code(result: Result<Tokens>) -> &'static str {
    match result.map(|_| ()) {
        Err(Error::Unauthenticated(refusal)) => refusal.code,
        other => panic!("not refused: {other:?}"),
    }
}

#[both_engines]
async fn a_device_signs_in_to_the_same_account_every_time(domain: TestDomain) {
    let (first, again) = (sign_in(&domain.app).await, sign_in(&domain.app).await);
    assert_eq!(first.user_id, again.user_id);
    assert_ne!(first.refresh_token, again.refresh_token);
    let scope = sessions::authenticate(&domain.app, &again.access_token, None).await.unwrap();
    assert_eq!(scope.who, Who::Guest(first.user_id));
}

#[both_engines]
async fn twenty_first_logins_of_one_device_make_one_account(domain: TestDomain) {
    let logins = (0..20).map(|_| {
        let app = domain.app.clone();
        tokio::spawn(async move { sign_in(&app).await.user_id })
    });
    let mut users = Vec::new();
    for login in logins.collect::<Vec<_>>() {
        users.push(login.await.unwrap());
    }
    users.dedup();
    assert_eq!(users.len(), 1);
}

#[both_engines]
async fn parallel_refreshes_of_one_token_make_one_generation(domain: TestDomain) {
    let tokens = sign_in(&domain.app).await;
    let refreshes = (0..40).map(|_| {
        let (app, token) = (domain.app.clone(), tokens.refresh_token.clone());
        tokio::spawn(async move { refresh(&app, &token).await.map(|tokens| tokens.refresh_token) })
    });
    let mut successors = Vec::new();
    for refresh in refreshes.collect::<Vec<_>>() {
        successors.push(refresh.await.unwrap().expect("nobody is logged out"));
    }
    successors.sort();
    successors.dedup();
    assert_eq!(successors.len(), 1);
    assert!(refresh(&domain.app, &successors[0]).await.is_ok());
}

#[both_engines]
async fn a_lost_answer_does_not_lose_the_session(domain: TestDomain) {
    let app = &domain.app;
    let first = sign_in(app).await;
    let lost = refresh(app, &first.refresh_token).await.unwrap();
    app.clock.advance(TimeDelta::hours(3));
    let retried = refresh(app, &first.refresh_token).await.unwrap();
    assert_eq!(retried.refresh_token, lost.refresh_token);
    assert!(is_alive(app, &retried).await);
}

#[both_engines]
async fn a_used_token_that_comes_back_ends_the_session(domain: TestDomain) {
    let app = &domain.app;
    let first = sign_in(app).await;
    let second = refresh(app, &first.refresh_token).await.unwrap();
    assert!(is_alive(app, &second).await, "its answer arrived");
    app.clock.advance(TimeDelta::seconds(11));
    assert_eq!(code(refresh(app, &first.refresh_token).await), "token_reused");
    assert!(!is_alive(app, &second).await);
    assert_eq!(code(refresh(app, &second.refresh_token).await), "invalid_refresh_token");
}

#[both_engines]
async fn an_old_generation_that_comes_back_ends_the_session(domain: TestDomain) {
    let app = &domain.app;
    let first = sign_in(app).await;
    let mut newest = first.clone();
    for _ in 0..3 {
        app.clock.advance(TimeDelta::seconds(11));
        newest = refresh(app, &newest.refresh_token).await.unwrap();
    }
    assert_eq!(code(refresh(app, &first.refresh_token).await), "token_reused");
    assert_eq!(code(refresh(app, &newest.refresh_token).await), "invalid_refresh_token");
}

#[both_engines]
async fn an_older_token_is_excused_for_ten_seconds_and_no_longer(domain: TestDomain) {
    let app = &domain.app;
    let first = sign_in(app).await;
    let second = refresh(app, &first.refresh_token).await.unwrap();
    let third = refresh(app, &second.refresh_token).await.unwrap();
    assert!(is_alive(app, &third).await);
    app.clock.advance(TimeDelta::seconds(10));
    assert_eq!(refresh(app, &first.refresh_token).await.unwrap().refresh_token, third.refresh_token);
    app.clock.advance(TimeDelta::microseconds(1));
    assert_eq!(code(refresh(app, &first.refresh_token).await), "token_reused");
}

#[both_engines]
async fn a_session_ends_after_thirty_days_however_much_it_is_used(domain: TestDomain) {
    let app = &domain.app;
    let mut tokens = sign_in(app).await;
    for _ in 0..29 {
        app.clock.advance(TimeDelta::days(1));
        tokens = refresh(app, &tokens.refresh_token).await.unwrap();
    }
    app.clock.advance(TimeDelta::days(1) - TimeDelta::microseconds(1));
    tokens = refresh(app, &tokens.refresh_token).await.unwrap();
    assert!(is_alive(app, &tokens).await);
    app.clock.advance(TimeDelta::microseconds(1));
    assert!(!is_alive(app, &tokens).await);
    assert_eq!(code(refresh(app, &tokens.refresh_token).await), "invalid_refresh_token");
}

#[both_engines]
async fn neither_token_passes_for_the_other(domain: TestDomain) {
    let app = &domain.app;
    let tokens = sign_in(app).await;
    assert_eq!(code(refresh(app, &tokens.access_token).await), "invalid_refresh_token");
    assert!(sessions::authenticate(app, &tokens.refresh_token, None).await.is_err());
}

#[both_engines]
async fn the_database_holds_no_usable_token(domain: TestDomain) {
    let tokens = sign_in(&domain.app).await;
    if let domain::Database::Sqlite(file) = &domain.database {
        domain.app.db.close().await;
        let bytes = std::fs::read(file).unwrap();
        let holds = |secret: &str| bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
        assert!(holds("password") || holds("device"), "the file was read");
        assert!(!holds(&tokens.refresh_token) && !holds("device-0123456789"));
    }
}

#[both_engines]
async fn logging_out_works_with_any_of_the_credentials_even_an_expired_one(domain: TestDomain) {
    let app = &domain.app;
    let by_bearer = sign_in(app).await;
    let by_refresh = sign_in(app).await;
    let other = sign_in(app).await;
    app.clock.advance(TimeDelta::hours(1));
    let nothing = RefreshToken::default;
    sessions::logout(app, &Scope::NOBODY, Some(&by_bearer.access_token), nothing()).await.unwrap();
    let token = RefreshToken { refresh_token: Some(by_refresh.refresh_token.clone()) };
    sessions::logout(app, &Scope::NOBODY, None, token).await.unwrap();
    sessions::logout(app, &Scope::NOBODY, Some("junk"), nothing()).await.unwrap();
    assert_eq!(code(refresh(app, &by_bearer.refresh_token).await), "invalid_refresh_token");
    assert_eq!(code(refresh(app, &by_refresh.refresh_token).await), "invalid_refresh_token");
    assert!(refresh(app, &other.refresh_token).await.is_ok());
}

#[both_engines]
async fn the_end_of_a_session_is_heard(domain: TestDomain) {
    let app = domain.app.clone();
    let tokens = sign_in(&app).await;
    let scope = sessions::authenticate(&app, &tokens.access_token, None).await.unwrap();
    let session = scope.session.unwrap();
    let waiting = tokio::spawn({
        let app = app.clone();
        async move { sessions::ended(&app, session, false).await.unwrap() }
    });
    tokio::task::yield_now().await;
    sessions::logout(&app, &scope, None, RefreshToken::default()).await.unwrap();
    let because = waiting.await.unwrap();
    assert!([Over::Ended("logout".into()), Over::Ended("expired".into())].contains(&because), "{because:?}");
    assert_eq!(sessions::ended(&app, session, false).await.unwrap(), Over::Ended("expired".into()));
}

/// A row as another version, or another product, would have left it.
async fn write(app: &App, sql: String) {
    match &app.db {
        Db::Sqlite { write, .. } => drop(sqlx::query(AssertSqlSafe(sql)).execute(&**write).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::query(AssertSqlSafe(sql)).execute(&**pool).await.unwrap()),
    }
}

async fn hash_of(app: &App) -> String {
    let sql = "select password_hash from users where email = 'ada@games.example'";
    let (hash,): (String,) = match &app.db {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_one(&**read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).fetch_one(&**pool).await.unwrap(),
    };
    hash
}

async fn login(app: &App, password: &str) -> Result<Tokens> {
    let input =
        PasswordLogin { email: Some("ada@games.example".into()), password: Some(password.into()), device_id: None };
    Ok(sessions::sign_in(app, &Scope::NOBODY, input).await?.tokens)
}

#[both_engines]
async fn a_password_that_was_hashed_otherwise_is_hashed_anew_by_the_login_that_fits(domain: TestDomain) {
    let app = &domain.app;
    let admin = NewAdmin { email: Some("ada@games.example".into()), password: Some("correct horse".into()) };
    users::create_admin(app, &Scope::SYSTEM, admin).await.unwrap();
    let today = hash_of(app).await;
    assert!(today.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{today}");
    login(app, "correct horse").await.unwrap();
    assert_eq!(hash_of(app).await, today, "what is as it should be stays");

    let more_memory = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(16, 1, 1, None).unwrap());
    let more_memory: PasswordHash = more_memory.hash_password(b"correct horse").unwrap();
    for old in [bcrypt::hash("correct horse", 4).unwrap(), more_memory.to_string()] {
        write(app, format!("update users set password_hash = '{old}'")).await;
        assert_eq!(code(login(app, "correct horsf").await), "invalid_credentials");
        assert_eq!(hash_of(app).await, old, "a wrong one changes nothing");
        login(app, "correct horse").await.unwrap();
        let new = hash_of(app).await;
        assert!(new.starts_with("$argon2id$v=19$m=8,t=1,p=1$") && new != today, "{new}");
        login(app, "correct horse").await.unwrap();
        assert_eq!(hash_of(app).await, new);
    }
}

/// RF-6: whoever hangs up at any moment of a refresh has a token that is good, the old one or its successor.
#[both_engines]
async fn a_refresh_that_is_broken_off_at_any_moment_leaves_its_token_good(domain: TestDomain) {
    let app = &domain.app;
    let mut token = sign_in(app).await.refresh_token;
    for n in 0..200_u32 {
        let refreshing = tokio::spawn({
            let (app, token) = (app.clone(), token.clone());
            async move { refresh(&app, &token).await.map(drop) }
        });
        // From before its first statement to after its last.
        for _ in 0..n % 40 {
            tokio::task::yield_now().await;
        }
        if n % 3 == 0 {
            tokio::time::sleep(Duration::from_micros(u64::from(n) * 10)).await;
        }
        refreshing.abort();
        drop(refreshing.await);
        if n % 2 == 0 {
            app.clock.advance(TimeDelta::seconds(11));
        }
        token = refresh(app, &token).await.expect("nobody is signed out").refresh_token;
    }
}

#[both_engines]
async fn a_refresh_looks_again_whether_there_is_a_session_and_a_user(domain: TestDomain) {
    let app = &domain.app;
    for gone in ["update sessions set ended_at = created_at", "delete from users"] {
        let tokens = sign_in(app).await;
        write(app, gone.to_owned()).await;
        assert_eq!(code(refresh(app, &tokens.refresh_token).await), "invalid_refresh_token", "{gone}");
        assert_eq!(domain.rows("session_rotations").await, 0, "nothing was rotated");
    }
}

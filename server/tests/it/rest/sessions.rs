mod ends;

use chrono::TimeDelta;
use domain::Config;
use reqwest::Method;
use serde_json::{Value, json};
use testing::{Engine, both_engines};

use crate::app::{Player, TestApp, limits};

async fn refresh(player: &Player<'_>, token: &str) -> crate::app::Answer {
    player.app.nobody().post("/api/v1/refresh", &json!({ "refresh_token": token })).await
}

#[both_engines]
async fn a_device_gets_its_tokens_at_the_top_and_under_data(app: TestApp) {
    let answer = app.nobody().post("/api/v1/login/device", &json!({ "device_id": "0123456789abcdef" })).await;
    let fields = ["access_token", "refresh_token", "expires_in", "user_id"];
    assert!(
        fields.iter().all(|field| !answer.body[field].is_null() && answer.body[field] == answer.body["data"][field])
    );
    assert_eq!((answer.status.as_u16(), answer.body["expires_in"].as_i64()), (200, Some(900)));
    let again = app.sign_in("0123456789abcdef").await;
    assert_eq!(answer.body["user_id"].as_i64(), Some(again.id));
}

#[both_engines]
async fn tokens_are_kept_by_nobody(app: TestApp) {
    let request = app.request(Method::POST, "/api/v1/login/device").json(&json!({ "device_id": "0123456789abcdef" }));
    assert_eq!(request.send().await.unwrap().headers()["cache-control"], "no-store");
}

#[both_engines]
async fn device_ids_that_break_the_rules_are_told_why(app: TestApp) {
    let nobody = app.nobody();
    let problem = async |body: Value| {
        let answer = nobody.post("/api/v1/login/device", &body).await;
        assert_eq!(answer.refusal(), "422 validation_failed");
        answer.body["errors"]["device_id"][0].as_str().unwrap().to_owned()
    };
    assert_eq!(problem(json!({})).await, "can't be blank");
    assert_eq!(problem(json!({ "device_id": null })).await, "can't be blank");
    assert_eq!(problem(json!({ "device_id": 5 })).await, "must be a string");
    assert_eq!(problem(json!({ "device_id": "d".repeat(15) })).await, "should be at least 16 character(s)");
    assert_eq!(problem(json!({ "device_id": "d".repeat(257) })).await, "should be at most 256 character(s)");
}

#[tokio::test]
async fn device_login_can_be_switched_off() {
    let config = Config { device_login: false, ..testing::config() };
    let app = TestApp::with(Engine::Sqlite, limits(), config).await;
    let answer = app.nobody().post("/api/v1/login/device", &json!({ "device_id": "0123456789abcdef" })).await;
    assert_eq!(answer.refusal(), "403 device_auth_disabled");
}

#[both_engines]
async fn a_wrong_password_and_an_unknown_address_look_the_same(app: TestApp) {
    app.admin().await;
    let login = async |email: &str, password: &str| {
        app.nobody().post("/api/v1/login", &json!({ "email": email, "password": password })).await
    };
    let (wrong, unknown) =
        (login("ada@games.example", "correct horsf").await, login("eve@games.example", "correct horse").await);
    assert_eq!(wrong.refusal(), "401 invalid_credentials");
    assert_eq!((wrong.status, wrong.body), (unknown.status, unknown.body));
    assert_eq!(login("ADA@games.example ", "correct horse").await.status, 200);
    let missing = app.nobody().post("/api/v1/login", &json!({})).await;
    assert_eq!(missing.refusal(), "422 validation_failed");
    let long = login("ada@games.example", &"p".repeat(257)).await;
    assert_eq!(long.body["errors"]["password"][0], "should be at most 256 bytes");
}

#[both_engines]
async fn a_full_password_queue_says_when_to_come_back(app: TestApp) {
    // Dearer passwords than tests have, so that the queue really fills.
    drop(app);
    let config = Config {
        password_queue: 0,
        argon2: domain::Argon2Cost { memory_kib: 19 * 1024, passes: 12 },
        ..testing::config()
    };
    let app = TestApp::with(Engine::Sqlite, limits(), config).await;
    let logins = (0..40).map(|n| {
        // Each for another address: tries for the same one wait for one another.
        let login = json!({ "email": format!("{n}@b.example"), "password": "p" });
        let login = app.request(Method::POST, "/api/v1/login").json(&login);
        tokio::spawn(async move { login.send().await.unwrap() })
    });
    let mut turned_away = 0;
    for login in logins.collect::<Vec<_>>() {
        let answer = login.await.unwrap();
        if answer.status() == 503 {
            assert_eq!(answer.headers()["retry-after"], "1");
            turned_away += 1;
        } else {
            assert_eq!(answer.status(), 401);
        }
    }
    assert!(turned_away > 0, "forty at once fit into no queue of none");
    assert_eq!(app.nobody().get("/api/v1/health").await.status, 200);
}

#[both_engines]
async fn a_refresh_gives_a_new_pair_and_a_replay_ends_the_session(app: TestApp) {
    let player = app.player().await;
    let answer = refresh(&player, &player.refresh).await;
    assert_eq!((answer.status.as_u16(), answer.body["user_id"].as_i64()), (200, Some(player.id)));
    let renewed = app.player_of(&answer.body);
    assert_ne!(renewed.refresh, player.refresh);
    assert_eq!(renewed.get("/api/v1/me").await.status, 200);
    app.domain.app.clock.advance(TimeDelta::seconds(11));
    assert_eq!(refresh(&player, &player.refresh).await.refusal(), "401 token_reused");
    assert_eq!(renewed.get("/api/v1/me").await.refusal(), "401 invalid_token");
    assert_eq!(refresh(&player, &renewed.refresh).await.refusal(), "401 invalid_refresh_token");
}

#[both_engines]
async fn neither_token_passes_for_the_other(app: TestApp) {
    let player = app.player().await;
    let access = player.access.clone().unwrap();
    assert_eq!(refresh(&player, &access).await.refusal(), "401 invalid_refresh_token");
    let swapped = Player { access: Some(player.refresh.clone()), ..app.nobody() };
    assert_eq!(swapped.get("/api/v1/me").await.refusal(), "401 invalid_token");
    assert_eq!(app.nobody().post("/api/v1/refresh", &json!({})).await.refusal(), "422 validation_failed");
}

#[both_engines]
async fn expired_forged_and_foreign_tokens_are_refused(app: TestApp) {
    let player = app.player().await;
    let token = player.access.clone().unwrap();
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
    // {"alg":"none"}
    let none = format!("eyJhbGciOiJub25lIn0.{payload}.");
    let last = if signature.ends_with('A') { 'B' } else { 'A' };
    let mut tampered = signature.to_owned();
    tampered.replace_range(0..1, &last.to_string());
    let other = TestApp::with(Engine::Sqlite, limits(), testing::config()).await;
    let foreign_domain = domain::Secrets::generate(&domain::Random::seeded(9));
    let foreign = domain::App::builder(testing::config())
        .clock(app.domain.app.clock.clone())
        .build(other.domain.app.db.clone(), &foreign_domain)
        .unwrap();
    let input = wire::DeviceLogin { device_id: Some("a-device-of-a-test-0".into()) };
    let foreign = domain::sessions::login_device(&foreign, &domain::Scope::NOBODY, input).await.unwrap().access_token;
    for forged in [none, format!("{header}.{payload}.{tampered}"), foreign, "junk".into(), String::new()] {
        let forger = Player { access: Some(forged.clone()), ..app.nobody() };
        assert_eq!(forger.get("/api/v1/me").await.refusal(), "401 invalid_token", "{forged}");
        // A bad bearer is refused where nobody needs one, too.
        assert_eq!(forger.get("/api/v1/lobbies").await.refusal(), "401 invalid_token", "{forged}");
    }
    app.domain.app.clock.advance(TimeDelta::minutes(16));
    assert_eq!(player.get("/api/v1/me").await.refusal(), "401 invalid_token");
}

#[both_engines]
async fn logging_out_always_works_and_ends_the_session(app: TestApp) {
    let [by_bearer, by_body, other] = app.players().await;
    let logout = async |player: &Player<'_>, body: Value| {
        player.send(player.request(Method::DELETE, "/api/v1/logout").json(&body)).await
    };
    assert_eq!(logout(&by_bearer, json!({})).await.body, json!({}));
    assert_eq!(by_bearer.get("/api/v1/me").await.refusal(), "401 invalid_token");
    assert_eq!(logout(&by_bearer, json!({})).await.status, 200, "twice");
    let nobody = app.nobody();
    assert_eq!(logout(&nobody, json!({ "refresh_token": by_body.refresh })).await.status, 200);
    assert_eq!(by_body.get("/api/v1/me").await.refusal(), "401 invalid_token");
    assert_eq!(logout(&nobody, json!({ "refresh_token": "junk" })).await.status, 200);
    assert_eq!(nobody.send(nobody.request(Method::DELETE, "/api/v1/logout").body("{")).await.status, 200);
    assert_eq!(other.get("/api/v1/me").await.status, 200);
}

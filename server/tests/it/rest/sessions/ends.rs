use std::time::{Duration, Instant};

use domain::{Scope, users};
use reqwest::Method;
use serde_json::json;
use testing::both_engines;
use wire::{NewBan, UserId};

use crate::app::{Answer, Player, TestApp};

/// How soon a socket must hear that its session has ended.
const AT_ONCE: Duration = Duration::from_secs(2);

async fn delete(player: &Player<'_>, path: &str) -> Answer {
    player.send(player.request(Method::DELETE, path)).await
}

#[both_engines]
async fn three_sign_ins_are_three_sessions_and_each_can_be_ended(app: TestApp) {
    let mut signed_in = Vec::new();
    for _ in 0..3 {
        let request = app.request(Method::POST, "/api/v1/login/device");
        let request =
            request.header("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0");
        let answer = request.json(&json!({ "device_id": "0123456789abcdef" })).send().await.unwrap();
        signed_in.push(app.player_of(&answer.json().await.unwrap()));
    }
    let [one, two, three] = &signed_in[..] else { panic!("three sign in") };
    let other = app.player().await;
    let list = one.get("/api/v1/me/sessions").await.body;
    let sessions = list["data"].as_array().unwrap();
    assert_eq!(sessions.len(), 3);
    assert_eq!(sessions.iter().filter(|session| session["is_current"] == true).count(), 1);
    assert_eq!((&sessions[0]["device"], &sessions[0]["ip"]), (&json!("Firefox on Linux"), &json!("127.0.0.1")));
    for secret in [&one.refresh, one.access.as_ref().unwrap()] {
        assert!(!list.to_string().contains(secret.as_str()), "no token stands there");
    }

    let of_two = two.get("/api/v1/me/sessions").await.body["data"].clone();
    let of_two = of_two.as_array().unwrap().iter().find(|session| session["is_current"] == true).unwrap()["id"].clone();
    assert_eq!(delete(&other, &format!("/api/v1/me/sessions/{of_two}")).await.refusal(), "404 not_found");
    assert_eq!(delete(one, &format!("/api/v1/me/sessions/{of_two}")).await.body, json!({}));
    assert_eq!(two.get("/api/v1/me").await.refusal(), "401 invalid_token");
    let refresh = json!({ "refresh_token": two.refresh });
    assert_eq!(app.nobody().post("/api/v1/refresh", &refresh).await.refusal(), "401 invalid_refresh_token");
    assert_eq!(three.get("/api/v1/me").await.status, 200);
    assert_eq!(delete(one, &format!("/api/v1/me/sessions/{of_two}")).await.status, 200, "once more is fine");

    assert_eq!(delete(one, "/api/v1/me/sessions").await.status, 200);
    assert_eq!(three.get("/api/v1/me").await.refusal(), "401 invalid_token");
    assert_eq!(one.get("/api/v1/me").await.status, 200);
    assert_eq!(delete(one, "/api/v1/me/sessions?all=perhaps").await.refusal(), "422 validation_failed");
    let answer = one.request(Method::DELETE, "/api/v1/me/sessions?all=true").send().await.unwrap();
    assert_eq!(answer.headers()["clear-site-data"], r#""cookies", "storage""#);
    assert_eq!(one.get("/api/v1/me").await.refusal(), "401 invalid_token");
    assert_eq!(other.get("/api/v1/me").await.status, 200);
}

#[both_engines]
async fn signing_out_everywhere_by_cookie_takes_the_cookie_away(app: TestApp) {
    let admin = app.admin_in_browser().await;
    let origin = format!("http://{}", app.address);
    let request = admin.request(Method::DELETE, "/api/v1/me/sessions?all=true").header("origin", origin);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(admin.get("/api/v1/me").await.refusal(), "401 authentication_required");
    assert_eq!(admin.request(Method::GET, "/admin").send().await.unwrap().status(), 303, "to the page to sign in on");
}

#[both_engines]
async fn whoever_is_banned_is_off_the_air_within_two_seconds(app: TestApp) {
    let [eve, bob] = app.players().await;
    let (mut hers, mut his) = (eve.socket().await, bob.socket().await);
    hers.joined("lobbies").await;
    his.joined("lobbies").await;
    let ban = NewBan { reason: Some("Spam".into()) };
    let at = Instant::now();
    users::ban(&app.domain.app, &Scope::SYSTEM, UserId(eve.id), ban).await.unwrap();
    assert_eq!(hers.close_code().await, 4503);
    assert!(at.elapsed() < AT_ONCE, "{:?}", at.elapsed());
    assert_eq!(eve.get("/api/v1/me").await.refusal(), "401 invalid_token");
    let refresh = json!({ "refresh_token": eve.refresh });
    assert_eq!(app.nobody().post("/api/v1/refresh", &refresh).await.refusal(), "401 invalid_refresh_token");
    assert_eq!(crate::socket::client::connect(&app, &eve.query(), &[]).await.err(), Some(403));
    assert_eq!(bob.get("/api/v1/me").await.status, 200);
}

#[both_engines]
async fn a_banned_admin_is_out_of_the_dashboard_at_once(app: TestApp) {
    let browser = app.admin_in_browser().await;
    let id = browser.get("/api/v1/me").await.body["id"].as_i64().unwrap();
    let second = wire::NewAdmin { email: Some("bob@games.example".into()), password: Some("correct horse".into()) };
    users::create_admin(&app.domain.app, &Scope::SYSTEM, second).await.unwrap();
    assert_eq!(browser.request(Method::GET, "/admin").send().await.unwrap().status(), 200);
    users::ban(&app.domain.app, &Scope::SYSTEM, UserId(id), NewBan::default()).await.unwrap();
    assert_eq!(browser.request(Method::GET, "/admin").send().await.unwrap().status(), 303);
}

#[both_engines]
async fn an_admin_no_more_hears_no_more(app: TestApp) {
    let admin = app.admin().await;
    let second = wire::NewAdmin { email: Some("bob@games.example".into()), password: Some("correct horse".into()) };
    users::create_admin(&app.domain.app, &Scope::SYSTEM, second).await.unwrap();
    let mut socket = admin.socket().await;
    socket.joined("admin:users").await;
    users::set_admin(&app.domain.app, &Scope::SYSTEM, UserId(admin.id), false).await.unwrap();
    assert_eq!(socket.close_code().await, 1001, "it may come back, as who it is now");
    assert_eq!(admin.socket().await.join("admin:lobbies").await.1["error"], "forbidden");
    assert_eq!(admin.get("/api/v1/me").await.body["is_admin"], false, "and the session lives on");
}

#[both_engines]
async fn an_account_is_exported_and_deleted_by_its_owner(app: TestApp) {
    let eve = app.player().await;
    let lobby = eve.open(json!({ "title": "Dunes" })).await;
    let mut socket = eve.socket().await;
    socket.joined("lobbies").await;
    let export = eve.get("/api/v1/me/export").await;
    assert_eq!((export.status.as_u16(), &export.body["lobby"]["id"]), (200, &json!(lobby)));
    assert_eq!(export.body["account"]["id"], eve.id);
    let answer = eve.request(Method::DELETE, "/api/v1/me").send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers().contains_key("clear-site-data")), (200, true));
    assert_eq!(socket.close_code().await, 4501);
    assert_eq!(eve.get("/api/v1/me").await.refusal(), "401 invalid_token");
    assert_eq!(app.nobody().get(&format!("/api/v1/lobbies/{lobby}")).await.refusal(), "404 not_found");
    assert_eq!(delete(&eve, "/api/v1/me").await.refusal(), "401 invalid_token");
}

#[both_engines]
async fn the_dashboard_asks_for_another_sign_in_after_twelve_hours(app: TestApp) {
    let admin = app.admin_in_browser().await;
    app.domain.app.clock.advance(chrono::TimeDelta::hours(12));
    let answer = admin.request(Method::GET, "/admin/users?q=a").send().await.unwrap();
    assert_eq!(answer.status(), 303);
    let to = "/users/log-in?problem=recent_login_required&next=%2Fadmin%2Fusers%3Fq%3Da";
    assert_eq!(answer.headers()["location"], to);
    let origin = format!("http://{}", app.address);
    let request = admin.request(Method::POST, "/_fn/overview").header("origin", origin).json(&json!({}));
    assert_eq!(admin.send(request).await.refusal(), "403 recent_login_required");
    assert_eq!(admin.get("/api/v1/me").await.status, 200, "as a player they are signed in");
    assert_eq!(app.admin_in_browser_again().await.request(Method::GET, "/admin").send().await.unwrap().status(), 200);
}

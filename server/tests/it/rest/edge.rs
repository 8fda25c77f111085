//! What every route withstands.

use reqwest::Method;
use serde_json::json;
use testing::both_engines;

use crate::app::{TestApp, limits};

#[both_engines]
async fn the_server_says_that_it_is_up(app: TestApp) {
    let health = app.nobody().get("/api/v1/health").await;
    assert_eq!(health.body, json!({ "status": "ok", "timestamp": "2027-01-15T08:00:00Z" }));
}

#[both_engines]
async fn bodies_that_are_not_json_are_told_apart(app: TestApp) {
    let player = app.player().await;
    let post = || player.request(Method::POST, "/api/v1/lobbies");
    let json = || post().header("content-type", "application/json");
    for malformed in ["{", "{\"title\":}", "nonsense", "{} {}", "\u{0}"] {
        assert_eq!(player.send(json().body(malformed)).await.refusal(), "400 invalid_json", "{malformed}");
    }
    assert_eq!(player.send(json().body("[".repeat(60_000))).await.refusal(), "400 invalid_json");
    for not_an_object in ["[]", "null", "5", "\"text\""] {
        assert_eq!(player.send(json().body(not_an_object)).await.refusal(), "422 validation_failed");
    }
    assert_eq!(player.send(json().body(vec![0xff, 0xfe])).await.refusal(), "400 invalid_json");
    assert_eq!(player.send(post().body("{}")).await.refusal(), "415 unsupported_media_type");
    let form = post().header("content-type", "application/x-www-form-urlencoded").body("title=a");
    assert_eq!(player.send(form).await.refusal(), "415 unsupported_media_type");
    let packed = json().header("content-encoding", "gzip").body("{}");
    assert_eq!(player.send(packed).await.refusal(), "415 unsupported_media_type");
    assert_eq!(player.send(json()).await.status, 201, "an empty body counts as an empty object");
}

#[both_engines]
async fn a_body_may_be_as_large_as_the_limit_and_no_larger(app: TestApp) {
    let player = app.player().await;
    let of = |bytes: usize| {
        let padding = " ".repeat(bytes - 2);
        player
            .request(Method::POST, "/api/v1/lobbies")
            .header("content-type", "application/json")
            .body(format!("{{{padding}}}"))
    };
    assert_eq!(player.send(of(limits().body)).await.status, 201);
    assert_eq!(player.send(of(limits().body + 1)).await.refusal(), "413 too_large");
    let login = json!({ "device_id": "0123456789abcdef", "padding": "x".repeat(limits().sign_in_body) });
    assert_eq!(app.nobody().post("/api/v1/login/device", &login).await.refusal(), "413 too_large");
}

/// PostgreSQL keeps no NUL and SQLite does: neither is asked to.
#[both_engines]
async fn a_nul_character_is_refused_wherever_it_comes(app: TestApp) {
    let (nobody, player) = (app.nobody(), app.player().await);
    assert_eq!(nobody.get("/api/v1/lobbies?title=a%00b").await.refusal(), "422 validation_failed");
    let login = json!({ "email": "a\0@games.example", "password": "a\0b" });
    assert_eq!(nobody.post("/api/v1/login", &login).await.refusal(), "422 validation_failed");
    for lobby in [json!({ "title": "\0" }), json!({ "metadata": { "a": "\0" } }), json!({ "metadata": { "\0": 1 } })] {
        assert_eq!(player.post("/api/v1/lobbies", &lobby).await.refusal(), "422 validation_failed", "{lobby}");
    }
    let device = json!({ "device_id": "a\0".repeat(10) });
    assert_eq!(nobody.post("/api/v1/login/device", &device).await.refusal(), "422 validation_failed");
    let refresh = nobody.post("/api/v1/refresh", &json!({ "refresh_token": "1.1.\0" })).await;
    assert_eq!(refresh.refusal(), "401 invalid_refresh_token");
    let admin = app.admin_in_browser().await;
    let look = json!({ "filter": { "q": "a\0" }, "page": {} });
    let look = admin.request(Method::POST, "/_fn/users").header("origin", app.url("")).json(&look);
    assert_eq!(admin.send(look).await.refusal(), "422 validation_failed");
}

#[both_engines]
async fn what_is_not_there_is_said_to_be_not_there(app: TestApp) {
    let nobody = app.nobody();
    assert_eq!(nobody.get("/api/v1/nothing").await.refusal(), "404 not_found");
    for id in ["0", "-1", "x", "1.5", "99999999999999999999", "%00", "9223372036854775807"] {
        assert_eq!(nobody.get(&format!("/api/v1/lobbies/{id}")).await.refusal(), "404 not_found", "{id}");
    }
    assert_eq!(nobody.get("/socket/websocket").await.refusal(), "426 upgrade_required");
    let put = nobody.send(nobody.request(Method::PUT, "/api/v1/lobbies")).await;
    assert_eq!(put.refusal(), "405 method_not_allowed");
}

#[both_engines]
async fn a_game_on_any_site_may_call_the_api_but_never_with_a_cookie(app: TestApp) {
    let request = app.request(Method::OPTIONS, "/api/v1/lobbies");
    let preflight = request
        .header("origin", "https://game.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type");
    let answer = preflight.send().await.unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    assert!(answer.headers().get("access-control-allow-credentials").is_none());

    let admin = app.admin_in_browser().await;
    assert_eq!(admin.get("/api/v1/me").await.body["is_admin"], true);
    let open = || admin.request(Method::POST, "/api/v1/lobbies").json(&json!({}));
    let refused = admin.send(open().header("origin", "https://game.example")).await;
    assert_eq!(refused.refusal(), "403 foreign_origin");
    assert_eq!(admin.send(open()).await.refusal(), "403 foreign_origin");
    let ours = open().header("origin", format!("http://{}", app.address));
    assert_eq!(admin.send(ours).await.status, 201);
}

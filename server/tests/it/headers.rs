//! The headers every answer carries.

use std::fmt::Write;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use server::Web;
use testing::{Engine, Fixture, TestDomain, both_engines};

use crate::app::{TestApp, limits};

/// The status of an answer, what every answer has in common, and its other headers, without what is of the moment.
async fn headers(request: RequestBuilder) -> (String, String) {
    let answer = request.send().await.unwrap();
    let mut headers: Vec<_> = answer.headers().iter().collect();
    headers.sort_by_key(|(name, _)| name.as_str());
    let (mut common, mut own) = (String::new(), format!("{}\n", answer.status().as_u16()));
    for (name, value) in headers {
        let value = value.to_str().unwrap();
        match name.as_str() {
            "date" | "content-length" | "etag" | "transfer-encoding" => {}
            "x-request-id" => assert_eq!(value.len(), 32, "one of its own"),
            "content-security-policy" => {
                let parts = value.split('\'').map(|part| if part.starts_with("nonce-") { "nonce" } else { part });
                let lines = parts.collect::<Vec<_>>().join("'").replace("; ", "\n  ");
                writeln!(common, "{name}:\n  {lines}").unwrap();
            }
            "cross-origin-opener-policy" | "permissions-policy" | "x-content-type-options" => {
                writeln!(common, "{name}: {}", value.replace(", ", "\n  ")).unwrap();
            }
            _ => writeln!(own, "  {name}: {value}").unwrap(),
        }
    }
    (common, own)
}

#[tokio::test]
async fn every_answer_is_guarded_in_the_same_way() {
    let app = TestApp::on(Engine::Sqlite).await;
    let (common, _) = get(&app, "/users/log-in").await;
    insta::assert_snapshot!(common, @r#"
    content-security-policy:
      default-src 'self'
      script-src 'self' 'nonce' 'strict-dynamic' 'wasm-unsafe-eval'
      style-src 'self' 'nonce'
      img-src 'self' data: blob:
      connect-src 'self'
      object-src 'none'
      base-uri 'none'
      frame-ancestors 'none'
      form-action 'self'
    cross-origin-opener-policy: same-origin
    permissions-policy: accelerometer=()
      camera=()
      display-capture=()
      geolocation=()
      gyroscope=()
      magnetometer=()
      microphone=()
      midi=()
      payment=()
      usb=()
    x-content-type-options: nosniff
    "#);
    for path in ["/api/v1/lobbies", "/icons.svg", "/nothing", "/api/v1/nothing", "/livez", "/pkg/nothing.js"] {
        assert_eq!(get(&app, path).await.0, common, "{path}");
    }
    assert_eq!(too_large(&app).await.0, common);
    app.domain.app.db.close().await;
    assert_eq!(get(&app, "/api/v1/lobbies?page=2").await.0, common);
}

async fn get(app: &TestApp, path: &str) -> (String, String) {
    headers(app.request(Method::GET, path)).await
}

async fn too_large(app: &TestApp) -> (String, String) {
    headers(app.request(Method::POST, "/api/v1/login").body("x".repeat(limits().sign_in_body + 1))).await
}

#[tokio::test]
async fn pages_are_stored_by_nobody_and_their_files_by_everybody() {
    let app = TestApp::on(Engine::Sqlite).await;
    insta::assert_snapshot!(get(&app, "/privacy").await.1, @r#"
    200
      cache-control: no-store
      content-type: text/html; charset=utf-8
      cross-origin-resource-policy: same-origin
      referrer-policy: strict-origin-when-cross-origin
      vary: accept-encoding
    "#);
    insta::assert_snapshot!(get(&app, "/icons.svg").await.1, @r#"
    200
      cache-control: public, max-age=300
      content-type: image/svg+xml
      cross-origin-resource-policy: same-origin
      referrer-policy: strict-origin-when-cross-origin
      vary: accept-encoding
    "#);
    insta::assert_snapshot!(get(&app, &asset(&app, "gameserver.js").await).await.1, @r#"
    200
      cache-control: public, max-age=31536000, immutable
      content-type: text/javascript
      cross-origin-resource-policy: same-origin
      referrer-policy: strict-origin-when-cross-origin
      vary: accept-encoding
    "#);
    insta::assert_snapshot!(get(&app, &asset(&app, "gameserver.wasm").await).await.1, @r#"
    200
      cache-control: public, max-age=31536000, immutable
      content-type: application/wasm
      cross-origin-resource-policy: same-origin
      referrer-policy: strict-origin-when-cross-origin
      vary: accept-encoding
    "#);
    insta::assert_snapshot!(get(&app, "/nothing").await.1, @r#"
    404
      cache-control: no-store
      content-type: text/html; charset=utf-8
      cross-origin-resource-policy: same-origin
      referrer-policy: strict-origin-when-cross-origin
      vary: accept-encoding
    "#);
    insta::assert_snapshot!(get(&app, "/readyz").await.1, @r#"
    200
      cache-control: no-store
      content-type: application/json
      cross-origin-resource-policy: same-origin
      referrer-policy: strict-origin-when-cross-origin
    "#);
}

#[tokio::test]
async fn the_api_is_for_games_on_any_site() {
    let app = TestApp::on(Engine::Sqlite).await;
    insta::assert_snapshot!(get(&app, "/api/v1/lobbies").await.1, @r#"
    200
      access-control-allow-origin: *
      access-control-expose-headers: ratelimit-limit,ratelimit-remaining,ratelimit-reset,retry-after,x-request-id
      cache-control: no-store
      content-type: application/json
      cross-origin-resource-policy: cross-origin
      referrer-policy: strict-origin-when-cross-origin
      vary: origin, access-control-request-method, access-control-request-headers
    "#);
    insta::assert_snapshot!(get(&app, "/api/v1/nothing").await.1, @r#"
    404
      access-control-allow-origin: *
      access-control-expose-headers: ratelimit-limit,ratelimit-remaining,ratelimit-reset,retry-after,x-request-id
      cache-control: no-store
      content-type: application/json
      cross-origin-resource-policy: cross-origin
      referrer-policy: strict-origin-when-cross-origin
      vary: origin, access-control-request-method, access-control-request-headers
    "#);
    insta::assert_snapshot!(too_large(&app).await.1, @r#"
    413
      access-control-allow-origin: *
      access-control-expose-headers: ratelimit-limit,ratelimit-remaining,ratelimit-reset,retry-after,x-request-id
      cache-control: no-store
      content-type: application/json
      cross-origin-resource-policy: cross-origin
      referrer-policy: strict-origin-when-cross-origin
      vary: origin, access-control-request-method, access-control-request-headers
    "#);
    // Not the page that was just asked for, which is kept.
    app.domain.app.db.close().await;
    insta::assert_snapshot!(get(&app, "/api/v1/lobbies?page=2").await.1, @r#"
    503
      access-control-allow-origin: *
      access-control-expose-headers: ratelimit-limit,ratelimit-remaining,ratelimit-reset,retry-after,x-request-id
      cache-control: no-store
      content-type: application/json
      cross-origin-resource-policy: cross-origin
      referrer-policy: strict-origin-when-cross-origin
      retry-after: 2
      vary: origin, access-control-request-method, access-control-request-headers
    "#);
}

/// Where the pages find a file of the package.
async fn asset(app: &TestApp, name: &str) -> String {
    let page = app.request(Method::GET, "/users/log-in").send().await.unwrap().text().await.unwrap();
    let folder = page.split("/pkg/").nth(1).unwrap().split('/').next().unwrap();
    format!("/pkg/{folder}/{name}")
}

#[both_engines]
async fn a_page_whose_address_is_a_secret_tells_it_to_nobody(app: TestApp) {
    let first_admin = format!("/users/first-admin?token={}", app.setup_token().await);
    let of_mails = ["confirm", "log-in", "reset-password", "confirm-email"].map(|page| format!("/users/{page}/1.junk"));
    for page in of_mails.iter().chain([&first_admin]) {
        let (_, told) = headers(app.request(Method::GET, page)).await;
        assert!(told.contains("referrer-policy: no-referrer\n"), "{page}: {told}");
        assert!(told.contains("cache-control: no-store\n"), "{page}: {told}");
    }
}

#[tokio::test]
async fn browsers_are_told_to_come_by_https_only_where_players_do() {
    for (https, expected) in [(true, Some("max-age=31536000; includeSubDomains")), (false, None)] {
        let web = Web { https, ..Web::default() };
        let app = TestApp::of(TestDomain::on(Engine::Sqlite).await, limits(), web).await;
        for path in ["/", "/api/v1/health", "/icons.svg", "/livez"] {
            let answer = app.request(Method::GET, path).send().await.unwrap();
            let told = answer.headers().get("strict-transport-security").map(|value| value.to_str().unwrap());
            assert_eq!(told, expected, "{path}");
        }
    }
}

#[both_engines]
async fn the_probes_say_what_they_looked_at(app: TestApp) {
    let ask = async |path: &str| {
        let answer = app.request(Method::GET, path).header("authorization", "Bearer nonsense").send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    assert_eq!(ask("/livez").await, (200, json!({ "status": "ok" })));
    let checks = json!({ "database": "ok", "migrations": "ok", "serving": "ok" });
    assert_eq!(ask("/readyz").await, (200, json!({ "status": "ready", "checks": checks })));
    app.leaving.begin();
    let checks = json!({ "database": "ok", "migrations": "ok", "serving": "leaving" });
    assert_eq!(ask("/readyz").await, (503, json!({ "status": "not_ready", "checks": checks })));
    assert_eq!(ask("/livez").await.0, 200);
}

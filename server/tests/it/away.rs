//! A database that goes away and comes back.

use std::time::{Duration, Instant};

use domain::Database;
use futures_util::future::join_all;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use server::Web;
use testing::TestDomain;
use tokio::time::sleep;

use crate::app::{Player, TestApp, limits};
use crate::proxy::{Network, Proxy};

/// A client is told within 5 s; the rest is for a machine that has other things to do.
const TOLD: Duration = Duration::from_secs(8);

async fn app_behind_a_proxy() -> (TestApp, Proxy) {
    let (proxy, url) = Proxy::before(&testing::new_postgres_database().await).await;
    let folder = tempfile::tempdir().unwrap();
    let domain = TestDomain::at(Database::Postgres(url), folder, testing::config()).await;
    (TestApp::of(domain, limits(), Web::default()).await, proxy)
}

/// One request of each kind.
fn requests(app: &TestApp, player: &Player<'_>, admin: &Player<'_>) -> Vec<RequestBuilder> {
    let nobody = app.nobody();
    let device = json!({ "device_id": "a-device-nobody-has-seen-yet" });
    let ours = format!("http://{}", app.address);
    vec![
        player.request(Method::GET, "/api/v1/me"),
        player.request(Method::POST, "/api/v1/lobbies").json(&json!({})),
        player.request(Method::DELETE, "/api/v1/logout"),
        admin.request(Method::DELETE, "/api/v1/logout").header("origin", &ours),
        nobody.request(Method::GET, "/api/v1/lobbies"),
        nobody.request(Method::POST, "/api/v1/login/device").json(&device),
        admin.request(Method::GET, "/admin/lobbies"),
        admin.request(Method::GET, "/"),
    ]
}

async fn assert_told(request: RequestBuilder) {
    let begun = Instant::now();
    let answer = request.send().await.unwrap();
    let took = begun.elapsed();
    let url = answer.url().clone();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{url}");
    assert!(took < TOLD, "{url} took {took:?}");
    assert!(answer.headers().contains_key("retry-after"), "{url}");
    assert!(!answer.headers().contains_key("set-cookie"), "{url}: nobody is signed out by it");
    let body: Value = answer.json().await.unwrap();
    assert!(body["error"] == "busy" || body["error"] == "database_unavailable", "{url}: {body}");
}

async fn status(app: &TestApp, path: &str) -> (StatusCode, Value) {
    let answer = app.request(Method::GET, path).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

async fn goes_away_and_comes_back(away: Network) {
    let (app, proxy) = app_behind_a_proxy().await;
    let (player, admin) = (app.player().await, app.admin_in_browser().await);
    assert_eq!(status(&app, "/readyz").await.0, StatusCode::OK);
    let mut socket = app.nobody().socket().await;
    socket.joined("lobbies").await;
    // Every connection of the pool is in use when it happens.
    let busy = join_all((0..40).map(|_| player.get("/api/v1/me"))).await;
    assert!(busy.iter().all(|answer| answer.status == 200));

    proxy.becomes(away);
    join_all((0..5).flat_map(|_| requests(&app, &player, &admin)).map(assert_told)).await;
    assert_eq!(status(&app, "/livez").await.0, StatusCode::OK);
    let begun = Instant::now();
    let (ready, why) = status(&app, "/readyz").await;
    assert!(begun.elapsed() < TOLD);
    assert_eq!(ready, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(why["checks"], json!({ "database": "unreachable", "migrations": "unknown", "serving": "ok" }));

    proxy.becomes(Network::There);
    let begun = Instant::now();
    while status(&app, "/readyz").await.0 != StatusCode::OK {
        assert!(begun.elapsed() < TOLD, "it is not found again");
        sleep(Duration::from_millis(100)).await;
    }
    // No connection was lost to those who waited: as many work at once as before.
    let back = join_all((0..40).map(|_| player.get("/api/v1/me"))).await;
    assert!(back.iter().all(|answer| answer.status == 200), "{back:?}");
    assert_eq!(admin.get("/api/v1/me").await.status, 200);
    // Sockets stood it out, and hear what happens from now on.
    let lobby = player.open(json!({})).await;
    let heard = socket.event().await;
    assert_eq!((&heard[1], &heard[2]["id"]), (&json!("lobby_created"), &json!(lobby)));
}

#[tokio::test]
async fn a_database_that_is_stopped_is_told_and_found_again() {
    goes_away_and_comes_back(Network::Cut).await;
}

#[tokio::test]
async fn a_database_that_falls_silent_is_told_and_found_again() {
    goes_away_and_comes_back(Network::Silent).await;
}

//! How many sockets there may be.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use serde_json::Value;
use server::Limits;
use testing::Engine;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::client::{PATIENCE, Socket, ask};
use crate::app::TestApp;

async fn app(change: impl FnOnce(&mut Limits)) -> TestApp {
    let mut limits = Limits::default();
    change(&mut limits);
    TestApp::with(Engine::Sqlite, limits, testing::config()).await
}

/// Asks for an upgrade, and says no more.
pub(crate) const UPGRADE: &str = "GET /socket/websocket?vsn=2.0.0 HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\n\
                       upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// The status, code and `Retry-After` of a refused connection.
async fn refusal(app: &TestApp, query: &str) -> (u16, String, Option<u64>) {
    let refused = ask(app, query, &[]).await.err().expect("it is refused");
    let body: Value = serde_json::from_slice(refused.body().as_deref().unwrap()).unwrap();
    assert!(body["message"].as_str().unwrap().contains("onnect again"), "{body}");
    let wait = refused.headers().get("retry-after").map(|wait| wait.to_str().unwrap().parse().unwrap());
    (refused.status().as_u16(), body["error"].as_str().unwrap().to_owned(), wait)
}

/// Connects as soon as there is a place.
async fn connects_again(app: &TestApp, query: &str) -> Socket {
    tokio::time::timeout(PATIENCE, async {
        loop {
            if let Ok(socket) = ask(app, query, &[]).await {
                return socket;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .expect("there is a place again")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_eleventh_socket_of_a_player_is_refused() {
    let app = app(|_| {}).await;
    let [alice, bob] = app.players().await;
    let mut sockets = Vec::new();
    for _ in 0..10 {
        sockets.push(alice.socket().await);
    }
    assert_eq!(refusal(&app, &alice.query()).await, (429, "too_many_sockets".into(), Some(10)));
    assert_eq!(app.counts.turned_away.load(Relaxed), 1);
    let _others_may = (bob.socket().await, app.nobody().socket().await);
    sockets.pop();
    connects_again(&app, &alice.query()).await.joined("lobbies").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_101st_socket_from_an_address_is_refused() {
    let app = app(|limits| limits.sockets_spare_loopback = false).await;
    let nobody = app.nobody();
    let mut sockets = Vec::new();
    for _ in 0..100 {
        sockets.push(nobody.socket().await);
    }
    assert_eq!(refusal(&app, &nobody.query()).await, (429, "too_many_sockets".into(), Some(10)));
    let player = app.player().await;
    assert_eq!(refusal(&app, &player.query()).await.0, 429, "whoever it is");
    sockets.clear();
    for _ in 0..100 {
        sockets.push(connects_again(&app, &nobody.query()).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_socket_more_than_the_server_has_places_for_is_refused() {
    let app = app(|limits| limits.sockets = 2).await;
    let nobody = app.nobody();
    let sockets = (nobody.socket().await, nobody.socket().await);
    assert_eq!(refusal(&app, &nobody.query()).await, (503, "busy".into(), Some(10)));
    drop(sockets);
    connects_again(&app, &nobody.query()).await.joined("lobbies").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_refused_or_gone_holds_no_place() {
    let app = app(|limits| limits.sockets = 5).await;
    for _ in 0..20 {
        let refused = ask(&app, "vsn=2.0.0&token=junk", &[]).await.err().unwrap();
        assert_eq!(refused.status(), 403);
        let mut gone = TcpStream::connect(app.address).await.unwrap();
        gone.write_all(UPGRADE.as_bytes()).await.unwrap();
    }
    let mut sockets = Vec::new();
    for _ in 0..5 {
        sockets.push(connects_again(&app, &app.nobody().query()).await);
    }
    assert_eq!(refusal(&app, &app.nobody().query()).await.0, 503);
}

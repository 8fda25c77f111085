//! The numbers that are kept of the sockets.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use serde_json::json;
use testing::both_engines;

use super::client::PATIENCE;
use crate::app::TestApp;

#[both_engines]
async fn what_goes_on_is_counted(app: TestApp) {
    let counts = &app.counts;
    let [alice, bob] = app.players().await;
    let (mut one, mut other) = (alice.socket().await, app.nobody().socket().await);
    one.joined("lobbies").await;
    one.joined(&format!("user:{}", alice.id)).await;
    other.joined("lobbies").await;
    assert_eq!((counts.open.load(Relaxed), counts.topics.load(Relaxed)), (2, 3));
    assert_eq!((counts.received.load(Relaxed), counts.sent.load(Relaxed)), (3, 3));

    bob.open(json!({})).await;
    assert_eq!((&one.event().await[1], &other.event().await[1]), (&json!("lobby_created"), &json!("lobby_created")));
    assert_eq!((counts.pushed.load(Relaxed), counts.sent.load(Relaxed), counts.lagged.load(Relaxed)), (2, 5, 0));
    other.send("nonsense").await;
    other.next().await;

    one.send(r#"["1","2","lobbies","phx_leave",{}]"#).await;
    one.next().await;
    one.next().await;
    assert_eq!(counts.topics.load(Relaxed), 2);
    drop(other);
    app.go_away();
    assert_eq!(one.close_code().await, 1001);
    tokio::time::timeout(PATIENCE, async {
        while counts.open.load(Relaxed) > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("both are over");
    assert_eq!((counts.topics.load(Relaxed), counts.waiting.load(Relaxed)), (0, 0));
    assert_eq!(counts.malformed.load(Relaxed), 1);
    let gone = counts.left.load(Relaxed) + counts.lost.load(Relaxed);
    let closed: Vec<_> = counts.closed().filter(|(_, count)| *count > 0).collect();
    assert!(closed == [(1001, 1)] && gone == 1 || closed == [(1001, 2)] && gone == 0, "{closed:?} {gone}");
}

//! The client for programs, against our own socket over real connections.

mod history;
mod server;

use std::time::Duration;

use bytes::Bytes;
use channels::client::native::{Client, Door, PushError, Settings, Subscription};
use channels::client::{Heard, Status};
use channels::close;
use channels::codec::Payload;
use serde_json::json;
use tokio::time::timeout;

use self::server::Server;

/// Long enough for a busy machine; what does not happen within it does not happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// Settings that let a test wait for nothing.
fn quick() -> Settings {
    Settings { first_wait: Duration::from_millis(5), ..Settings::default() }
}

fn connect(server: &Server) -> Client {
    Client::connect_with(Door::to(&server.url()).unwrap(), quick())
}

async fn next(subscription: &mut Subscription) -> Heard {
    timeout(PATIENCE, subscription.next()).await.expect("something is heard").expect("the client lives")
}

async fn joined(client: &Client, topic: &str) -> Subscription {
    let mut subscription = client.join(topic);
    assert!(matches!(next(&mut subscription).await, Heard::Joined(_)));
    subscription
}

/// Waits for a status.
async fn becomes(client: &Client, expected: impl Fn(Status) -> bool) {
    let mut status = client.status();
    timeout(PATIENCE, status.wait_for(|status| expected(*status))).await.expect("it comes to that").unwrap();
}

#[tokio::test]
async fn it_joins_hears_pushes_and_leaves() {
    let server = Server::start().await;
    let client = connect(&server);
    let mut room = client.join("news");
    assert_eq!(next(&mut room).await, Heard::Joined(json!({"epoch": "e0", "seq": 0})));
    server.history.publish();
    assert_eq!(next(&mut room).await, Heard::Event { event: "happened".to_owned(), payload: json!({"seq": 1}) });

    let mut again = client.join("news");
    assert_eq!(next(&mut again).await, Heard::Joined(json!({"epoch": "e0", "seq": 0})), "one join for both");
    drop(room);
    server.history.publish();
    assert!(matches!(next(&mut again).await, Heard::Event { .. }));
    drop(again);
    timeout(PATIENCE, server.history.nobody_listens()).await.expect("the topic was left");

    let mut elsewhere = client.join("elsewhere");
    assert_eq!(next(&mut elsewhere).await, Heard::Refused(json!({"reason": "unmatched topic"})));
}

#[tokio::test]
async fn a_push_is_answered_refused_or_not_sent() {
    let server = Server::start().await;
    let client = connect(&server);
    assert_eq!(client.push("news", "echo", json!(1)).await, Err(PushError::NotJoined));
    let mut news = joined(&client, "news").await;
    assert_eq!(client.push("news", "echo", json!({"a": 1})).await, Ok(Payload::Json(json!({"a": 1}))));
    let bytes = Bytes::from_static(b"\x00\xff");
    assert_eq!(client.push("news", "echo", bytes.clone()).await, Ok(Payload::Binary(bytes.clone())));
    let refused = json!({"reason": "unknown_event"});
    assert_eq!(client.push("news", "dance", json!({})).await, Err(PushError::Refused(refused.clone())));
    assert_eq!(client.push("news", "dance", bytes.clone()).await, Err(PushError::Refused(refused)));
    let long = "x".repeat(256);
    assert!(matches!(client.push("news", &long, bytes.clone()).await, Err(PushError::TooLong(_))));

    server.history.show(&bytes);
    assert_eq!(next(&mut news).await, Heard::Bytes { event: "shown".to_owned(), payload: bytes });
}

#[tokio::test]
async fn a_push_whose_connection_breaks_is_lost_and_not_sent_again() {
    let server = Server::start().await;
    let client = connect(&server);
    let mut news = joined(&client, "news").await;
    let push = tokio::spawn({
        let client = client.clone();
        async move { client.push("news", "never", json!({})).await }
    });
    timeout(PATIENCE, server.history.asked.notified()).await.expect("the push arrives");
    server.cut();
    assert_eq!(timeout(PATIENCE, push).await.unwrap().unwrap(), Err(PushError::Lost));
    assert_eq!(next(&mut news).await, Heard::Recovered);
    assert_eq!(client.push("news", "echo", json!(1)).await, Ok(Payload::Json(json!(1))));
}

#[tokio::test]
async fn it_comes_back_after_one_code_and_not_after_another() {
    let server = Server::start().await;
    let client = connect(&server);
    let mut news = joined(&client, "news").await;
    server.close(close::GOING_AWAY);
    assert_eq!(next(&mut news).await, Heard::Recovered);
    assert_eq!(server.connections(), 2);

    server.close(close::SIGNED_OUT);
    becomes(&client, |status| status == Status::Ended { code: 4501 }).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(server.connections(), 2);
    server.history.publish();
    client.reconnect_now();
    assert_eq!(next(&mut news).await, Heard::Recovered);
    assert!(matches!(next(&mut news).await, Heard::Event { .. }));
}

#[tokio::test]
async fn whoever_is_not_let_in_does_not_come_back_but_by_another_door() {
    let server = Server::start_with_token("right").await;
    let door = |token| Door::to(&server.url()).unwrap().with_token(token).unwrap();
    let client = Client::connect_with(door("wrong"), quick());
    becomes(&client, |status| status == Status::Ended { code: 4501 }).await;
    client.come_by(door("right"));
    client.reconnect_now();
    drop(joined(&client, "news").await);
    assert_eq!(format!("{:?}", door("right")), "Door");
    for bad in ["nowhere", "ws://", "http://nowhere/socket", "wss://nowhere/socket", "ws://no where/"] {
        assert!(Door::to(bad).is_err(), "{bad}");
    }
    assert!(Door::to(&server.url()).unwrap().with_token("a\nb").is_err());
}

#[tokio::test]
async fn a_server_that_is_away_is_tried_again_with_growing_waits() {
    // Nobody listens there, and no other test ever will.
    let door = Door::to("ws://127.0.0.1:1/socket/websocket").unwrap();
    let client = Client::connect_with(door, Settings { first_wait: PATIENCE, ..quick() });
    becomes(&client, |status| matches!(status, Status::Waiting { seconds } if (20..=30).contains(&seconds))).await;
    client.reconnect_now();
    becomes(&client, |status| status == Status::Connecting || matches!(status, Status::Waiting { .. })).await;
    client.close();
    assert_eq!(client.join("news").next().await, None);
}

#[tokio::test]
async fn a_server_that_answers_no_heartbeat_is_left() {
    let server = Server::start_deaf().await;
    let settings = Settings { heartbeat: Duration::from_millis(30), ..quick() };
    let client = Client::connect_with(Door::to(&server.url()).unwrap(), settings);
    timeout(PATIENCE, async {
        while server.connections() < 3 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("it connects again and again");
    drop(client);
}

#[tokio::test]
async fn the_last_client_takes_its_connection_along() {
    let server = Server::start().await;
    let client = connect(&server);
    let mut news = joined(&client, "news").await;
    let clone = client.clone();
    drop(client);
    assert_eq!(clone.push("news", "echo", json!(1)).await, Ok(Payload::Json(json!(1))));
    drop(clone);
    assert_eq!(timeout(PATIENCE, news.next()).await.unwrap(), None);
    timeout(PATIENCE, server.history.nobody_listens()).await.expect("the socket is closed");
}

/// Twenty cuts at seeded moments, while events are published: each is heard once and in order, or the state anew.
#[tokio::test]
async fn of_twenty_cuts_none_leaves_a_gap() {
    let server = Server::start().await;
    let client = connect(&server);
    let mut news = client.join("news");
    let mut seed = 7_u64;
    let mut lot = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let (mut last, mut recovered, mut anew) = (0, 0, 0);
    let mut take = |heard: Heard| match heard {
        Heard::Joined(response) => {
            anew += 1;
            last = response["seq"].as_u64().unwrap();
            last
        }
        Heard::Recovered => {
            recovered += 1;
            last
        }
        Heard::Event { payload, .. } => {
            assert_eq!(payload["seq"], last + 1);
            last += 1;
            last
        }
        other => panic!("{other:?}"),
    };
    let mut at = take(next(&mut news).await);
    for _ in 0..20 {
        for _ in 0..lot(40) {
            server.history.publish();
            if lot(3) == 0 {
                tokio::task::yield_now().await;
            }
        }
        server.cut();
        // More than the server keeps, or less, happen while nobody is connected.
        for _ in 0..lot(60) {
            server.history.publish();
        }
        while at < server.history.seq() {
            at = take(next(&mut news).await);
        }
    }
    assert!(recovered > 0 && anew > 1, "{recovered} times what was missed followed, {anew} times came the state");
    assert!(recovered + anew >= 10);
}

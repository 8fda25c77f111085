use domain::{Config, Friends};
use serde_json::json;
use testing::{Engine, Fixture, both_engines};

use super::client::Socket;
use crate::app::{TestApp, limits};

/// A server on which whoever goes is gone at once.
struct Hasty(TestApp);

impl Fixture for Hasty {
    async fn on(engine: Engine) -> Self {
        let friends = Friends { offline_after: std::time::Duration::ZERO, ..Friends::default() };
        Self(TestApp::with(engine, limits(), Config { friends, ..testing::config() }).await)
    }
}

/// The next event and what it says, without where.
async fn next(socket: &mut Socket) -> (String, serde_json::Value) {
    let event = socket.event().await;
    (event[1].as_str().unwrap().to_owned(), event[2].clone())
}

#[both_engines]
async fn what_is_between_two_is_heard_once_by_each(app: TestApp) {
    let [alice, bob] = app.players().await;
    let (mut hers, mut his) = (alice.socket().await, bob.socket().await);
    hers.joined(&format!("user:{}", alice.id)).await;
    his.joined(&format!("user:{}", bob.id)).await;
    let asked = alice.befriend(&bob).await;
    // That the other one is there may be told as well, if it is looked at once they are friends.
    let next = async |socket: &mut Socket| {
        loop {
            let event = next(socket).await;
            if event.0 != "friend_online" {
                return event;
            }
        }
    };
    let says = |status: &str, revision: i64| json!({ "id": 1, "requester_id": alice.id, "target_id": bob.id, "status": status, "revision": revision });
    assert_eq!(next(&mut hers).await, ("outgoing_request".into(), says("pending", 1)));
    assert_eq!(next(&mut his).await, ("incoming_request".into(), says("pending", 1)));
    bob.answer(&asked, "reject").await;
    alice.befriend(&bob).await;
    bob.answer(&asked, "accept").await;
    bob.unfriend(&asked).await;
    for (socket, first) in [(&mut hers, "outgoing_request"), (&mut his, "incoming_request")] {
        assert_eq!(next(socket).await, ("friend_rejected".into(), says("rejected", 2)));
        assert_eq!(next(socket).await, (first.into(), says("pending", 3)));
        assert_eq!(next(socket).await, ("friend_accepted".into(), says("accepted", 4)));
        assert_eq!(next(socket).await, ("friend_removed".into(), says("accepted", 5)));
    }
    let asked = alice.befriend(&bob).await;
    alice.unfriend(&asked).await;
    let blocked = bob.block(&alice).await;
    bob.answer(&blocked, "unblock").await;
    for socket in [&mut hers, &mut his] {
        for name in ["request", "request_cancelled", "friend_blocked", "friend_unblocked"] {
            assert!(next(socket).await.0.ends_with(name), "{name}");
        }
    }
}

#[both_engines]
async fn a_friend_is_heard_coming_and_going_by_their_last_socket(Hasty(app): Hasty) {
    let [alice, bob] = app.players().await;
    let asked = alice.befriend(&bob).await;
    bob.answer(&asked, "accept").await;
    let mut his = bob.socket().await;
    his.joined(&format!("user:{}", bob.id)).await;
    let is_online = async || bob.get("/api/v1/me/friends").await.body["data"][0]["is_online"].clone();
    assert_eq!(is_online().await, false);
    let one = alice.socket().await;
    assert_eq!(next(&mut his).await, ("friend_online".into(), json!({ "user_id": alice.id })));
    assert_eq!(is_online().await, true);
    let other = alice.socket().await;
    drop(one);
    drop(other);
    assert_eq!(next(&mut his).await, ("friend_offline".into(), json!({ "user_id": alice.id })));
    assert_eq!(is_online().await, false);
}

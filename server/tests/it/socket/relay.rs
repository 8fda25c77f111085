//! What members of a lobby say to one another.

use futures_util::SinkExt;
use serde_json::{Value, json};
use testing::both_engines;
use tokio_tungstenite::tungstenite::Message;

use super::client::{Socket, connect};
use crate::app::{Player, TestApp};

impl Socket {
    /// Says something on a topic: the answer's payload. What comes before it is kept out.
    async fn says(&mut self, topic: &str, event: &str, data: Value) -> Value {
        self.send(&json!(["1", "7", topic, event, data]).to_string()).await;
        let answer = self.next().await;
        assert_eq!((&answer[1], &answer[3]), (&json!("7"), &json!("phx_reply")), "{answer}");
        answer[4].clone()
    }
}

/// Two members of a lobby, its topic, and a socket of each that listens to it.
async fn two_who_listen(app: &TestApp) -> ([Player<'_>; 2], String, [Socket; 2]) {
    let [alice, bob] = app.players().await;
    let id = alice.open(json!({})).await;
    bob.join(id).await;
    let topic = format!("lobby:{id}");
    let (mut hers, mut his) = (alice.socket().await, bob.socket().await);
    hers.joined(&topic).await;
    his.joined(&topic).await;
    ([alice, bob], topic, [hers, his])
}

#[both_engines]
async fn what_a_member_says_is_heard_once_by_every_other_socket(app: TestApp) {
    let [alice, bob] = app.players().await;
    let id = alice.open(json!({})).await;
    bob.join(id).await;
    let topic = format!("lobby:{id}");
    let (mut hers, mut hers_too, mut his) = (alice.socket().await, alice.socket().await, bob.socket().await);
    let mut old = connect(&app, &bob.query().replace("vsn=2.0.0", "vsn=1.0.0"), &[]).await.unwrap();
    for socket in [&mut hers, &mut hers_too, &mut his] {
        socket.joined(&topic).await;
    }
    old.send(&json!({ "topic": topic, "event": "phx_join", "payload": {}, "ref": "1" }).to_string()).await;
    assert_eq!(old.next().await["payload"]["status"], "ok");

    let data = json!({ "x": 1.5, "words": ["over", "here"] });
    assert_eq!(hers.says(&topic, "message", data.clone()).await, json!({ "status": "ok", "response": {} }));
    let said = json!({ "user_id": alice.id, "data": data });
    for socket in [&mut hers_too, &mut his] {
        assert_eq!(
            socket.next().await,
            json!([null, null, topic, "message", said]),
            "without a number: it is kept nowhere"
        );
    }
    assert_eq!(old.next().await, json!({ "topic": topic, "event": "message", "payload": said, "ref": null }));
    his.says(&topic, "message", json!("heard")).await;
    assert_eq!(hers.next().await[4], json!({ "user_id": bob.id, "data": "heard" }), "and not what she said herself");
}

#[both_engines]
async fn bytes_are_relayed_as_bytes(app: TestApp) {
    let ([alice, bob], topic, [mut hers, mut his]) = two_who_listen(&app).await;
    let mut old = connect(&app, &bob.query().replace("vsn=2.0.0", "vsn=1.0.0"), &[]).await.unwrap();
    old.send(&json!({ "topic": topic, "event": "phx_join", "payload": {}, "ref": "1" }).to_string()).await;
    old.next().await;

    let message = channels::codec::Message {
        join_ref: Some("1".to_owned()),
        reference: Some("7".to_owned()),
        topic: topic.clone(),
        event: "message".to_owned(),
        payload: bytes::Bytes::from_static(&[0, 255, 7]),
    };
    hers.0.send(Message::Binary(channels::codec::binary::encode(&message).unwrap())).await.unwrap();
    assert_eq!(hers.next().await[4]["status"], "ok");
    let heard = loop {
        if let Message::Binary(frame) = his.next_message().await {
            break frame;
        }
    };
    let from = [alice.id.to_be_bytes().as_slice(), &[0, 255, 7]].concat();
    assert_eq!(heard, channels::codec::binary::broadcast_frame(&topic, "message", &from).unwrap());
    assert_eq!(old.next().await["payload"], json!({ "user_id": alice.id, "base64": "AP8H" }));
}

#[both_engines]
async fn a_message_may_have_four_kib_and_no_byte_more(app: TestApp) {
    let (_members, topic, [mut hers, mut his]) = two_who_listen(&app).await;
    // With its two quotation marks.
    let fits = "a".repeat(4 * 1024 - 2);
    assert_eq!(hers.says(&topic, "message", json!(fits)).await["status"], "ok");
    assert_eq!(his.next().await[4]["data"], fits);
    let refused = hers.says(&topic, "message", json!(fits + "a")).await;
    assert_eq!((&refused["status"], &refused["response"]["error"]), (&json!("error"), &json!("too_large")));
    assert_eq!(hers.says(&topic, "message", json!("short")).await["status"], "ok");
    assert_eq!(his.next().await[4]["data"], "short", "the long one reached nobody");
}

#[both_engines]
async fn only_members_who_listen_can_say_something(app: TestApp) {
    let [alice, bob] = app.players().await;
    let id = alice.open(json!({})).await;
    let topic = format!("lobby:{id}");
    let (mut hers, mut his) = (alice.socket().await, bob.socket().await);
    hers.joined(&topic).await;
    assert_eq!(his.says(&topic, "message", json!("let me in")).await["response"]["reason"], "unmatched topic");
    let mut list = bob.socket().await;
    list.joined("lobbies").await;
    assert_eq!(list.says("lobbies", "message", json!("anybody?")).await["response"]["error"], "unknown_event");
    bob.join(id).await;
    assert_eq!(hers.event().await[1], "user_joined", "the next she hears: nothing was said");
    his.joined(&topic).await;
    bob.leave().await;
    assert_eq!(his.event().await[1], "user_left");
    assert_eq!(his.next().await[3], "phx_close");
    assert_eq!(his.says(&topic, "message", json!("one more thing")).await["response"]["reason"], "unmatched topic");
}

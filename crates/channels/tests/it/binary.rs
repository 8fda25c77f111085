//! Payloads that are bytes.

use channels::codec::{Message, Serializer, binary};
use channels::socket::Limits;

use crate::player::Player;

/// A push of bytes to `room:1`, which was joined under the ref "1".
fn push(reference: &str, event: &str, payload: &'static [u8]) -> Vec<u8> {
    to("room:1", reference, event, payload)
}

fn to(topic: &str, reference: &str, event: &str, payload: &'static [u8]) -> Vec<u8> {
    let message = Message {
        join_ref: Some("1".to_owned()),
        reference: Some(reference.to_owned()).filter(|reference| !reference.is_empty()),
        topic: topic.to_owned(),
        event: event.to_owned(),
        payload: payload.into(),
    };
    binary::encode(&message).unwrap().into()
}

#[tokio::test(start_paused = true)]
async fn bytes_are_pushed_answered_and_broadcast() {
    let mut player = Player::connect();
    player.joins("room:1", "1").await;
    player.shows(&push("2", "echo", b"\x00\xff"));
    assert_eq!(player.sees().await, &b"\x01\x01\x01\x06\x0212room:1ok\x00\xff"[..]);
    player.rooms.show("room:1", b"\x07");
    assert_eq!(player.sees().await, &b"\x02\x06\x05room:1shown\x07"[..]);
}

#[tokio::test(start_paused = true)]
async fn a_push_of_bytes_is_refused_like_any_other() {
    let mut player = Player::connect();
    player.shows(&push("2", "echo", b""));
    assert!(player.hears().await.contains("unmatched topic"));
    player.joins("room:1", "1").await;
    player.shows(&push("2", "dance", b""));
    assert_eq!(
        player.hears().await,
        r#"["1","2","room:1","phx_reply",{"response":{"reason":"unknown event"},"status":"error"}]"#
    );
    player.shows(&push("", "echo", b"nobody waits for the answer"));
    player.hears_nothing_more().await;
}

#[tokio::test(start_paused = true)]
async fn a_join_says_what_it_says_in_json() {
    let mut player = Player::connect();
    player.shows(&push("1", "phx_join", b"{}"));
    assert_eq!(
        player.hears().await,
        r#"["1","1","room:1","phx_reply",{"response":{"reason":"invalid_payload"},"status":"error"}]"#
    );
    player.joins("room:1", "1").await;
    player.shows(&push("2", "phx_leave", b""));
    assert_eq!(player.hears().await, r#"["1","2","room:1","phx_reply",{"response":{},"status":"ok"}]"#);
}

#[tokio::test(start_paused = true)]
async fn names_have_the_same_bounds_as_in_texts() {
    let mut player = Player::connect();
    player.shows(&push("2", &"x".repeat(129), b""));
    assert!(player.hears().await.contains("malformed frame: event is longer than 128 characters"));
    player.shows(&to(&format!("room:{}", "x".repeat(124)), "2", "echo", b""));
    assert!(player.hears().await.contains("topic_too_long"));
}

#[tokio::test(start_paused = true)]
async fn bytes_count_as_frames_do() {
    let mut player = Player::connect();
    player.joins("room:1", "1").await;
    for _ in 0..60 {
        player.shows(&push("2", "echo", b""));
    }
    for _ in 0..59 {
        player.sees().await;
    }
    assert!(player.hears().await.contains("too_many_frames"));
}

#[tokio::test(start_paused = true)]
async fn version_1_has_no_bytes() {
    let mut player = Player::speaking(Serializer::V1, Limits::default());
    player.shows(&push("2", "echo", b""));
    assert_eq!(
        player.hears().await,
        r#"{"topic":"phoenix","event":"phx_error","payload":{"reason":"malformed frame: a binary frame"},"ref":null}"#
    );
    player.says(r#"{"topic":"room:1","event":"phx_join","payload":{},"ref":"1"}"#);
    player.hears().await;
    player.says(r#"{"topic":"room:1","event":"draw","payload":{},"ref":"2"}"#);
    assert!(player.hears().await.contains(r#""reason":"binary_answer""#));
    for _ in 0..4 {
        player.shows(b"");
    }
    assert_eq!(player.closed().await.0, 4400);
}

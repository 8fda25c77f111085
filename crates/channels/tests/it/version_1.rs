//! A client that speaks version 1 of the serializer.

use channels::codec::Serializer;
use channels::socket::{Feed, Limits};

use crate::player::Player;

fn connect() -> Player {
    Player::speaking(Serializer::V1, Limits::default())
}

const JOINED: &str =
    r#"{"topic":"room:1","event":"phx_reply","payload":{"response":{"seq":0},"status":"ok"},"ref":"1"}"#;

#[tokio::test(start_paused = true)]
async fn joins_hears_pushes_and_leaves() {
    let mut player = connect();
    player.says(r#"{"topic":"room:1","event":"phx_join","payload":{},"ref":"1","join_ref":"1"}"#);
    assert_eq!(player.hears().await, JOINED);
    player.rooms.say("room:1", 7);
    assert_eq!(player.hears().await, r#"{"topic":"room:1","event":"said","payload":7,"ref":null}"#);
    player.says(r#"{"topic":"room:1","event":"echo","payload":5,"ref":"2","join_ref":"1"}"#);
    assert_eq!(
        player.hears().await,
        r#"{"topic":"room:1","event":"phx_reply","payload":{"response":5,"status":"ok"},"ref":"2"}"#
    );
    player.says(r#"{"topic":"room:1","event":"dance","payload":{},"ref":"3","join_ref":"1"}"#);
    assert_eq!(
        player.hears().await,
        r#"{"topic":"room:1","event":"phx_reply","payload":{"response":{"reason":"unknown event"},"status":"error"},"ref":"3"}"#
    );
    player.says(r#"{"topic":"room:1","event":"phx_leave","payload":{},"ref":"4","join_ref":"1"}"#);
    assert_eq!(
        player.hears().await,
        r#"{"topic":"room:1","event":"phx_reply","payload":{"response":{},"status":"ok"},"ref":"4"}"#
    );
    assert_eq!(player.hears().await, r#"{"topic":"room:1","event":"phx_close","payload":{},"ref":"1"}"#);
}

#[tokio::test(start_paused = true)]
async fn without_a_join_ref_is_told_its_memberships_by_the_ref_of_the_join() {
    let mut player = connect();
    player.says(r#"{"topic":"room:1","event":"phx_join","payload":{},"ref":"1"}"#);
    assert_eq!(player.hears().await, JOINED);
    player.says(r#"{"topic":"room:1","event":"echo","payload":5,"ref":"2"}"#);
    assert!(player.hears().await.ends_with(r#""ref":"2"}"#), "a frame without a join_ref means the present membership");

    player.says(r#"{"topic":"room:1","event":"phx_join","payload":{},"ref":"3"}"#);
    assert_eq!(player.hears().await, r#"{"topic":"room:1","event":"phx_close","payload":{},"ref":"1"}"#);
    assert_eq!(player.hears().await, JOINED.replace(r#""ref":"1""#, r#""ref":"3""#));
    player.rooms.feed("room:1", Feed::Lagged);
    assert_eq!(player.hears().await, r#"{"topic":"room:1","event":"phx_error","payload":{},"ref":"3"}"#);
}

#[tokio::test(start_paused = true)]
async fn a_frame_of_version_2_is_answered_by_a_complaint() {
    let mut player = connect();
    player.says(r#"[null,"1","phoenix","heartbeat",{}]"#);
    let complaint = player.hears().await;
    assert!(
        complaint.starts_with(
            r#"{"topic":"phoenix","event":"phx_error","payload":{"reason":"malformed frame: expected {topic,"#
        ),
        "{complaint}"
    );
    player.says(r#"{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"2"}"#);
    assert_eq!(
        player.hears().await,
        r#"{"topic":"phoenix","event":"phx_reply","payload":{"response":{},"status":"ok"},"ref":"2"}"#
    );
}

#[tokio::test(start_paused = true)]
async fn a_payload_may_be_nested_32_levels_deep() {
    let mut player = connect();
    let nested = |levels| {
        let payload = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        format!(r#"{{"topic":"phoenix","event":"heartbeat","payload":{payload},"ref":"1"}}"#)
    };
    player.says(nested(32));
    assert!(player.hears().await.contains(r#""status":"ok""#));
    player.says(nested(33));
    assert!(player.hears().await.contains("malformed frame: the payload is nested deeper than 32 levels"));
}

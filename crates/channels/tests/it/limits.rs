//! One step past each bound of a socket.

use std::time::Duration;

use channels::close;
use channels::socket::{End, Incoming, Limits, Outgoing, TransportError};
use tokio::time::{Instant, sleep};

use crate::player::Player;

const HEARTBEAT: &str = r#"[null,"1","phoenix","heartbeat",{}]"#;

/// Ten seconds to join something, as a server would set them for whom it does not know.
fn anonymous() -> Limits {
    Limits { unjoined: Some(Duration::from_secs(10)), ..Limits::default() }
}

fn seconds(since: Instant) -> u64 {
    since.elapsed().as_secs()
}

#[tokio::test(start_paused = true)]
async fn a_frame_nobody_understands_is_answered_to_its_sender() {
    let mut player = Player::connect();
    player.joins("room:1", "1").await;
    player.says("hello");
    let complaint = r#"[null,null,"phoenix","phx_error",{"reason":"malformed frame: not JSON at line 1, column 1"}]"#;
    assert_eq!(player.hears().await, complaint);
    player.shows(b"\x00\x01");
    assert!(
        player.hears().await.contains("malformed frame: expected 0, the lengths of join_ref, ref, topic and event")
    );
    player.rooms.say("room:1", 1);
    assert_eq!(player.hears().await, r#"[null,null,"room:1","said",1]"#);
}

#[tokio::test(start_paused = true)]
async fn the_fifth_malformed_frame_closes() {
    let mut player = Player::connect();
    for _ in 0..4 {
        player.says("[1]");
        player.hears().await;
    }
    player.hears_nothing_more().await;
    player.says("[1]");
    assert!(player.hears().await.contains("malformed frame"));
    let (code, outcome) = player.closed().await;
    assert_eq!((code, outcome.malformed), (4400, 5));
}

#[tokio::test(start_paused = true)]
async fn a_payload_may_be_nested_32_levels_deep() {
    let mut player = Player::connect();
    let nested = |levels| format!(r#"[null,"1","phoenix","heartbeat",{}{}]"#, "[".repeat(levels), "]".repeat(levels));
    player.says(nested(32));
    assert!(player.hears().await.contains(r#""status":"ok""#));
    player.says(nested(33));
    assert!(player.hears().await.contains("malformed frame: the payload is nested deeper than 32 levels"));
}

#[tokio::test(start_paused = true)]
async fn names_may_have_128_characters() {
    let mut player = Player::connect();
    let topic = format!("room:{}", "ü".repeat(123));
    player.joins(&topic, "1").await;
    player.says(format!(r#"["2","2","{topic}x","phx_join",{{}}]"#));
    assert!(player.hears().await.ends_with(r#"{"response":{"reason":"topic_too_long"},"status":"error"}]"#));

    let long = "x".repeat(129);
    for (member, frame) in [
        ("join_ref", format!(r#"["{long}","1","room:1","phx_join",{{}}]"#)),
        ("ref", format!(r#"["1","{long}","room:1","phx_join",{{}}]"#)),
        ("event", format!(r#"["1","1","room:1","{long}",{{}}]"#)),
    ] {
        player.says(frame);
        assert!(player.hears().await.contains(&format!("malformed frame: {member} is longer than 128 characters")));
    }
}

#[tokio::test(start_paused = true)]
async fn the_129th_topic_is_refused() {
    let mut player = Player::connect();
    for n in 1..=128 {
        player.joins(&format!("room:{n}"), &n.to_string()).await;
        sleep(Duration::from_millis(34)).await;
    }
    player.says(r#"["129","129","room:129","phx_join",{}]"#);
    assert_eq!(
        player.hears().await,
        r#"["129","129","room:129","phx_reply",{"response":{"reason":"too_many_topics"},"status":"error"}]"#
    );
    player.says(r#"["1","130","room:1","phx_leave",{}]"#);
    player.hears().await;
    player.hears().await;
    player.joins("room:129", "131").await;
}

#[tokio::test(start_paused = true)]
async fn the_61st_frame_of_a_burst_is_refused_with_a_reason() {
    let mut player = Player::connect();
    for _ in 0..61 {
        player.says(HEARTBEAT);
    }
    for _ in 0..60 {
        assert!(player.hears().await.contains(r#""status":"ok""#));
    }
    assert_eq!(
        player.hears().await,
        r#"[null,"1","phoenix","phx_reply",{"response":{"reason":"too_many_frames"},"status":"error"}]"#
    );
    sleep(Duration::from_secs(1)).await;
    player.hears_nothing_more().await;
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_slow_down_is_closed() {
    let player = Player::connect();
    for _ in 0..500 {
        player.says(HEARTBEAT);
        sleep(Duration::from_millis(10)).await;
    }
    let (code, outcome) = player.closed().await;
    assert_eq!(code, 4429);
    assert_eq!(outcome.refused, 121);
}

#[tokio::test(start_paused = true)]
async fn thirty_frames_a_second_for_a_minute_are_fine() {
    let mut player = Player::connect();
    for _ in 0..30 * 60 {
        player.says(HEARTBEAT);
        assert!(player.hears().await.contains(r#""status":"ok""#));
        sleep(Duration::from_millis(34)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_client_is_pinged_then_closed_after_a_minute() {
    let mut player = Player::connect();
    let start = Instant::now();
    player.joins("room:1", "1").await;
    assert_eq!(player.receives().await, Outgoing::Ping);
    assert_eq!(seconds(start), 25);
    let (code, _) = player.closed().await;
    assert_eq!((code, seconds(start)), (4000, 60));
}

#[tokio::test(start_paused = true)]
async fn an_answered_ping_is_a_sign_of_life() {
    let mut player = Player::connect();
    let start = Instant::now();
    player.joins("room:1", "1").await;
    for _ in 0..10 {
        assert_eq!(player.receives().await, Outgoing::Ping);
        player.sends(Ok(Incoming::Alive));
    }
    assert_eq!(seconds(start), 250);
    let (code, _) = player.closed().await;
    assert_eq!((code, seconds(start)), (4000, 310));
}

#[tokio::test(start_paused = true)]
async fn an_anonymous_client_must_join_something_within_ten_seconds() {
    let player = Player::with(anonymous());
    let start = Instant::now();
    let (code, _) = player.closed().await;
    assert_eq!((code, seconds(start)), (4001, 10));
}

#[tokio::test(start_paused = true)]
async fn an_anonymous_client_that_left_everything_must_join_something_again() {
    let mut player = Player::with(anonymous());
    player.joins("room:1", "1").await;
    sleep(Duration::from_secs(30)).await;
    player.says(r#"["1","2","room:1","phx_leave",{}]"#);
    let left = Instant::now();
    let (code, _) = player.closed().await;
    assert_eq!((code, seconds(left)), (4001, 10));
}

#[tokio::test(start_paused = true)]
async fn an_anonymous_join_that_takes_long_is_waited_for() {
    let mut player = Player::with(anonymous());
    player.says(r#"["1","1","room:1","phx_join",{"slowly":20}]"#);
    assert!(player.hears().await.contains(r#""status":"ok""#));
    player.hears_nothing_more().await;
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_read_is_closed() {
    let mut player = Player::connect();
    player.joins("room:1", "1").await;
    player.stops_reading();
    player.rooms.say("room:1", 1);
    let start = Instant::now();
    assert_eq!(player.outcome().await.end, End::Closed(close::SLOW));
    // Five seconds for the write, one for the farewell.
    assert_eq!(seconds(start), 6);
}

#[tokio::test(start_paused = true)]
async fn a_client_for_whom_too_much_waits_is_closed() {
    let mut player = Player::connect();
    player.joins("room:1", "1").await;
    player.overflows();
    player.rooms.say("room:1", 1);
    assert_eq!(player.closed().await.0, 4002);
}

#[tokio::test(start_paused = true)]
async fn a_frame_that_is_too_large_closes() {
    let player = Player::connect();
    player.sends(Err(TransportError::TooLarge));
    assert_eq!(player.closed().await.0, 1009);
}

#[tokio::test(start_paused = true)]
async fn a_broken_connection_is_told_from_one_that_was_closed() {
    let player = Player::connect();
    player.sends(Err(TransportError::Broken("reset".to_owned())));
    assert_eq!(player.outcome().await.end, End::Lost("reset".to_owned()));
}

//! Joining, leaving, pushing, heartbeats.

use channels::close;
use channels::socket::{End, Incoming, Outgoing};

use crate::player::Player;

#[tokio::test(start_paused = true)]
async fn a_join_is_answered_before_the_first_frame_of_its_topic() {
    let mut player = Player::connect();
    player.joins("room:eager", "1").await;
    assert_eq!(player.hears().await, r#"[null,null,"room:eager","said",0]"#);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_carries_the_endpoints_reason() {
    let mut player = Player::connect();
    player.says(r#"["1","1","room:locked","phx_join",{}]"#);
    assert_eq!(
        player.hears().await,
        r#"["1","1","room:locked","phx_reply",{"response":{"reason":"unauthorized"},"status":"error"}]"#
    );
    player.says(r#"["2","2","nowhere","phx_join",{}]"#);
    assert_eq!(
        player.hears().await,
        r#"["2","2","nowhere","phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]"#
    );
    player.hears_nothing_more().await;
}

#[tokio::test(start_paused = true)]
async fn a_heartbeat_is_answered() {
    let mut player = Player::connect();
    player.hears_nothing_more().await;
    player.says(r#"[null,"3","phoenix","phx_join",{}]"#);
    assert_eq!(
        player.hears().await,
        r#"[null,"3","phoenix","phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]"#
    );
}

#[tokio::test(start_paused = true)]
async fn leaving_is_answered_then_closed_and_ends_the_feed() {
    let mut player = Player::connect();
    player.joins("room:1", "1").await;
    player.says(r#"["1","2","room:1","phx_leave",{}]"#);
    assert_eq!(player.hears().await, r#"["1","2","room:1","phx_reply",{"response":{},"status":"ok"}]"#);
    assert_eq!(player.hears().await, r#"["1","1","room:1","phx_close",{}]"#);
    player.rooms.say("room:1", 1);
    player.hears_nothing_more().await;

    player.says(r#"["1","3","room:1","phx_leave",{}]"#);
    assert_eq!(player.hears().await, r#"["1","3","room:1","phx_reply",{"response":{},"status":"ok"}]"#);
    player.hears_nothing_more().await;
}

#[tokio::test(start_paused = true)]
async fn a_second_join_replaces_the_first() {
    let mut player = Player::connect();
    player.joins("room:1", "1").await;
    player.says(r#"["2","2","room:1","phx_join",{}]"#);
    assert_eq!(player.hears().await, r#"["1","1","room:1","phx_close",{}]"#);
    assert_eq!(player.hears().await, r#"["2","2","room:1","phx_reply",{"response":{"seq":0},"status":"ok"}]"#);
    player.rooms.say("room:1", 1);
    assert_eq!(player.hears().await, r#"[null,null,"room:1","said",1]"#);
    player.hears_nothing_more().await;
}

#[tokio::test(start_paused = true)]
async fn a_frame_of_an_earlier_membership_is_ignored() {
    let mut player = Player::connect();
    player.joins("room:1", "2").await;
    player.says(r#"["1","3","room:1","echo",1]"#);
    player.says(r#"["1","4","room:1","phx_leave",{}]"#);
    player.hears_nothing_more().await;
    player.says(r#"["2","5","room:1","echo",1]"#);
    assert_eq!(player.hears().await, r#"["2","5","room:1","phx_reply",{"response":1,"status":"ok"}]"#);
}

#[tokio::test(start_paused = true)]
async fn a_push_is_answered_if_it_has_a_ref() {
    let mut player = Player::connect();
    player.joins("room:1", "1").await;
    player.says(r#"["1","2","room:1","dance",{}]"#);
    assert_eq!(
        player.hears().await,
        r#"["1","2","room:1","phx_reply",{"response":{"reason":"unknown event"},"status":"error"}]"#
    );
    player.says(r#"["1",null,"room:1","echo",1]"#);
    player.hears_nothing_more().await;
}

#[tokio::test(start_paused = true)]
async fn a_push_to_a_topic_which_was_not_joined_is_unmatched() {
    let mut player = Player::connect();
    player.says(r#"["1","1","room:1","echo",1]"#);
    assert_eq!(
        player.hears().await,
        r#"["1","1","room:1","phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]"#
    );
}

#[tokio::test(start_paused = true)]
async fn feeds_run_on_while_a_join_is_decided() {
    let mut player = Player::connect();
    player.joins("room:1", "1").await;
    player.says(r#"["2","2","room:2","phx_join",{"slowly":3}]"#);
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    player.rooms.say("room:1", 7);
    assert_eq!(player.hears().await, r#"[null,null,"room:1","said",7]"#);
    assert_eq!(player.hears().await, r#"["2","2","room:2","phx_reply",{"response":{"seq":0},"status":"ok"}]"#);
}

#[tokio::test(start_paused = true)]
async fn the_server_may_end_a_connection() {
    let mut player = Player::connect();
    player.joins("room:1", "1").await;
    player.server_ends(close::SIGNED_OUT);
    assert_eq!(player.receives().await, Outgoing::Close { code: 4501, reason: "signed out" });
    assert_eq!(player.leaves().await.end, End::Closed(close::SIGNED_OUT));
}

#[tokio::test(start_paused = true)]
async fn a_client_may_hang_up() {
    let mut player = Player::connect();
    player.joins("room:1", "1").await;
    let rooms = player.rooms.clone();
    let outcome = player.leaves().await;
    assert_eq!((outcome.end, outcome.received, outcome.sent), (End::Left, 1, 1));
    assert!(!rooms.feed("room:1", channels::socket::Feed::Lagged), "the feed is gone with its socket");

    let player = Player::connect();
    player.sends(Ok(Incoming::Closed));
    assert_eq!(player.outcome().await.end, End::Left);
}

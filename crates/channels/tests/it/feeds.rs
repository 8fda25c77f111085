//! What members are told, and what happens when they cannot keep up.

use channels::codec;
use channels::socket::Feed;

use crate::player::Player;

#[tokio::test(start_paused = true)]
async fn each_topic_keeps_its_order() {
    let mut player = Player::connect();
    player.joins("room:1", "1").await;
    player.joins("room:2", "2").await;
    for number in 0..200 {
        player.rooms.say("room:1", number);
        player.rooms.say("room:2", number);
    }
    let mut next = [0; 2];
    for _ in 0..400 {
        let message = codec::v2::decode(player.hears().await).unwrap();
        let room = usize::from(message.topic == "room:2");
        assert_eq!(message.payload, next[room]);
        next[room] += 1;
    }
}

#[tokio::test(start_paused = true)]
async fn a_busy_feed_leaves_the_client_its_turn() {
    let mut player = Player::connect();
    player.joins("room:1", "1").await;
    for number in 0..10_000 {
        player.rooms.say("room:1", number);
    }
    player.says(r#"[null,"2","phoenix","heartbeat",{}]"#);
    let mut before = 0;
    while !player.hears().await.contains("phx_reply") {
        before += 1;
    }
    assert!(before < 5_000, "{before} frames were sent before the heartbeat was answered");
}

#[tokio::test(start_paused = true)]
async fn a_busy_client_leaves_the_feed_its_turn() {
    let mut player = Player::connect();
    player.joins("room:1", "1").await;
    for _ in 0..50 {
        player.says(r#"[null,"2","phoenix","heartbeat",{}]"#);
    }
    player.rooms.say("room:1", 1);
    let mut before = 0;
    while !player.hears().await.contains("said") {
        before += 1;
    }
    assert!(before < 50);
}

#[tokio::test(start_paused = true)]
async fn a_member_that_fell_behind_is_told_to_join_anew() {
    let mut player = Player::connect();
    player.joins("room:1", "1").await;
    player.rooms.say("room:1", 1);
    player.rooms.feed("room:1", Feed::Lagged);
    player.rooms.say("room:1", 3);
    assert_eq!(player.hears().await, r#"[null,null,"room:1","said",1]"#);
    assert_eq!(player.hears().await, r#"["1","1","room:1","phx_error",{}]"#);
    player.hears_nothing_more().await;
    player.joins("room:1", "2").await;
}

#[tokio::test(start_paused = true)]
async fn a_membership_that_ended_is_closed_after_its_last_frame() {
    let mut player = Player::connect();
    player.joins("room:1", "1").await;
    player.rooms.say("room:1", 1);
    player.rooms.feed("room:1", Feed::Ended);
    assert_eq!(player.hears().await, r#"[null,null,"room:1","said",1]"#);
    assert_eq!(player.hears().await, r#"["1","1","room:1","phx_close",{}]"#);
    player.says(r#"["1","2","room:1","echo",1]"#);
    assert!(player.hears().await.contains("unmatched topic"));
}

#[tokio::test(start_paused = true)]
async fn a_feed_that_just_ends_counts_as_lagged() {
    let mut player = Player::connect();
    player.joins("room:1", "1").await;
    player.joins("room:2", "2").await;
    player.rooms.vanish("room:1");
    assert_eq!(player.hears().await, r#"["1","1","room:1","phx_error",{}]"#);
    player.rooms.say("room:2", 1);
    assert_eq!(player.hears().await, r#"[null,null,"room:2","said",1]"#);
}

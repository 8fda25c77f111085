//! One step past each bound of a socket, over a real connection.

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use server::Limits;
use testing::Engine;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Bytes, Message};

use super::client::{PATIENCE, Socket, connect};
use crate::app::TestApp;

/// A server with the limits it starts with, some of them changed.
async fn app(change: impl FnOnce(&mut Limits)) -> TestApp {
    let mut limits = Limits::default();
    change(&mut limits);
    TestApp::with(Engine::Sqlite, limits, testing::config()).await
}

/// A heartbeat of exactly so many bytes.
fn heartbeat(bytes: usize) -> String {
    let frame = |text: &str| json!([null, "1", "phoenix", "heartbeat", text]).to_string();
    frame(&"x".repeat(bytes - frame("").len()))
}

/// Sends a fragment of a message; whether it got through.
async fn fragment(socket: &mut Socket, data: &str, is_first: bool, is_last: bool) -> bool {
    let kind = if is_first { Data::Text } else { Data::Continue };
    let frame = Frame::message(Bytes::from(data.to_owned()), OpCode::Data(kind), is_last);
    socket.0.feed(Message::Frame(frame)).await.is_ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_of_64_kib_is_taken_and_one_byte_more_closes() {
    let app = app(|_| {}).await;
    let mut socket = app.nobody().socket().await;
    socket.send(&heartbeat(64 * 1024)).await;
    assert_eq!(socket.next().await[4]["status"], "ok");
    socket.send(&heartbeat(64 * 1024 + 1)).await;
    assert_eq!(socket.close_code().await, 1009);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_in_fragments_is_no_larger_than_in_one() {
    let app = app(|_| {}).await;
    let text = heartbeat(64 * 1024);
    let mut socket = app.nobody().socket().await;
    for n in 0..64 {
        assert!(fragment(&mut socket, &text[n * 1024..(n + 1) * 1024], n == 0, n == 63).await);
    }
    socket.0.flush().await.unwrap();
    assert_eq!(socket.next().await[4]["status"], "ok");

    for n in 0..=64 * 1024 {
        if !fragment(&mut socket, "x", n == 0, false).await {
            break;
        }
    }
    let _closed_already = socket.0.flush().await;
    assert_eq!(socket.close_code().await, 1009);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_of_nothing_but_fragments_ends_in_silence() {
    let app = app(|limits| limits.socket.silence = Duration::from_millis(500)).await;
    let mut socket = app.nobody().socket().await;
    let start = Instant::now();
    let mut is_first = true;
    // Empty ones never make the message too large.
    while fragment(&mut socket, "", is_first, false).await {
        is_first = false;
        assert!(start.elapsed() < PATIENCE, "the server lets it go on");
    }
    assert_eq!(closed_with(&app), [4000]);
}

/// The codes the server closed with.
fn closed_with(app: &TestApp) -> Vec<u16> {
    app.counts.closed().filter(|(_, count)| *count > 0).map(|(code, _)| code).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn compression_is_not_agreed_to() {
    let app = app(|_| {}).await;
    let url = format!("ws://{}/socket/websocket?vsn=2.0.0", app.address);
    let mut request = url.into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-extensions", "permessage-deflate".parse().unwrap());
    let (_socket, answer) = connect_async(request).await.unwrap();
    assert!(!answer.headers().contains_key("sec-websocket-extensions"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn binary_garbage_is_complained_about_and_the_fifth_frame_closes() {
    let app = app(|_| {}).await;
    let mut socket = app.nobody().socket().await;
    for garbage in [&b""[..], b"\x00", b"\x00\x01\x01\x07\x04", b"\x00\x00\x00\x01\x01\xff\xff", &[255; 1024]] {
        socket.0.send(Message::binary(garbage)).await.unwrap();
        let reason = socket.next().await[4]["reason"].as_str().unwrap().to_owned();
        assert!(reason.starts_with("malformed frame: expected 0, the lengths of join_ref"), "{reason}");
    }
    assert_eq!(socket.close_code().await, 4400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_are_refused_like_any_push_and_version_1_has_none() {
    let app = app(|_| {}).await;
    let mut socket = app.nobody().socket().await;
    socket.joined("lobbies").await;
    socket.0.send(Message::binary(&b"\x00\x01\x01\x07\x0412lobbieswave\xff"[..])).await.unwrap();
    let refusal = socket.next().await;
    assert_eq!((&refusal[1], &refusal[4]["response"]["reason"]), (&json!("2"), &json!("unknown_event")));

    let mut socket = connect(&app, "vsn=1.0.0", &[]).await.unwrap();
    socket.0.send(Message::binary(&b"\x00\x01\x01\x07\x0412lobbieswave\xff"[..])).await.unwrap();
    assert_eq!(socket.next().await["payload"]["reason"], "malformed frame: a binary frame");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_that_come_too_fast_are_refused_and_then_close() {
    let app = app(|limits| limits.socket.frames_per_second = 1).await;
    let mut socket = app.nobody().socket().await;
    socket.joined("lobbies").await;
    for _ in 0..60 + 120 {
        socket.send(r#"[null,"1","phoenix","heartbeat",{}]"#).await;
    }
    for _ in 0..59 {
        assert_eq!(socket.next().await[4]["status"], "ok");
    }
    // On a slow machine a second or two go by, and with each a frame is granted.
    let mut refused = 0;
    while socket.next().await[4]["response"]["reason"] == "too_many_frames" && refused < 100 {
        refused += 1;
    }
    for _ in 0..60 {
        let _closed_already = socket.0.send(Message::text(r#"[null,"1","phoenix","heartbeat",{}]"#)).await;
    }
    assert_eq!(socket.close_code().await, 4429);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_topic_too_many_and_a_topic_too_long_are_refused() {
    let app = app(|limits| limits.socket.topics = 1).await;
    let player = app.player().await;
    let mut socket = player.socket().await;
    let long = format!("lobby:{}", "7".repeat(123));
    assert_eq!(socket.join(&long).await.1["reason"], "topic_too_long");
    socket.joined("lobbies").await;
    assert_eq!(socket.join(&format!("user:{}", player.id)).await.1["reason"], "too_many_topics");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_client_is_pinged_and_then_closed() {
    let app = app(|limits| {
        limits.socket.ping = Duration::from_millis(200);
        limits.socket.silence = Duration::from_millis(1500);
    })
    .await;
    let mut listens = app.nobody().socket().await;
    listens.joined("lobbies").await;
    // Whoever reads answers pings by itself, and stays.
    let pinged = tokio::time::timeout(PATIENCE, listens.0.next()).await.unwrap().unwrap().unwrap();
    assert!(pinged.is_ping(), "{pinged:?}");
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(2500) {
        let message = tokio::time::timeout(PATIENCE, listens.0.next()).await.unwrap().unwrap().unwrap();
        assert!(message.is_ping(), "{message:?}");
    }
    // Whoever does not read sends no pongs.
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(listens.close_code().await, 4000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_anonymous_client_that_joins_nothing_is_closed() {
    let app = app(|limits| limits.socket_unjoined = Duration::from_millis(1500)).await;
    let player = app.player().await;
    let (mut nobody, mut signed_in) = (app.nobody().socket().await, player.socket().await);
    let mut refused = app.nobody().socket().await;
    assert_eq!(refused.join("lobby:1").await.0, "error");
    assert_eq!(nobody.close_code().await, 4001);
    assert_eq!(refused.close_code().await, 4001, "a refused join is none");
    signed_in.joined("lobbies").await;
}

//! Who does not read what is sent.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use channels::close;
use domain::pubsub::Event;
use serde_json::{Map, json};
use server::Limits;
use testing::Engine;
use tokio::net::TcpSocket;
use tokio::task::JoinSet;
use tokio_tungstenite::MaybeTlsStream;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use wire::{Lobby, LobbyId, Topic};

use super::client::{PATIENCE, Socket};
use crate::app::TestApp;

async fn app(change: impl FnOnce(&mut Limits)) -> TestApp {
    let mut limits = Limits::default();
    change(&mut limits);
    TestApp::with(Engine::Sqlite, limits, testing::config()).await
}

/// Connects with as little room for what is not read as there can be, and joins `lobbies`.
async fn narrow(app: &TestApp) -> Socket {
    let request = format!("ws://{}/socket/websocket?vsn=2.0.0", app.address).into_client_request().unwrap();
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4 * 1024).unwrap();
    let stream = MaybeTlsStream::Plain(socket.connect(app.address).await.unwrap());
    let mut socket = Socket(client_async(request, stream).await.unwrap().0);
    socket.joined("lobbies").await;
    socket
}

/// Tells everybody of a lobby with so much metadata.
fn tell(app: &TestApp, id: i64, bytes: usize) {
    let lobby = Lobby {
        id: LobbyId(id),
        title: "Dunes".into(),
        host_id: None,
        hostless: true,
        max_users: 8,
        is_hidden: false,
        is_locked: false,
        is_passworded: false,
        metadata: Map::from_iter([("text".to_owned(), json!("x".repeat(bytes)))]),
        member_count: 0,
        revision: 1,
        created_at: app.domain.app.clock.now(),
        closing_at: None,
        members: None,
        rules: None,
    };
    app.domain.app.pubsub.publish(Topic::Lobbies, Event::LobbyCreated(lobby));
}

/// How often the server closed with a code.
fn closed(app: &TestApp, close: close::Close) -> u64 {
    app.counts.closed().find(|(code, _)| *code == close.code).unwrap().1
}

async fn until(what: impl Fn() -> bool) {
    tokio::time::timeout(PATIENCE, async {
        while !what() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .expect("it happens");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_does_not_read_is_closed_and_holds_up_nobody() {
    let app = app(|limits| limits.socket.write = Duration::from_millis(300)).await;
    let stalled = narrow(&app).await;
    let mut reader = app.nobody().socket().await;
    reader.joined("lobbies").await;
    let mut id = 0;
    // More and more, until what lies between the two is full.
    while closed(&app, close::SLOW) == 0 {
        id += 1;
        assert!(id < 5_000, "it is never closed");
        tell(&app, id, 16 * 1024);
        assert_eq!(reader.event().await[2]["id"], id, "the other one hears everything");
    }
    until(|| app.counts.open.load(Relaxed) == 1).await;
    // What it left unread is forgotten.
    until(|| app.counts.waiting.load(Relaxed) == 0).await;
    drop(stalled);
}

/// Hears every lobby in its turn, and counts them with the others.
async fn hear_all(mut socket: Socket, heard: Arc<AtomicUsize>) {
    for id in 1.. {
        let (seq, event) = socket.numbered().await;
        assert_eq!((seq, &event[2]["id"]), (id, &json!(id)));
        heard.fetch_add(1, Relaxed);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_who_listen_the_one_that_stalls_is_closed_and_nobody_else_misses_anything() {
    let app = app(|limits| limits.socket.write = Duration::from_millis(300)).await;
    let _stalled = narrow(&app).await;
    let (heard, mut readers) = (Arc::new(AtomicUsize::new(0)), JoinSet::new());
    for _ in 0..99 {
        let mut reader = app.nobody().socket().await;
        reader.joined("lobbies").await;
        readers.spawn(hear_all(reader, heard.clone()));
    }
    let mut id = 0;
    while closed(&app, close::SLOW) == 0 || id < 100 {
        id += 1;
        assert!(id < 5_000, "it is never closed");
        tell(&app, id, 16 * 1024);
        // Everybody but the one that stalls has heard it before more is told.
        let all = 99 * usize::try_from(id).unwrap();
        tokio::select! {
            () = until(|| heard.load(Relaxed) == all) => {}
            failed = readers.join_next() => panic!("a reader missed something: {failed:?}"),
        }
    }
    until(|| app.counts.open.load(Relaxed) == 99).await;
    assert_eq!(closed(&app, close::SLOW), 1);
    assert_eq!(app.counts.waiting.load(Relaxed), 0, "what it left unread is forgotten");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_falls_behind_hears_of_it_and_joins_anew() {
    let app = app(|limits| limits.socket.write = PATIENCE).await;
    let mut behind = narrow(&app).await;
    let (mut told, mut sent, mut unsent) = (0, 0, 0);
    while unsent < 20 {
        told += 1;
        tell(&app, told, 16 * 1024);
        tokio::time::sleep(Duration::from_millis(2)).await;
        let before = std::mem::replace(&mut sent, app.counts.sent.load(Relaxed));
        unsent = if before == sent { unsent + 1 } else { 0 };
    }
    // It is stuck now: these wait for it, and 64 are kept.
    for _ in 0..200 {
        told += 1;
        tell(&app, told, 16 * 1024);
    }
    let mut next = 1;
    let end = loop {
        let frame = behind.next().await;
        if frame[3] != "lobby_created" {
            break json!([frame[2], frame[3], frame[4]]);
        }
        assert_eq!((&frame[4]["id"], &frame[4]["seq"]), (&json!(next), &json!(next)), "in order and without a gap");
        next += 1;
    };
    assert_eq!(end, json!(["lobbies", "phx_error", {}]));
    assert!(next <= told);
    assert_eq!(app.counts.lagged.load(Relaxed), 1);
    assert!(app.counts.take_behind() >= 64);
    behind.joined("lobbies").await;
    tell(&app, -1, 0);
    assert_eq!(behind.event().await[2]["id"], -1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frame_that_does_not_fit_into_the_buffer_closes() {
    let app = app(|limits| limits.socket_buffer = 64 * 1024).await;
    let mut socket = app.nobody().socket().await;
    socket.joined("lobbies").await;
    tell(&app, 1, 60 * 1024);
    assert_eq!(socket.event().await[2]["id"], 1);
    tell(&app, 2, 64 * 1024);
    assert_eq!(socket.close_code().await, 4002);
}

//! How sockets end when the server stops.

use std::time::{Duration, Instant};

use super::client::{PATIENCE, connect};
use crate::app::TestApp;

use testing::both_engines;

#[both_engines]
async fn sockets_are_told_to_come_back_one_after_another(app: TestApp) {
    let player = app.player().await;
    let mut sockets = Vec::new();
    for n in 0..40 {
        let mut socket = if n < 5 { player.socket().await } else { app.nobody().socket().await };
        socket.joined("lobbies").await;
        sockets.push(socket);
    }
    let start = Instant::now();
    app.go_away();
    let closing = sockets.into_iter().map(|mut socket| {
        tokio::spawn(async move {
            let (code, reason) = socket.close().await;
            (start.elapsed(), code, reason)
        })
    });
    let mut closed = Vec::new();
    for socket in closing.collect::<Vec<_>>() {
        closed.push(socket.await.unwrap());
    }
    assert!(closed.iter().all(|(_, code, reason)| *code == 1001 && reason.ends_with("connect again")), "{closed:?}");
    let mut times: Vec<_> = closed.iter().map(|(time, ..)| *time).collect();
    times.sort();
    for (turn, time) in (0..).zip(&times) {
        assert!(*time >= Duration::from_millis(5) * turn, "number {turn} was told after {time:?}");
    }
    assert!(*times.last().unwrap() < PATIENCE);
    assert_eq!(connect(&app, "vsn=2.0.0", &[]).await.err(), Some(503), "nobody is let in to be sent away");
}

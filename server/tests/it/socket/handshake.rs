//! Upgrades that never come to an end.

use std::io;
use std::time::Duration;

use axum::serve::Listener;
use server::{Limits, Server, router};
use testing::{Engine, TestDomain};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::{mpsc, watch};
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Error;

use super::client::PATIENCE;
use super::places::UPGRADE;

/// Connections without a network, so that it is known how much fits into one.
struct Pipes(mpsc::UnboundedReceiver<DuplexStream>);

impl Listener for Pipes {
    type Io = DuplexStream;
    type Addr = ();

    async fn accept(&mut self) -> (DuplexStream, ()) {
        match self.0.recv().await {
            Some(pipe) => (pipe, ()),
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether there is a place for one more. Asks with a token that is no good, so as to take none.
async fn is_free(pipes: &mpsc::UnboundedSender<DuplexStream>) -> bool {
    let (ours, theirs) = duplex(1024);
    pipes.send(theirs).unwrap();
    match client_async("ws://localhost/socket/websocket?vsn=2.0.0&token=junk", ours).await {
        Err(Error::Http(refused)) if refused.status() == 403 => true,
        Err(Error::Http(refused)) if refused.status() == 503 => false,
        other => panic!("{:?}", other.map(drop)),
    }
}

async fn until_free(pipes: &mpsc::UnboundedSender<DuplexStream>, expected: bool) {
    tokio::time::timeout(PATIENCE, async {
        while is_free(pipes).await != expected {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("it comes to that");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upgrade_whose_answer_is_not_read_gives_its_place_back() {
    let domain = TestDomain::with(Engine::Sqlite, testing::config()).await;
    let limits = Limits { sockets: 1, socket_handshake: Duration::from_secs(1), ..Limits::default() };
    let (_go_away, going_away) = watch::channel(false);
    let (pipes, incoming) = mpsc::unbounded_channel();
    let server = Server::new(domain.app.clone(), limits, true, going_away);
    let serving = tokio::spawn(axum::serve(Pipes(incoming), router(server)).into_future());

    // The answer has more bytes than fit here.
    let (mut stalled, theirs) = duplex(64);
    pipes.send(theirs).unwrap();
    stalled.write_all(UPGRADE.as_bytes()).await.unwrap();
    until_free(&pipes, false).await;
    until_free(&pipes, true).await;

    // Who reads the answer after all is upgraded, and finds that nobody is there.
    let mut answer = Vec::new();
    tokio::time::timeout(PATIENCE, stalled.read_to_end(&mut answer)).await.expect("it is closed").unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 101") && answer.ends_with(b"\r\n\r\n"), "{answer:?}");
    serving.abort();
}

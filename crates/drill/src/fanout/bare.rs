//! The least that can be done to tell everybody: axum's sockets, and a channel for each topic.

use std::collections::HashMap;
use std::io::{self, Write};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::any;
use axum::serve::ListenerExt;
use futures_util::SinkExt;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Child;
use tokio::sync::broadcast;
use tokio_tungstenite::tungstenite::Message as Said;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::cost::Core;

/// Messages that are kept for a slow listener, as the server keeps them.
const KEPT: usize = 64;

/// Bytes that a socket reads at once, as the server's sockets do: before each try the buffer is cleared, and of the default that
/// is 128 KiB.
const READS: usize = 1024;

/// A process that tells the sockets of a topic what one of them says. Dropping it kills it.
pub(super) struct Bare {
    child: Child,
    /// Its number.
    pub(super) process: u32,
    /// Where it is.
    pub(super) address: String,
}

/// The one who is listened to.
pub(super) struct Speaker(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Bare {
    /// Starts one that has a single core.
    pub(super) async fn start(core: Core) -> Result<Self> {
        let mut command = core.command(&std::env::current_exe()?);
        command.arg("bare-sockets").stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn()?;
        let mut address = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut address).await?;
        let process = child.id().context("it has ended")?;
        Ok(Self { child, process, address: address.trim().to_owned() })
    }

    /// Somebody whom everybody on a topic hears.
    pub(super) async fn speaker(&self, topic: &str) -> Result<Speaker> {
        Ok(Speaker(connect_async(format!("ws://{}/say/{topic}", self.address)).await?.0))
    }

    pub(super) async fn stop(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }
}

impl Speaker {
    pub(super) async fn say(&mut self, text: &str) -> Result<()> {
        Ok(self.0.send(Said::text(text)).await?)
    }
}

/// What is said on each topic. Cloning shares it.
#[derive(Clone, Default)]
struct Topics(Arc<Mutex<HashMap<String, broadcast::Sender<Utf8Bytes>>>>);

impl Topics {
    fn topic(&self, name: &str) -> broadcast::Sender<Utf8Bytes> {
        let mut topics = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        topics.entry(name.to_owned()).or_insert_with(|| broadcast::channel(KEPT).0).clone()
    }
}

/// Serves on a free port, which it prints, until it is killed.
pub(crate) async fn serve() -> Result<()> {
    let hear = async |upgrade: WebSocketUpgrade, State(topics): State<Topics>| -> Response {
        upgrade.read_buffer_size(READS).on_upgrade(move |socket| tell(socket, topics))
    };
    let say = async |upgrade: WebSocketUpgrade, Path(topic): Path<String>, State(topics): State<Topics>| -> Response {
        upgrade.on_upgrade(move |socket| listen(socket, topics.topic(&topic)))
    };
    let router = Router::new().route("/socket/websocket", any(hear)).route("/say/{topic}", any(say));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(io::stdout().lock(), "{}", listener.local_addr()?)?;
    let listener = listener.tap_io(|tcp| drop(tcp.set_nodelay(true)));
    Ok(axum::serve(listener, router.with_state(Topics::default())).await?)
}

/// Tells a socket everything that is said on the topic that it asks to join.
async fn tell(mut socket: WebSocket, topics: Topics) {
    let Some(Ok(Message::Text(join))) = socket.recv().await else { return };
    let Ok(join) = serde_json::from_str::<Value>(&join) else { return };
    let mut said = topics.topic(join[2].as_str().unwrap_or_default()).subscribe();
    let joined = Message::text(r#"["1","1","lobbies","phx_reply",{"status":"ok","response":{}}]"#);
    if socket.send(joined).await.is_err() {
        return;
    }
    loop {
        let sent = tokio::select! {
            said = said.recv() => match said {
                Ok(text) => socket.send(Message::Text(text)).await,
                Err(_) => return,
            },
            heard = socket.recv() => match heard {
                Some(Ok(_)) => Ok(()),
                _ => return,
            },
        };
        if sent.is_err() {
            return;
        }
    }
}

async fn listen(mut socket: WebSocket, said: broadcast::Sender<Utf8Bytes>) {
    while let Some(Ok(message)) = socket.recv().await {
        if let Message::Text(text) = message {
            // Nobody may listen yet.
            let _ = said.send(text);
        }
    }
}

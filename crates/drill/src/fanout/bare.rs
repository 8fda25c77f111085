//! The least that can be done to tell everybody: axum's sockets, and a channel.

use std::io::{self, Write};
use std::process::Stdio;

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::any;
use futures_util::SinkExt;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::sync::broadcast;
use tokio_tungstenite::tungstenite::Message as Said;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Messages that are kept for a slow listener, as the server keeps them.
const KEPT: usize = 64;

/// A process that tells all its sockets what one of them says. Dropping it kills it.
pub(super) struct Bare {
    child: Child,
    /// Where it is.
    pub(super) address: String,
}

/// The one who is listened to.
pub(super) struct Speaker(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Bare {
    /// Starts one.
    pub(super) async fn start() -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("bare-sockets").stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn()?;
        let mut address = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut address).await?;
        Ok(Self { child, address: address.trim().to_owned() })
    }

    /// Somebody whom everybody hears.
    pub(super) async fn speaker(&self) -> Result<Speaker> {
        Ok(Speaker(connect_async(format!("ws://{}/say", self.address)).await?.0))
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

/// Serves on a free port, which it prints, until it is killed.
pub(crate) async fn serve() -> Result<()> {
    let (said, _) = broadcast::channel::<Utf8Bytes>(KEPT);
    let hear = async |upgrade: WebSocketUpgrade, State(said): State<broadcast::Sender<Utf8Bytes>>| -> Response {
        upgrade.on_upgrade(move |socket| tell(socket, said.subscribe()))
    };
    let say = async |upgrade: WebSocketUpgrade, State(said): State<broadcast::Sender<Utf8Bytes>>| -> Response {
        upgrade.on_upgrade(move |socket| listen(socket, said))
    };
    let router = Router::new().route("/socket/websocket", any(hear)).route("/say", any(say)).with_state(said);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(io::stdout().lock(), "{}", listener.local_addr()?)?;
    Ok(axum::serve(listener, router).await?)
}

/// Tells a socket everything that is said, once it has asked to join.
async fn tell(mut socket: WebSocket, mut said: broadcast::Receiver<Utf8Bytes>) {
    let Some(Ok(Message::Text(_))) = socket.recv().await else { return };
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

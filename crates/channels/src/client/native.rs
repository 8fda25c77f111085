//! The client for programs: for load tools, for tests, and for game servers that listen.
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use channels::client::Heard;
//! use channels::client::native::{Client, Door};
//! use serde_json::json;
//!
//! let client = Client::connect(Door::to("ws://127.0.0.1:4000/socket/websocket")?.with_token("…")?);
//! let mut lobby = client.join("lobby:7");
//! while let Some(heard) = lobby.next().await {
//!     match heard {
//!         Heard::Joined(state) => println!("the lobby is {state}"),
//!         Heard::Event { event, payload } => println!("{event}: {payload}"),
//!         _ => {}
//!     }
//!     client.push("lobby:7", "message", json!({ "text": "hello" })).await?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Addresses are plain `ws`: TLS is for a proxy to add.

mod door;
mod worker;

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot, watch};

pub use self::door::{BadDoor, Door};
use self::worker::{Command, Listener, Worker};
use super::{Heard, Status};
use crate::codec::Payload;
use crate::codec::binary::TooLong;

/// How a client keeps its connection. The defaults are those of the browser's client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Between two heartbeats. One that is not answered until the next means that the connection is dead. Default 30 s.
    pub heartbeat: Duration,
    /// Before the first try to connect again. It doubles up to twenty times this, and is up to a half longer by lot.
    /// Default half a second.
    pub first_wait: Duration,
    /// How long connecting, or writing one frame, may take. Default 10 s.
    pub patience: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        let heartbeat = Duration::from_millis(super::HEARTBEAT.into());
        let first_wait = Duration::from_millis(super::backoff::FIRST.into());
        Self { heartbeat, first_wait, patience: Duration::from_secs(10) }
    }
}

/// A connection that comes back by itself. Clones are the same client; when the last one is dropped, the connection
/// closes.
#[derive(Clone, Debug)]
pub struct Client {
    commands: mpsc::UnboundedSender<Command>,
    status: watch::Receiver<Status>,
}

/// A topic that is listened to. Dropping it leaves the topic, unless others of the same client listen to it, too. It
/// does not keep the client alive.
#[derive(Debug)]
#[must_use = "dropping it leaves the topic"]
pub struct Subscription {
    heard: mpsc::UnboundedReceiver<Heard>,
    commands: mpsc::WeakUnboundedSender<Command>,
}

/// Why a push was not granted.
#[derive(Clone, Debug, PartialEq)]
pub enum PushError {
    /// The topic is not joined just now: nothing was sent.
    NotJoined,
    /// A name is too long for a binary frame: nothing was sent.
    TooLong(TooLong),
    /// The server said no, with this response.
    Refused(Value),
    /// The connection or the membership ended before the answer came: whether it was taken is not known.
    Lost,
}

impl Client {
    /// Connects, with the default [`Settings`]. Must be called within a tokio runtime.
    #[must_use]
    pub fn connect(door: Door) -> Self {
        Self::connect_with(door, Settings::default())
    }

    /// Connects. Must be called within a tokio runtime.
    #[must_use]
    pub fn connect_with(door: Door, settings: Settings) -> Self {
        let (commands, orders) = mpsc::unbounded_channel();
        let (told, status) = watch::channel(Status::Connecting);
        tokio::spawn(Worker::new(door, settings, orders, told).run());
        Self { commands, status }
    }

    /// Joins now and after every reconnect, and again after an error of the topic, with growing waits. What is missed in
    /// between follows, or the state is told anew: there is no silent gap.
    ///
    /// Subscriptions of the same topic share one join. If it has been answered already, that answer is the first that
    /// is heard.
    pub fn join(&self, topic: &str) -> Subscription {
        let (to, heard) = mpsc::unbounded_channel();
        // Of a client that is closed there is nothing to hear.
        let _closed = self.commands.send(Command::Join(Listener { topic: topic.to_owned(), to }));
        Subscription { heard, commands: self.commands.downgrade() }
    }

    /// Pushes an event of the client's own to a topic it has joined, and waits for the answer. A JSON value is sent as
    /// text, [`Bytes`] as a binary frame.
    ///
    /// # Errors
    /// See [`PushError`]. What is not answered is not sent again.
    pub async fn push(&self, topic: &str, event: &str, payload: impl Into<Payload>) -> Result<Payload, PushError> {
        let (answer, answered) = oneshot::channel();
        let (topic, event) = (topic.to_owned(), event.to_owned());
        let push = Command::Push { topic, event, payload: payload.into(), answer };
        self.commands.send(push).map_err(|_| PushError::NotJoined)?;
        answered.await.unwrap_or(Err(PushError::Lost))
    }

    /// How the connection is, now and from now on.
    #[must_use]
    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// Comes by this door from the next connection on, as after a token was renewed.
    pub fn come_by(&self, door: Door) {
        let _closed = self.commands.send(Command::ComeBy(door));
    }

    /// Drops the present connection or the wait for the next one and connects at once; also after the server had said
    /// not to come back.
    pub fn reconnect_now(&self) {
        let _closed = self.commands.send(Command::Reconnect);
    }

    /// Closes for good: subscriptions end, and pushes find nothing joined.
    pub fn close(&self) {
        let _closed = self.commands.send(Command::Close);
    }
}

impl Subscription {
    /// What is heard next; `None` once the client is closed. What is not taken is kept, however much it is.
    pub async fn next(&mut self) -> Option<Heard> {
        self.heard.recv().await
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.heard.close();
        if let Some(commands) = self.commands.upgrade() {
            let _closed = commands.send(Command::Left);
        }
    }
}

impl From<Bytes> for Payload {
    fn from(bytes: Bytes) -> Self {
        Self::Binary(bytes)
    }
}

impl fmt::Display for PushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJoined => f.write_str("the topic is not joined"),
            Self::TooLong(error) => error.fmt(f),
            Self::Refused(response) => write!(f, "refused: {response}"),
            Self::Lost => f.write_str("the connection was lost before the answer came"),
        }
    }
}

impl std::error::Error for PushError {}

//! The bus: what this node tells the others, and hears of them, over Redis.
//!
//! Every topic is a channel of its own, which a node listens to for as long as somebody listens to the topic there. What
//! concerns every node, the ends of sessions among it, goes over a channel that all of them hear.
//!
//! Redis keeps nothing: what a node could not say, or did not hear, is lost. The node notices, and makes up for it by what
//! the database knows. Lobbies have their logs, and sessions their rows; who listens to anything else is told to come
//! back and read how things are. So without Redis a node goes on alone, and is right again within seconds of its return.

mod asking;
mod envelope;
mod listener;
mod speaker;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use tokio::sync::{mpsc, oneshot};
use wire::Topic;

pub(crate) use self::asking::Answers;
use self::asking::Asking;
use self::envelope::Said;
use crate::connections::Question;
use crate::pubsub::Event;
use crate::{App, Error, Random, Result};

/// Messages that may wait to be said. Beyond it they are lost, which the other nodes are told.
const QUEUE: usize = 10_000;
/// How long Redis may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often an idle connection is tried.
const PULSE: Duration = Duration::from_secs(1);
/// How long to wait before Redis is tried again.
const AGAIN: Duration = Duration::from_millis(500);

/// Where the bus is.
#[derive(Clone, PartialEq, Eq)]
pub struct Redis {
    /// `redis://` or `rediss://`, with whatever password it takes.
    pub url: String,
    /// What the names of channels begin with, so that several games can share one Redis.
    pub prefix: String,
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redis").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

/// The bus, or none where this is the only node. Clones share it.
#[derive(Clone)]
pub(crate) struct Bus {
    node: Arc<str>,
    line: Option<Arc<Line>>,
}

struct Line {
    client: redis::Client,
    prefix: String,
    said: mpsc::Sender<Said>,
    wishes: mpsc::UnboundedSender<Wish>,
    asking: Asking,
    edge: mpsc::UnboundedSender<Box<RawValue>>,
    /// Taken by [`edge`].
    ends_edge: Mutex<Option<mpsc::UnboundedReceiver<Box<RawValue>>>>,
    /// Taken by [`run`].
    ends: Mutex<Option<Ends>>,
    /// Redis is listened to, or is being tried.
    tries: AtomicBool,
    numbers: Numbers,
}

struct Ends {
    said: mpsc::Receiver<Said>,
    wishes: mpsc::UnboundedReceiver<Wish>,
}

/// What is asked of the half that listens, in order.
enum Wish {
    Hear(Topic),
    Ignore(Topic),
    /// Answers once everything before is so, or cannot be.
    Settle(oneshot::Sender<()>),
}

#[derive(Default)]
struct Numbers {
    speaks: AtomicBool,
    hears: AtomicBool,
    said: AtomicU64,
    heard: AtomicU64,
    lost: AtomicU64,
    losses: AtomicU64,
}

/// How the bus does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusNumbers {
    /// Whether Redis can be reached, both ways.
    pub is_up: bool,
    /// Messages that were handed to Redis.
    pub said: u64,
    /// Messages of other nodes that came.
    pub heard: u64,
    /// Messages that could not be handed over.
    pub lost: u64,
    /// Times a connection was lost.
    pub losses: u64,
}

impl Bus {
    /// A bus over a Redis that need not be there yet.
    pub(crate) fn new(redis: Option<&Redis>, random: &Random) -> Result<Self> {
        let line = redis.map(Line::new).transpose()?.map(Arc::new);
        Ok(Self { node: random.secret()[..12].into(), line })
    }

    /// The name of this node.
    pub(crate) fn node(&self) -> Arc<str> {
        self.node.clone()
    }

    /// Whether there are, or may be, other nodes.
    pub(crate) fn is_shared(&self) -> bool {
        self.line.is_some()
    }

    /// Whether other nodes can be heard and told.
    pub(crate) fn is_up(&self) -> bool {
        self.numbers().is_some_and(|numbers| numbers.is_up)
    }

    /// How it does; none without a bus.
    pub(crate) fn numbers(&self) -> Option<BusNumbers> {
        let Line { numbers, .. } = self.line.as_deref()?;
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Some(BusNumbers {
            is_up: numbers.speaks.load(Ordering::Relaxed) && numbers.hears.load(Ordering::Relaxed),
            said: read(&numbers.said),
            heard: read(&numbers.heard),
            lost: read(&numbers.lost),
            losses: read(&numbers.losses),
        })
    }

    /// Tells the other nodes what happened. Never waits.
    pub(crate) fn say(&self, topic: Topic, event: &Event, seq: Option<u64>) {
        let Some(line) = &self.line else { return };
        match Said::of(topic, event, seq) {
            Ok(said) => line.say(said),
            Err(error) => tracing::error!(%topic, %error, "an event could not be written for other nodes"),
        }
    }

    /// Hears of a topic from other nodes, from [`Bus::settled`] on. In what order this and [`Bus::ignore`] are called
    /// decides.
    pub(crate) fn hear(&self, topic: Topic) {
        self.wish(topic, Wish::Hear);
    }

    /// Hears no more of it.
    pub(crate) fn ignore(&self, topic: Topic) {
        self.wish(topic, Wish::Ignore);
    }

    fn wish(&self, topic: Topic, wish: fn(Topic) -> Wish) {
        if let Some(line) = &self.line
            && line.channel(topic).is_some()
        {
            drop(line.wishes.send(wish(topic)));
        }
    }

    /// Waits until every topic that was asked for is heard; without Redis, not at all.
    pub(crate) async fn settled(&self) {
        let Some(line) = &self.line else { return };
        let (settled, is_settled) = oneshot::channel();
        if line.tries.load(Ordering::Relaxed) && line.wishes.send(Wish::Settle(settled)).is_ok() {
            drop(tokio::time::timeout(PATIENCE, is_settled).await);
        }
    }
}

impl Line {
    fn new(Redis { url, prefix }: &Redis) -> Result<Self> {
        let client = redis::Client::open(url.as_str())
            .map_err(|error| Error::Internal(format!("the URL of Redis is none: {error}")))?;
        let ((said, ends_said), (wishes, ends_wishes)) = (mpsc::channel(QUEUE), mpsc::unbounded_channel());
        let (edge, ends_edge) = mpsc::unbounded_channel();
        let ends_edge = Mutex::new(Some(ends_edge));
        let ends = Mutex::new(Some(Ends { said: ends_said, wishes: ends_wishes }));
        Ok(Self {
            client,
            prefix: prefix.clone(),
            said,
            wishes,
            asking: Asking::default(),
            edge,
            ends_edge,
            ends,
            tries: AtomicBool::new(true),
            numbers: Numbers::default(),
        })
    }

    fn say(&self, said: Said) {
        if self.said.try_send(said).is_err() {
            self.numbers.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The channel of a topic; none for what every node hears anyway.
    fn channel(&self, topic: Topic) -> Option<String> {
        match topic {
            Topic::Session(_) => None,
            _ => Some(format!("{}:{topic}", self.prefix)),
        }
    }

    /// What every node hears.
    fn everybody(&self) -> String {
        format!("{}:nodes", self.prefix)
    }
}

/// The name of this node: another one at each start.
#[must_use]
pub fn node(app: &App) -> &str {
    &app.pubsub.bus().node
}

/// Whether there are, or may be, other nodes.
#[must_use]
pub fn is_shared(app: &App) -> bool {
    app.pubsub.bus().is_shared()
}

/// Tells the edge of every other node something that the domain does not read. Never waits.
pub fn say(app: &App, words: Box<RawValue>) {
    if let Some(line) = &app.pubsub.bus().line {
        line.say(Said::Edge(words));
    }
}

/// What the edges of other nodes say: for the first who asks, and only where there are others.
#[must_use]
pub fn edge(app: &App) -> Option<mpsc::UnboundedReceiver<Box<RawValue>>> {
    let line = app.pubsub.bus().line.as_ref()?;
    line.ends_edge.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Asks the other nodes something, or one of them, and waits for their answers: a second at most.
pub(crate) async fn ask<A: DeserializeOwned>(app: &App, of: Option<&str>, question: Question) -> Answers<A> {
    match &app.pubsub.bus().line {
        Some(line) => asking::ask(line, of, question).await,
        None => Answers { given: Vec::new(), silent: 0 },
    }
}

/// How the bus does; none without one.
#[must_use]
pub fn numbers(app: &App) -> Option<BusNumbers> {
    app.pubsub.bus().numbers()
}

/// Asks Redis who it is, and answers its version.
///
/// # Errors
/// Why it does not answer, in words; within two seconds. The address is never among them, as it may hold a password.
pub async fn checkup(redis: &Redis) -> std::result::Result<String, String> {
    let asked = async {
        let client = redis::Client::open(redis.url.as_str())?;
        let mut connection = client.get_multiplexed_async_connection().await?;
        redis::cmd("INFO").arg("server").query_async::<String>(&mut connection).await
    };
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(info)) => {
            let version = info.lines().find_map(|line| line.strip_prefix("redis_version:"));
            Ok(version.unwrap_or("unknown").trim().to_owned())
        }
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("no answer in 2 s".to_owned()),
    }
}

/// Speaks and listens, for ever; without a bus, does nothing for ever.
pub async fn run(app: App) {
    let Some(line) = app.pubsub.bus().line.clone() else { return std::future::pending().await };
    let Some(ends) = line.ends.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
    let node = app.pubsub.bus().node.clone();
    tokio::join!(speaker::speak(&line, &node, ends.said), listener::listen(&app, &line, &node, ends.wishes));
}

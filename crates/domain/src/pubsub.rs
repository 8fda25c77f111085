//! What happened, told to whoever listens: game clients, the dashboard and the server's own sockets alike.
//!
//! Every topic numbers its events from one on, within an *epoch*: numbers of two epochs cannot be compared. The events of
//! a lobby are numbered by its log, over all nodes and for ever (`lobbies/log.rs`); those of other topics are numbered
//! here, for as long as somebody listens.

mod event;
mod line;
mod message;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use wire::{LobbyId, SessionId, Topic};

pub(crate) use self::event::News;
pub use self::event::{Event, Relayed, RelayedBytes};
use self::line::{Line, Step};
pub use self::message::{FORMS, Message};
use crate::Random;
use crate::bus::Bus;
use crate::stats::count;

/// Messages a slow listener may be behind by before it misses some.
const BACKLOG: usize = 64;
/// The same for what becomes of a session, which is seldom told more than its end: each that has a socket has room for so many.
const SESSION_BACKLOG: usize = 4;

/// Topics and their listeners, within this process. Clones share them.
#[derive(Clone)]
pub struct PubSub {
    random: Random,
    bus: Bus,
    topics: Arc<Mutex<HashMap<Topic, Entry>>>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    published: AtomicU64,
    pushed: AtomicU64,
    lagged: AtomicU64,
}

/// What was told since the process started.
pub(crate) struct Told {
    /// Events somebody listened to.
    pub(crate) published: u64,
    /// Events that went to listeners, once for each.
    pub(crate) pushed: u64,
    /// Times a listener missed events.
    pub(crate) lagged: u64,
}

struct Entry {
    sender: broadcast::Sender<Arc<Message>>,
    numbers: Numbers,
}

enum Numbers {
    /// Given here, as the events come.
    Counted { epoch: String, last: u64 },
    /// Given by the topic's log.
    Logged(Line),
}

impl Numbers {
    fn of(topic: Topic, random: &Random) -> Self {
        match topic {
            Topic::Lobby(_) => Self::Logged(Line::default()),
            _ => Self::Counted { epoch: random.number(0, u32::MAX).to_string(), last: 0 },
        }
    }
}

impl PubSub {
    pub(crate) fn new(random: Random, bus: Bus) -> Self {
        Self { random, bus, topics: Arc::default(), counts: Arc::default() }
    }

    /// The way to other nodes.
    pub(crate) fn bus(&self) -> &Bus {
        &self.bus
    }

    /// Tells everybody who listens to `topic`, here and on other nodes. Never waits: a listener that is too far behind is
    /// told so instead. On a topic with a log the event is not numbered.
    pub fn publish(&self, topic: Topic, event: Event) {
        self.bus.say(topic, &event, None);
        self.publish_here(topic, event);
    }

    /// Tells everybody who listens to `topic` on this node.
    pub fn publish_here(&self, topic: Topic, event: Event) {
        // Sent under the lock: the numbers and the order of a topic are one thing.
        if let Some(entry) = self.lock().get_mut(&topic) {
            let seq = match &mut entry.numbers {
                Numbers::Counted { last, .. } => {
                    *last += 1;
                    Some(*last)
                }
                Numbers::Logged(_) => None,
            };
            self.send(&entry.sender, Message::new(topic, event, seq));
        }
    }

    /// Tells an event of a topic that has a log, in its turn. Answers whether the log must be read: see
    /// [`PubSub::missing`].
    pub(crate) fn publish_numbered(&self, topic: Topic, event: Event, seq: u64) -> bool {
        self.take(topic, |line| line.take(seq), || Message::new(topic, event, Some(seq)))
    }

    /// Tells an event that was read from a topic's log.
    pub(crate) fn fill_in(&self, topic: Topic, event: Event, seq: u64) {
        self.take(topic, |line| line.fill_in(seq), || Message::new(topic, event, Some(seq)));
    }

    /// Makes known how far a topic's log goes. Answers whether it must be read.
    pub(crate) fn stands_at(&self, topic: Topic, seq: u64) -> bool {
        let mut topics = self.lock();
        match topics.get_mut(&topic).map(|entry| &mut entry.numbers) {
            Some(Numbers::Logged(line)) => line.stands_at(seq) == Step::ReadLog,
            _ => false,
        }
    }

    /// After which number events of a topic's log have not been told here, if any have not.
    pub(crate) fn missing(&self, topic: Topic) -> Option<u64> {
        match self.lock().get_mut(&topic).map(|entry| &mut entry.numbers) {
            Some(Numbers::Logged(line)) => line.missing(),
            _ => None,
        }
    }

    /// Lets everybody who listens to a topic know that events were missed, and forgets it.
    pub(crate) fn break_off(&self, topic: Topic) {
        let mut topics = self.lock();
        if topics.remove(&topic).is_some() {
            self.bus.ignore(topic);
        }
    }

    fn take(&self, topic: Topic, step: impl FnOnce(&mut Line) -> Step, message: impl FnOnce() -> Message) -> bool {
        let mut topics = self.lock();
        let Some(entry) = topics.get_mut(&topic) else { return false };
        let Numbers::Logged(line) = &mut entry.numbers else { return false };
        match step(line) {
            Step::Tell => self.send(&entry.sender, message()),
            Step::Leave => {}
            Step::ReadLog => return true,
        }
        false
    }

    fn send(&self, sender: &broadcast::Sender<Arc<Message>>, message: Message) {
        if let Ok(listeners) = sender.send(Arc::new(message)) {
            count(&self.counts.published);
            self.counts.pushed.fetch_add(listeners as u64, Ordering::Relaxed);
        }
    }

    /// Listens to `topic` from now on. On a topic with a log, whoever listens must read where it stands and say so by
    /// [`Subscription::begin`].
    #[must_use]
    pub fn subscribe(&self, topic: Topic) -> Subscription {
        let mut topics = self.lock();
        let entry = topics.entry(topic).or_insert_with(|| {
            self.bus.hear(topic);
            let backlog = if matches!(topic, Topic::Session(_)) { SESSION_BACKLOG } else { BACKLOG };
            Entry { sender: broadcast::channel(backlog).0, numbers: Numbers::of(topic, &self.random) }
        });
        let (epoch, last) = match &entry.numbers {
            Numbers::Counted { epoch, last } => (epoch.clone(), *last),
            Numbers::Logged(_) => Default::default(),
        };
        let receiver = entry.sender.subscribe();
        Subscription { pubsub: self.clone(), topic, receiver: Some(receiver), epoch, last, has_missed: false }
    }

    /// Whether anybody listens to `topic`, or may do so on another node.
    #[must_use]
    pub fn is_heard(&self, topic: Topic) -> bool {
        self.bus.is_shared() || self.lock().contains_key(&topic)
    }

    /// Topics somebody listens to.
    #[must_use]
    pub fn topics(&self) -> usize {
        self.lock().len()
    }

    /// Lobbies whose events somebody listens to here.
    pub(crate) fn lobbies(&self) -> Vec<LobbyId> {
        let lobby = |topic: &Topic| if let Topic::Lobby(id) = topic { Some(*id) } else { None };
        self.lock().keys().filter_map(lobby).collect()
    }

    /// Sessions whose end somebody waits for here.
    pub(crate) fn sessions(&self) -> Vec<SessionId> {
        let session = |topic: &Topic| if let Topic::Session(id) = topic { Some(*id) } else { None };
        self.lock().keys().filter_map(session).collect()
    }

    /// Breaks off every topic of which nobody can say what was missed.
    pub(crate) fn break_off_uncertain(&self) {
        let mut topics = self.lock();
        let uncertain = topics.extract_if(|topic, _| !matches!(topic, Topic::Lobby(_) | Topic::Session(_)));
        // In order with whoever listens anew.
        uncertain.for_each(|(topic, _)| self.bus.ignore(topic));
    }

    /// What was told since the process started.
    pub(crate) fn told(&self) -> Told {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let counts = &self.counts;
        Told { published: read(&counts.published), pushed: read(&counts.pushed), lagged: read(&counts.lagged) }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Topic, Entry>> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One listener of one topic.
pub struct Subscription {
    pubsub: PubSub,
    topic: Topic,
    receiver: Option<broadcast::Receiver<Arc<Message>>>,
    epoch: String,
    last: u64,
    /// It was told that it missed something: the next number may be any.
    has_missed: bool,
}

/// The listener was too slow and missed messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lagged;

impl Subscription {
    /// Which life of the topic this is: numbers of two epochs cannot be compared.
    #[must_use]
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    /// The number of the last event that was heard, or that had happened before.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.last
    }

    /// On a topic with a log: hears what comes after this number of this epoch. Answers whether the log must be read.
    pub(crate) fn begin(&mut self, epoch: String, seq: u64) -> bool {
        self.epoch = epoch;
        self.last = seq;
        self.pubsub.stands_at(self.topic, seq)
    }

    /// The next message.
    ///
    /// # Errors
    /// [`Lagged`] once when messages were missed, what follows is received; and for ever when the topic was broken off.
    pub async fn next(&mut self) -> Result<Arc<Message>, Lagged> {
        loop {
            let receiver = self.receiver.as_mut().ok_or(Lagged)?;
            match receiver.recv().await {
                Ok(message) => match message.seq {
                    Some(seq) if seq <= self.last => {}
                    Some(seq) => {
                        let is_next = seq == self.last + 1 || self.has_missed;
                        (self.last, self.has_missed) = (seq, false);
                        return if is_next { Ok(message) } else { Err(self.lagged()) };
                    }
                    None => return Ok(message),
                },
                Err(RecvError::Lagged(_)) => {
                    self.has_missed = true;
                    return Err(self.lagged());
                }
                Err(RecvError::Closed) => {
                    self.receiver = None;
                    return Err(self.lagged());
                }
            }
        }
    }

    /// Messages that wait to be received. Beyond a bound of the topic (64) the oldest are dropped.
    #[must_use]
    pub fn behind(&self) -> usize {
        self.receiver.as_ref().map_or(0, broadcast::Receiver::len)
    }

    fn lagged(&self) -> Lagged {
        count(&self.pubsub.counts.lagged);
        Lagged
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut topics = self.pubsub.lock();
        self.receiver = None;
        if topics.get(&self.topic).is_some_and(|entry| entry.sender.receiver_count() == 0) {
            topics.remove(&self.topic);
            self.pubsub.bus.ignore(self.topic);
        }
    }
}

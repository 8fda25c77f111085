//! What happened, told to whoever listens: game clients, the dashboard and the server's own sockets alike.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use bytes::Bytes;
use serde::Serialize;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use wire::{AdminLobby, AdminUser, Lobby, LobbyGone, MemberChanged, MembershipChanged, Topic, UserChanged, UserGone};

use crate::Random;
use crate::stats::count;

/// Messages a slow listener may be behind by before it misses some.
const BACKLOG: usize = 64;

/// In how many forms a message can be shared at most.
pub const FORMS: usize = 2;

/// What happened. Serializes as its payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// On `lobbies`: a lobby was opened, or is no longer hidden.
    LobbyCreated(Lobby),
    /// On `lobbies` and `lobby:{id}`: what is said about a lobby changed.
    LobbyUpdated(Lobby),
    /// On `lobbies` and `admin:lobbies`: a lobby is gone; on `lobbies` also: it is hidden now.
    LobbyDeleted(LobbyGone),
    /// On `lobbies`: a seat was taken or freed.
    LobbyMembershipChanged(MembershipChanged),
    /// On `admin:lobbies`: a lobby was opened.
    AdminLobbyCreated(AdminLobby),
    /// On `admin:lobbies`: what is said about a lobby changed.
    AdminLobbyUpdated(AdminLobby),
    /// On `admin:lobbies`: a seat was taken or freed.
    AdminLobbyMembershipChanged(AdminLobby),
    /// On `lobby:{id}`: somebody sat down.
    UserJoined(MemberChanged),
    /// On `lobby:{id}`: somebody left.
    UserLeft(MemberChanged),
    /// On `lobby:{id}`: the host put somebody out.
    UserKicked(MemberChanged),
    /// On `lobby:{id}`: another member is host now.
    HostChanged {
        /// Who.
        new_host_id: wire::UserId,
    },
    /// On `admin:users`: an account was made.
    UserCreated(AdminUser),
    /// On `user:{id}` of the player concerned: their seat changed.
    LobbyChanged {
        /// Where they sit now.
        lobby_id: Option<wire::LobbyId>,
    },
    /// On `user:{id}`: what other players see of the account, or its picture, changed.
    Updated(UserChanged),
    /// On `admin:users`: an account's row changed.
    UserUpdated(AdminUser),
    /// On `admin:users`: an account is gone.
    UserDeleted(UserGone),
    /// On `admin:users` and `admin:lobbies`: a user is an admin no more, and hears no more of either.
    AdminUnmade {
        /// Who.
        user_id: wire::UserId,
    },
    /// On `admin:users`: a socket opened or closed.
    PresenceChanged {
        /// Users with at least one socket.
        online: i64,
        /// Open sockets.
        sockets: i64,
    },
    /// On `session:{id}`: it ended, and its sockets with it.
    SessionEnded {
        /// Why; see [`ended`](crate::sessions::ended).
        because: &'static str,
    },
}

impl Event {
    /// The name clients know it by.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::LobbyCreated(_) | Self::AdminLobbyCreated(_) => "lobby_created",
            Self::LobbyUpdated(_) | Self::AdminLobbyUpdated(_) => "lobby_updated",
            Self::LobbyDeleted(_) => "lobby_deleted",
            Self::LobbyMembershipChanged(_) | Self::AdminLobbyMembershipChanged(_) => "lobby_membership_changed",
            Self::UserJoined(_) => "user_joined",
            Self::UserLeft(_) => "user_left",
            Self::UserKicked(_) => "user_kicked",
            Self::HostChanged { .. } => "host_changed",
            Self::UserCreated(_) => "user_created",
            Self::LobbyChanged { .. } => "lobby_changed",
            Self::Updated(_) => "updated",
            Self::UserUpdated(_) => "user_updated",
            Self::UserDeleted(_) => "user_deleted",
            Self::AdminUnmade { .. } => "admin_unmade",
            Self::PresenceChanged { .. } => "presence_changed",
            Self::SessionEnded { .. } => "session_ended",
        }
    }
}

/// What a transaction will have to tell once it is committed, in order.
#[derive(Default)]
pub(crate) struct News(pub(crate) Vec<(Topic, Event)>);

impl News {
    pub(crate) fn add(&mut self, topic: Topic, event: Event) {
        self.0.push((topic, event));
    }
}

/// An event on its topic, encoded once for all who hear it in the same form.
#[derive(Debug)]
pub struct Message {
    /// Where.
    pub topic: Topic,
    /// What.
    pub event: Event,
    frames: [OnceLock<Bytes>; FORMS],
}

impl Message {
    /// The message as a frame: made by the first listener who asks for this form, shared by the others who do. What the
    /// forms are is for the listeners to agree on.
    ///
    /// # Panics
    /// When `form` is not below [`FORMS`].
    pub fn frame(&self, form: usize, encode: impl FnOnce(&Self) -> Bytes) -> Bytes {
        self.frames[form].get_or_init(|| encode(self)).clone()
    }
}

/// Topics and their listeners, within this process. Clones share them.
#[derive(Clone)]
pub struct PubSub {
    random: Random,
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
    epoch: String,
    seq: u64,
}

impl PubSub {
    pub(crate) fn new(random: Random) -> Self {
        Self { random, topics: Arc::default(), counts: Arc::default() }
    }

    /// Tells everybody who listens to `topic`. Never waits: a listener that is too far behind is told so instead.
    pub fn publish(&self, topic: Topic, event: Event) {
        let mut topics = self.lock();
        // Sent under the lock: the numbers and the order of a topic are one thing.
        if let Some(entry) = topics.get_mut(&topic) {
            entry.seq += 1;
            let told = entry.sender.send(Arc::new(Message { topic, event, frames: Default::default() }));
            if let Ok(listeners) = told {
                count(&self.counts.published);
                self.counts.pushed.fetch_add(listeners as u64, Ordering::Relaxed);
            }
        }
    }

    /// Listens to `topic` from now on.
    #[must_use]
    pub fn subscribe(&self, topic: Topic) -> Subscription {
        let mut topics = self.lock();
        let entry = topics.entry(topic).or_insert_with(|| Entry {
            sender: broadcast::channel(BACKLOG).0,
            epoch: self.random.number(0, u32::MAX).to_string(),
            seq: 0,
        });
        let (epoch, seq) = (entry.epoch.clone(), entry.seq);
        let receiver = entry.sender.subscribe();
        Subscription { pubsub: self.clone(), topic, receiver: Some(receiver), epoch, seq }
    }

    /// Whether anybody listens to `topic`.
    #[must_use]
    pub fn is_heard(&self, topic: Topic) -> bool {
        self.lock().contains_key(&topic)
    }

    /// Topics somebody listens to.
    #[must_use]
    pub fn topics(&self) -> usize {
        self.lock().len()
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
    /// Which life of the topic this is: numbers of two epochs cannot be compared.
    pub epoch: String,
    /// Messages the epoch had before this subscription began.
    pub seq: u64,
}

/// The listener was too slow and missed messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lagged;

impl Subscription {
    /// The next message.
    ///
    /// # Errors
    /// [`Lagged`] once when messages were missed; what follows is received.
    pub async fn next(&mut self) -> Result<Arc<Message>, Lagged> {
        let receiver = self.receiver.as_mut().ok_or(Lagged)?;
        match receiver.recv().await {
            Ok(message) => Ok(message),
            // The topic lives as long as its subscriptions do, so it cannot have closed.
            Err(RecvError::Lagged(_) | RecvError::Closed) => {
                count(&self.pubsub.counts.lagged);
                Err(Lagged)
            }
        }
    }
}

impl Subscription {
    /// Messages that wait to be received. Beyond a bound of the topic (64) the oldest are dropped.
    #[must_use]
    pub fn behind(&self) -> usize {
        self.receiver.as_ref().map_or(0, broadcast::Receiver::len)
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut topics = self.pubsub.lock();
        self.receiver = None;
        if topics.get(&self.topic).is_some_and(|entry| entry.sender.receiver_count() == 0) {
            topics.remove(&self.topic);
        }
    }
}

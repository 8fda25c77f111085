//! Who is there: on each lobby's topic, and on sockets at all, over all nodes.
//!
//! Members are told at once that somebody came or went, and of whoever follows closely in one frame: a crowd that joins within
//! a second would else be a frame for each to each, and push everybody else out of their backlog.
//!
//! Every node keeps a copy of what the others say of theirs. A node beats every second; one that is silent for the length
//! of a lease is gone, and whoever was on it. What was lost on the way is noticed by its number and asked for.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use channels::presence::{Beat, Delta, Diff, Diffs, Full, State, Taken, Tracker};
use domain::pubsub::Event;
use domain::{App, bus};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value, json};
use tokio::runtime::Handle;
use tokio::time::{Instant, interval, sleep};
use wire::{ConnectionClosed, ConnectionOpened, Topic, UserId};

/// How often a node says that it lives.
const BEAT: Duration = Duration::from_secs(1);
/// After how long without a word a node is gone.
const LEASE: Duration = Duration::from_secs(5);
/// For how long those who come and go are gathered, after somebody did.
const GATHERS: Duration = Duration::from_millis(100);
/// The topic of all sockets, which no client can name.
const SOCKETS: &str = "sockets";
/// The key of sockets of nobody.
const NOBODY: &str = "";

/// Who is there. Clones share it.
#[derive(Clone)]
pub(crate) struct Presence(Arc<Members>);

struct Members {
    app: App,
    known: Mutex<Known>,
    last_ref: AtomicU64,
}

struct Known {
    tracker: Tracker,
    /// What members are not told yet: none while nothing is gathered.
    gathered: Option<Diffs>,
    /// Open sockets, on all nodes.
    sockets: i64,
    /// When each other node was heard last.
    nodes: HashMap<String, Instant>,
}

/// What nodes say to one another.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Told {
    Delta(Delta),
    Beat(Beat),
    Full(Full),
    /// This node missed something of that one.
    Ask(String),
}

/// Somebody who is there for as long as this lives.
pub(super) struct Present {
    presence: Presence,
    topic: String,
    key: String,
    phx_ref: String,
}

impl Presence {
    pub(crate) fn new(app: App) -> Self {
        let tracker = Tracker::new(bus::node(&app));
        let known = Mutex::new(Known { tracker, gathered: None, sockets: 0, nodes: HashMap::new() });
        Self(Arc::new(Members { app, known, last_ref: AtomicU64::new(0) }))
    }

    /// The socket of that number opens, until that is dropped.
    pub(super) fn open(&self, number: u64, user: Option<UserId>) -> Present {
        let key = user.map_or_else(|| NOBODY.to_owned(), |user| user.to_string());
        self.enter(SOCKETS.to_owned(), key, number).0
    }

    /// A user is on a topic now: until that is dropped. Answers who else is.
    pub(super) fn join(&self, topic: Topic, user: UserId) -> (Present, State) {
        let number = self.0.last_ref.fetch_add(1, Ordering::Relaxed);
        self.enter(topic.to_string(), user.to_string(), number)
    }

    /// How many sockets a user has on other nodes and here.
    pub(super) fn sockets_of(&self, user: UserId) -> usize {
        self.lock().tracker.times(SOCKETS, &user.to_string())
    }

    fn enter(&self, topic: String, key: String, number: u64) -> (Present, State) {
        let mut known = self.lock();
        // A socket's is its name among the connections.
        let phx_ref = format!("{}.{number}", known.tracker.node());
        // Of sockets nobody is told more than that they are there, and a map with one entry is half a kilobyte.
        let data = if topic == SOCKETS { Map::new() } else { self.since_now() };
        let delta = known.tracker.join(&topic, &key, &phx_ref, data);
        self.tell(&mut known, delta);
        let state = if topic == SOCKETS { State::default() } else { known.tracker.state(&topic) };
        (Present { presence: self.clone(), topic, key, phx_ref }, state)
    }

    fn since_now(&self) -> Map<String, Value> {
        let now = self.0.app.clock.now().timestamp().to_string();
        Map::from_iter([("online_at".to_owned(), now.into())])
    }

    /// Tells this node's members and the other nodes. Under the lock, so that both hear it in order.
    fn tell(&self, known: &mut Known, delta: Option<Delta>) {
        let Some(delta) = delta else { return };
        self.tell_members(known, Diffs::from([(delta.topic.clone(), delta.diff.clone())]));
        self.say(&Told::Delta(delta));
    }

    fn tell_members(&self, known: &mut Known, diffs: Diffs) {
        let app = &self.0.app;
        for (topic, diff) in diffs {
            if topic == SOCKETS {
                let count = |state: &State| i64::try_from(state.iter().count()).unwrap_or(i64::MAX);
                known.sockets += count(&diff.joins) - count(&diff.leaves);
                let nobody = usize::from(known.tracker.times(SOCKETS, NOBODY) > 0);
                let users = known.tracker.count(SOCKETS).saturating_sub(nobody);
                for key in diff.joins.0.keys().chain(diff.leaves.0.keys()) {
                    if let Ok(user) = key.parse() {
                        app.online.note(user, known.tracker.times(SOCKETS, key) > 0);
                    }
                }
                app.online.count(i64::try_from(users).unwrap_or(i64::MAX), known.sockets);
                tell_admins(app, &diff);
            } else if let Some(gathered) = &mut known.gathered {
                gathered.entry(topic).or_default().then(diff);
            } else {
                self.publish(&topic, &diff);
                self.gather(known);
            }
        }
    }

    /// Gathers what is to be told, until there was nothing for a while.
    fn gather(&self, known: &mut Known) {
        // Without a runtime, nobody listens any more.
        let Ok(runtime) = Handle::try_current() else { return };
        known.gathered = Some(Diffs::new());
        let presence = self.clone();
        runtime.spawn(async move {
            loop {
                sleep(GATHERS).await;
                let mut known = presence.lock();
                let gathered = known.gathered.take().unwrap_or_default();
                if gathered.is_empty() {
                    return;
                }
                // Under the lock, so that whoever joins meanwhile hears of nothing older than the state they are told.
                for (topic, diff) in &gathered {
                    presence.publish(topic, diff);
                }
                known.gathered = Some(Diffs::new());
            }
        });
    }

    fn publish(&self, topic: &str, diff: &Diff) {
        if let Ok(topic) = topic.parse() {
            self.0.app.pubsub.publish_here(topic, Event::PresenceDiff(json!(diff)));
        }
    }

    fn say(&self, told: &Told) {
        if bus::is_shared(&self.0.app)
            && let Ok(words) = to_raw_value(told)
        {
            bus::say(&self.0.app, words);
        }
    }

    /// Hears what other nodes say and tells them that this one lives, for ever; returns where there are none.
    pub(crate) async fn run(self) {
        let Some(mut edge) = bus::edge(&self.0.app) else { return };
        let mut beat = interval(BEAT);
        loop {
            tokio::select! {
                words = edge.recv() => match words {
                    Some(words) => self.hear(&words),
                    None => return,
                },
                _ = beat.tick() => {
                    let mut known = self.lock();
                    self.say(&Told::Beat(known.tracker.beat()));
                    self.bury(&mut known);
                }
            }
        }
    }

    fn hear(&self, words: &RawValue) {
        let told: Told = match serde_json::from_str(words.get()) {
            Ok(told) => told,
            Err(error) => return tracing::warn!(%error, "what another node says of who is there was not understood"),
        };
        let mut known = self.lock();
        let (node, taken) = match told {
            Told::Ask(node) => {
                if node == known.tracker.node() {
                    self.say(&Told::Full(known.tracker.full()));
                }
                return;
            }
            Told::Delta(delta) => (delta.node.clone(), known.tracker.take_delta(delta)),
            Told::Beat(beat) => (beat.node.clone(), known.tracker.take_beat(beat)),
            Told::Full(full) => (full.node.clone(), known.tracker.take_full(full)),
        };
        known.nodes.insert(node.clone(), Instant::now());
        match taken {
            Taken::Applied(diffs) => self.tell_members(&mut known, diffs),
            Taken::Ask => self.say(&Told::Ask(node)),
            Taken::Awaited | Taken::Stale => {}
        }
    }

    /// Takes leave of nodes that were silent for too long, and of whoever was on them.
    fn bury(&self, known: &mut Known) {
        let gone: Vec<_> = known.nodes.extract_if(|_, heard| heard.elapsed() > LEASE).map(|(node, _)| node).collect();
        for node in gone {
            tracing::warn!(node, "another node is gone, and whoever was on it");
            let diffs = known.tracker.node_down(&node);
            self.tell_members(known, diffs);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells this node's admins which sockets opened and closed, on whichever node.
fn tell_admins(app: &App, diff: &Diff) {
    let tell = |event| app.pubsub.publish_here(Topic::AdminConnections, event);
    for (key, meta) in diff.joins.iter() {
        let opened = ConnectionOpened { id: meta.phx_ref.clone(), user_id: key.parse().ok() };
        tell(Event::ConnectionOpened(opened));
    }
    for (_, meta) in diff.leaves.iter() {
        tell(Event::ConnectionClosed(ConnectionClosed { id: meta.phx_ref.clone() }));
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        let mut known = self.presence.lock();
        let delta = known.tracker.leave(&self.topic, &self.key, &self.phx_ref);
        self.presence.tell(&mut known, delta);
    }
}

#[cfg(test)]
mod tests {
    use domain::pubsub::Message;
    use testing::{Engine, Fixture, TestDomain};
    use wire::LobbyId;

    use super::*;

    /// Who is there according to what was told since, and how many of them came in this message.
    fn take(there: &mut State, message: &Message) -> usize {
        let Event::PresenceDiff(diff) = &message.event else { panic!("{message:?}") };
        let diff: Diff = serde_json::from_value(diff.clone()).unwrap();
        let joins = diff.joins.iter().count();
        there.apply(diff);
        joins
    }

    #[tokio::test]
    async fn of_a_crowd_the_first_is_told_at_once_and_the_rest_together() {
        let domain = TestDomain::on(Engine::Sqlite).await;
        let topic = Topic::Lobby(LobbyId(7));
        let mut listener = domain.app.pubsub.subscribe(topic);
        let presence = Presence::new(domain.app.clone());
        // More than a listener may be behind by.
        let mut crowd: Vec<_> = (0..1_000).map(|user| presence.join(topic, UserId(user)).0).collect();
        let mut there = State::default();
        assert_eq!(take(&mut there, &listener.next().await.unwrap()), 1);
        drop(crowd.pop());
        assert_eq!(take(&mut there, &listener.next().await.unwrap()), 999);
        assert_eq!(there.iter().count(), 999, "the one who went is told with them");
        assert_eq!(listener.behind(), 0);

        // Once nobody has come or gone for a while, whoever does is told at once again.
        sleep(3 * GATHERS).await;
        drop(crowd.pop());
        assert_eq!(listener.behind(), 1);
        take(&mut there, &listener.next().await.unwrap());
        assert_eq!(there.iter().count(), 998);
    }
}

//! The open sockets of this node.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::Notify;
use wire::{Connection, SessionId, Topic, UserId};

use crate::{Scope, Who};

/// The open sockets of this node. Clones share it.
#[derive(Clone)]
pub struct Registry(Arc<Open>);

struct Open {
    node: Arc<str>,
    last: AtomicU64,
    /// By number, so that the newest are the last.
    sockets: Mutex<BTreeMap<u64, Arc<Socket>>>,
}

struct Socket {
    number: u64,
    user: Option<UserId>,
    session: Option<SessionId>,
    is_admin: bool,
    ip: Option<IpAddr>,
    version: &'static str,
    since: DateTime<Utc>,
    topics: Mutex<Vec<Topic>>,
    traffic: Traffic,
    close: Notify,
    /// Somebody has it closed: it is as good as gone.
    is_closing: AtomicBool,
}

/// What goes over a socket.
#[derive(Debug, Default)]
pub struct Traffic {
    /// Frames that came.
    pub received: AtomicU64,
    /// Their bytes, without what frames them.
    pub bytes_received: AtomicU64,
    /// Frames that were written.
    pub sent: AtomicU64,
    /// Their bytes, without what frames them.
    pub bytes_sent: AtomicU64,
    /// Gauge: those of them that the network has not taken yet.
    pub waiting: AtomicU64,
}

/// A socket that is open for as long as this lives.
pub struct Connected {
    registry: Registry,
    socket: Arc<Socket>,
}

/// A topic that a socket listens to for as long as this lives.
pub struct Hearing {
    socket: Arc<Socket>,
    topic: Topic,
}

impl Registry {
    pub(crate) fn new(node: Arc<str>) -> Self {
        Self(Arc::new(Open { node, last: AtomicU64::new(0), sockets: Mutex::default() }))
    }

    /// A socket opens, which speaks this version of the protocol.
    #[must_use]
    pub fn open(&self, scope: &Scope, version: &'static str, now: DateTime<Utc>) -> Connected {
        let number = self.0.last.fetch_add(1, Ordering::Relaxed) + 1;
        let socket = Arc::new(Socket {
            number,
            user: scope.user(),
            session: scope.session,
            is_admin: matches!(scope.who, Who::Admin(_)),
            ip: scope.ip,
            version,
            since: now,
            topics: Mutex::default(),
            traffic: Traffic::default(),
            close: Notify::new(),
            is_closing: AtomicBool::new(false),
        });
        self.lock().insert(number, socket.clone());
        Connected { registry: self.clone(), socket }
    }

    /// The newest that are admitted, and how many are.
    pub(super) fn newest(&self, at_most: usize, admits: impl Fn(&Connection) -> bool) -> (Vec<Connection>, usize) {
        // Written down without the lock, which every socket that opens or closes waits for.
        let sockets: Vec<_> = self.lock().values().rev().cloned().collect();
        let (mut rows, mut counted) = (Vec::new(), 0);
        for row in sockets.iter().map(|socket| self.describe(socket)).filter(admits) {
            counted += 1;
            if rows.len() < at_most {
                rows.push(row);
            }
        }
        (rows, counted)
    }

    pub(super) fn get(&self, number: u64) -> Option<Connection> {
        let socket = self.lock().get(&number).filter(|socket| !socket.is_closing.load(Ordering::Relaxed)).cloned()?;
        Some(self.describe(&socket))
    }

    /// Has a socket closed, and answers which.
    pub(super) fn close(&self, number: u64) -> Option<Connection> {
        let socket =
            self.lock().get(&number).filter(|socket| !socket.is_closing.swap(true, Ordering::Relaxed)).cloned()?;
        socket.close.notify_one();
        Some(self.describe(&socket))
    }

    /// The sessions of which a socket was opened by an admin.
    pub(crate) fn of_admins(&self) -> Vec<SessionId> {
        self.lock().values().filter(|socket| socket.is_admin).filter_map(|socket| socket.session).collect()
    }

    fn describe(&self, socket: &Socket) -> Connection {
        let count = |counter: &AtomicU64| i64::try_from(counter.load(Ordering::Relaxed)).unwrap_or(i64::MAX);
        let topics = socket.topics.lock().unwrap_or_else(PoisonError::into_inner);
        Connection {
            id: format!("{}.{}", self.0.node, socket.number),
            node: self.0.node.to_string(),
            user_id: socket.user,
            user_name: None,
            ip: socket.ip.map(|ip| ip.to_string()),
            version: socket.version.to_owned(),
            connected_at: socket.since,
            topics: topics.iter().map(Topic::to_string).collect(),
            queue: count(&socket.traffic.waiting),
            received: count(&socket.traffic.received),
            bytes_received: count(&socket.traffic.bytes_received),
            sent: count(&socket.traffic.sent),
            bytes_sent: count(&socket.traffic.bytes_sent),
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Socket>>> {
        self.0.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connected {
    /// The number of this socket, which no other of this node ever has.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.socket.number
    }

    /// What goes over it.
    #[must_use]
    pub fn traffic(&self) -> &Traffic {
        &self.socket.traffic
    }

    /// It listens to a topic now.
    #[must_use]
    pub fn hears(&self, topic: Topic) -> Hearing {
        self.socket.topics.lock().unwrap_or_else(PoisonError::into_inner).push(topic);
        Hearing { socket: self.socket.clone(), topic }
    }

    /// Waits until an admin has it closed. Cancel safe.
    pub async fn closed(&self) {
        self.socket.close.notified().await;
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        self.registry.lock().remove(&self.socket.number);
    }
}

impl Drop for Hearing {
    fn drop(&mut self) {
        let mut topics = self.socket.topics.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = topics.iter().position(|topic| *topic == self.topic) {
            topics.remove(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_is_there_from_its_opening_to_its_end_with_what_it_hears() {
        let registry = Registry::new("node".into());
        let all = || registry.newest(10, |_| true);
        let first = registry.open(&Scope::NOBODY, "2.0.0", DateTime::default());
        let second = registry.open(&Scope::NOBODY, "1.0.0", DateTime::default());
        let hearing = second.hears(Topic::Lobbies);
        let (rows, counted) = all();
        let ids: Vec<_> = rows.iter().map(|row| (row.id.as_str(), row.topics.len())).collect();
        assert_eq!((ids, counted), (vec![("node.2", 1), ("node.1", 0)], 2));
        assert_eq!(registry.newest(1, |_| true).0.len(), 1);
        assert_eq!(registry.newest(1, |row| row.version == "2.0.0").0[0].id, "node.1");
        drop(hearing);
        assert!(all().0[0].topics.is_empty());
        drop((first, second));
        assert_eq!(all(), (Vec::new(), 0));
    }
}

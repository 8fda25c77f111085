//! Who is connected, to whichever node.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use wire::{Topic, UserId};

use crate::pubsub::{Event, PubSub};

/// Who is connected, to whichever node, as far as this one knows. Clones share it.
#[derive(Clone)]
pub struct Online {
    pubsub: PubSub,
    users: Arc<AtomicI64>,
    sockets: Arc<AtomicI64>,
    who: Arc<Mutex<Who>>,
}

#[derive(Default)]
struct Who {
    /// Users with a socket.
    there: HashSet<UserId>,
    /// Users who are online as far as their friends were told.
    told: HashSet<UserId>,
    /// Who came or went since, and when they last did.
    changed: HashMap<UserId, Instant>,
    /// The same, for those who keep seats.
    moved: HashSet<UserId>,
}

impl Online {
    pub(crate) fn new(pubsub: PubSub) -> Self {
        Self { pubsub, users: Arc::default(), sockets: Arc::default(), who: Arc::default() }
    }

    /// Notes how many there are now, and tells this node's admins.
    pub fn count(&self, users: i64, sockets: i64) {
        self.users.store(users, Ordering::Relaxed);
        self.sockets.store(sockets, Ordering::Relaxed);
        self.pubsub.publish_here(Topic::AdminUsers, Event::PresenceChanged { online: users, sockets });
    }

    /// Users with at least one open socket.
    #[must_use]
    pub fn users(&self) -> i64 {
        self.users.load(Ordering::Relaxed)
    }

    /// Open sockets, anonymous ones among them.
    #[must_use]
    pub fn sockets(&self) -> i64 {
        self.sockets.load(Ordering::Relaxed)
    }

    /// Notes whether a user has a socket anywhere.
    pub fn note(&self, user: UserId, is_there: bool) {
        let mut who = self.lock();
        let is_new = if is_there { who.there.insert(user) } else { who.there.remove(&user) };
        if is_new {
            who.changed.insert(user, Instant::now());
            who.moved.insert(user);
        }
    }

    /// Whether a user has a socket at this moment.
    #[must_use]
    pub fn is_there(&self, user: UserId) -> bool {
        self.lock().there.contains(&user)
    }

    /// Who came or went since this was last asked, however often.
    pub(crate) fn moved(&self) -> Vec<UserId> {
        self.lock().moved.drain().collect()
    }

    /// Takes a user for one who came or went: they may have, while it was written down that they are there or not.
    pub(crate) fn look_again(&self, user: UserId) {
        self.lock().moved.insert(user);
    }

    /// Whether a user has a socket, or had one a moment ago.
    #[must_use]
    pub fn is_online(&self, user: UserId) -> bool {
        let who = self.lock();
        who.there.contains(&user) || who.told.contains(&user)
    }

    /// Who came online since this was last asked, and who has been gone for as long as `patience`.
    pub(crate) fn news(&self, patience: Duration) -> Vec<(UserId, bool)> {
        let mut guard = self.lock();
        let Who { there, told, changed, .. } = &mut *guard;
        let settled = changed.extract_if(|user, since| there.contains(user) || since.elapsed() >= patience);
        let settled = settled.map(|(user, _)| (user, there.contains(&user)));
        let is_news =
            |&(user, is_there): &(UserId, bool)| if is_there { told.insert(user) } else { told.remove(&user) };
        settled.filter(is_news).collect()
    }

    /// Takes back that somebody's coming or going was told: it is news again.
    pub(crate) fn untold(&self, user: UserId, is_there: bool) {
        let mut who = self.lock();
        if is_there {
            who.told.remove(&user)
        } else {
            who.told.insert(user)
        };
        who.changed.entry(user).or_insert_with(Instant::now);
    }

    fn lock(&self) -> MutexGuard<'_, Who> {
        self.who.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

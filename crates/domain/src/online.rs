//! Who is connected, to whichever node.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use wire::Topic;

use crate::pubsub::{Event, PubSub};

/// Who is connected, to whichever node, as far as this one knows. Clones share the count.
#[derive(Clone)]
pub struct Online {
    pubsub: PubSub,
    users: Arc<AtomicI64>,
    sockets: Arc<AtomicI64>,
}

impl Online {
    pub(crate) fn new(pubsub: PubSub) -> Self {
        Self { pubsub, users: Arc::default(), sockets: Arc::default() }
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
}

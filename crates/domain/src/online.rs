//! Who is connected to this process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wire::{Topic, UserId};

use crate::pubsub::{Event, PubSub};

/// Who is connected to this process. Clones share the count.
#[derive(Clone)]
pub struct Online {
    pubsub: PubSub,
    sockets: Arc<Mutex<Sockets>>,
}

#[derive(Default)]
struct Sockets {
    /// Anonymous ones among them.
    all: usize,
    by_user: HashMap<UserId, usize>,
}

impl Online {
    pub(crate) fn new(pubsub: PubSub) -> Self {
        Self { pubsub, sockets: Arc::default() }
    }

    /// Counts a socket until the returned guard is dropped, and tells the admins both times.
    #[must_use]
    pub fn enter(&self, user: Option<UserId>) -> Presence {
        let mut sockets = self.lock();
        sockets.all += 1;
        if let Some(user) = user {
            *sockets.by_user.entry(user).or_default() += 1;
        }
        drop(sockets);
        self.tell();
        Presence { online: self.clone(), user }
    }

    /// Users with at least one open socket.
    #[must_use]
    pub fn users(&self) -> i64 {
        count(self.lock().by_user.len())
    }

    /// Open sockets, anonymous ones among them.
    #[must_use]
    pub fn sockets(&self) -> i64 {
        count(self.lock().all)
    }

    fn tell(&self) {
        let event = Event::PresenceChanged { online: self.users(), sockets: self.sockets() };
        self.pubsub.publish(Topic::AdminUsers, event);
    }

    fn lock(&self) -> MutexGuard<'_, Sockets> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// One counted socket; dropping it counts it out.
pub struct Presence {
    online: Online,
    user: Option<UserId>,
}

impl Drop for Presence {
    fn drop(&mut self) {
        let mut sockets = self.online.lock();
        sockets.all -= 1;
        if let Some(user) = self.user {
            let left = sockets.by_user.get_mut(&user).map_or(0, |n| {
                *n -= 1;
                *n
            });
            if left == 0 {
                sockets.by_user.remove(&user);
            }
        }
        drop(sockets);
        self.online.tell();
    }
}

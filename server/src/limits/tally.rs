//! Who asked how often: one number for each key, and no more keys than there is room for.
//!
//! The number is the time at which a key would have asked for nothing any more (GCRA, "virtual scheduling" in ITU-T
//! I.371): each request moves it on by one interval, and one that would move it more than the whole window ahead is
//! refused. A refused request moves nothing, so that whoever keeps asking is not shut out for longer.

use std::hash::RandomState;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use chrono::{DateTime, Utc};
use lru::LruCache;
use sha2::{Digest, Sha256};
use wire::UserId;

use super::{Class, Rate};

/// The most keys that are remembered; beyond it, the one that has not asked for longest is forgotten.
const KEYS: NonZeroUsize = NonZeroUsize::new(100_000).expect("not zero");

/// Who asks, for what, from where.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    class: Class,
    network: IpAddr,
    by: By,
}

/// By what somebody is told from others at the same address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum By {
    /// Everybody there.
    Address,
    /// Whoever is nobody there.
    Nobody,
    /// A user.
    User(UserId),
    /// What was shown, and not proven yet: the first half of its SHA-256.
    Shown([u8; 16]),
}

impl By {
    pub(crate) fn shown(credential: &str) -> Self {
        let mut half = [0; 16];
        half.copy_from_slice(&Sha256::digest(credential)[..16]);
        Self::Shown(half)
    }
}

impl From<Option<UserId>> for By {
    fn from(user: Option<UserId>) -> Self {
        user.map_or(Self::Nobody, Self::User)
    }
}

impl Key {
    /// A key; an IPv6 address stands for its network of 64 bits, all of which is one subscriber's (RFC 6177).
    pub(super) fn new(class: Class, address: Option<IpAddr>, by: By) -> Self {
        let network = match address.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED)) {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            v4 @ IpAddr::V4(_) => v4,
        };
        Self { class, network, by }
    }
}

/// How a key stands after it was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// How many may come at once.
    limit: u32,
    /// How many may come now.
    remaining: u32,
    /// Seconds until all may come at once again.
    reset: u64,
    /// Seconds until one may come again, where this one was one too many.
    pub(crate) wait: Option<u64>,
}

impl Standing {
    /// Says so in the headers of draft-ietf-httpapi-ratelimit-headers-07: three plain numbers, as most clients read
    /// them. (Later drafts put the same into two structured fields.)
    pub(crate) fn tell(&self, headers: &mut HeaderMap) {
        let told = [("limit", self.limit.into()), ("remaining", self.remaining.into()), ("reset", self.reset)];
        for ((_, value), name) in told.into_iter().zip(NAMES) {
            headers.insert(name, HeaderValue::from(value));
        }
    }
}

/// The headers a standing is told in.
pub(crate) const HEADERS: [&str; 3] = ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"];

const NAMES: [HeaderName; 3] = {
    let [limit, remaining, reset] = HEADERS;
    [HeaderName::from_static(limit), HeaderName::from_static(remaining), HeaderName::from_static(reset)]
};

/// Who asked how often.
#[derive(Clone)]
pub(crate) struct Tally(Arc<Mutex<LruCache<Key, i64, RandomState>>>);

impl Default for Tally {
    fn default() -> Self {
        // Keys are chosen by whoever asks: hashed with a secret, which the standard library's hasher has.
        // Bounded afterwards, so that room is made as keys come, and not for all of them at the start.
        let mut keys = LruCache::unbounded_with_hasher(RandomState::new());
        keys.resize(KEYS);
        Self(Arc::new(Mutex::new(keys)))
    }
}

impl Tally {
    /// Counts one, unless it is one too many.
    pub(super) fn take(&self, key: Key, rate: Rate, now: DateTime<Utc>) -> Standing {
        let now = now.timestamp_micros();
        let (interval, window) = micros(rate);
        let mut keys = self.keys();
        let until = keys.get(&key).copied().unwrap_or(now).max(now);
        let next = until + interval;
        let is_over = next - now > window;
        if !is_over {
            keys.put(key, next);
            // What is run down is forgotten, from the end that has not asked for longest.
            while keys.peek_lru().is_some_and(|(_, until)| *until <= now) {
                keys.pop_lru();
            }
        }
        drop(keys);
        let ahead = if is_over { until } else { next } - now;
        Standing {
            limit: rate.count.max(1),
            remaining: u32::try_from((window - ahead) / interval).unwrap_or_default(),
            reset: seconds(ahead),
            wait: is_over.then(|| seconds(next - window - now)),
        }
    }

    /// Takes one back that was counted.
    pub(super) fn give_back(&self, key: &Key, rate: Rate) {
        if let Some(until) = self.keys().peek_mut(key) {
            *until -= micros(rate).0;
        }
    }

    fn keys(&self) -> MutexGuard<'_, LruCache<Key, i64, RandomState>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The microseconds between two, and those that all of them span.
fn micros(rate: Rate) -> (i64, i64) {
    let count = i64::from(rate.count.max(1));
    let interval = (i64::from(rate.per_seconds.max(1)) * 1_000_000 / count).max(1);
    (interval, interval * count)
}

/// Whole seconds, so that whoever waits for them has waited long enough.
fn seconds(micros: i64) -> u64 {
    u64::try_from(micros).unwrap_or_default().div_ceil(1_000_000)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use chrono::TimeDelta;

    use super::*;

    const TEN_A_MINUTE: Rate = Rate::new(10, 60);

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn key(n: u32) -> Key {
        Key::new(Class::Reads, Some(IpAddr::V4(Ipv4Addr::from_bits(n))), By::Nobody)
    }

    #[test]
    fn the_limit_passes_one_more_does_not_and_they_come_back_one_by_one() {
        let tally = Tally::default();
        let take = |seconds| tally.take(key(1), TEN_A_MINUTE, at(seconds));
        let standings: Vec<_> = (0..10).map(|_| take(0)).collect();
        assert_eq!(standings[0], Standing { limit: 10, remaining: 9, reset: 6, wait: None });
        assert_eq!(standings[9], Standing { limit: 10, remaining: 0, reset: 60, wait: None });
        assert_eq!(take(0), Standing { limit: 10, remaining: 0, reset: 60, wait: Some(6) });
        assert_eq!(take(5).wait, Some(1));
        assert_eq!(take(6).wait, None);
        assert_eq!(take(6).wait, Some(6));
        assert_eq!(take(1000), Standing { limit: 10, remaining: 9, reset: 6, wait: None });
    }

    #[test]
    fn one_that_is_given_back_was_never_taken() {
        let tally = Tally::default();
        for _ in 0..50 {
            assert_eq!(tally.take(key(1), TEN_A_MINUTE, at(0)).remaining, 9);
            tally.give_back(&key(1), TEN_A_MINUTE);
        }
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_and_each_ipv4_address_alone() {
        let network = |address: &str| Key::new(Class::Login, address.parse().ok(), By::Address);
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }

    #[test]
    fn a_million_keys_take_the_room_of_a_hundred_thousand() {
        let tally = Tally::default();
        for n in 0..1_000_000 {
            tally.take(key(n), TEN_A_MINUTE, at(0));
        }
        assert_eq!(tally.keys().len(), 100_000);
        // Whoever asked last is still remembered.
        assert_eq!(tally.take(key(999_999), TEN_A_MINUTE, at(0)).remaining, 8);
        // Once they are run down, the next one who asks finds the house empty.
        tally.take(key(0), TEN_A_MINUTE, at(0) + TimeDelta::seconds(61));
        assert_eq!(tally.keys().len(), 1);
    }

    #[test]
    fn a_rate_of_nothing_lets_one_by_in_a_second() {
        let tally = Tally::default();
        let nothing = Rate::new(0, 0);
        assert_eq!(tally.take(key(1), nothing, at(0)).wait, None);
        assert_eq!(tally.take(key(1), nothing, at(0)).wait, Some(1));
        assert_eq!(tally.take(key(1), nothing, at(1)).wait, None);
    }
}

//! How many sockets there are and whose they are, so that nobody has them all.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wire::UserId;

use crate::Limits;
use crate::error::Failure;

/// The sockets of this process, from the moment on at which they ask to be upgraded.
#[derive(Default)]
pub(crate) struct Places(Mutex<Taken>);

#[derive(Default)]
struct Taken {
    all: usize,
    by_network: HashMap<IpAddr, usize>,
    by_user: HashMap<UserId, usize>,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    Server,
    Address,
    User,
}

/// A place that was taken. Dropping it frees it.
pub(super) struct Place {
    places: Arc<Places>,
    network: Option<IpAddr>,
    user: Option<UserId>,
}

impl Places {
    /// Takes a place for whoever comes from an address.
    pub(super) fn take(self: &Arc<Self>, address: Option<IpAddr>, limits: &Limits) -> Result<Place, Full> {
        let network = address.map(network);
        let is_spared = limits.sockets_spare_loopback && network.is_some_and(|network| network.is_loopback());
        let mut taken = self.lock();
        if taken.all >= limits.sockets {
            return Err(Full::Server);
        }
        let most = if is_spared { usize::MAX } else { limits.sockets_per_address };
        if network.is_some_and(|network| !add(&mut taken.by_network, network, most)) {
            return Err(Full::Address);
        }
        taken.all += 1;
        drop(taken);
        Ok(Place { places: self.clone(), network, user: None })
    }

    /// Places that are taken.
    pub(super) fn taken(&self) -> usize {
        self.lock().all
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// The same place, now that it is known whose it is. Counted once.
    pub(super) fn of(mut self, user: UserId, limits: &Limits) -> Result<Self, Full> {
        let is_free = add(&mut self.places.lock().by_user, user, limits.sockets_per_user);
        if is_free {
            self.user = Some(user);
        }
        if is_free { Ok(self) } else { Err(Full::User) }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        taken.all -= 1;
        if let Some(network) = self.network {
            remove(&mut taken.by_network, &network);
        }
        if let Some(user) = self.user {
            remove(&mut taken.by_user, &user);
        }
    }
}

impl From<Full> for Failure {
    fn from(full: Full) -> Self {
        match full {
            Full::Server => Self::no_place(),
            Full::Address => Self::too_many_sockets(
                "As many sockets are open from your address as one may have. Close one, or connect again later.",
            ),
            Full::User => Self::too_many_sockets(
                "This player has as many sockets open as one may have. Close one, or connect again later.",
            ),
        }
    }
}

/// Counts one more of a key, unless there are as many as may be.
fn add<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: K, most: usize) -> bool {
    let is_free = counts.get(&key).copied().unwrap_or(0) < most;
    if is_free {
        *counts.entry(key).or_default() += 1;
    }
    is_free
}

fn remove<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

/// What is counted together: an IPv4 address, and of an IPv6 address its first 64 bits, since whoever has one has all
/// that begin alike.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) if !address.is_loopback() => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits { sockets: 5, sockets_per_address: 2, sockets_per_user: 1, ..Limits::default() }
    }

    fn full(result: Result<Place, Full>) -> Full {
        result.err().expect("there is no place")
    }

    fn is_empty(places: &Places) -> bool {
        let taken = places.lock();
        taken.all == 0 && taken.by_network.is_empty() && taken.by_user.is_empty()
    }

    #[test]
    fn an_address_may_have_so_many_and_no_more() {
        let places = Arc::new(Places::default());
        let take = |address: &str| places.take(Some(address.parse().unwrap()), &limits());
        let (first, _second) = (take("192.0.2.1").unwrap(), take("192.0.2.1").unwrap());
        assert_eq!(full(take("192.0.2.1")), Full::Address);
        assert_eq!(full(take("::ffff:192.0.2.1")), Full::Address, "the same address in other words");
        let _other = take("192.0.2.2").unwrap();
        drop(first);
        assert!(take("192.0.2.1").is_ok());
    }

    #[test]
    fn an_ipv6_network_counts_as_one_address() {
        let places = Arc::new(Places::default());
        let take = |address: &str| places.take(Some(address.parse().unwrap()), &limits());
        let _two = (take("2001:db8:0:1::1").unwrap(), take("2001:db8:0:1:ffff::2").unwrap());
        assert_eq!(full(take("2001:db8:0:1:8000::")), Full::Address);
        assert!(take("2001:db8:0:2::1").is_ok());
    }

    #[test]
    fn this_machine_is_counted_and_refused_only_when_it_is_not_spared() {
        let strict = Limits { sockets_spare_loopback: false, ..limits() };
        for loopback in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            let address = Some(loopback.parse().unwrap());
            let places = Arc::new(Places::default());
            let _three = [(); 3].map(|()| places.take(address, &limits()).unwrap());
            assert_eq!(full(places.take(address, &strict)), Full::Address, "{loopback}");
        }
    }

    #[test]
    fn a_user_may_have_so_many_and_no_more_from_wherever() {
        let places = Arc::new(Places::default());
        let take = |address: &str, user| {
            let place = places.take(Some(address.parse().unwrap()), &limits())?;
            place.of(UserId(user), &limits())
        };
        let first = take("192.0.2.1", 1).unwrap();
        assert_eq!(full(take("192.0.2.2", 1)), Full::User);
        let _other = take("192.0.2.2", 2).unwrap();
        assert_eq!(places.taken(), 2, "a refused one holds no place");
        drop(first);
        assert!(take("192.0.2.3", 1).is_ok());
    }

    #[test]
    fn the_server_has_so_many_places_and_all_come_back() {
        let places = Arc::new(Places::default());
        let five = [(); 5].map(|()| places.take(None, &limits()).unwrap());
        assert_eq!(full(places.take(None, &limits())), Full::Server);
        drop(five);
        let place = places.take(Some("192.0.2.1".parse().unwrap()), &limits()).unwrap();
        drop(place.of(UserId(1), &limits()));
        assert!(is_empty(&places));
    }
}

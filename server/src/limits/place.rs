//! A place among those who may ask: taken before the work, and given back where the work should not have cost one.

use std::net::IpAddr;

use domain::Error;

use super::tally::{By, Key};
use super::{Class, Rate, Standing};
use crate::router::Server;

/// A place that was taken.
#[must_use = "a place that should not count is given back"]
pub(crate) struct Place(Option<(Key, Rate)>);

impl Place {
    /// It does not count.
    pub(crate) fn give_back(self, server: &Server) {
        if let Some((key, rate)) = self.0 {
            server.tally.give_back(&key, rate);
        }
    }

    /// It counts if what it was taken for was refused for its credential.
    pub(crate) fn settle<T>(self, server: &Server, outcome: &Result<T, Error>) {
        if !matches!(outcome, Err(Error::Unauthenticated(_))) {
            self.give_back(server);
        }
    }
}

/// Counts one of a class by whom it came from, for whoever shows `by` at an address.
///
/// # Errors
/// How they stand, where it is one too many.
pub(crate) fn admit(server: &Server, class: Class, address: Option<IpAddr>, by: By) -> Result<Place, Standing> {
    match &server.limits.rates {
        None => Ok(Place(None)),
        Some(rates) => take(server, Key::new(class, address, by), rates.of(class), address),
    }
}

/// As [`admit`], by a credential that is not proven yet.
pub(crate) fn knock(server: &Server, class: Class, address: Option<IpAddr>, shown: &str) -> Result<Place, Standing> {
    admit(server, class, address, By::shown(shown))
}

fn take(server: &Server, key: Key, rate: Rate, address: Option<IpAddr>) -> Result<Place, Standing> {
    let standing = server.tally.take(key.clone(), rate, server.app.clock.now());
    match standing.wait {
        None => Ok(Place(Some((key, rate)))),
        Some(_) if is_spared(server, address) => Ok(Place(None)),
        Some(_) => Err(standing),
    }
}

/// Whether an address is counted only: this machine itself, while the game is being made.
pub(super) fn is_spared(server: &Server, address: Option<IpAddr>) -> bool {
    !server.limits.production && address.is_some_and(|address| address.is_loopback())
}

//! The client's side of a socket: it joins, keeps alive, comes back by itself, joins again and hears what it missed.
//!
//! The protocol is in files that know neither browser nor network, and are tested by themselves. What touches a page
//! (feature `client`) or a connection (feature `client-native`) is thin. Of the crates that wrap a browser's WebSocket
//! none connects again by itself, and each adds several times the bytes of this one to a page.
//!
//! A failed upgrade looks to a page like any lost connection, whatever the status was: whoever has no right to connect
//! is best let in and refused at the join.

mod backoff;
#[cfg(feature = "client")]
mod browser;
#[cfg(feature = "client")]
mod link;
#[cfg(feature = "client-native")]
pub mod native;
mod session;
#[cfg(feature = "client")]
mod timer;

use bytes::Bytes;
use serde_json::Value;

#[cfg(feature = "client")]
pub use self::browser::{Client, Subscription};

/// Milliseconds between two heartbeats; the official clients' figure.
#[cfg(any(feature = "client", feature = "client-native"))]
const HEARTBEAT: u32 = 30_000;

/// The address of a socket that speaks version 2.
#[cfg(any(feature = "client", feature = "client-native"))]
fn in_version_2(address: &str) -> String {
    let separator = if address.contains('?') { '&' } else { '?' };
    format!("{address}{separator}vsn=2.0.0")
}

/// How the connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// A connection is being made.
    Connecting,
    /// The connection stands.
    Open,
    /// The connection is lost; the next attempt follows after so many seconds (rounded up).
    Waiting {
        /// Told once, when the wait begins.
        seconds: u32,
    },
    /// The server closed with a code after which the client must not come back by itself (see [`crate::close`]):
    /// somebody must do something first, such as sign in, and then call `reconnect_now`.
    Ended {
        /// The close code.
        code: u16,
    },
}

/// What a subscription hears.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// The topic was joined, with the reply's response: the present state. Comes again after a reconnect if what was
    /// missed in between is too much or too old to be told; it is in there.
    Joined(Value),
    /// The topic was joined again, and what was missed, if anything, follows as events: what was known stays good.
    Recovered,
    /// An event of the topic.
    Event {
        /// Its name.
        event: String,
        /// Its payload.
        payload: Value,
    },
    /// An event of the topic whose payload is bytes. The browser's client hears of none.
    Bytes {
        /// Its name.
        event: String,
        /// Its payload.
        payload: Bytes,
    },
    /// The join was refused with this response. It is tried again on the next connection only.
    Refused(Value),
    /// The server ended the membership for good. It is not joined again by itself.
    Closed,
}

//! How much anybody may ask for at once, and how often.

mod layer;
mod place;
mod rates;
mod tally;

use std::time::Duration;

use ipnet::IpNet;

pub(crate) use layer::{ClassOf, Over, count, count_and_tell};
pub(crate) use place::{admit, knock};
pub use rates::{Class, Rate, Rates};
pub(crate) use tally::{By, HEADERS, Standing, Tally};

/// How much anybody may ask for at once, and how often.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of a request body.
    pub body: usize,
    /// Bytes of the body of a sign-in, and of a form.
    pub sign_in_body: usize,
    /// Levels of objects and lists in a JSON body, itself among them.
    pub json_depth: usize,
    /// Values in a JSON body.
    pub json_values: usize,
    /// Seconds a request may take.
    pub seconds: u64,
    /// Seconds the body of a request may take to arrive, from the end of its head on.
    pub body_seconds: u64,
    /// Seconds the head of a request may take to arrive: the first from the start of the connection on, others from
    /// their first byte on.
    pub header_seconds: u64,
    /// Seconds a connection may rest between two requests. Longer than the 60 s for which proxies commonly keep theirs:
    /// else one would find closed what it is about to use.
    pub rest_seconds: u64,
    /// Headers of a request.
    pub headers: usize,
    /// Bytes of the head of a request: its first line and its headers.
    pub header_bytes: usize,
    /// Seconds a client may take nothing in of what is written to it.
    pub stall_seconds: u64,
    /// Connections at once, sockets included; further ones wait until one of them ends.
    pub connections: usize,
    /// Bytes of a socket's message, and of a frame of it; a larger one closes with 1009. OWASP and Centrifugo have this
    /// figure.
    pub frame: usize,
    /// Bytes a socket keeps of what its client has not read; beyond it closes with 4002 (Centrifugo's figure).
    pub socket_buffer: usize,
    /// What a socket may do.
    pub socket: channels::socket::Limits,
    /// The size of what members of a lobby say to one another over their sockets, in bytes: 4 KiB (Nakama's figure). Longer
    /// ones are refused with `too_large`.
    pub message: usize,
    /// How long an anonymous socket may be without any joined topic before it closes with 4001 (Centrifugo's figure
    /// for stale connections).
    pub socket_unjoined: Duration,
    /// How long a socket outlives the access token that opened it, before it closes with 4502; none for as long as its
    /// session.
    pub socket_outlives_token: Option<Duration>,
    /// How long an upgrade may take from the answer on before its place is given to somebody else.
    pub socket_handshake: Duration,
    /// Sockets of one user; one more is refused with 429.
    pub sockets_per_user: usize,
    /// Sockets from one address (for IPv6: from one /64 network, which is what one customer has); one more is refused
    /// with 429.
    pub sockets_per_address: usize,
    /// Whether sockets from this machine are counted only and not refused for their address: behind a proxy that is not
    /// trusted yet, everybody comes from here.
    pub sockets_spare_loopback: bool,
    /// Sockets altogether; one more is refused with 503.
    pub sockets: usize,
    /// Over how long sockets are told to come back when the server stops, so that not all come back at the same moment.
    pub drain: Duration,
    /// How often anybody may ask; none counts nothing and refuses nobody.
    pub rates: Option<Rates>,
    /// Whether players use this server. Where they do not, whoever asks from this machine itself is counted, but never
    /// refused for asking too often.
    pub production: bool,
    /// The proxies whose word is taken for the address a request came from.
    pub trusted_proxies: Vec<IpNet>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            sign_in_body: 16 * 1024,
            json_depth: 32,
            json_values: 10_000,
            seconds: 10,
            body_seconds: 10,
            header_seconds: 10,
            rest_seconds: 75,
            headers: 100,
            header_bytes: 16 * 1024,
            stall_seconds: 30,
            connections: 20_000,
            frame: 64 * 1024,
            socket_buffer: 1024 * 1024,
            socket: channels::socket::Limits::default(),
            message: 4 * 1024,
            socket_unjoined: Duration::from_secs(10),
            socket_outlives_token: None,
            socket_handshake: Duration::from_secs(5),
            sockets_per_user: 10,
            sockets_per_address: 100,
            sockets_spare_loopback: true,
            sockets: 20_000,
            drain: Duration::from_secs(3),
            rates: Some(Rates::default()),
            production: false,
            trusted_proxies: Vec::new(),
        }
    }
}

//! How much anybody may ask for at once.

use std::time::Duration;

/// How much anybody may ask for at once.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of a request body.
    pub body: usize,
    /// Bytes of the body of a sign-in.
    pub sign_in_body: usize,
    /// Seconds a request may take.
    pub seconds: u64,
    /// Seconds the body of a request may take to arrive, from the end of its head on.
    pub body_seconds: u64,
    /// Seconds the head of a request may take to arrive; as long may a connection rest between two requests.
    pub header_seconds: u64,
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
    /// Bytes a socket keeps of what its client has not read; beyond it closes with 4002 (Centrifugo's figure). At least
    /// 128 KiB and a byte.
    pub socket_buffer: usize,
    /// What a socket may do.
    pub socket: channels::socket::Limits,
    /// How long an anonymous socket may be without any joined topic before it closes with 4001 (Centrifugo's figure
    /// for stale connections).
    pub socket_unjoined: Duration,
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
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            sign_in_body: 16 * 1024,
            seconds: 10,
            body_seconds: 10,
            header_seconds: 10,
            headers: 100,
            header_bytes: 16 * 1024,
            stall_seconds: 30,
            connections: 20_000,
            frame: 64 * 1024,
            socket_buffer: 1024 * 1024,
            socket: channels::socket::Limits::default(),
            socket_unjoined: Duration::from_secs(10),
            socket_handshake: Duration::from_secs(5),
            sockets_per_user: 10,
            sockets_per_address: 100,
            sockets_spare_loopback: true,
            sockets: 20_000,
            drain: Duration::from_secs(3),
        }
    }
}

//! How much anybody may ask for at once.

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
    /// Bytes of a socket's message, and of a frame of it.
    pub frame: usize,
    /// What a socket may do.
    pub socket: channels::socket::Limits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            sign_in_body: 16 * 1024,
            seconds: 10,
            body_seconds: 10,
            header_seconds: 10,
            rest_seconds: 75,
            headers: 100,
            header_bytes: 16 * 1024,
            stall_seconds: 30,
            connections: 20_000,
            frame: 64 * 1024,
            socket: channels::socket::Limits::default(),
        }
    }
}

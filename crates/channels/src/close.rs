//! The codes a socket is closed with.
//!
//! A client must know one thing about a code: whether to come back. Centrifugo splits its codes by that, and so does
//! this server, within the range 4000-4999 that RFC 6455 leaves to applications:
//!
//! | codes | the client |
//! |---|---|
//! | 1001, 1006, 1009, … and 4000-4499 | may connect again, after a wait that grows |
//! | 4500-4999 | must not connect again by itself: the answer would be the same until somebody does something |
//!
//! The last three digits hint at the HTTP status of the same meaning, where there is one. The official `phoenix` client
//! for JavaScript knows no such split; it connects again after every code but 1000, so that the server must be ready to
//! refuse it once more.

/// Why a socket is closed: the code and a short reason in English, both sent in the close frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Close {
    /// The WebSocket close code.
    pub code: u16,
    /// For people who read logs; at most 123 bytes (RFC 6455, 5.5).
    pub reason: &'static str,
}

impl Close {
    /// A code of the caller's own, from 4000 to 4999.
    #[must_use]
    pub const fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason }
    }
}

/// The server stops or moves: come back soon, to this address.
pub const GOING_AWAY: Close = Close::new(1001, "the server is going away, connect again");
/// A frame was larger than the transport permits.
pub const TOO_LARGE: Close = Close::new(1009, "frame too large");
/// Nothing was heard for [`silence`](../socket/struct.Limits.html#structfield.silence), not even a heartbeat.
pub const SILENT: Close = Close::new(4000, "nothing heard");
/// An anonymous socket had joined nothing for too long.
pub const NOTHING_JOINED: Close = Close::new(4001, "nothing joined");
/// The client did not read what was sent.
pub const SLOW: Close = Close::new(4002, "reading too slowly");
/// Somebody in charge had this one socket closed.
pub const DISCONNECTED: Close = Close::new(4003, "disconnected by an admin, connect again");
/// Several frames could not be understood.
pub const MALFORMED: Close = Close::new(4400, "too many malformed frames");
/// Frames kept coming faster than permitted after they had been refused with a reason.
pub const TOO_MANY_FRAMES: Close = Close::new(4429, "too many frames");
/// The credential ended (signed out, expired, revoked): sign in first.
pub const SIGNED_OUT: Close = Close::new(4501, "signed out");
/// The access token that opened the socket has expired, where sockets live no longer: connect again with a fresh one.
pub const EXPIRED: Close = Close::new(4502, "access token expired, connect with a fresh one");
/// The account is shut out: signing in will not help.
pub const BANNED: Close = Close::new(4503, "banned");

/// All of the above.
pub const ALL: [Close; 11] = [
    GOING_AWAY,
    TOO_LARGE,
    SILENT,
    NOTHING_JOINED,
    SLOW,
    DISCONNECTED,
    MALFORMED,
    TOO_MANY_FRAMES,
    SIGNED_OUT,
    EXPIRED,
    BANNED,
];

/// Whether a client may connect again by itself after this code.
///
/// ```
/// use channels::close::{GOING_AWAY, SIGNED_OUT, may_return};
/// assert!(may_return(GOING_AWAY.code));
/// assert!(may_return(1006)); // a lost connection
/// assert!(!may_return(SIGNED_OUT.code));
/// ```
#[must_use]
pub const fn may_return(code: u16) -> bool {
    !matches!(code, 4500..=4999)
}

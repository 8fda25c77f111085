//! What a connection is to a socket: frames in, frames out.

use std::fmt;

use bytes::Bytes;

/// What comes from the peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// A text frame. Need not have been checked to be UTF-8.
    Text(Bytes),
    /// A binary frame. Nobody sends one in this protocol; it is answered like an undecodable text.
    Binary,
    /// A ping or a pong: says nothing, but somebody is there.
    Alive,
    /// The peer closed. So does the end of the stream.
    Closed,
}

/// What goes to the peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outgoing {
    /// A text frame, always UTF-8. The bytes may be shared with other sockets.
    Text(Bytes),
    /// The last frame.
    Close {
        /// See [`crate::close`].
        code: u16,
        /// At most 123 bytes.
        reason: &'static str,
    },
    /// Asks the peer for a sign of life; its answer is [`Incoming::Alive`].
    Ping,
}

/// Why a connection cannot be read or written any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransportError {
    /// A frame was larger than the transport permits. The socket closes with [`crate::close::TOO_LARGE`].
    TooLarge,
    /// More waits to be read by the peer than the transport keeps for it. The socket closes with
    /// [`crate::close::SLOW`].
    Full,
    /// Anything else, in words for the log: the connection is lost.
    Broken(String),
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("frame too large"),
            Self::Full => f.write_str("too much unread"),
            Self::Broken(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for TransportError {}

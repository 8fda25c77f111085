//! What a connection is to a socket: frames in, frames out.

use std::fmt;

use bytes::Bytes;

use crate::codec::Frame;

/// What comes from the peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// A text frame. Need not have been checked to be UTF-8.
    Text(Bytes),
    /// A binary frame: a push with bytes for its payload, see [`crate::codec::binary`].
    Binary(Bytes),
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
    /// A binary frame, never to a client of version 1. The bytes may be shared with other sockets.
    Binary(Bytes),
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

impl From<Frame> for Outgoing {
    fn from(frame: Frame) -> Self {
        match frame {
            Frame::Text(text) => Self::Text(text),
            Frame::Binary(bytes) => Self::Binary(bytes),
        }
    }
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

//! What a socket may take of the server, and how many there may be.

use super::{Group, KIB, MIB};
use crate::settings::amount::Unit::{Bytes, Of, Seconds};
use crate::settings::kind::Kind::Number;
use crate::settings::kind::Number as Field;
use crate::settings::setting::setting;

pub(super) static SOCKET: Group = Group {
    title: "Limits of one socket",
    settings: &[
        setting(
            "socket.frame",
            Number(Bytes, KIB, 16 * MIB, |to| Field::Usize(&mut to.limits.frame)),
            "The size of a message.",
        ),
        setting(
            "socket.message",
            Number(Bytes, 64, MIB, |to| Field::Usize(&mut to.limits.message)),
            "The size of what members of a lobby say to one another.",
        ),
        setting(
            "socket.topics",
            Number(Of("topics"), 1, 10_000, |to| Field::Usize(&mut to.limits.socket.topics)),
            "Topics joined at the same time.",
        ),
        setting(
            "socket.name_length",
            Number(Of("characters"), 32, 4096, |to| Field::Usize(&mut to.limits.socket.name_length)),
            "The length of the name of a topic or an event.",
        ),
        setting(
            "socket.depth",
            Number(Of("levels"), 1, 100, |to| Field::Usize(&mut to.limits.socket.depth)),
            "Arrays and objects in one another within a message.",
        ),
        setting(
            "socket.burst",
            Number(Of("messages"), 1, 100_000, |to| Field::U32(&mut to.limits.socket.burst)),
            "Messages a client may send at once after a pause.",
        ),
        setting(
            "socket.rate",
            Number(Of("messages"), 1, 100_000, |to| Field::U32(&mut to.limits.socket.frames_per_second)),
            "Messages a second a client may send for ever.",
        ),
        setting(
            "socket.patience",
            Number(Of("messages"), 0, 100_000, |to| Field::U32(&mut to.limits.socket.patience)),
            "Messages beyond that rate which are refused before the socket closes.",
        ),
        setting(
            "socket.malformed",
            Number(Of("messages"), 1, 1000, |to| Field::U32(&mut to.limits.socket.malformed)),
            "Messages that cannot be read after which the socket closes.",
        ),
        setting(
            "socket.silence",
            Number(Seconds, 10, 3600, |to| Field::Time(&mut to.limits.socket.silence)),
            "How long nothing may be heard of a client before its socket closes.",
        ),
        setting(
            "socket.ping",
            Number(Seconds, 1, 3600, |to| Field::Time(&mut to.limits.socket.ping)),
            "After how long without a word a client is pinged. Shorter than `socket.silence`.",
        ),
        setting(
            "socket.unjoined",
            Number(Seconds, 1, 3600, |to| Field::TimeOrOff(&mut to.limits.socket.unjoined)),
            "How long the socket of somebody signed in may be without any topic.",
        ),
        setting(
            "socket.anonymous_unjoined",
            Number(Seconds, 1, 3600, |to| Field::Time(&mut to.limits.socket_unjoined)),
            "How long the socket of nobody may be without any topic.",
        ),
        setting(
            "socket.outlives_token",
            Number(Seconds, 1, 3600, |to| Field::TimeOrOff(&mut to.limits.socket_outlives_token)),
            "How long a socket outlives the access token that opened it. Off: for as long as its session.",
        ),
        setting(
            "socket.handshake",
            Number(Seconds, 1, 60, |to| Field::Time(&mut to.limits.socket_handshake)),
            "How long the beginning of a socket may take before its place is given to somebody else.",
        ),
        setting(
            "socket.buffer",
            Number(Bytes, 256 * KIB, 64 * MIB, |to| Field::Usize(&mut to.limits.socket_buffer)),
            "What is kept of what a client has not read before its socket closes.",
        ),
        setting(
            "socket.write",
            Number(Seconds, 1, 300, |to| Field::Time(&mut to.limits.socket.write)),
            "How long writing a message may take before the socket closes.",
        ),
    ],
};

pub(super) static SOCKETS: Group = Group {
    title: "Limits of all sockets",
    settings: &[
        setting(
            "sockets.per_user",
            Number(Of("sockets"), 1, 10_000, |to| Field::Usize(&mut to.limits.sockets_per_user)),
            "Sockets of one user.",
        ),
        setting(
            "sockets.per_address",
            Number(Of("sockets"), 1, 1_000_000, |to| Field::Usize(&mut to.limits.sockets_per_address)),
            "Sockets from one address (of IPv6: from one /64 network).",
        ),
        setting(
            "sockets.most",
            Number(Of("sockets"), 1, 1_000_000, |to| Field::Usize(&mut to.limits.sockets)),
            "Sockets altogether.",
        ),
    ],
};

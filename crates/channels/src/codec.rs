//! Frames and what they mean.

use std::fmt;

use bytes::Bytes;
use serde_json::error::Category;
use serde_json::value::RawValue;
use serde_json::{Value, json};

pub mod binary;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod properties;
pub mod v1;
pub mod v2;

/// The topic of the connection itself: heartbeats, and complaints about frames that belong to no other topic.
pub const CONNECTION_TOPIC: &str = "phoenix";
/// Client: I am alive. Sent on [`CONNECTION_TOPIC`] every 30 s by the official clients.
pub const HEARTBEAT: &str = "heartbeat";
/// Client: let me join this topic.
pub const JOIN: &str = "phx_join";
/// Client: I leave this topic.
pub const LEAVE: &str = "phx_leave";
/// Server: the answer to the frame with the same `ref`.
pub const REPLY: &str = "phx_reply";
/// Server: something went wrong with this topic; join it anew.
pub const ERROR: &str = "phx_error";
/// Server: this topic is over for you; do not join it anew by yourself.
pub const CLOSE: &str = "phx_close";
/// The reason in the refusal of a topic which does not exist, or which was not joined. Phoenix's own words.
pub const UNMATCHED_TOPIC: &str = "unmatched topic";

/// The reason in the refusal of a frame that came too fast; worth sending again later.
pub const TOO_MANY_FRAMES: &str = "too_many_frames";
/// The errors in refusals that say nothing of who asked: the server had too much to do, or could not look. Worth asking again
/// later.
pub const NOT_NOW: [&str; 2] = ["busy", "database_unavailable"];

/// One frame. The names are those of Phoenix's serializers. The payload is a [`Value`] in frames of text, [`Bytes`] in
/// binary ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Message<P = Value> {
    /// The `ref` of the join under which this frame is sent: tells a frame of an earlier membership from one of the
    /// present. Null in broadcasts, so that all subscribers can share their bytes; never sent in version 1.
    pub join_ref: Option<String>,
    /// The client's number for this frame; the reply repeats it. `ref` on the wire.
    pub reference: Option<String>,
    /// What the frame is about, e.g. `lobby:7`.
    pub topic: String,
    /// What happened, or what is asked.
    pub event: String,
    /// The rest; in frames of text usually an object.
    pub payload: P,
}

/// What a client pushes, and what it is answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Payload {
    /// Of a frame of text.
    Json(Value),
    /// Of a binary frame, which only version 2 has.
    Binary(Bytes),
}

impl From<Value> for Payload {
    fn from(value: Value) -> Self {
        Self::Json(value)
    }
}

/// A frame as it is written. Its bytes may be shared with other sockets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A frame of text, always UTF-8.
    Text(Bytes),
    /// A binary frame, see [`binary`].
    Binary(Bytes),
}

impl<P> Message<P> {
    /// The same message with this payload in the place of its own, which is handed back.
    pub fn with<Q>(self, payload: Q) -> (Message<Q>, P) {
        let Self { join_ref, reference, topic, event, payload: old } = self;
        (Message { join_ref, reference, topic, event, payload }, old)
    }

    /// The answer "yes" to this message.
    #[must_use]
    pub fn ok_reply(&self, response: Value) -> Message {
        self.reply("ok", response)
    }

    /// The answer "no" to this message; `response` says why, e.g. `{"reason":"unauthorized"}`.
    #[must_use]
    pub fn error_reply(&self, response: Value) -> Message {
        self.reply("error", response)
    }

    fn reply(&self, status: &str, response: Value) -> Message {
        Message {
            join_ref: self.join_ref.clone(),
            reference: self.reference.clone(),
            topic: self.topic.clone(),
            event: REPLY.to_owned(),
            payload: Value::from_iter([("response", response), ("status", status.into())]),
        }
    }
}

impl Message {
    /// Tells a client that its membership is over ([`CLOSE`]) or broken ([`ERROR`]). As in Phoenix, `ref` repeats the
    /// `join_ref`.
    #[must_use]
    pub fn membership(event: &str, topic: &str, join_ref: Option<&str>) -> Message {
        Message {
            join_ref: join_ref.map(ToOwned::to_owned),
            reference: join_ref.map(ToOwned::to_owned),
            topic: topic.to_owned(),
            event: event.to_owned(),
            payload: json!({}),
        }
    }

    /// A complaint about the connection itself: [`ERROR`] on [`CONNECTION_TOPIC`].
    #[must_use]
    pub fn complaint(reason: &str) -> Message {
        Message {
            join_ref: None,
            reference: None,
            topic: CONNECTION_TOPIC.to_owned(),
            event: ERROR.to_owned(),
            payload: json!({ "reason": reason }),
        }
    }
}

/// How frames are written, as the `vsn` parameter of the socket's address chooses it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Serializer {
    /// `vsn=1.0.0`, and what clients mean when they say nothing: objects of named members.
    V1,
    /// `vsn=2.0.0`: arrays of five.
    #[default]
    V2,
}

impl Serializer {
    /// All of them. Their values as a `usize` count from 0 in this order.
    pub const ALL: [Self; 2] = [Self::V1, Self::V2];

    /// The serializer for a `vsn` parameter; `None` for a version which is not spoken here. As in Phoenix, the last
    /// number does not matter, and a client that says nothing means 1.0.0.
    #[must_use]
    pub fn for_version(vsn: Option<&str>) -> Option<Self> {
        let (version, patch) = vsn.unwrap_or("1.0.0").rsplit_once('.')?;
        patch.parse::<u32>().ok()?;
        match version {
            "1.0" => Some(Self::V1),
            "2.0" => Some(Self::V2),
            _ => None,
        }
    }

    /// Reads one text frame.
    ///
    /// # Errors
    /// When the text is not such a frame, see [`DecodeError`].
    pub fn decode(self, text: impl AsRef<[u8]>) -> Result<Message, DecodeError> {
        match self {
            Self::V1 => v1::decode(text),
            Self::V2 => v2::decode(text),
        }
    }

    /// Writes one text frame.
    #[must_use]
    pub fn encode(self, message: &Message) -> Bytes {
        match self {
            Self::V1 => v1::encode(message),
            Self::V2 => v2::encode(message),
        }
    }

    /// Writes the one frame that all subscribers of a topic share who have this serializer; see
    /// [`v2::broadcast_frame`].
    #[must_use]
    pub fn broadcast_frame(self, topic: &str, event: &str, payload: &RawValue) -> Bytes {
        match self {
            Self::V1 => v1::broadcast_frame(topic, event, payload),
            Self::V2 => v2::broadcast_frame(topic, event, payload),
        }
    }
}

/// Why something is no frame. Says where and what, and repeats nothing of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// The text is not JSON.
    NotJson {
        /// The line of the first wrong character, from 1.
        line: usize,
        /// Its column in bytes, from 1; 0 at the very end of a line.
        column: usize,
    },
    /// The text is JSON, or the frame a binary one, but it has not the shape of a frame, which is this one.
    NotAFrame(&'static str),
    /// A binary frame, which version 1 does not have.
    Binary,
    /// The payload has arrays or objects in one another beyond this many levels.
    TooDeep(usize),
    /// The named member is longer than this many characters.
    TooLong(&'static str, usize),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson { line, column } => write!(f, "not JSON at line {line}, column {column}"),
            Self::NotAFrame(expected) => write!(f, "expected {expected}"),
            Self::Binary => f.write_str("a binary frame"),
            Self::TooDeep(levels) => write!(f, "the payload is nested deeper than {levels} levels"),
            Self::TooLong(member, characters) => write!(f, "{member} is longer than {characters} characters"),
        }
    }
}

impl std::error::Error for DecodeError {}

impl DecodeError {
    /// What a parser found, where the shape of a frame is as `expected`.
    fn of(error: &serde_json::Error, expected: &'static str) -> Self {
        match error.classify() {
            Category::Data => Self::NotAFrame(expected),
            Category::Syntax | Category::Eof | Category::Io => {
                Self::NotJson { line: error.line(), column: error.column() }
            }
        }
    }
}

/// How many arrays and objects stand in one another at the deepest place of a JSON text, without parsing it. A guard
/// that must hold before the text is parsed; of a text that is not JSON it says nothing useful.
#[must_use]
pub fn nesting(text: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_strings_are_no_nesting() {
        assert_eq!(nesting(br#"{"a":["\"[[[", {}]}"#), 3);
        assert_eq!(nesting(b"1"), 0);
    }

    #[test]
    fn the_serializer_is_chosen_by_version() {
        for (vsn, serializer) in [
            (None, Some(Serializer::V1)),
            (Some("1.0.0"), Some(Serializer::V1)),
            (Some("1.0.7"), Some(Serializer::V1)),
            (Some("2.0.0"), Some(Serializer::V2)),
        ] {
            assert_eq!(Serializer::for_version(vsn), serializer, "{vsn:?}");
        }
        for vsn in ["", "1", "1.0", "1.1.0", "2.1.0", "3.0.0", "2.0.x", "2.0.0.0", "nonsense"] {
            assert_eq!(Serializer::for_version(Some(vsn)), None, "{vsn}");
        }
        assert_eq!(Serializer::ALL.map(|serializer| serializer as usize), [0, 1]);
    }
}

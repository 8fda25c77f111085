//! Binary frames of version 2, as `Phoenix.Socket.V2.JSONSerializer` has them: for payloads that are bytes.
//!
//! A frame begins with its kind and the lengths of its names, one byte each; then come the names themselves, as UTF-8,
//! and the rest is the payload. A name has 255 bytes at most. A ref of no bytes counts as null.
//!
//! ```text
//! to the server   push       0  join_ref  ref  topic  event
//! to a client     push       0  join_ref       topic  event
//!                 reply      1  join_ref  ref  topic  status
//!                 broadcast  2                 topic  event
//! ```
//!
//! That a push has one more name on its way to the server than on its way back is Phoenix's.

use bytes::{BufMut, Bytes, BytesMut};

use super::{DecodeError, Message, REPLY};

const PUSH: u8 = 0;
const ANSWER: u8 = 1;
const BROADCAST: u8 = 2;

/// What is expected of a frame from a client, for [`DecodeError::NotAFrame`].
const FROM_CLIENT: &str =
    "0, the lengths of join_ref, ref, topic and event in a byte each, these as UTF-8, and the payload";
/// What is expected of a frame from the server.
const FROM_SERVER: &str = "0, 1 or 2, the lengths of the names in a byte each, these as UTF-8, and the payload";

/// Why a frame cannot be written: the named member has more than 255 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong(pub &'static str);

impl std::fmt::Display for TooLong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} has more than 255 bytes, too many for a binary frame", self.0)
    }
}

impl std::error::Error for TooLong {}

/// A binary frame, as a client hears it.
#[derive(Clone, Debug, PartialEq)]
pub enum FromServer {
    /// A push to this member alone, or a broadcast, which has no `join_ref`.
    Event(Message<Bytes>),
    /// The answer to a push of this client. Its event is [`REPLY`].
    Reply {
        /// `ok` or `error`.
        status: String,
        /// The push it answers; the payload is the response.
        message: Message<Bytes>,
    },
}

/// Reads a client's push. The payload shares the frame's bytes.
///
/// # Errors
/// [`DecodeError::NotAFrame`] for any other kind, a frame that ends too soon, and names that are not UTF-8.
pub fn decode(frame: &Bytes) -> Result<Message<Bytes>, DecodeError> {
    let (PUSH, [join_ref, reference, topic, event], payload) =
        names(frame).ok_or(DecodeError::NotAFrame(FROM_CLIENT))?
    else {
        return Err(DecodeError::NotAFrame(FROM_CLIENT));
    };
    Ok(Message { join_ref: some(join_ref), reference: some(reference), topic, event, payload })
}

/// Writes a client's push.
///
/// # Errors
/// [`TooLong`] for a name of more than 255 bytes.
pub fn encode(message: &Message<Bytes>) -> Result<Bytes, TooLong> {
    let Message { join_ref, reference, topic, event, payload } = message;
    let refs = [join_ref, reference].map(|reference| reference.as_deref().unwrap_or_default());
    let names = [("join_ref", refs[0]), ("ref", refs[1]), ("topic", topic), ("event", event)];
    write(PUSH, &names, payload)
}

/// Reads what the server sent. The payload shares the frame's bytes.
///
/// # Errors
/// [`DecodeError::NotAFrame`] for another kind, a frame that ends too soon, and names that are not UTF-8.
pub fn decode_from_server(frame: &Bytes) -> Result<FromServer, DecodeError> {
    let read = match frame.first() {
        Some(&PUSH) => names(frame).map(|(_, [join_ref, topic, event], payload)| {
            FromServer::Event(Message { join_ref: some(join_ref), reference: None, topic, event, payload })
        }),
        Some(&ANSWER) => names(frame).map(|(_, [join_ref, reference, topic, status], payload)| {
            let (join_ref, reference) = (some(join_ref), some(reference));
            let message = Message { join_ref, reference, topic, event: REPLY.to_owned(), payload };
            FromServer::Reply { status, message }
        }),
        Some(&BROADCAST) => names(frame).map(|(_, [topic, event], payload)| {
            FromServer::Event(Message { join_ref: None, reference: None, topic, event, payload })
        }),
        _ => None,
    };
    read.ok_or(DecodeError::NotAFrame(FROM_SERVER))
}

/// Writes a push to one member: the frame with its `join_ref`.
///
/// # Errors
/// [`TooLong`] for a name of more than 255 bytes.
pub fn push_frame(join_ref: Option<&str>, topic: &str, event: &str, payload: &[u8]) -> Result<Bytes, TooLong> {
    write(PUSH, &[("join_ref", join_ref.unwrap_or_default()), ("topic", topic), ("event", event)], payload)
}

/// Writes the answer to a push, with this status, which is `ok` or `error`, and this response.
///
/// # Errors
/// [`TooLong`] for a name of more than 255 bytes.
pub fn reply_frame<P>(to: &Message<P>, status: &str, response: &[u8]) -> Result<Bytes, TooLong> {
    let refs = [&to.join_ref, &to.reference].map(|reference| reference.as_deref().unwrap_or_default());
    write(ANSWER, &[("join_ref", refs[0]), ("ref", refs[1]), ("topic", &to.topic), ("status", status)], response)
}

/// Writes the frame that all subscribers of a topic share.
///
/// # Errors
/// [`TooLong`] for a name of more than 255 bytes.
pub fn broadcast_frame(topic: &str, event: &str, payload: &[u8]) -> Result<Bytes, TooLong> {
    write(BROADCAST, &[("topic", topic), ("event", event)], payload)
}

/// The kind of a frame, so many names, and what is left.
fn names<const N: usize>(frame: &Bytes) -> Option<(u8, [String; N], Bytes)> {
    let (head, mut rest) = frame.split_at_checked(1 + N)?;
    let mut names = [const { String::new() }; N];
    for (name, length) in names.iter_mut().zip(&head[1..]) {
        let (bytes, after) = rest.split_at_checked(usize::from(*length))?;
        str::from_utf8(bytes).ok()?.clone_into(name);
        rest = after;
    }
    Some((head[0], names, frame.slice_ref(rest)))
}

fn write(kind: u8, names: &[(&'static str, &str)], payload: &[u8]) -> Result<Bytes, TooLong> {
    let length: usize = names.iter().map(|(_, name)| 1 + name.len()).sum();
    let mut frame = BytesMut::with_capacity(1 + length + payload.len());
    frame.put_u8(kind);
    for (member, name) in names {
        frame.put_u8(u8::try_from(name.len()).map_err(|_| TooLong(member))?);
    }
    for (_, name) in names {
        frame.put_slice(name.as_bytes());
    }
    frame.put_slice(payload);
    Ok(frame.freeze())
}

fn some(name: String) -> Option<String> {
    Some(name).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(topic: &str, payload: &'static [u8]) -> Message<Bytes> {
        let name = |name: &str| Some(name.to_owned());
        let payload = Bytes::from_static(payload);
        Message {
            join_ref: name("1"),
            reference: name("22"),
            topic: topic.to_owned(),
            event: "wave".to_owned(),
            payload,
        }
    }

    #[test]
    fn a_push_is_kind_lengths_names_and_payload() {
        let frame = encode(&push("lobby:7", b"\x00\xff")).unwrap();
        assert_eq!(&frame[..], b"\x00\x01\x02\x07\x04122lobby:7wave\x00\xff");
        assert_eq!(decode(&frame), Ok(push("lobby:7", b"\x00\xff")));
    }

    #[test]
    fn a_ref_of_no_bytes_is_none() {
        let message = decode(&Bytes::from_static(b"\x00\x00\x00\x01\x01te")).unwrap();
        assert_eq!((message.join_ref, message.reference, &message.payload[..]), (None, None, &b""[..]));
    }

    #[test]
    fn a_payload_shares_the_bytes_of_its_frame() {
        let frame = encode(&push("t", b"payload")).unwrap();
        let message = decode(&frame).unwrap();
        assert_eq!(message.payload.as_ptr(), frame[frame.len() - 7..].as_ptr());
    }

    #[test]
    fn a_frame_that_ends_too_soon_is_none() {
        let frame = encode(&push("lobby:7", b"")).unwrap();
        for length in 0..frame.len() {
            assert_eq!(decode(&frame.slice(..length)), Err(DecodeError::NotAFrame(FROM_CLIENT)), "{length}");
        }
        for other in [&b"\x01\x00\x00\x01\x01te"[..], b"\x00\x00\x00\x01\x01\xffe"] {
            assert!(decode(&Bytes::from_static(other)).is_err());
        }
    }

    #[test]
    fn a_name_has_255_bytes_at_most() {
        let name = "ü".repeat(127) + "x";
        let frame = encode(&push(&name, b"")).unwrap();
        assert_eq!(decode(&frame).unwrap().topic, name);
        assert_eq!(encode(&push(&(name.clone() + "x"), b"")), Err(TooLong("topic")));
        assert_eq!(broadcast_frame("t", &(name + "x"), b""), Err(TooLong("event")));
    }

    #[test]
    fn a_client_tells_pushes_replies_and_broadcasts_apart() {
        let event = |join_ref: Option<&str>| {
            FromServer::Event(Message {
                join_ref: join_ref.map(ToOwned::to_owned),
                reference: None,
                topic: "t".to_owned(),
                event: "e".to_owned(),
                payload: Bytes::from_static(b"\x01"),
            })
        };
        let told = |frame: Result<Bytes, TooLong>| decode_from_server(&frame.unwrap()).unwrap();
        assert_eq!(told(push_frame(Some("1"), "t", "e", b"\x01")), event(Some("1")));
        assert_eq!(told(broadcast_frame("t", "e", b"\x01")), event(None));
        let FromServer::Reply { status, message } = told(reply_frame(&push("t", b""), "ok", b"\x02")) else {
            panic!("a reply")
        };
        assert_eq!((status.as_str(), message.event.as_str(), &message.payload[..]), ("ok", REPLY, &b"\x02"[..]));
        assert_eq!((message.join_ref.as_deref(), message.reference.as_deref()), (Some("1"), Some("22")));
        assert!(decode_from_server(&Bytes::from_static(b"\x03\x00\x00")).is_err());
        assert!(decode_from_server(&Bytes::new()).is_err());
    }
}

//! What a client says of its own, the answers to it, and bytes. Pages need none of it and do not carry it.

use bytes::Bytes;
use serde_json::Value;

use super::{Act, Session, State, encode};
use crate::client::Heard;
use crate::codec::binary::{self, FromServer, TooLong};
use crate::codec::{Frame, Message, Payload};

impl Session {
    /// The frame that pushes an event, with its `ref`; `None` if the topic is not joined.
    pub(in crate::client) fn push(
        &mut self,
        topic: &str,
        event: &str,
        payload: Payload,
    ) -> Option<(String, Result<Frame, TooLong>)> {
        let State::Joined(join_ref) = &self.topics.get(topic)?.state else { return None };
        let join_ref = Some(join_ref.clone());
        let reference = self.next_ref();
        let frame = match payload {
            Payload::Json(payload) => {
                Ok(Frame::Text(encode(join_ref, reference.clone(), topic, event, payload).into()))
            }
            Payload::Binary(payload) => {
                let (topic, event) = (topic.to_owned(), event.to_owned());
                let message = Message { join_ref, reference: Some(reference.clone()), topic, event, payload };
                binary::encode(&message).map(Frame::Binary)
            }
        };
        Some((reference, frame))
    }

    /// A binary frame came. Like [`Session::heard`].
    pub(in crate::client) fn heard_bytes(&mut self, frame: &Bytes) -> Option<Act> {
        let (status, message) = match binary::decode_from_server(frame).ok()? {
            FromServer::Event(message) => (None, message),
            FromServer::Reply { status, message } => (Some(status), message),
        };
        let Message { join_ref, reference, topic, event, payload } = message;
        let State::Joined(current) = &self.topics.get(&topic)?.state else { return None };
        if join_ref.is_some_and(|join_ref| join_ref != *current) {
            return None;
        }
        let Some(status) = status else {
            return Some(Act::Tell { topic, heard: Heard::Bytes { event, payload } });
        };
        // Refusals are JSON here; of another server's bytes no more is known than that they are one.
        let answer = if status == "ok" { Ok(Payload::Binary(payload)) } else { Err(Value::Null) };
        Some(Act::Answered { reference: reference?, answer })
    }
}

/// A push was answered in JSON.
pub(super) fn answered(reference: String, mut reply: Value) -> Act {
    let response = reply["response"].take();
    let answer = if reply["status"] == "ok" { Ok(Payload::Json(response)) } else { Err(response) };
    Act::Answered { reference, answer }
}

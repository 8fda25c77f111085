//! Version 1 of the serializer: objects of named members, as `Phoenix.Socket.V1.JSONSerializer` has it.
//!
//! A client sends `{topic, event, payload, ref, join_ref?}` and is sent `{topic, event, payload, ref}`: which membership
//! a frame belongs to is for the client to tell by the `ref` of its join, which `phx_close` and `phx_error` repeat.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{DecodeError, JOIN, Message};

/// What is expected of a frame, for [`DecodeError::NotAFrame`].
const EXPECTED: &str = "{topic, event, payload, ref, join_ref}, the refs strings or null, topic and event strings";

#[derive(Deserialize)]
struct Incoming {
    topic: String,
    event: String,
    #[serde(default)]
    payload: Value,
    #[serde(default, rename = "ref")]
    reference: Option<String>,
    #[serde(default)]
    join_ref: Option<String>,
}

/// A frame on its way out.
#[derive(Serialize)]
struct Outgoing<'a, P> {
    topic: &'a str,
    event: &'a str,
    payload: P,
    #[serde(rename = "ref")]
    reference: Option<&'a str>,
}

/// Reads one text frame. Members of other names are ignored; a missing `payload` or `ref` counts as null.
///
/// A join without a `join_ref` is numbered by its `ref`.
///
/// # Errors
/// [`DecodeError::NotJson`] or, without a topic or an event or with a member of another type, [`DecodeError::NotAFrame`].
pub fn decode(text: impl AsRef<[u8]>) -> Result<Message, DecodeError> {
    let text = text.as_ref();
    let incoming = serde_json::from_slice::<Incoming>(text).map_err(|error| DecodeError::of(&error, EXPECTED))?;
    // serde would take an array for the members in their order.
    if text.trim_ascii_start().first() != Some(&b'{') {
        return Err(DecodeError::NotAFrame(EXPECTED));
    }
    let Incoming { topic, event, payload, reference, mut join_ref } = incoming;
    if event == JOIN && join_ref.is_none() {
        join_ref.clone_from(&reference);
    }
    Ok(Message { join_ref, reference, topic, event, payload })
}

/// Writes one text frame. It has no `join_ref`.
#[must_use]
pub fn encode(message: &Message) -> Bytes {
    let Message { reference, topic, event, payload, .. } = message;
    object(&Outgoing { topic, event, payload, reference: reference.as_deref() })
}

/// Writes the frame that all subscribers of a topic share: its `ref` is null. `payload` is JSON already and is copied as
/// it stands.
#[must_use]
pub fn broadcast_frame(topic: &str, event: &str, payload: &RawValue) -> Bytes {
    object(&Outgoing { topic, event, payload, reference: None })
}

fn object(frame: &impl Serialize) -> Bytes {
    serde_json::to_vec(frame).expect("strings and JSON values are always written").into()
}

#[cfg(test)]
mod tests {
    use serde_json::{json, value::to_raw_value};

    use super::*;

    #[test]
    fn a_broadcast_copies_its_payload_as_it_stands() {
        let payload = to_raw_value(&json!({"user_id": 3})).unwrap();
        assert_eq!(
            broadcast_frame("lobby:7", "user_joined", &payload),
            r#"{"topic":"lobby:7","event":"user_joined","payload":{"user_id":3},"ref":null}"#
        );
        let spaced = RawValue::from_string(r#"{ "a" : 1.50 }"#.to_owned()).unwrap();
        assert_eq!(
            broadcast_frame("a\"b", "e", &spaced),
            r#"{"topic":"a\"b","event":"e","payload":{ "a" : 1.50 },"ref":null}"#
        );
    }

    #[test]
    fn members_may_come_in_any_order_and_some_may_be_missing() {
        let heartbeat = decode(r#" { "ref" : "2", "more": [1], "event":"heartbeat","topic":"phoenix"}"#).unwrap();
        assert_eq!((heartbeat.reference.as_deref(), heartbeat.payload), (Some("2"), Value::Null));
        assert_eq!(decode(r#"{"topic":"t","event":"e"}"#).unwrap().reference, None);
    }

    #[test]
    fn a_join_without_a_join_ref_is_numbered_by_its_ref() {
        let join_ref = |text| decode(text).unwrap().join_ref;
        assert_eq!(join_ref(r#"{"topic":"t","event":"phx_join","ref":"1"}"#).as_deref(), Some("1"));
        assert_eq!(join_ref(r#"{"topic":"t","event":"phx_join","ref":"2","join_ref":"1"}"#).as_deref(), Some("1"));
        assert_eq!(join_ref(r#"{"topic":"t","event":"wave","ref":"3"}"#), None);
    }

    #[test]
    fn a_refusal_says_where() {
        assert_eq!(decode("{\"topic\":\nx"), Err(DecodeError::NotJson { line: 2, column: 1 }));
        assert!(matches!(decode("[]"), Err(DecodeError::NotAFrame(expected)) if expected.contains("{topic, ")));
    }
}

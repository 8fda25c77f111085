//! Version 2 of the serializer: `[join_ref, ref, topic, event, payload]`, as `Phoenix.Socket.V2.JSONSerializer` has it.

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{DecodeError, Message};

/// What is expected of a frame, for [`DecodeError::NotAFrame`].
const EXPECTED: &str = "[join_ref, ref, topic, event, payload], the refs strings or null, topic and event strings";

/// Reads one text frame.
///
/// # Errors
/// [`DecodeError::NotJson`] or, for any other number of members or a member of another type, [`DecodeError::NotAFrame`].
pub fn decode(text: impl AsRef<[u8]>) -> Result<Message, DecodeError> {
    type Five = (Option<String>, Option<String>, String, String, Value);

    match serde_json::from_slice::<Five>(text.as_ref()) {
        Ok((join_ref, reference, topic, event, payload)) => Ok(Message { join_ref, reference, topic, event, payload }),
        Err(error) => Err(DecodeError::of(&error, EXPECTED)),
    }
}

/// Writes one text frame.
#[must_use]
pub fn encode(message: &Message) -> Bytes {
    let Message { join_ref, reference, topic, event, payload } = message;
    array(&(join_ref, reference, topic, event, payload))
}

/// Writes the frame that all subscribers of a topic share: both refs are null. `payload` is JSON already and is copied
/// as it stands; [`serde_json::value::to_raw_value`] makes one, once for every serializer.
#[must_use]
pub fn broadcast_frame(topic: &str, event: &str, payload: &RawValue) -> Bytes {
    array(&(None::<&str>, None::<&str>, topic, event, payload))
}

fn array(five: &impl Serialize) -> Bytes {
    serde_json::to_vec(five).expect("strings and JSON values are always written").into()
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
            r#"[null,null,"lobby:7","user_joined",{"user_id":3}]"#
        );

        let spaced = RawValue::from_string(r#"{ "a" : 1.50 }"#.to_owned()).unwrap();
        assert_eq!(broadcast_frame("a\"b", "e", &spaced), r#"[null,null,"a\"b","e",{ "a" : 1.50 }]"#);
    }

    #[test]
    fn space_between_members_is_allowed() {
        assert_eq!(decode(" [ null , \"1\" ,\n\"t\", \"e\", [] ] ").unwrap().payload, json!([]));
    }

    #[test]
    fn a_refusal_says_where() {
        assert_eq!(decode("[null,\nx"), Err(DecodeError::NotJson { line: 2, column: 1 }));
        assert_eq!(decode("[null,null,\"t\""), Err(DecodeError::NotJson { line: 1, column: 14 }));
        assert!(matches!(decode(b"[null,null,\"\xff\",\"e\",{}]"), Err(DecodeError::NotJson { line: 1, .. })));
        assert!(matches!(decode("{}"), Err(DecodeError::NotAFrame(expected)) if expected.contains("[join_ref, ")));
    }
}

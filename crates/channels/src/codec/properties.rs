//! What holds for all frames, and for all that is none.

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::value::to_raw_value;

use super::binary::{self, FromServer, TooLong};
use super::*;

/// The bytes of a frame at most, as a server should have it.
const FRAME: usize = 64 * 1024;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Any JSON. Of its numbers only those whose text is exact: whether a parser rounds the others well is not ours.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i32>().prop_map(|number| Value::from(f64::from(number) / 8.0)),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

/// A name such as an event's; often one that means something.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![JOIN, LEAVE, REPLY, ERROR, CLOSE, HEARTBEAT, CONNECTION_TOPIC])
            .prop_map(str::to_owned),
        any::<String>(),
    ]
}

fn message<P: fmt::Debug>(payload: impl Strategy<Value = P>) -> impl Strategy<Value = Message<P>> {
    let refs = (any::<Option<String>>(), any::<Option<String>>());
    (refs, name(), name(), payload).prop_map(|((join_ref, reference), topic, event, payload)| Message {
        join_ref,
        reference,
        topic,
        event,
        payload,
    })
}

fn bytes() -> impl Strategy<Value = Bytes> {
    prop::collection::vec(any::<u8>(), 0..200).prop_map(Bytes::from)
}

/// A frame that was cut, or in which some bytes are others.
fn spoilt(frame: &[u8], cut: prop::sample::Index, changes: Vec<(prop::sample::Index, u8)>) -> Bytes {
    let mut frame = frame[..cut.index(frame.len() + 1)].to_vec();
    for (at, byte) in changes {
        if !frame.is_empty() {
            let at = at.index(frame.len());
            frame[at] = byte;
        }
    }
    frame.into()
}

fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4)
}

/// Reads it in every way. What comes of it holds no more than the frame did.
fn read(frame: &Bytes) {
    for serializer in Serializer::ALL {
        match serializer.decode(frame) {
            Ok(message) => {
                let names = message.topic.len() + message.event.len();
                assert!(names + values(&message.payload) <= frame.len());
                assert_eq!(serializer.decode(serializer.encode(&message)).unwrap().payload, message.payload);
            }
            Err(error) => assert!(error.to_string().len() < 200, "{error}"),
        }
    }
    if let Ok(Message { topic, event, payload, .. }) = binary::decode(frame) {
        assert!(topic.len() + event.len() + payload.len() <= frame.len());
    }
    if let Ok(FromServer::Event(Message { payload, .. }) | FromServer::Reply { message: Message { payload, .. }, .. }) =
        binary::decode_from_server(frame)
    {
        assert!(payload.len() <= frame.len());
    }
}

/// How many values there are in one.
fn values(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(self::values).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(values).sum::<usize>(),
        _ => 1,
    }
}

proptest! {
    #![proptest_config(config(128))]

    #[test]
    fn every_message_comes_back_from_version_2(message in message(json())) {
        prop_assert_eq!(Serializer::V2.decode(Serializer::V2.encode(&message)), Ok(message));
    }

    #[test]
    fn every_message_comes_back_from_version_1_without_its_join_ref(message in message(json())) {
        let join_ref = message.reference.clone().filter(|_| message.event == JOIN);
        let expected = Message { join_ref, ..message.clone() };
        prop_assert_eq!(Serializer::V1.decode(Serializer::V1.encode(&message)), Ok(expected));
    }

    #[test]
    fn every_broadcast_comes_back_in_both_versions(topic in name(), event in name(), payload in json()) {
        let raw = to_raw_value(&payload).unwrap();
        for serializer in Serializer::ALL {
            let heard = serializer.decode(serializer.broadcast_frame(&topic, &event, &raw)).unwrap();
            prop_assert_eq!((&heard.topic, &heard.event, &heard.payload), (&topic, &event, &payload));
            prop_assert_eq!((heard.join_ref, heard.reference), (None, None));
        }
    }

    #[test]
    fn every_binary_message_comes_back_or_says_what_is_too_long(message in message(bytes())) {
        let empty_is_none = |reference: &Option<String>| reference.clone().filter(|reference| !reference.is_empty());
        let (join_ref, reference) = (empty_is_none(&message.join_ref), empty_is_none(&message.reference));
        let expected = Message { join_ref, reference, ..message.clone() };
        let names = [&expected.topic, &expected.event].into_iter().chain(&expected.join_ref).chain(&expected.reference);
        let fits = names.into_iter().all(|name| name.len() <= 255);
        match binary::encode(&message) {
            Ok(frame) => prop_assert_eq!(binary::decode(&frame), Ok(expected.clone())),
            Err(TooLong(_)) => prop_assert!(!fits),
        }
        if let Ok(frame) = binary::reply_frame(&message, "ok", &message.payload) {
            let message = Message { event: REPLY.to_owned(), ..expected.clone() };
            let reply = FromServer::Reply { status: "ok".to_owned(), message };
            prop_assert_eq!(binary::decode_from_server(&frame), Ok(reply));
        }
        if let Ok(frame) = binary::broadcast_frame(&message.topic, &message.event, &message.payload) {
            let event = FromServer::Event(Message { join_ref: None, reference: None, ..expected });
            prop_assert_eq!(binary::decode_from_server(&frame), Ok(event));
        }
    }

    #[test]
    fn any_bytes_are_a_frame_or_none(frame in bytes()) {
        read(&frame);
    }

    #[test]
    fn any_json_is_a_frame_or_none(value in json()) {
        read(&Bytes::from(value.to_string()));
    }

    #[test]
    fn a_spoilt_text_is_a_frame_or_none(
        message in message(json()),
        cut in any::<prop::sample::Index>(),
        changes in changes(),
    ) {
        for serializer in Serializer::ALL {
            read(&spoilt(&serializer.encode(&message), cut, changes.clone()));
        }
    }

    #[test]
    fn a_spoilt_binary_frame_is_a_frame_or_none(
        message in message(bytes()),
        cut in any::<prop::sample::Index>(),
        changes in changes(),
    ) {
        if let Ok(frame) = binary::encode(&message) {
            read(&spoilt(&frame, cut, changes));
        }
    }
}

proptest! {
    #![proptest_config(config(16))]

    /// Deeper than any parser may go, and as large as a frame may be.
    #[test]
    fn a_large_and_deep_text_is_a_frame_or_none(open in "[\\[{\":,0 ]{1,4}", head in bytes()) {
        let mut frame = head.to_vec();
        while frame.len() < FRAME {
            frame.extend_from_slice(open.as_bytes());
        }
        read(&frame.clone().into());
        let mut inside = br#"[null,null,"t","e","#.to_vec();
        inside.extend_from_slice(&frame);
        read(&inside.into());
    }
}

//! The frames in `clients/golden`: what they mean, and that they are written so byte for byte.

use std::fs;
use std::path::PathBuf;

use bytes::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::binary::{self, FromServer};
use super::{DecodeError, Message, Serializer};
use crate::presence::{Diff, State};

/// One shape of a frame, in both serializers.
#[derive(Deserialize)]
struct Shape<P> {
    direction: String,
    meaning: Meaning<P>,
    v1: String,
    v2: String,
}

#[derive(Deserialize)]
struct Meaning<P> {
    join_ref: Option<String>,
    #[serde(rename = "ref")]
    reference: Option<String>,
    topic: String,
    event: String,
    payload: P,
    /// Of a reply in bytes; in others the payload has it.
    status: Option<String>,
}

/// Frames that are none.
#[derive(Deserialize)]
struct Refused {
    v1: Vec<String>,
    v2: Vec<String>,
}

/// Every file of a folder of them.
fn read<T: DeserializeOwned>(folder: &str) -> Vec<(String, T)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../clients/golden").join(folder);
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files =
        files.filter(|file| file.extension().is_some_and(|kind| kind == "json") && !file.ends_with("refused.json"));
    files
        .map(|file| {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&file).unwrap();
            let shape = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            (name, shape)
        })
        .collect()
}

#[test]
fn golden_frames_mean_what_they_say_and_are_written_alike() {
    let shapes = read::<Shape<Value>>("");
    assert!(shapes.len() >= 23);
    for (name, Shape { direction, meaning, v1, v2 }) in shapes {
        let Meaning { join_ref, reference, topic, event, payload, .. } = meaning;
        let message = Message { join_ref, reference, topic, event, payload };
        assert_eq!(Serializer::V2.decode(&v2), Ok(message.clone()), "{name}");
        assert_eq!(Serializer::V2.encode(&message), v2, "{name}");
        match direction.as_str() {
            "to_server" => assert_eq!(Serializer::V1.decode(&v1), Ok(message), "{name}"),
            "to_client" => assert_eq!(Serializer::V1.encode(&message), v1, "{name}"),
            other => panic!("{name}: no such direction: {other}"),
        }
    }
}

#[test]
fn golden_events_are_broadcast_as_they_stand() {
    let events = read::<Shape<Box<RawValue>>>("events");
    assert!(events.len() >= 20);
    for (name, Shape { direction, meaning: Meaning { join_ref, reference, topic, event, payload, .. }, v1, v2 }) in
        events
    {
        assert_eq!((direction.as_str(), join_ref, reference), ("to_client", None, None), "{name}");
        assert_eq!(Serializer::V1.broadcast_frame(&topic, &event, &payload), v1, "{name}");
        assert_eq!(Serializer::V2.broadcast_frame(&topic, &event, &payload), v2, "{name}");
    }
}

#[test]
fn golden_presences_are_written_as_ours() {
    fn holds<T: DeserializeOwned + serde::Serialize>(text: &str) {
        let Shape { meaning: Meaning { topic, event, payload, .. }, v1, v2, .. } =
            serde_json::from_str::<Shape<T>>(text).unwrap();
        let payload = to_raw_value(&payload).unwrap();
        assert_eq!(Serializer::V1.broadcast_frame(&topic, &event, &payload), v1);
        assert_eq!(Serializer::V2.broadcast_frame(&topic, &event, &payload), v2);
    }
    holds::<State>(include_str!("../../../../clients/golden/events/presence_state.json"));
    holds::<Diff>(include_str!("../../../../clients/golden/events/presence_diff.json"));
}

#[test]
fn golden_refusals_are_refused() {
    let Refused { v1, v2 } = serde_json::from_str(include_str!("../../../../clients/golden/refused.json")).unwrap();
    assert!(v1.len() > 8 && v2.len() > 7);
    for (serializer, texts) in [(Serializer::V1, v1), (Serializer::V2, v2)] {
        for text in texts {
            assert!(serializer.decode(&text).is_err(), "{serializer:?}: {text}");
        }
    }
}

/// One shape of a binary frame; bytes are in hex.
#[derive(Deserialize)]
struct BinaryShape {
    direction: String,
    meaning: Meaning<String>,
    v2: String,
}

fn bytes(hex: &str) -> Bytes {
    let digit = |digit: u8| u8::try_from(char::from(digit).to_digit(16).unwrap()).unwrap();
    hex.as_bytes().chunks(2).map(|pair| digit(pair[0]) * 16 + digit(pair[1])).collect()
}

#[test]
fn golden_binary_frames_mean_what_they_say_and_are_written_alike() {
    let shapes = read::<BinaryShape>("binary");
    assert!(shapes.len() >= 6);
    for (name, BinaryShape { direction, meaning, v2 }) in shapes {
        let Meaning { join_ref, reference, topic, event, payload, status } = meaning;
        let (frame, message) = (bytes(&v2), Message { join_ref, reference, topic, event, payload: bytes(&payload) });
        let Message { join_ref, topic, event, payload, .. } = &message;
        let written = match (direction.as_str(), join_ref, &status) {
            ("to_server", ..) => {
                assert_eq!(binary::decode(&frame), Ok(message.clone()), "{name}");
                binary::encode(&message)
            }
            ("to_client", Some(_), Some(status)) => binary::reply_frame(&message, status, payload),
            ("to_client", Some(join_ref), None) => binary::push_frame(Some(join_ref), topic, event, payload),
            ("to_client", None, None) => binary::broadcast_frame(topic, event, payload),
            _ => panic!("{name}: no such direction"),
        };
        assert_eq!(written.unwrap(), frame, "{name}");
        if direction == "to_client" {
            let expected = match status {
                Some(status) => FromServer::Reply { status, message },
                None => FromServer::Event(message),
            };
            assert_eq!(binary::decode_from_server(&frame), Ok(expected), "{name}");
        }
    }
}

#[test]
fn golden_binary_refusals_are_refused() {
    #[derive(Deserialize)]
    struct Refused {
        v2: Vec<String>,
    }
    let text = include_str!("../../../../clients/golden/binary/refused.json");
    let Refused { v2 } = serde_json::from_str(text).unwrap();
    assert!(v2.len() > 8);
    for hex in v2 {
        assert!(matches!(binary::decode(&bytes(&hex)), Err(DecodeError::NotAFrame(_))), "{hex}");
    }
}

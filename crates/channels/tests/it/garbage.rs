//! Whatever a client sends, it is answered or closed with a code that says why.

use std::time::Duration;

use bytes::Bytes;
use channels::close;
use channels::codec::{Message, Serializer, binary};
use channels::socket::{End, Incoming, Limits, Outgoing, TransportError};
use proptest::prelude::*;
use tokio::time::sleep;

use crate::player::Player;

/// The bytes of a frame at most.
const FRAME: usize = 64 * 1024;

fn reference() -> impl Strategy<Value = Option<String>> + Clone {
    prop::option::of(prop_oneof![prop::sample::select(vec!["1", "2", "3"]).prop_map(str::to_owned), any::<String>()])
}

fn topic() -> impl Strategy<Value = String> + Clone {
    let known = prop::sample::select(vec!["room:1", "room:2", "room:locked", "room:eager", "phoenix", "nowhere"]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

fn event() -> impl Strategy<Value = String> + Clone {
    let known =
        prop::sample::select(vec!["phx_join", "phx_leave", "phx_reply", "phx_close", "heartbeat", "echo", "draw"]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

fn message<P: std::fmt::Debug>(payload: impl Strategy<Value = P> + Clone) -> impl Strategy<Value = Message<P>> + Clone {
    (reference(), reference(), topic(), event(), payload)
        .prop_map(|(join_ref, reference, topic, event, payload)| Message { join_ref, reference, topic, event, payload })
}

fn bytes() -> impl Strategy<Value = Bytes> + Clone {
    prop::collection::vec(any::<u8>(), 0..64).prop_map(Bytes::from)
}

/// A frame: well written for either version, spoilt, or of nothing but bytes.
fn frame() -> impl Strategy<Value = Incoming> {
    let payload = prop_oneof![Just(serde_json::json!({})), Just(serde_json::json!([1, {"deep": [[[]]]}]))];
    let text = (message(payload), prop::sample::select(Serializer::ALL.to_vec()))
        .prop_map(|(message, serializer)| serializer.encode(&message));
    let pushed = message(bytes()).prop_map(|message| binary::encode(&message).unwrap_or_default());
    let cut = |(frame, cut): (Bytes, prop::sample::Index)| frame.slice(..cut.index(frame.len() + 1));
    let deep = (prop::sample::select(vec!["[", "{\"a\":", "\"", "[null,", "0"]), 1..FRAME)
        .prop_map(|(part, length)| Bytes::from(part.repeat(length / part.len())));
    prop_oneof![
        6 => text.clone().prop_map(Incoming::Text),
        3 => pushed.clone().prop_map(Incoming::Binary),
        2 => (text, any::<prop::sample::Index>()).prop_map(cut).prop_map(Incoming::Text),
        2 => (pushed, any::<prop::sample::Index>()).prop_map(cut).prop_map(Incoming::Binary),
        1 => bytes().prop_map(Incoming::Text),
        1 => bytes().prop_map(Incoming::Binary),
        1 => deep.prop_map(Incoming::Text),
        1 => Just(Incoming::Alive),
    ]
}

/// Says all of it, `pause` apart, and then shows a sign of life.
async fn say(serializer: Serializer, limits: Limits, frames: Vec<Incoming>, pause: Duration) {
    let count = frames.len();
    let player = Player::speaking(serializer, limits);
    for frame in frames {
        player.sends(Ok(frame));
        sleep(pause).await;
    }
    // Long enough to be granted a whole burst again.
    sleep(Duration::from_secs(5)).await;
    let heartbeat = Message {
        join_ref: None,
        reference: Some("last".to_owned()),
        topic: "phoenix".to_owned(),
        event: "heartbeat".to_owned(),
        payload: serde_json::json!({}),
    };
    player.sends(Ok(Incoming::Text(serializer.encode(&heartbeat))));
    let (said, outcome) = player.hangs_up().await;

    for frame in &said {
        match frame {
            Outgoing::Text(text) => drop(serializer.decode(text).expect("what the socket says is a frame")),
            Outgoing::Binary(bytes) => drop(binary::decode_from_server(bytes).expect("so are its bytes")),
            Outgoing::Ping | Outgoing::Close { .. } => {}
        }
    }
    // A join of what was joined before is answered, and closes the old membership; a room may have something to say.
    assert!(said.len() <= 3 * (count + 2), "{} frames in answer to {count}", said.len());
    match (outcome.end, said.last()) {
        (End::Left, Some(Outgoing::Text(text))) => {
            assert_eq!(*text, serializer.encode(&heartbeat.ok_reply(serde_json::json!({}))));
        }
        (End::Closed(close), Some(Outgoing::Close { code, .. })) => {
            assert_eq!(close.code, *code);
            assert!(close::ALL.contains(&close), "{close:?}");
        }
        (end, last) => panic!("{end:?} after {last:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_is_answered_or_closed_with_a_code(
        serializer in prop::sample::select(Serializer::ALL.to_vec()),
        malformed in prop::sample::select(vec![5, u32::MAX]),
        pause in prop::sample::select(vec![0, 40]),
        frames in prop::collection::vec(frame(), 0..200),
    ) {
        let limits = Limits { malformed, ..Limits::default() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(say(serializer, limits, frames, Duration::from_millis(pause)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_frame_too_large_among_garbage_is_the_last_one() {
    let player = Player::connect();
    player.says("garbage");
    player.sends(Err(TransportError::TooLarge));
    player.says("more of it");
    let (code, outcome) = player.closed().await;
    assert_eq!((code, outcome.malformed), (close::TOO_LARGE.code, 1));
}

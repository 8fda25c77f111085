//! An endpoint for tests: every topic that begins with `room:` is open, and the test feeds it.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use channels::codec::{Frame, Payload, Serializer, UNMATCHED_TOPIC, binary};
use channels::socket::{Endpoint, Feed, Joined};
use futures_util::StreamExt;
use serde_json::{Value, json, value::to_raw_value};
use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;

pub(crate) struct Rooms {
    serializer: Serializer,
    feeds: Mutex<HashMap<String, mpsc::UnboundedSender<Feed>>>,
}

impl Rooms {
    pub(crate) fn of(serializer: Serializer) -> Self {
        Self { serializer, feeds: Mutex::default() }
    }

    /// Hands something to the topic's member. False when nobody listens any more.
    pub(crate) fn feed(&self, topic: &str, item: Feed) -> bool {
        self.feeds.lock().unwrap()[topic].send(item).is_ok()
    }

    pub(crate) fn say(&self, topic: &str, number: u64) {
        let frame = self.serializer.broadcast_frame(topic, "said", &to_raw_value(&number).unwrap());
        self.feed(topic, Feed::Frame(Frame::Text(frame)));
    }

    /// Says something that is no JSON.
    pub(crate) fn show(&self, topic: &str, bytes: &[u8]) {
        self.feed(topic, Feed::Frame(Frame::Binary(binary::broadcast_frame(topic, "shown", bytes).unwrap())));
    }

    /// Ends the feed without a word.
    pub(crate) fn vanish(&self, topic: &str) {
        self.feeds.lock().unwrap().remove(topic);
    }
}

impl Endpoint for Rooms {
    fn serializer(&self) -> Serializer {
        self.serializer
    }

    async fn join(&self, topic: &str, payload: Value) -> Result<Joined, Value> {
        if topic == "room:locked" {
            return Err(json!({ "reason": "unauthorized" }));
        }
        if !topic.starts_with("room:") {
            return Err(json!({ "reason": UNMATCHED_TOPIC }));
        }
        let (sender, receiver) = mpsc::unbounded_channel();
        self.feeds.lock().unwrap().insert(topic.to_owned(), sender);
        if topic == "room:eager" {
            self.say(topic, 0);
        }
        if let Some(seconds) = payload["slowly"].as_u64() {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
        }
        Ok(Joined { response: json!({ "seq": 0 }), feed: UnboundedReceiverStream::new(receiver).boxed() })
    }

    async fn push(&self, _topic: &str, event: &str, payload: Payload) -> Result<Payload, Value> {
        match event {
            "echo" => Ok(payload),
            "draw" => Ok(Payload::Binary(vec![1, 2, 3].into())),
            _ => Err(json!({ "reason": "unknown event" })),
        }
    }
}

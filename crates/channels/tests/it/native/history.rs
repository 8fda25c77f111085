//! A topic whose events are numbered, and the last of which are kept.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use channels::codec::{Frame, Payload, Serializer, UNMATCHED_TOPIC, binary};
use channels::socket::{Endpoint, Feed, Joined};
use futures_util::{StreamExt, stream};
use serde_json::{Value, json, value::to_raw_value};
use tokio::sync::{Notify, broadcast};
use tokio_stream::wrappers::BroadcastStream;

/// Events that are kept for those who come back.
const KEPT: usize = 30;

/// The topic `news`.
pub(crate) struct History {
    epoch: &'static str,
    seq: Mutex<u64>,
    kept: Mutex<VecDeque<(u64, Bytes)>>,
    told: broadcast::Sender<Frame>,
    /// Rung by the event `never`, which is not answered.
    pub(crate) asked: Notify,
}

impl History {
    pub(crate) fn new() -> Self {
        let told = broadcast::channel(16).0;
        Self { epoch: "e0", seq: Mutex::default(), kept: Mutex::default(), told, asked: Notify::new() }
    }

    pub(crate) fn seq(&self) -> u64 {
        *self.seq.lock().unwrap()
    }

    /// One event more.
    pub(crate) fn publish(&self) {
        let mut seq = self.seq.lock().unwrap();
        *seq += 1;
        let payload = to_raw_value(&json!({ "seq": *seq })).unwrap();
        let frame = Serializer::V2.broadcast_frame("news", "happened", &payload);
        let mut kept = self.kept.lock().unwrap();
        kept.push_back((*seq, frame.clone()));
        if kept.len() > KEPT {
            kept.pop_front();
        }
        let _nobody_listens = self.told.send(Frame::Text(frame));
    }

    /// Bytes, which are not numbered.
    pub(crate) fn show(&self, bytes: &[u8]) {
        let frame = binary::broadcast_frame("news", "shown", bytes).unwrap();
        let _nobody_listens = self.told.send(Frame::Binary(frame));
    }

    pub(crate) async fn nobody_listens(&self) {
        while self.told.receiver_count() > 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

impl Endpoint for History {
    async fn join(&self, topic: &str, payload: Value) -> Result<Joined, Value> {
        if topic != "news" {
            return Err(json!({ "reason": UNMATCHED_TOPIC }));
        }
        // No event comes in between: the lock is held.
        let seq = self.seq.lock().unwrap();
        let told = self.told.subscribe();
        let mut response = json!({ "epoch": self.epoch, "seq": *seq });
        let mut missed = Vec::new();
        if let Some(seen) = payload["seq"].as_u64() {
            let kept = self.kept.lock().unwrap();
            let oldest = kept.front().map_or(*seq, |(first, _)| first - 1);
            let recovers = payload["epoch"] == self.epoch && (oldest..=*seq).contains(&seen);
            response["resync"] = (!recovers).into();
            if recovers {
                let all = kept.iter().filter(|(number, _)| *number > seen);
                missed = all.map(|(_, frame)| Feed::Frame(Frame::Text(frame.clone()))).collect();
            }
        }
        let news = BroadcastStream::new(told).map(|told| told.map_or(Feed::Lagged, Feed::Frame));
        Ok(Joined { response, feed: stream::iter(missed).chain(news).boxed() })
    }

    async fn push(&self, _: &str, event: &str, payload: Payload) -> Result<Payload, Value> {
        match event {
            "echo" => Ok(payload),
            "never" => {
                self.asked.notify_one();
                std::future::pending().await
            }
            _ => Err(json!({ "reason": "unknown_event" })),
        }
    }
}

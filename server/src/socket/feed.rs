//! What a topic sends to one of its members.

use bytes::Bytes;
use channels::codec::Serializer;
use channels::socket::{Feed, Joined};
use domain::pubsub::{Event, Message, Subscription};
use futures_util::StreamExt;
use futures_util::stream;
use serde_json::value::to_raw_value;
use serde_json::{Map, Value, json};

/// A joined topic. Its reply carries where the topic stands and its `state`; it is left once an event `ends` it.
pub(super) fn joined(
    subscription: Subscription,
    state: Map<String, Value>,
    ends: impl Fn(&Event) -> bool + Send + Sync + 'static,
) -> Joined {
    let mut response = state;
    response.insert("epoch".to_owned(), json!(subscription.epoch));
    response.insert("seq".to_owned(), json!(subscription.seq));
    let ends = std::sync::Arc::new(ends);
    let feed = stream::unfold(Some(subscription), move |subscription| {
        let ends = ends.clone();
        async move {
            let mut subscription = subscription?;
            Some(match subscription.next().await {
                Ok(message) if ends(&message.event) => (vec![Feed::Frame(frame(&message)), Feed::Ended], None),
                Ok(message) => (vec![Feed::Frame(frame(&message))], Some(subscription)),
                // The client joins anew and sees how things are: what it missed is in there.
                Err(_) => (vec![Feed::Lagged], None),
            })
        }
    });
    Joined { response: Value::Object(response), feed: feed.flat_map(stream::iter).boxed() }
}

/// The frame of a message: encoded for the first who hears it, shared by the others.
fn frame(message: &Message) -> Bytes {
    message.frame(|message| {
        let payload = to_raw_value(&message.event).unwrap_or_default();
        Serializer::V2.broadcast_frame(&message.topic.to_string(), message.event.name(), &payload)
    })
}

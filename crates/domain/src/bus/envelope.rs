//! What nodes say to one another.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use wire::Topic;

use crate::connections::Question;
use crate::pubsub::Event;

/// One message on the bus.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Envelope {
    /// Who says it: a node hears itself, too, and passes over it.
    pub(super) node: String,
    #[serde(rename = "what")]
    pub(super) said: Said,
}

/// What is said.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Said {
    /// Something happened.
    Event {
        topic: String,
        event: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        seq: Option<u64>,
        payload: Box<RawValue>,
    },
    /// Something between the edges of two nodes, which the domain does not read.
    Edge(Box<RawValue>),
    /// A question to all nodes, or to one.
    Ask { number: u64, of: Option<String>, question: Question },
    /// The answer to the question of this number that this node asked.
    Answer { to: String, number: u64, answer: Box<RawValue> },
    /// Something happened that could not be said: nobody knows what they missed.
    Lost,
}

impl Said {
    pub(super) fn of(topic: Topic, event: &Event, seq: Option<u64>) -> serde_json::Result<Self> {
        let payload = serde_json::value::to_raw_value(event)?;
        Ok(Self::Event { topic: topic.to_string(), event: event.name().to_owned(), seq, payload })
    }
}

/// An event that was said, read back.
pub(super) fn read(topic: &str, event: &str, payload: &RawValue) -> serde_json::Result<(Topic, Event)> {
    let topic = Topic::named(topic).map_err(|_| serde::de::Error::custom(format!("no topic: {topic}")))?;
    Ok((topic, Event::read(topic, event, payload.get())?))
}

//! What a client knows of its topics, and what it says and hears: the protocol without a browser or a network.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use self::seen::{Number, Seen};
use super::Heard;
use crate::codec::{self, Message, Serializer};

#[cfg(any(feature = "client-native", test))]
mod pushes;
mod seen;

/// What is to be done after a frame was read.
#[derive(Debug, PartialEq)]
pub(super) enum Act {
    /// Tell the topic's subscriptions.
    Tell { topic: String, heard: Heard },
    /// Call [`Session::join`] after the wait for this attempt.
    JoinLater { topic: String, attempt: u32 },
    /// Send this frame.
    Send(String),
    /// The push with this `ref` was answered.
    #[cfg(any(feature = "client-native", test))]
    Answered { reference: String, answer: Result<codec::Payload, Value> },
}

/// What a heartbeat is.
#[derive(Debug, PartialEq)]
pub(super) enum Beat {
    Send(String),
    /// The one before was not answered: the connection is dead.
    Dead,
}

/// What a new subscription of a topic starts with.
#[derive(Debug, PartialEq)]
pub(super) enum Held {
    /// A join to be sent now.
    Send(String),
    /// The topic is joined already; this was the response.
    Joined(Value),
    /// Nothing yet: a reply or a connection is awaited.
    Awaited,
}

pub(super) struct Session {
    last_ref: u64,
    open: bool,
    /// The `ref` of the heartbeat that waits for its answer.
    heartbeat: Option<String>,
    topics: BTreeMap<String, Topic>,
}

#[derive(Default)]
struct Topic {
    /// How many subscriptions share it.
    holders: usize,
    /// What the first of them says when it joins.
    payload: Map<String, Value>,
    /// Failed attempts since the last quiet half minute.
    failures: u32,
    state: State,
    /// How far it was heard, as long as what was heard can be continued.
    seen: Option<Seen>,
    /// What the last join that brought the state was answered.
    response: Value,
}

#[derive(Default)]
enum State {
    /// To be joined when there is a connection or the wait is over.
    Idle,
    /// The join with this `join_ref` was sent.
    Joining(String),
    /// Joined under this `join_ref`.
    Joined(String),
    /// The server said no; it is asked again on the next connection.
    Refused,
    /// The server ended it, or nobody has asked; only a new subscription asks again.
    #[default]
    Over,
}

impl Topic {
    fn join_ref(&self) -> Option<&str> {
        match &self.state {
            State::Joining(join_ref) | State::Joined(join_ref) => Some(join_ref),
            State::Idle | State::Refused | State::Over => None,
        }
    }
}

impl Session {
    pub(super) fn new() -> Self {
        Self { last_ref: 0, open: false, heartbeat: None, topics: BTreeMap::new() }
    }

    /// One subscription more. The first one joins.
    #[cfg(any(feature = "client-native", test))]
    pub(super) fn hold(&mut self, name: &str) -> Held {
        self.hold_with(name, Map::new())
    }

    /// The same; the first one says this when it joins.
    pub(super) fn hold_with(&mut self, name: &str, payload: Map<String, Value>) -> Held {
        let topic = self.topics.entry(name.to_owned()).or_default();
        if topic.holders == 0 {
            topic.payload = payload;
        }
        topic.holders += 1;
        match &topic.state {
            State::Joined(_) => return Held::Joined(topic.response.clone()),
            State::Joining(_) if topic.seen.is_none() => return Held::Awaited,
            // The answer might be that nothing was missed, which is no answer to a newcomer.
            State::Joining(_) | State::Refused | State::Over => topic.state = State::Idle,
            // It waits after an error; the wait stands.
            State::Idle => {
                topic.seen = None;
                return Held::Awaited;
            }
        }
        topic.seen = None;
        self.join(name).map_or(Held::Awaited, Held::Send)
    }

    /// One subscription less. The last one leaves; answers the frame to send.
    pub(super) fn release(&mut self, name: &str) -> Option<String> {
        let topic = self.topics.get_mut(name)?;
        topic.holders -= 1;
        if topic.holders > 0 {
            return None;
        }
        let topic = self.topics.remove(name)?;
        let join_ref = topic.join_ref().filter(|_| self.open)?.to_owned();
        Some(self.frame(Some(join_ref), name, codec::LEAVE))
    }

    /// The frame that joins the topic, if there is anything to join now. It says how far the topic was heard.
    pub(super) fn join(&mut self, name: &str) -> Option<String> {
        if !self.open || !matches!(self.topics.get(name)?.state, State::Idle) {
            return None;
        }
        let join_ref = self.next_ref();
        let topic = self.topics.get_mut(name)?;
        topic.state = State::Joining(join_ref.clone());
        let mut payload = topic.payload.clone();
        if let Some(Value::Object(seen)) = topic.seen.as_ref().map(|seen| json!(seen)) {
            payload.extend(seen);
        }
        Some(encode(Some(join_ref.clone()), join_ref, name, codec::JOIN, Value::Object(payload)))
    }

    /// The connection stands; answers the frames to send.
    pub(super) fn opened(&mut self) -> Vec<String> {
        self.open = true;
        self.heartbeat = None;
        let names: Vec<_> = self.topics.keys().cloned().collect();
        names.iter().filter_map(|name| self.join(name)).collect()
    }

    /// The connection is lost. All topics but the ended ones are joined on the next one.
    pub(super) fn closed(&mut self) {
        self.open = false;
        for topic in self.topics.values_mut().filter(|topic| !matches!(topic.state, State::Over)) {
            topic.state = State::Idle;
        }
    }

    /// Half a minute has passed.
    pub(super) fn beat(&mut self) -> Beat {
        if self.heartbeat.is_some() {
            return Beat::Dead;
        }
        for topic in self.topics.values_mut().filter(|topic| matches!(topic.state, State::Joined(_))) {
            topic.failures = 0;
        }
        let reference = self.next_ref();
        self.heartbeat = Some(reference.clone());
        Beat::Send(encode(None, reference, codec::CONNECTION_TOPIC, codec::HEARTBEAT, json!({})))
    }

    /// A text frame came. What is not for this client, or not any more, means nothing.
    pub(super) fn heard(&mut self, text: &str) -> Option<Act> {
        let Message { join_ref, reference, topic: name, event, payload } = Serializer::V2.decode(text).ok()?;
        if name == codec::CONNECTION_TOPIC {
            if reference.is_some() && reference == self.heartbeat {
                self.heartbeat = None;
            }
            return None;
        }
        let topic = self.topics.get_mut(&name)?;
        let current = topic.join_ref()?;
        // Of an earlier membership. Broadcasts carry none, so that their bytes can be shared.
        if join_ref.as_deref().is_some_and(|join_ref| join_ref != current) {
            return None;
        }
        let heard = match (event.as_str(), &topic.state) {
            (codec::REPLY, State::Joining(awaited)) if reference.as_ref() == Some(awaited) => {
                return Some(topic.answered(name, payload));
            }
            (codec::ERROR, _) => return Some(topic.failed(name)),
            (codec::CLOSE, _) => {
                topic.over(State::Over);
                Heard::Closed
            }
            #[cfg(any(feature = "client-native", test))]
            (codec::REPLY, State::Joined(_)) => return Some(pushes::answered(reference?, payload)),
            (codec::REPLY, _) | (_, State::Joining(_)) => return None,
            _ => match topic.seen.as_mut().map_or(Number::Next, |seen| seen.take(&payload)) {
                Number::Next => Heard::Event { event, payload },
                Number::Known => return None,
                Number::TooHigh => return self.recover(name),
            },
        };
        Some(Act::Tell { topic: name, heard })
    }

    /// Events are missing: the topic is joined anew, at once if it has not failed lately.
    fn recover(&mut self, name: String) -> Option<Act> {
        let topic = self.topics.get_mut(&name)?;
        if topic.failures > 0 {
            return Some(topic.failed(name));
        }
        topic.failures = 1;
        topic.state = State::Idle;
        self.join(&name).map(Act::Send)
    }

    fn frame(&mut self, join_ref: Option<String>, topic: &str, event: &str) -> String {
        let reference = self.next_ref();
        encode(join_ref, reference, topic, event, json!({}))
    }

    fn next_ref(&mut self) -> String {
        self.last_ref += 1;
        self.last_ref.to_string()
    }
}

impl Topic {
    /// The join was answered.
    fn answered(&mut self, name: String, mut reply: Value) -> Act {
        let response = reply["response"].take();
        if reply["status"] == "ok" {
            return self.joined(name, response);
        }
        if response["reason"] == codec::TOO_MANY_FRAMES {
            return self.failed(name);
        }
        self.over(State::Refused);
        Act::Tell { topic: name, heard: Heard::Refused(response) }
    }

    fn joined(&mut self, name: String, response: Value) -> Act {
        let State::Joining(join_ref) = std::mem::replace(&mut self.state, State::Idle) else {
            return self.failed(name);
        };
        let now = Seen::of(&response);
        let heard = match self.seen.take() {
            Some(seen) if response["resync"] == false => {
                // A server that says so of other numbers than ours is asked for the state instead.
                if !seen.continues_to(now.as_ref()) {
                    return self.failed(name);
                }
                self.seen = Some(seen);
                Heard::Recovered
            }
            _ => {
                self.seen = now;
                self.response = response.clone();
                Heard::Joined(response)
            }
        };
        self.state = State::Joined(join_ref);
        Act::Tell { topic: name, heard }
    }

    /// No member any more, and not soon again: whatever happens now is not missed but not heard.
    fn over(&mut self, state: State) {
        self.state = state;
        self.seen = None;
        self.response = Value::Null;
    }

    fn failed(&mut self, name: String) -> Act {
        let attempt = self.failures;
        self.failures += 1;
        self.state = State::Idle;
        Act::JoinLater { topic: name, attempt }
    }
}

fn encode(join_ref: Option<String>, reference: String, topic: &str, event: &str, payload: Value) -> String {
    let (topic, event) = (topic.to_owned(), event.to_owned());
    let message = Message { join_ref, reference: Some(reference), topic, event, payload };
    String::from_utf8_lossy(&Serializer::V2.encode(&message)).into_owned()
}

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;

//! What a socket does with a frame: no input or output here, only the protocol.

use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::bucket::{Bucket, Verdict};
use super::topics::{Member, Topics};
use super::{Endpoint, Feed, Joined, Limits};
use crate::close::{self, Close};
use crate::codec::{self, DecodeError, Frame, Message, Payload, Serializer, binary};

/// A question to the endpoint that is being answered.
pub(super) type Work<'a> = Pin<Box<dyn Future<Output = Done> + Send + 'a>>;

/// An answered one, with the frame that asked.
pub(super) enum Done {
    Join(Message, Result<Joined, Value>),
    Push(Message<()>, Result<Payload, Value>),
}

pub(super) struct Connection<'a, E> {
    endpoint: &'a E,
    limits: &'a Limits,
    serializer: Serializer,
    bucket: Bucket,
    pub(super) topics: Topics,
    pub(super) work: Option<Work<'a>>,
    /// Frames to be written, in this order.
    pub(super) outbox: Vec<Frame>,
    pub(super) received: u64,
    pub(super) malformed: u32,
    pub(super) refused: u64,
}

impl<'a, E: Endpoint> Connection<'a, E> {
    pub(super) fn new(endpoint: &'a E, limits: &'a Limits, now: Instant) -> Self {
        Self {
            endpoint,
            limits,
            serializer: endpoint.serializer(),
            bucket: Bucket::new(limits, now),
            topics: Topics::default(),
            work: None,
            outbox: Vec::new(),
            received: 0,
            malformed: 0,
            refused: 0,
        }
    }

    /// A ping or pong. Costs as much as any frame: answering a flood of pings is work too.
    pub(super) fn alive(&mut self, now: Instant) -> Result<(), Close> {
        self.count(now).map(drop)
    }

    pub(super) fn binary(&mut self, frame: &Bytes, now: Instant) -> Result<(), Close> {
        let verdict = self.count(now)?;
        let message = match self.serializer {
            Serializer::V1 => Err(DecodeError::Binary),
            Serializer::V2 => binary::decode(frame),
        };
        self.heard(message.map(|message| envelop(message, Payload::Binary)), verdict)
    }

    pub(super) fn text(&mut self, text: &[u8], now: Instant) -> Result<(), Close> {
        let verdict = self.count(now)?;
        let message = self.decode(text);
        self.heard(message.map(|message| envelop(message, Payload::Json)), verdict)
    }

    fn heard(&mut self, message: Result<Message<Payload>, DecodeError>, verdict: Verdict) -> Result<(), Close> {
        let message = match message.and_then(|message| self.named(message)) {
            Ok(message) => message,
            Err(error) => return self.complain(&error.to_string()),
        };
        if verdict == Verdict::Refuse {
            self.refuse(&message, codec::TOO_MANY_FRAMES);
        } else {
            self.message(message);
        }
        Ok(())
    }

    fn count(&mut self, now: Instant) -> Result<Verdict, Close> {
        self.received += 1;
        let verdict = self.bucket.take(now);
        if verdict != Verdict::Accept {
            self.refused += 1;
        }
        if verdict == Verdict::Close { Err(close::TOO_MANY_FRAMES) } else { Ok(verdict) }
    }

    fn decode(&self, text: &[u8]) -> Result<Message, DecodeError> {
        // Before parsing, which recurses. The frame's own array is one level.
        if codec::nesting(text) > self.limits.depth + 1 {
            return Err(DecodeError::TooDeep(self.limits.depth));
        }
        self.serializer.decode(text)
    }

    /// A message, unless its names are too long. What a topic may be is for the answer to its sender to say.
    fn named(&self, message: Message<Payload>) -> Result<Message<Payload>, DecodeError> {
        let long = |name: &str| name.chars().count() > self.limits.name_length;
        let members = [("join_ref", &message.join_ref), ("ref", &message.reference)];
        let refs = members.into_iter().find(|(_, value)| value.as_deref().is_some_and(long)).map(|(member, _)| member);
        match refs.or_else(|| long(&message.event).then_some("event")) {
            Some(member) => Err(DecodeError::TooLong(member, self.limits.name_length)),
            None => Ok(message),
        }
    }

    fn complain(&mut self, what: &str) -> Result<(), Close> {
        self.malformed += 1;
        self.send(&Message::complaint(&format!("malformed frame: {what}")));
        if self.malformed < self.limits.malformed { Ok(()) } else { Err(close::MALFORMED) }
    }

    fn message(&mut self, message: Message<Payload>) {
        if message.topic.chars().count() > self.limits.name_length {
            return self.refuse(&message, "topic_too_long");
        }
        if message.topic == codec::CONNECTION_TOPIC {
            return match message.event.as_str() {
                codec::HEARTBEAT => self.send(&message.ok_reply(json!({}))),
                _ => self.command(message),
            };
        }
        match message.event.as_str() {
            codec::JOIN => self.join(message),
            codec::LEAVE => self.leave(&message),
            _ => self.push(message),
        }
    }

    fn join(&mut self, message: Message<Payload>) {
        let (message, payload) = match message.with(Value::Null) {
            (message, Payload::Json(payload)) => (message, payload),
            (message, Payload::Binary(_)) => return self.refuse(&message, "invalid_payload"),
        };
        // The client that joins again has forgotten its first membership; Phoenix ends that one before it asks anew.
        self.dismiss(&message.topic, codec::CLOSE);
        if self.topics.len() >= self.limits.topics {
            return self.refuse(&message, "too_many_topics");
        }
        let endpoint = self.endpoint;
        self.work = Some(Box::pin(async move {
            let answer = endpoint.join(&message.topic, payload).await;
            Done::Join(message, answer)
        }));
    }

    fn command(&mut self, message: Message<Payload>) {
        let (message, payload) = match message.with(()) {
            (message, Payload::Json(payload)) => (message, payload),
            (message, Payload::Binary(_)) => return self.refuse(&message, "invalid_payload"),
        };
        let endpoint = self.endpoint;
        self.work = Some(Box::pin(async move {
            let answer = endpoint.command(&message.event, payload).await;
            Done::Push(message, answer.map(Payload::Json))
        }));
    }

    fn leave<P>(&mut self, message: &Message<P>) {
        // It crossed a close that is on its way to the client: nothing more to say.
        if self.is_stale(message) {
            return;
        }
        self.send(&message.ok_reply(json!({})));
        self.dismiss(&message.topic, codec::CLOSE);
    }

    fn push(&mut self, message: Message<Payload>) {
        if self.topics.member(&message.topic).is_none() {
            return self.refuse(&message, codec::UNMATCHED_TOPIC);
        }
        // Meant for a membership which is over; Phoenix drops it, too.
        if self.is_stale(&message) {
            return;
        }
        let endpoint = self.endpoint;
        self.work = Some(Box::pin(async move {
            let (message, payload) = message.with(());
            let answer = endpoint.push(&message.topic, &message.event, payload).await;
            Done::Push(message, answer)
        }));
    }

    /// Whether a frame belongs to an earlier membership of its topic. One without a `join_ref`, which clients of version
    /// 1 need not send, means the present one.
    fn is_stale<P>(&self, message: &Message<P>) -> bool {
        let present = self.topics.member(&message.topic).and_then(|member| member.join_ref.as_ref());
        present.is_some() && message.join_ref.is_some() && present != message.join_ref.as_ref()
    }

    /// The endpoint answered.
    pub(super) fn done(&mut self, done: Done) {
        match done {
            Done::Join(message, Ok(Joined { response, feed })) => {
                self.send(&message.ok_reply(response));
                self.topics.insert(&message.topic, message.join_ref, feed);
            }
            Done::Push(message, _) if message.reference.is_none() => {}
            Done::Push(message, Ok(Payload::Json(response))) => self.send(&message.ok_reply(response)),
            Done::Push(message, Ok(Payload::Binary(response))) => self.answer(&message, &response),
            Done::Push(message, Err(response)) => self.send(&message.error_reply(response)),
            Done::Join(message, Err(response)) => self.send(&message.error_reply(response)),
        }
    }

    /// A feed has something.
    pub(super) fn news(&mut self, topic: &Arc<str>, news: Feed) {
        // What came in one go with the end of its topic.
        if self.topics.member(topic).is_none() {
            return;
        }
        match news {
            Feed::Frame(frame) => self.outbox.push(frame),
            Feed::Lagged => self.dismiss(topic, codec::ERROR),
            Feed::Ended => self.dismiss(topic, codec::CLOSE),
        }
    }

    /// Ends a membership, if there is one, and says so by this event.
    fn dismiss(&mut self, topic: &str, event: &str) {
        if let Some(Member { join_ref }) = self.topics.remove(topic) {
            self.send(&Message::membership(event, topic, join_ref.as_deref()));
        }
    }

    /// Answers a push with bytes, if they can be told to it.
    fn answer<P>(&mut self, message: &Message<P>, response: &[u8]) {
        let frame = match self.serializer {
            Serializer::V1 => None,
            Serializer::V2 => binary::reply_frame(message, "ok", response).ok(),
        };
        match frame {
            Some(frame) => self.outbox.push(Frame::Binary(frame)),
            None => self.refuse(message, "binary_answer"),
        }
    }

    fn refuse<P>(&mut self, message: &Message<P>, reason: &str) {
        self.send(&message.error_reply(json!({ "reason": reason })));
    }

    fn send(&mut self, message: &Message) {
        let frame = self.serializer.encode(message);
        self.outbox.push(Frame::Text(frame));
    }
}

/// A message whose payload may be of either kind.
fn envelop<P>(message: Message<P>, payload: impl FnOnce(P) -> Payload) -> Message<Payload> {
    let Message { join_ref, reference, topic, event, payload: own } = message;
    Message { join_ref, reference, topic, event, payload: payload(own) }
}

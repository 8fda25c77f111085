//! What a connected client may join, and what it is told.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use channels::codec::{Payload, Serializer, UNMATCHED_TOPIC};
use channels::socket::{Endpoint, Joined};
use domain::connections::Connected;
use domain::topics::{self, Seen};
use domain::{App, Error, Scope, sessions};
use serde_json::{Value, json};
use tracing::{Instrument, Span};
use wire::{ApiError, Topic};

use super::expiry::{ACCESS_TOKEN, Expiry, Fresh};
use super::feed::{Hearer, Held};
use super::presence::Presence;
use super::{Counts, feed, lobby_channel};
use crate::error::Failure;

/// One connected client.
pub(super) struct Client {
    pub(super) app: App,
    pub(super) scope: Scope,
    pub(super) serializer: Serializer,
    pub(super) counts: Arc<Counts>,
    pub(super) presence: Presence,
    pub(super) connected: Arc<Connected>,
    pub(super) expiry: Expiry,
    /// The size of what members say to one another, in bytes.
    pub(super) message: usize,
    /// Topics that an admin only looks on at.
    pub(super) observed: Mutex<Vec<Topic>>,
    /// That of the request by which it connected.
    pub(super) span: Span,
}

impl Endpoint for Client {
    fn serializer(&self) -> Serializer {
        self.serializer
    }

    async fn join(&self, topic: &str, payload: Value) -> Result<Joined, Value> {
        self.let_in(topic, payload).instrument(self.span.clone()).await
    }

    async fn push(&self, topic: &str, event: &str, payload: Payload) -> Result<Payload, Value> {
        self.span.in_scope(|| self.take(topic, event, payload))
    }

    async fn command(&self, event: &str, payload: Value) -> Result<Value, Value> {
        self.span.in_scope(|| self.obey(event, payload))
    }
}

impl Client {
    fn observed(&self) -> MutexGuard<'_, Vec<Topic>> {
        self.observed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn let_in(&self, topic: &str, payload: Value) -> Result<Joined, Value> {
        let Client { app, scope, serializer, counts, presence, connected, .. } = self;
        let no_such = || refusal(no_such_reason(topic), "not_found", "There is no such topic.");
        let topic = topic.parse().map_err(|_| no_such())?;
        let refused = |error| failure(topic, scope, error);
        let (is_observed, seen) = (payload["observe"] == true, seen(&payload));
        self.observed().retain(|observed| *observed != topic);
        let heard = if is_observed {
            topics::observe(app, scope, topic, seen).await.map_err(refused)?
        } else {
            topics::listen(app, scope, topic, seen).await.map_err(refused)?
        };
        // Of a lobby. That one is left or closed is heard on other topics as well, which go on.
        let member = scope.user().filter(|_| !is_observed && matches!(topic, Topic::Lobby(_)));
        if is_observed {
            self.observed().push(topic);
        }
        // Whoever listens to a lobby is there, as far as the others are concerned.
        let present = member.map(|user| presence.join(topic, user));
        let who = Hearer { serializer: *serializer, socket: connected.number() };
        let held = Held { counted: counts.one(|counts| &counts.topics), hearing: connected.hears(topic), present };
        Ok(feed::joined(heard, topic, who, held, counts, move |event| lobby_channel::ends(event, member)))
    }

    fn take(&self, topic: &str, event: &str, payload: Payload) -> Result<Payload, Value> {
        // A socket pushes to what it has joined, so whoever says something in a lobby is a member of it, or looks on.
        if let (lobby_channel::MESSAGE, Ok(Topic::Lobby(lobby))) = (event, topic.parse()) {
            if self.observed().contains(&Topic::Lobby(lobby)) {
                let message = "Who looks on says nothing. Join the lobby first.";
                return Err(refusal("not_a_member", "not_a_member", message));
            }
            return lobby_channel::relay(self, lobby, payload).map(|()| json!({}).into());
        }
        let message = format!("Nothing here listens to '{event}'. Use the REST API to act.");
        Err(refusal("unknown_event", "unknown_event", &message))
    }

    fn obey(&self, event: &str, payload: Value) -> Result<Value, Value> {
        if event != ACCESS_TOKEN {
            return Err(json!({ "reason": UNMATCHED_TOPIC }));
        }
        let Ok(Fresh { access_token }) = serde_json::from_value(payload) else {
            let message = "Send {\"access_token\": \"…\"}, the one of the last refresh.";
            return Err(refusal("invalid_payload", "invalid_payload", message));
        };
        let refused = |error| {
            let failure = Failure::from(error);
            let ApiError { error: code, message, .. } = failure.body();
            refusal(code, code, message)
        };
        let until = sessions::good_until(&self.app, &self.scope, &access_token).map_err(refused)?;
        self.expiry.put_off(until);
        Ok(json!({ "expires_at": until }))
    }
}

/// What a client that joins says it has seen of the topic. Existing clients send all sorts of things, which say nothing.
fn seen(payload: &Value) -> Option<Seen> {
    Some(Seen { epoch: payload["epoch"].as_str()?.to_owned(), seq: payload["seq"].as_u64()? })
}

/// The reason existing clients know for a topic that cannot be.
fn no_such_reason(topic: &str) -> &'static str {
    match topic.split_once(':') {
        Some(("user", _)) => "invalid topic",
        Some(("lobby", _)) => "invalid_topic_or_unauthenticated",
        _ => UNMATCHED_TOPIC,
    }
}

/// Why a join or a push was refused: the reason existing clients read, and an error as everywhere else.
pub(super) fn refusal(reason: &str, code: &str, message: &str) -> Value {
    json!({ "reason": reason, "error": code, "message": message })
}

/// A verb's error as the answer to a join or a push, with the reason existing clients know.
pub(super) fn failure(topic: Topic, scope: &Scope, error: Error) -> Value {
    let failure = Failure::from(error);
    let ApiError { error: code, message, .. } = failure.body();
    let reason = match topic {
        Topic::User(_) => "unauthorized",
        Topic::Lobby(_) if scope.user().is_none() => "invalid_topic_or_unauthenticated",
        _ => code,
    };
    refusal(reason, code, message)
}

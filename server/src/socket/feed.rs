//! What a topic sends to one of its members.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use bytes::Bytes;
use channels::codec::{Frame, Serializer, binary};
use channels::presence;
use channels::socket::{Feed, Joined};
use domain::connections::Hearing;
use domain::pubsub::{Event, FORMS, Message, Relayed, RelayedBytes, Subscription};
use domain::topics::{First, Heard, State};
use futures_util::StreamExt;
use futures_util::stream;
use serde::Serialize;
use serde_json::value::to_raw_value;
use serde_json::{Map, Value, json};
use wire::Topic;

use super::counts::One;
use super::presence::Present;
use super::{Counts, lobby_channel};

// Each serializer is a form in which messages are shared.
const _: () = assert!(Serializer::ALL.len() <= FORMS);

/// A member of a topic.
struct Member<E> {
    subscription: Subscription,
    who: Hearer,
    ends: E,
    counts: Arc<Counts>,
    _held: (One, Hearing, Option<Present>),
}

/// What a member is at.
enum Stage<E> {
    /// Boxed: in each state that a stream can be in there is room for it, and sockets are many.
    Listens(Box<Member<E>>),
    /// The end of the membership was told, and is next.
    Ends,
}

/// To whom it is sent.
#[derive(Clone, Copy)]
pub(super) struct Hearer {
    pub(super) serializer: Serializer,
    /// The number of the socket: what it says itself it does not hear.
    pub(super) socket: u64,
}

/// What lasts for as long as the topic is joined.
pub(super) struct Held {
    pub(super) counted: One,
    pub(super) hearing: Hearing,
    /// Of whoever is there, as far as the others are concerned, and who else is.
    pub(super) present: Option<(Present, presence::State)>,
}

/// A joined topic. Its reply says where the topic stands, and either how things are or, to a client that said what it had
/// seen, that what it missed follows; it is left once an event `ends` it.
pub(super) fn joined(
    heard: Heard,
    topic: Topic,
    who: Hearer,
    held: Held,
    counts: &Arc<Counts>,
    ends: impl Fn(&Event) -> bool + Send + Sync + 'static,
) -> Joined {
    let Heard { subscription, epoch, seq, first } = heard;
    let (resync, state, missed) = match first {
        First::State(state) => (None, state, Vec::new()),
        First::Resync(state) => (Some(true), state, Vec::new()),
        First::Missed(missed) => (Some(false), State::None, missed),
    };
    let mut response = told(state);
    response.insert("epoch".to_owned(), json!(epoch));
    response.insert("seq".to_owned(), json!(seq));
    if let Some(resync) = resync {
        response.insert("resync".to_owned(), json!(resync));
    }
    // Whoever is a member now was let in again after whatever is in there.
    let missed: Vec<_> = missed.iter().map(|message| Feed::Frame(frame(message, who.serializer))).collect();
    counts.pushed.fetch_add(missed.len() as u64, Relaxed);
    let Held { counted, hearing, present } = held;
    let (present, there) = present.unzip();
    let there = there.map(|there| Feed::Frame(who_is_there(topic, &there, who.serializer)));
    let counts = counts.clone();
    let member = Member { subscription, who, ends, counts, _held: (counted, hearing, present) };
    let feed = stream::unfold(Some(Stage::Listens(Box::new(member))), |stage| async move {
        Some(match stage? {
            Stage::Listens(member) => member.next().await,
            Stage::Ends => (Feed::Ended, None),
        })
    });
    Joined {
        response: Value::Object(response),
        feed: stream::iter(missed.into_iter().chain(there)).chain(feed).boxed(),
    }
}

/// How things are, as the members of a reply.
fn told(state: State) -> Map<String, Value> {
    match state {
        State::None => Map::new(),
        State::Seat(lobby_id) => Map::from_iter([("lobby_id".to_owned(), json!(lobby_id))]),
        State::Lobby(lobby) => Map::from_iter([("lobby".to_owned(), json!(lobby))]),
    }
}

impl<E: Fn(&Event) -> bool> Member<E> {
    /// What comes next, and what comes after it, if anything does.
    async fn next(mut self: Box<Self>) -> (Feed, Option<Stage<E>>) {
        loop {
            let message = self.subscription.next().await;
            self.counts.is_behind(self.subscription.behind());
            let Ok(message) = message else {
                self.counts.lagged.fetch_add(1, Relaxed);
                // The client joins anew, and either is told what it missed or sees how things are.
                return (Feed::Lagged, None);
            };
            if said_by(&message.event) == Some(self.who.socket) {
                continue;
            }
            self.counts.pushed.fetch_add(1, Relaxed);
            let frame = Feed::Frame(frame(&message, self.who.serializer));
            let ends = (self.ends)(&message.event);
            return (frame, Some(if ends { Stage::Ends } else { Stage::Listens(self) }));
        }
    }
}

/// The socket of this node that says a message, of what is not told to whoever says it.
fn said_by(event: &Event) -> Option<u64> {
    match event {
        Event::Message(Relayed { by, .. }) | Event::Bytes(RelayedBytes { by, .. }) => *by,
        _ => None,
    }
}

/// The frame of a message: encoded for the first who hears it in this serializer, shared by the others.
fn frame(message: &Message, serializer: Serializer) -> Frame {
    let Message { topic, event, seq, .. } = message;
    let shared = |encode: &dyn Fn() -> Bytes| message.frame(serializer as usize, |_| encode());
    match event {
        // Version 1 has no binary frames: there they are base64 in a text.
        Event::Bytes(bytes) if serializer == Serializer::V2 => Frame::Binary(shared(&|| encode_bytes(*topic, bytes))),
        _ => Frame::Text(shared(&|| encode(*topic, &Payload { event, seq: *seq }, serializer))),
    }
}

/// Bytes from a member: eight of their id, the highest first, and then theirs.
fn encode_bytes(topic: Topic, RelayedBytes { user_id, data, .. }: &RelayedBytes) -> Bytes {
    let bytes = [user_id.0.to_be_bytes().as_slice(), data].concat();
    // Topics and our names of events are short.
    binary::broadcast_frame(&topic.to_string(), lobby_channel::MESSAGE, &bytes).unwrap_or_default()
}

fn who_is_there(topic: Topic, there: &presence::State, serializer: Serializer) -> Frame {
    let payload = to_raw_value(there).unwrap_or_default();
    Frame::Text(serializer.broadcast_frame(&topic.to_string(), presence::STATE, &payload))
}

fn encode(topic: Topic, payload: &Payload, serializer: Serializer) -> Bytes {
    let (name, payload) = (payload.event.name(), to_raw_value(payload).unwrap_or_default());
    serializer.broadcast_frame(&topic.to_string(), name, &payload)
}

/// What is said of an event, and its number.
#[derive(Serialize)]
struct Payload<'a> {
    #[serde(flatten)]
    event: &'a Event,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use serde::de::DeserializeOwned;
    use wire::{LobbyId, UserId};

    use super::*;

    /// A file of `clients/golden/events`.
    fn golden(name: &str) -> Value {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../clients/golden/events");
        serde_json::from_str(&fs::read_to_string(folder.join(name).with_extension("json")).unwrap()).unwrap()
    }

    /// A golden event is what ours, made of its payload, is encoded to.
    fn holds<T: DeserializeOwned>(name: &str, event: impl Fn(T) -> Event, is_the_one: impl Fn(&Event) -> bool) {
        let golden = golden(name);
        let meaning = &golden["meaning"];
        let topic = meaning["topic"].as_str().unwrap().parse().unwrap();
        let event = event(serde_json::from_value(meaning["payload"].clone()).unwrap());
        assert!(is_the_one(&event), "{name} is listed under another event");
        for (serializer, version) in Serializer::ALL.into_iter().zip(["v1", "v2"]) {
            let payload = Payload { event: &event, seq: meaning["payload"]["seq"].as_u64() };
            assert_eq!(encode(topic, &payload, serializer), golden[version].as_str().unwrap(), "{name} {version}");
        }
    }

    /// Every event, the golden files that show it, and how it is made of a payload.
    macro_rules! golden_events {
        ($($event:pat => [$($file:literal),*] by $make:expr;)*) => {
            const FILES: &[&str] = &[$($($file,)*)*];

            /// Whoever adds an event must list it, or this does not compile.
            #[expect(dead_code, reason = "only its patterns matter")]
            fn listed(event: &Event) {
                match event {
                    $($event => (),)*
                }
            }

            #[test]
            fn golden_events_are_what_we_send() {
                $($(holds($file, $make, |event| matches!(event, $event));)*)*
            }
        };
    }

    golden_events! {
        Event::LobbyCreated(_) => ["lobby_created"] by Event::LobbyCreated;
        Event::LobbyUpdated(_) => ["lobby_updated"] by Event::LobbyUpdated;
        Event::LobbyDeleted(_) => ["lobby_deleted", "lobby_deleted_idle"] by Event::LobbyDeleted;
        Event::LobbyMembershipChanged(_) => ["lobby_membership_changed"] by Event::LobbyMembershipChanged;
        Event::AdminLobbyCreated(_) => ["admin_lobby_created"] by Event::AdminLobbyCreated;
        Event::AdminLobbyUpdated(_) => ["admin_lobby_updated"] by Event::AdminLobbyUpdated;
        Event::AdminLobbyMembershipChanged(_) =>
            ["admin_lobby_membership_changed"] by Event::AdminLobbyMembershipChanged;
        Event::UserJoined(_) => ["user_joined"] by Event::UserJoined;
        Event::UserLeft(_) => ["user_left", "user_left_dropped"] by Event::UserLeft;
        Event::UserKicked(_) => ["user_kicked"] by Event::UserKicked;
        Event::HostChanged { .. } => ["host_changed", "host_changed_to_none"] by |payload: Value| Event::HostChanged {
            new_host_id: payload["new_host_id"].as_i64().map(UserId),
        };
        Event::MemberUpdated(_) => ["member_updated"] by Event::MemberUpdated;
        Event::MemberAway(_) => ["member_away"] by Event::MemberAway;
        Event::MemberBack(_) => ["member_back"] by Event::MemberBack;
        Event::LobbyInvited(_) => ["lobby_invited"] by Event::LobbyInvited;
        Event::UserCreated(_) => ["user_created"] by Event::UserCreated;
        Event::LobbyChanged { .. } => ["lobby_changed", "lobby_changed_to_none"] by |payload: Value| {
            Event::LobbyChanged { lobby_id: payload["lobby_id"].as_i64().map(LobbyId) }
        };
        Event::Updated(_) => ["updated"] by Event::Updated;
        Event::IncomingRequest(_) => ["incoming_request"] by Event::IncomingRequest;
        Event::OutgoingRequest(_) => ["outgoing_request"] by Event::OutgoingRequest;
        Event::FriendAccepted(_) => ["friend_accepted"] by Event::FriendAccepted;
        Event::FriendRejected(_) => ["friend_rejected"] by Event::FriendRejected;
        Event::FriendBlocked(_) => ["friend_blocked"] by Event::FriendBlocked;
        Event::FriendUnblocked(_) => ["friend_unblocked"] by Event::FriendUnblocked;
        Event::RequestCancelled(_) => ["request_cancelled"] by Event::RequestCancelled;
        Event::FriendRemoved(_) => ["friend_removed"] by Event::FriendRemoved;
        Event::FriendOnline(_) => ["friend_online"] by Event::FriendOnline;
        Event::FriendOffline(_) => ["friend_offline"] by Event::FriendOffline;
        Event::UserUpdated(_) => ["user_updated"] by Event::UserUpdated;
        Event::UserDeleted(_) => ["user_deleted"] by Event::UserDeleted;
        Event::ConnectionOpened(_) => ["connection_opened", "connection_opened_by_nobody"] by Event::ConnectionOpened;
        Event::ConnectionClosed(_) => ["connection_closed"] by Event::ConnectionClosed;
        Event::PresenceChanged { .. } => ["presence_changed"] by |payload: Value| {
            let number = |name: &str| payload[name].as_i64().unwrap();
            Event::PresenceChanged { online: number("online"), sockets: number("sockets") }
        };
        Event::Message(_) => ["message"] by Event::Message;
        // The same name; its binary frame is the protocol's.
        Event::Bytes(_) => [] by ();
        // `channels` holds it.
        Event::PresenceDiff(_) => [] by ();
        // The server's own: no client can join its topic.
        Event::SessionEnded { .. } => [] by ();
        Event::RoleChanged {} => [] by ();
    }

    #[test]
    fn every_golden_event_is_one_of_ours() {
        // Of the protocol itself; `channels` holds these.
        let known: Vec<_> = FILES.iter().copied().chain(["presence_state", "presence_diff"]).collect();
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../clients/golden/events")).unwrap() {
            let name = entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
            assert!(known.contains(&name.as_str()), "{name}");
        }
    }
}

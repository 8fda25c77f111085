//! What can happen; by its topic, name and payload it is written to the log and to other nodes, and read back.

use std::borrow::Cow;

use bytes::Bytes;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use wire::{
    AdminLobby, AdminUser, ConnectionClosed, ConnectionOpened, FriendPresence, Friendship, Invitation, Lobby,
    LobbyGone, LobbyMember, MemberAway, MemberBack, MemberChanged, MembershipChanged, Topic, UserChanged, UserGone,
    UserId,
};

/// What happened. Serializes as its payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// On `lobbies`: a lobby was opened, or is no longer hidden. The first event of a lobby's own log as well.
    LobbyCreated(Lobby),
    /// On `lobbies` and `lobby:{id}`: what is said about a lobby changed.
    LobbyUpdated(Lobby),
    /// On `lobbies`, `admin:lobbies` and `lobby:{id}`: a lobby is gone; on `lobbies` also: it is hidden now.
    LobbyDeleted(LobbyGone),
    /// On `lobbies`: a seat was taken or freed.
    LobbyMembershipChanged(MembershipChanged),
    /// On `admin:lobbies`: a lobby was opened.
    AdminLobbyCreated(AdminLobby),
    /// On `admin:lobbies`: what is said about a lobby changed.
    AdminLobbyUpdated(AdminLobby),
    /// On `admin:lobbies`: a seat was taken or freed.
    AdminLobbyMembershipChanged(AdminLobby),
    /// On `lobby:{id}`: somebody sat down.
    UserJoined(MemberChanged),
    /// On `lobby:{id}`: somebody left.
    UserLeft(MemberChanged),
    /// On `lobby:{id}`: the host put somebody out.
    UserKicked(MemberChanged),
    /// On `lobby:{id}`: another member is host now, or nobody.
    HostChanged {
        /// Who.
        new_host_id: Option<UserId>,
    },
    /// On `lobby:{id}`: what a member says of themselves changed.
    MemberUpdated(LobbyMember),
    /// On `lobby:{id}`: a member's last socket closed, and their seat is kept.
    MemberAway(MemberAway),
    /// On `lobby:{id}`: whose seat was kept is there again.
    MemberBack(MemberBack),
    /// On `user:{id}` of whoever is invited: a friend wants them to sit down where they sit.
    LobbyInvited(Invitation),
    /// On `admin:users`: an account was made.
    UserCreated(AdminUser),
    /// On `user:{id}` of the player concerned: their seat changed.
    LobbyChanged {
        /// Where they sit now.
        lobby_id: Option<wire::LobbyId>,
    },
    /// On `user:{id}`: what other players see of the account, or its picture, changed.
    Updated(UserChanged),
    /// On `user:{id}` of whoever is asked: somebody wants to be friends.
    IncomingRequest(Friendship),
    /// On `user:{id}` of whoever asks: the same.
    OutgoingRequest(Friendship),
    /// On `user:{id}` of both: they are friends.
    FriendAccepted(Friendship),
    /// On `user:{id}` of both: the request was rejected.
    FriendRejected(Friendship),
    /// On `user:{id}` of both: one blocks the other.
    FriendBlocked(Friendship),
    /// On `user:{id}` of both: one does not block the other any more.
    FriendUnblocked(Friendship),
    /// On `user:{id}` of both: the request was taken back.
    RequestCancelled(Friendship),
    /// On `user:{id}` of both: they are friends no more.
    FriendRemoved(Friendship),
    /// On `user:{id}` of each friend: a friend is there.
    FriendOnline(FriendPresence),
    /// On `user:{id}` of each friend: a friend is not there any more.
    FriendOffline(FriendPresence),
    /// On `admin:users`: an account's row changed.
    UserUpdated(AdminUser),
    /// On `admin:users`: an account is gone.
    UserDeleted(UserGone),
    /// On `admin:users`: a socket opened or closed.
    PresenceChanged {
        /// Users with at least one socket.
        online: i64,
        /// Open sockets.
        sockets: i64,
    },
    /// On `admin:connections`: a socket opened, on whichever node.
    ConnectionOpened(ConnectionOpened),
    /// On `admin:connections`: a socket is no more.
    ConnectionClosed(ConnectionClosed),
    /// On `lobby:{id}`: what a member says to the others. Not numbered, and kept nowhere.
    Message(Relayed),
    /// On `lobby:{id}`: the same in bytes.
    Bytes(RelayedBytes),
    /// On `lobby:{id}`: who came to the topic and who went, as the official clients read it. Not numbered: whoever joins is
    /// told who is there.
    PresenceDiff(Value),
    /// On `session:{id}`: it ended, and its sockets with it.
    SessionEnded {
        /// Why; see [`ended`](crate::sessions::ended).
        because: Cow<'static, str>,
    },
    /// On `session:{id}`: its user was made an admin, or is one no more. Its sockets were let in as what they are not.
    RoleChanged {},
}

/// What a member of a lobby says to the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relayed {
    /// Who says it.
    pub user_id: UserId,
    /// What: whatever the game makes of it.
    pub data: Value,
    /// By which socket of this node: the only one that is not told.
    #[serde(skip)]
    pub by: Option<u64>,
}

/// Bytes that a member of a lobby says to the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelayedBytes {
    /// Who says it.
    pub user_id: UserId,
    /// What: whatever the game makes of it.
    #[serde(rename = "base64", with = "in_base64")]
    pub data: Bytes,
    /// By which socket of this node: the only one that is not told.
    #[serde(skip)]
    pub by: Option<u64>,
}

/// Bytes as a text.
mod in_base64 {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use bytes::Bytes;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &Bytes, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Bytes, D::Error> {
        let text = String::deserialize(from)?;
        STANDARD.decode(text).map(Into::into).map_err(D::Error::custom)
    }
}

impl Event {
    /// The name clients know it by.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::LobbyCreated(_) | Self::AdminLobbyCreated(_) => "lobby_created",
            Self::LobbyUpdated(_) | Self::AdminLobbyUpdated(_) => "lobby_updated",
            Self::LobbyDeleted(_) => "lobby_deleted",
            Self::LobbyMembershipChanged(_) | Self::AdminLobbyMembershipChanged(_) => "lobby_membership_changed",
            Self::UserJoined(_) => "user_joined",
            Self::UserLeft(_) => "user_left",
            Self::UserKicked(_) => "user_kicked",
            Self::HostChanged { .. } => "host_changed",
            Self::MemberUpdated(_) => "member_updated",
            Self::MemberAway(_) => "member_away",
            Self::MemberBack(_) => "member_back",
            Self::LobbyInvited(_) => "lobby_invited",
            Self::UserCreated(_) => "user_created",
            Self::LobbyChanged { .. } => "lobby_changed",
            Self::Updated(_) => "updated",
            Self::IncomingRequest(_) => "incoming_request",
            Self::OutgoingRequest(_) => "outgoing_request",
            Self::FriendAccepted(_) => "friend_accepted",
            Self::FriendRejected(_) => "friend_rejected",
            Self::FriendBlocked(_) => "friend_blocked",
            Self::FriendUnblocked(_) => "friend_unblocked",
            Self::RequestCancelled(_) => "request_cancelled",
            Self::FriendRemoved(_) => "friend_removed",
            Self::FriendOnline(_) => "friend_online",
            Self::FriendOffline(_) => "friend_offline",
            Self::UserUpdated(_) => "user_updated",
            Self::UserDeleted(_) => "user_deleted",
            Self::PresenceChanged { .. } => "presence_changed",
            Self::ConnectionOpened(_) => "connection_opened",
            Self::ConnectionClosed(_) => "connection_closed",
            Self::Message(_) | Self::Bytes(_) => "message",
            Self::PresenceDiff(_) => "presence_diff",
            Self::SessionEnded { .. } => "session_ended",
            Self::RoleChanged {} => "role_changed",
        }
    }

    /// Reads an event back from the name and the payload it had on a topic.
    ///
    /// # Errors
    /// A payload that is not such an event's, or a name that no event of this topic has.
    pub(crate) fn read(topic: Topic, name: &str, payload: &str) -> serde_json::Result<Self> {
        use serde_json::from_str;

        Ok(match (topic, name) {
            (Topic::AdminLobbies, "lobby_created") => Self::AdminLobbyCreated(from_str(payload)?),
            (Topic::AdminLobbies, "lobby_updated") => Self::AdminLobbyUpdated(from_str(payload)?),
            (Topic::AdminLobbies, "lobby_membership_changed") => Self::AdminLobbyMembershipChanged(from_str(payload)?),
            (_, "lobby_created") => Self::LobbyCreated(from_str(payload)?),
            (_, "lobby_updated") => Self::LobbyUpdated(from_str(payload)?),
            (_, "lobby_deleted") => Self::LobbyDeleted(from_str(payload)?),
            (_, "lobby_membership_changed") => Self::LobbyMembershipChanged(from_str(payload)?),
            (_, "user_joined") => Self::UserJoined(from_str(payload)?),
            (_, "user_left") => Self::UserLeft(from_str(payload)?),
            (_, "user_kicked") => Self::UserKicked(from_str(payload)?),
            (_, "host_changed") => Self::HostChanged { new_host_id: member(payload, "new_host_id")? },
            (_, "member_updated") => Self::MemberUpdated(from_str(payload)?),
            (_, "member_away") => Self::MemberAway(from_str(payload)?),
            (_, "member_back") => Self::MemberBack(from_str(payload)?),
            (_, "lobby_invited") => Self::LobbyInvited(from_str(payload)?),
            (_, "user_created") => Self::UserCreated(from_str(payload)?),
            (_, "lobby_changed") => Self::LobbyChanged { lobby_id: member(payload, "lobby_id")? },
            (_, "updated") => Self::Updated(from_str(payload)?),
            (_, "incoming_request") => Self::IncomingRequest(from_str(payload)?),
            (_, "outgoing_request") => Self::OutgoingRequest(from_str(payload)?),
            (_, "friend_accepted") => Self::FriendAccepted(from_str(payload)?),
            (_, "friend_rejected") => Self::FriendRejected(from_str(payload)?),
            (_, "friend_blocked") => Self::FriendBlocked(from_str(payload)?),
            (_, "friend_unblocked") => Self::FriendUnblocked(from_str(payload)?),
            (_, "request_cancelled") => Self::RequestCancelled(from_str(payload)?),
            (_, "friend_removed") => Self::FriendRemoved(from_str(payload)?),
            (_, "friend_online") => Self::FriendOnline(from_str(payload)?),
            (_, "friend_offline") => Self::FriendOffline(from_str(payload)?),
            (_, "user_updated") => Self::UserUpdated(from_str(payload)?),
            (_, "user_deleted") => Self::UserDeleted(from_str(payload)?),
            (_, "presence_changed") => {
                Self::PresenceChanged { online: member(payload, "online")?, sockets: member(payload, "sockets")? }
            }
            (_, "connection_opened") => Self::ConnectionOpened(from_str(payload)?),
            (_, "connection_closed") => Self::ConnectionClosed(from_str(payload)?),
            (_, "message") => match from_str(payload) {
                Ok(bytes) => Self::Bytes(bytes),
                Err(_) => Self::Message(from_str(payload)?),
            },
            (_, "role_changed") => Self::RoleChanged {},
            (_, "session_ended") => Self::SessionEnded { because: Cow::Owned(member(payload, "because")?) },
            _ => return Err(serde_json::Error::custom(format!("no event {name} on {topic}"))),
        })
    }
}

/// One member of a payload that is not a type of its own.
fn member<T: DeserializeOwned>(payload: &str, name: &str) -> serde_json::Result<T> {
    let mut members: Map<String, Value> = serde_json::from_str(payload)?;
    serde_json::from_value(members.remove(name).unwrap_or_default())
}

/// What a transaction will have to tell once it is committed, in order.
#[derive(Default)]
pub(crate) struct News(pub(crate) Vec<(Topic, Event)>);

impl News {
    pub(crate) fn add(&mut self, topic: Topic, event: Event) {
        self.0.push((topic, event));
    }

    /// After this, what others gathered.
    pub(crate) fn extend(&mut self, more: Self) {
        self.0.extend(more.0);
    }
}

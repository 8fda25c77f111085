//! Topics: what can be listened to.

use std::fmt;
use std::str::FromStr;

use crate::{LobbyId, SessionId, UserId};

/// What can be listened to. Its text is the topic's name on the socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// One user's own affairs.
    User(UserId),
    /// What happens inside a lobby, for its members.
    Lobby(LobbyId),
    /// The public list of lobbies.
    Lobbies,
    /// Every lobby, hidden ones too, for admins.
    AdminLobbies,
    /// Every account, and who is online, for admins.
    AdminUsers,
    /// Sockets that open and close, for admins.
    AdminConnections,
    /// The end of a session. The server listens to it; no client can join it.
    Session(SessionId),
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "user:{id}"),
            Self::Lobby(id) => write!(f, "lobby:{id}"),
            Self::Lobbies => f.write_str("lobbies"),
            Self::AdminLobbies => f.write_str("admin:lobbies"),
            Self::AdminUsers => f.write_str("admin:users"),
            Self::AdminConnections => f.write_str("admin:connections"),
            Self::Session(id) => write!(f, "session:{id}"),
        }
    }
}

/// Not a topic a client can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownTopic;

impl Topic {
    /// The topic of a name, the server's own among them, which no client can join.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn named(text: &str) -> Result<Self, UnknownTopic> {
        let topic = match text {
            "lobbies" => Self::Lobbies,
            "admin:lobbies" => Self::AdminLobbies,
            "admin:users" => Self::AdminUsers,
            "admin:connections" => Self::AdminConnections,
            _ => match text.split_once(':').ok_or(UnknownTopic)? {
                ("user", id) => Self::User(id.parse().map_err(|_| UnknownTopic)?),
                ("lobby", id) => Self::Lobby(id.parse().map_err(|_| UnknownTopic)?),
                ("session", id) => Self::Session(id.parse().map_err(|_| UnknownTopic)?),
                _ => return Err(UnknownTopic),
            },
        };
        // One name a topic: `lobby:07` and `lobby:+7` are not other spellings of `lobby:7`.
        if topic.to_string() == text { Ok(topic) } else { Err(UnknownTopic) }
    }
}

impl FromStr for Topic {
    type Err = UnknownTopic;

    fn from_str(text: &str) -> Result<Self, UnknownTopic> {
        Self::named(text).and_then(|topic| if let Self::Session(_) = topic { Err(UnknownTopic) } else { Ok(topic) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_has_one_name_and_the_servers_own_have_none() {
        for name in ["user:7", "lobby:12", "lobbies", "admin:lobbies", "admin:users", "admin:connections"] {
            assert_eq!(name.parse::<Topic>().map(|topic| topic.to_string()), Ok(name.to_owned()));
        }
        for name in [
            "session:1",
            "lobby:07",
            "lobby:+7",
            "lobby:",
            "lobby:x",
            "user",
            "",
            "admin:",
            "lobby:99999999999999999999",
        ] {
            assert_eq!(name.parse::<Topic>(), Err(UnknownTopic), "{name}");
        }
    }
}

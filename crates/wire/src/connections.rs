//! Connections: the open sockets, as admins see them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{FieldErrors, UserId};

/// An open socket, on whichever node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Its name, which no other has: its node's and a number, as in `k3vQ0f.17`.
    pub id: String,
    /// The node it is connected to.
    pub node: String,
    /// Whose it is; none of somebody who is not signed in.
    pub user_id: Option<UserId>,
    /// Their name, as admins see it.
    #[serde(default)]
    pub user_name: Option<String>,
    /// The address it came from.
    pub ip: Option<String>,
    /// The version of the protocol it speaks, as in `2.0.0`.
    pub version: String,
    /// Since when.
    #[serde(deserialize_with = "crate::time::read")]
    pub connected_at: DateTime<Utc>,
    /// What it listens to, by name.
    pub topics: Vec<String>,
    /// Frames that were written and that the network has not taken yet.
    pub queue: i64,
    /// Frames that came, and their bytes.
    pub received: i64,
    /// The bytes of the frames that came.
    pub bytes_received: i64,
    /// Frames that were written.
    pub sent: i64,
    /// The bytes of the frames that were written.
    pub bytes_sent: i64,
}

/// A socket that was opened, on `admin:connections`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionOpened {
    /// As [`Connection::id`].
    pub id: String,
    /// Whose it is; none of somebody who is not signed in.
    pub user_id: Option<UserId>,
}

/// A socket that is no more, on `admin:connections`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionClosed {
    /// As [`Connection::id`].
    pub id: String,
}

/// What `/admin/connections` may be narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConnectionFilter {
    /// The exact id of a user, the exact address, the exact name of a topic that is listened to, or the beginning of a
    /// connection's name.
    pub q: Option<String>,
    /// Only those of users (`users`), of nobody (`anonymous`), or with something in their queue (`waiting`); all when
    /// absent.
    pub state: Option<String>,
}

impl ConnectionFilter {
    /// Itself, checked. What is empty counts as absent, as forms send it.
    ///
    /// # Errors
    /// A state that is none; something longer than 128 characters to look for.
    pub fn check(mut self) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        self.state = errors.one_of("state", self.state, &["users", "anonymous", "waiting"]);
        self.q = self.q.map(|q| q.trim().to_owned()).filter(|q| !q.is_empty());
        errors.text("q", self.q.as_deref().unwrap_or_default(), 0, 128);
        errors.or(self)
    }

    /// Whether it admits a connection.
    #[must_use]
    pub fn admits(&self, it: &Connection) -> bool {
        let state = match self.state.as_deref() {
            Some("users") => it.user_id.is_some(),
            Some("anonymous") => it.user_id.is_none(),
            Some("waiting") => it.queue > 0,
            _ => true,
        };
        let is_it = |q: &String| {
            it.user_id.is_some_and(|user| user.to_string() == *q)
                || it.ip.as_ref() == Some(q)
                || it.topics.contains(q)
                || it.id.starts_with(q)
        };
        state && self.q.as_ref().is_none_or(is_it)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection() -> Connection {
        Connection {
            id: "ab12.7".into(),
            node: "ab12".into(),
            user_id: Some(UserId(40)),
            user_name: None,
            ip: Some("192.0.2.4".into()),
            version: "2.0.0".into(),
            connected_at: DateTime::default(),
            topics: vec!["lobby:3".into(), "user:40".into()],
            queue: 0,
            received: 1,
            bytes_received: 20,
            sent: 2,
            bytes_sent: 50,
        }
    }

    #[test]
    fn a_connection_is_found_by_whose_it_is_where_it_came_from_what_it_hears_and_its_name() {
        let finds =
            |q: &str| ConnectionFilter { q: Some(q.into()), state: None }.check().unwrap().admits(&connection());
        for q in ["40", " 192.0.2.4 ", "lobby:3", "ab12", "ab12.7", ""] {
            assert!(finds(q), "{q}");
        }
        for q in ["4", "192.0.2", "lobby:33", "lobby:", "12.7"] {
            assert!(!finds(q), "{q}");
        }
    }

    #[test]
    fn a_state_narrows_and_one_that_is_none_is_refused() {
        let admits = |state: &str, it: &Connection| {
            ConnectionFilter { q: None, state: Some(state.into()) }.check().unwrap().admits(it)
        };
        let (users, nobodys) = (connection(), Connection { user_id: None, queue: 3, ..connection() });
        let states = |it| ["users", "anonymous", "waiting", ""].map(|state| admits(state, it));
        assert_eq!(states(&users), [true, false, false, true]);
        assert_eq!(states(&nobodys), [false, true, true, true]);
        let wrong = ConnectionFilter { q: None, state: Some("slow".into()) }.check();
        assert!(!wrong.unwrap_err().on("state").is_empty());
    }

    #[test]
    fn what_is_looked_for_has_128_characters_at_most() {
        let check = |length| ConnectionFilter { q: Some("x".repeat(length)), state: None }.check();
        assert!(check(128).is_ok());
        assert!(!check(129).unwrap_err().on("q").is_empty());
    }
}

//! What the server answers, as far as a drill looks at it. Written anew and not taken from the server's own crates, so
//! that a field that changes there is missed here.

use serde::Deserialize;

/// A user.
pub(crate) type UserId = i64;
/// A lobby.
pub(crate) type LobbyId = i64;

/// Of a sign-in, or of a refresh.
#[derive(Clone, Deserialize)]
pub(crate) struct Tokens {
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
    pub(crate) user_id: UserId,
}

/// Of `GET /me`.
#[derive(Deserialize)]
pub(crate) struct Me {
    pub(crate) id: UserId,
    pub(crate) lobby_id: Option<LobbyId>,
}

/// A lobby.
#[derive(Deserialize)]
pub(crate) struct Lobby {
    pub(crate) id: LobbyId,
    pub(crate) title: String,
    pub(crate) host_id: Option<UserId>,
    pub(crate) max_users: i64,
    pub(crate) member_count: i64,
    /// Shown to members only.
    #[serde(default)]
    pub(crate) members: Vec<Member>,
}

/// Who sits in a lobby.
#[derive(Deserialize)]
pub(crate) struct Member {
    pub(crate) user_id: UserId,
}

/// A page of a list.
#[derive(Deserialize)]
pub(crate) struct Page<T> {
    pub(crate) data: Vec<T>,
}

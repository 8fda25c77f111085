//! What a lobby was opened with and keeps to.

use serde::{Deserialize, Serialize};

use crate::{UnknownWord, UserId};

/// Who becomes host when the host leaves. It is chosen when the lobby is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum HostPolicy {
    /// The member longest in the lobby, before others one who is there.
    #[default]
    Longest,
    /// Whom the host named, if they sit there; else as with `longest`.
    Successor,
    /// Nobody, ever: the lobby stays as it is until its last member leaves.
    None,
    /// Nobody, until the server names one.
    Server,
}

impl HostPolicy {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Longest, Self::Successor, Self::None, Self::Server];

    /// The word clients know it by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Longest => "longest",
            Self::Successor => "successor",
            Self::None => "none",
            Self::Server => "server",
        }
    }
}

impl TryFrom<String> for HostPolicy {
    type Error = UnknownWord;

    fn try_from(text: String) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|policy| policy.name() == text).ok_or_else(|| UnknownWord::new("host policy", text))
    }
}

/// What a lobby was opened with: shown to members and admins only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LobbyRules {
    /// What others join by, hidden or not; `null` only where the lobby is older than codes are.
    #[cfg_attr(feature = "openapi", schema(required, min_length = 6, max_length = 6))]
    pub code: Option<String>,
    /// Who becomes host when the host leaves.
    pub host_policy: HostPolicy,
    /// Whom the host named, where the policy is `successor`.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>, required))]
    pub successor_id: Option<UserId>,
    /// Seconds for which the seat of a member whose last socket closed is kept.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 600))]
    pub grace_seconds: i64,
}

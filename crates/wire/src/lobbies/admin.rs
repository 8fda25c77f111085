//! What admins may do to any lobby.

use super::LobbyPatch;
use crate::{FieldErrors, UserId};

/// Changing a lobby from outside. What is absent stays as it is.
#[derive(Clone, Debug, Default)]
pub struct AdminLobbyPatch {
    /// What its host may change as well.
    pub lobby: LobbyPatch,
    /// The member who is host from now on.
    pub host_id: Option<UserId>,
}

impl AdminLobbyPatch {
    /// Itself, checked.
    ///
    /// # Errors
    /// What breaks the rules of a field.
    pub fn check(self) -> Result<Self, FieldErrors> {
        Ok(Self { lobby: self.lobby.check()?, host_id: self.host_id })
    }
}

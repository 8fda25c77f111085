//! The lobbies that clients were told of.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rand::RngExt;

use crate::answers::{Lobby, LobbyId};
use crate::random::Choices;

/// What does not change in a lobby: its title and its seats.
pub(super) type Made = (String, i64);

/// Every lobby that was opened and is not known to be gone.
#[derive(Default)]
pub(super) struct Lobbies(Mutex<BTreeMap<LobbyId, Made>>);

impl Lobbies {
    pub(super) fn opened(&self, lobby: &Lobby) {
        self.all().insert(lobby.id, (lobby.title.clone(), lobby.max_users));
    }

    pub(super) fn gone(&self, id: LobbyId) {
        self.all().remove(&id);
    }

    /// Any of them.
    pub(super) fn any(&self, random: &mut Choices) -> Option<LobbyId> {
        let all = self.all();
        let nth = if all.is_empty() { 0 } else { random.random_range(0..all.len()) };
        all.keys().nth(nth).copied()
    }

    pub(super) fn all(&self) -> MutexGuard<'_, BTreeMap<LobbyId, Made>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! What admins may do to any lobby.

use serde_json::{Map, Value};

use super::{Lobby, LobbyPatch};
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

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let LobbyPatch { title, max_users, is_hidden, is_locked, password, metadata, successor_id, renew_code } =
            &self.lobby;
        title.is_none()
            && max_users.is_none()
            && is_hidden.is_none()
            && is_locked.is_none()
            && password.is_none()
            && metadata.is_none()
            && successor_id.is_none()
            && renew_code.is_none()
            && self.host_id.is_none()
    }
}

/// What whoever changes a lobby saw of it before: what they leave as it was they do not mean to set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LobbySeen {
    /// Its title.
    pub title: Option<String>,
    /// Its seats.
    pub max_users: Option<i64>,
    /// Whether it was left out of lists.
    pub is_hidden: Option<bool>,
    /// Whether nobody could join.
    pub is_locked: Option<bool>,
    /// Its host; within, whether it had one.
    pub host_id: Option<Option<UserId>>,
    /// What the game kept about it.
    pub metadata: Option<Map<String, Value>>,
}

impl LobbySeen {
    /// A patch without the fields that are as they were seen.
    #[must_use]
    pub fn without_unchanged(&self, mut patch: AdminLobbyPatch) -> AdminLobbyPatch {
        let lobby = &mut patch.lobby;
        unless_same(&mut lobby.title, self.title.as_ref());
        unless_same(&mut lobby.max_users, self.max_users.as_ref());
        unless_same(&mut lobby.is_hidden, self.is_hidden.as_ref());
        unless_same(&mut lobby.is_locked, self.is_locked.as_ref());
        unless_same(&mut lobby.metadata, self.metadata.as_ref());
        unless_same(&mut patch.host_id, self.host_id.as_ref().and_then(Option::as_ref));
        patch
    }

    /// Whether a field that is to be changed has become something else since, and not what it is to be.
    #[must_use]
    pub fn is_overtaken(&self, patch: &LobbyPatch, host_id: Option<UserId>, now: &Lobby) -> bool {
        is_other(patch.title.as_ref(), self.title.as_ref(), &now.title)
            || is_other(patch.max_users.as_ref(), self.max_users.as_ref(), &now.max_users)
            || is_other(patch.is_hidden.as_ref(), self.is_hidden.as_ref(), &now.is_hidden)
            || is_other(patch.is_locked.as_ref(), self.is_locked.as_ref(), &now.is_locked)
            || is_other(patch.metadata.as_ref(), self.metadata.as_ref(), &now.metadata)
            || is_other(host_id.map(Some).as_ref(), self.host_id.as_ref(), &now.host_id)
    }
}

fn unless_same<T: PartialEq>(becomes: &mut Option<T>, seen: Option<&T>) {
    if seen.is_some() && becomes.as_ref() == seen {
        *becomes = None;
    }
}

fn is_other<T: PartialEq>(becomes: Option<&T>, seen: Option<&T>, now: &T) -> bool {
    becomes.zip(seen).is_some_and(|(becomes, seen)| now != seen && now != becomes)
}

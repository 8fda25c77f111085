//! The REST skin: a file of handlers for each noun.

pub(crate) mod auth;
pub(crate) mod avatars;
pub(crate) mod friends;
pub(crate) mod health;
pub(crate) mod keys;
pub(crate) mod lobbies;
pub(crate) mod sessions;
pub(crate) mod tickets;
pub(crate) mod users;

//! The SQL contract and the verbs, on both engines.

mod db;
mod lobbies;
mod overview;
mod sessions;
mod setup;

//! The SQL contract and the verbs, on both engines.

mod db;
mod lobbies;
mod pubsub;
mod sessions;
mod setup;

//! The SQL contract and the verbs, on both engines.

mod db;
mod jobs;
mod lobbies;
mod pubsub;
mod sessions;
mod setup;

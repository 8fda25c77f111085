//! The SQL contract and the verbs, on both engines.

mod avatars;
mod db;
mod jobs;
mod lobbies;
mod login_failures;
mod overview;
mod pubsub;
mod sessions;
mod setup;

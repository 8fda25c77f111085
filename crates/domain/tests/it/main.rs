//! The SQL contract and the verbs, on both engines.

mod db;
mod lobbies;
mod login_failures;
mod sessions;
mod setup;

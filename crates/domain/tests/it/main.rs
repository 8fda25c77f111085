//! The SQL contract and the verbs, on both engines.

mod accounts;
mod avatars;
mod db;
mod identities;
mod jobs;
mod lobbies;
mod login_failures;
mod mail;
mod mail_tokens;
mod overview;
mod pubsub;
mod sessions;
mod setup;

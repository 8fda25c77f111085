//! The SQL contract and the verbs, on both engines.

mod accounts;
mod audit;
mod avatars;
mod db;
mod form_tokens;
mod friends;
mod identities;
mod jobs;
mod lobbies;
mod login_failures;
mod mail;
mod mail_tokens;
mod overview;
mod people;
mod plans;
mod play;
mod pubsub;
mod sessions;
mod setup;
mod users;

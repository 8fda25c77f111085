//! The use-cases: what the product does, told in its own words.
//!
//! A noun is a file of public verbs; its SQL is the private `query` beside it. Every verb takes the [`App`] and the
//! [`Scope`] of who asks, decides for itself whether they may, opens one transaction, and publishes what happened after
//! the commit. Nothing here knows by what it is asked: HTTP, a socket or a page.

pub mod accounts;
mod app;
pub mod audit;
pub mod avatars;
pub mod bus;
mod clock;
mod config;
pub mod connections;
pub mod db;
mod device;
mod error;
pub mod form_tokens;
pub mod friends;
mod identities;
pub mod jobs;
pub mod keys;
mod lists;
pub mod lobbies;
mod login_failures;
pub mod mail;
pub mod mail_tokens;
mod online;
pub mod overview;
mod passwords;
pub mod play;
pub mod pubsub;
mod random;
mod scope;
mod secrets;
pub mod sessions;
pub mod setup;
pub mod site_sessions;
pub mod stats;
pub mod storage;
mod sweep;
pub mod tickets;
mod tokens;
pub mod topics;
pub mod users;

pub use app::{App, Builder};
pub use clock::Clock;
pub use config::{
    Allowance, Argon2Cost, Bucket, Config, Connections, Database, Delivery, Friends, Lobbies, Mail, Security, Smtp,
    Storage, TokenAlgorithm,
};
pub use device::Device;
pub use error::{Error, Refusal, Result};
pub use online::Online;
pub use random::Random;
pub use scope::{Scope, Who};
pub use secrets::{GivenSecrets, Secrets};

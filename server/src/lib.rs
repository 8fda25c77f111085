//! The edge: what the world sees of the server. REST, the socket and the pages are thin skins that decode a request,
//! call one verb of `domain`, and encode its answer.
#![recursion_limit = "256"]

mod around;
mod auth;
mod client;
mod cookies;
pub mod doctor;
mod error;
mod headers;
mod in_time;
mod input;
mod limits;
pub mod listener;
pub mod logging;
mod metrics;
mod no_panic;
pub mod openapi;
mod origin;
mod pages;
mod probes;
mod requests;
mod rest;
mod router;
mod secret;
pub mod serve;
pub mod settings;
mod socket;
mod token_cookies;

pub use limits::{Class, Limits, Rate, Rates};
pub use origin::{Origins, Web};
pub use probes::Leaving;
pub use router::{Server, router};
pub use secret::Secret;
pub use settings::Settings;
pub use socket::Counts;

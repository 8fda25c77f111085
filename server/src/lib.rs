//! The edge: what the world sees of the server. REST, the socket and the pages are thin skins that decode a request,
//! call one verb of `domain`, and encode its answer.
#![recursion_limit = "256"]

mod auth;
mod cookies;
mod error;
mod input;
mod limits;
pub mod openapi;
mod origin;
mod pages;
mod rest;
mod router;
pub mod serve;
mod settings;
mod socket;

pub use limits::Limits;
pub use router::{Server, router};
pub use settings::Settings;

//! How much anybody may ask for at once, and how often.

mod layer;
mod place;
mod rates;
mod tally;

use ipnet::IpNet;

pub(crate) use layer::{ClassOf, Over, count, count_and_tell};
pub(crate) use place::{admit, knock};
pub use rates::{Class, Rate, Rates};
pub(crate) use tally::{By, HEADERS, Standing, Tally};

/// How much anybody may ask for at once, and how often.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of a request body.
    pub body: usize,
    /// Bytes of the body of a sign-in, and of a form.
    pub sign_in_body: usize,
    /// Levels of objects and lists in a JSON body, itself among them.
    pub json_depth: usize,
    /// Values in a JSON body.
    pub json_values: usize,
    /// Seconds a request may take.
    pub seconds: u64,
    /// Bytes of a socket's message, and of a frame of it.
    pub frame: usize,
    /// What a socket may do.
    pub socket: channels::socket::Limits,
    /// How often anybody may ask; none counts nothing and refuses nobody.
    pub rates: Option<Rates>,
    /// Whether players use this server. Where they do not, whoever asks from this machine itself is counted, but never
    /// refused for asking too often.
    pub production: bool,
    /// The proxies whose word is taken for the address a request came from.
    pub trusted_proxies: Vec<IpNet>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            sign_in_body: 16 * 1024,
            json_depth: 32,
            json_values: 10_000,
            seconds: 10,
            frame: 64 * 1024,
            socket: channels::socket::Limits::default(),
            rates: Some(Rates::default()),
            production: false,
            trusted_proxies: Vec::new(),
        }
    }
}

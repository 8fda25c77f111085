//! The two tokens of a sign-in: a signed access token that says who and until when, and a refresh token that says only
//! which generation of which session it is. And those in the links of mails.

mod access;
mod key;
mod mail;
mod refresh;

pub(crate) use access::{LIFETIME as ACCESS_SECONDS, Ring};
pub(crate) use refresh::Generation;

use crate::{Result, Secrets, TokenAlgorithm};

/// The keys all kinds are made and checked with.
pub(crate) struct Keys {
    pub(crate) access: Ring,
    pub(crate) mail: mail::Key,
    pub(crate) refresh: refresh::Key,
}

impl Keys {
    pub(crate) fn new(secrets: &Secrets, algorithm: TokenAlgorithm) -> Result<Self> {
        Ok(Self {
            access: Ring::new(secrets, algorithm)?,
            mail: mail::Key::new(secrets.refresh),
            refresh: refresh::Key::new(secrets.refresh),
        })
    }
}

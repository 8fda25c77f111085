//! The two tokens of a sign-in: a signed access token that says who and until when, and a refresh token that says only
//! which generation of which session it is. And those in the links of mails.

mod access;
mod mail;
mod refresh;

pub(crate) use access::LIFETIME as ACCESS_SECONDS;
pub(crate) use refresh::Generation;

use crate::{Result, Secrets};

/// The keys all kinds are made and checked with.
pub(crate) struct Keys {
    pub(crate) access: access::Key,
    pub(crate) mail: mail::Key,
    pub(crate) refresh: refresh::Key,
}

impl Keys {
    pub(crate) fn new(secrets: &Secrets) -> Result<Self> {
        Ok(Self {
            access: access::Key::new(&secrets.access)?,
            mail: mail::Key::new(secrets.refresh),
            refresh: refresh::Key::new(secrets.refresh),
        })
    }
}

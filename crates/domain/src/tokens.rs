//! The two tokens of a sign-in: a signed access token that says who and until when, and a refresh token that says only
//! which generation of which session it is.

mod access;
mod refresh;

pub(crate) use access::LIFETIME as ACCESS_SECONDS;
pub(crate) use refresh::Generation;

use crate::{Result, Secrets};

/// The keys both kinds are made and checked with.
pub(crate) struct Keys {
    pub(crate) access: access::Key,
    pub(crate) refresh: refresh::Key,
}

impl Keys {
    pub(crate) fn new(secrets: &Secrets) -> Result<Self> {
        Ok(Self { access: access::Key::new(&secrets.access)?, refresh: refresh::Key::new(secrets.refresh) })
    }
}

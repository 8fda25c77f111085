//! The two tokens of a sign-in: a signed access token that says who and until when, and a refresh token that says only
//! which generation of which session it is. And those in the links of mails, and in forms.

mod access;
mod form;
mod key;
mod mail;
mod refresh;

pub(crate) use access::{LIFETIME as ACCESS_SECONDS, Ring, Verified};
pub(crate) use refresh::Generation;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{Result, Secrets, TokenAlgorithm};

/// The keys all kinds are made and checked with.
pub(crate) struct Keys {
    pub(crate) access: Ring,
    pub(crate) form: form::Key,
    pub(crate) mail: mail::Key,
    pub(crate) refresh: refresh::Key,
}

impl Keys {
    pub(crate) fn new(secrets: &Secrets, algorithm: TokenAlgorithm) -> Result<Self> {
        Ok(Self {
            access: Ring::new(secrets, algorithm)?,
            form: form::Key::new(secrets.refresh),
            mail: mail::Key::new(secrets.refresh),
            refresh: refresh::Key::new(secrets.refresh),
        })
    }
}

fn mac(key: &[u8; 32], text: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac
}

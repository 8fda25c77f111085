//! Refresh tokens: `<session>.<generation>.<HMAC>`. The database holds no usable token, and any node that has the key
//! can derive the one a session is at.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use wire::SessionId;

use crate::sessions::hex;

/// Which refresh token of which session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Generation {
    pub(crate) session: SessionId,
    pub(crate) number: i64,
}

/// The key refresh tokens are authenticated with.
pub(crate) struct Key([u8; 32]);

impl Key {
    pub(super) fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// The token of a generation: always the same one.
    pub(crate) fn token(&self, generation: Generation) -> String {
        let name = name(generation);
        let mac = self.mac(&name).finalize().into_bytes();
        format!("{name}.{}", URL_SAFE_NO_PAD.encode(mac))
    }

    /// The generation a token stands for, if we made it.
    pub(crate) fn generation(&self, token: &str) -> Option<Generation> {
        let (name_part, mac) = token.rsplit_once('.')?;
        let (session, number) = name_part.split_once('.')?;
        let generation = Generation { session: session.parse().ok()?, number: number.parse().ok()? };
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
        // The text that was authenticated, not a second spelling of the same numbers.
        let genuine = name(generation) == name_part && self.mac(name_part).verify_slice(&mac).is_ok();
        genuine.then_some(generation)
    }

    /// What an e-mail address is called where it must not be read: the same on every node, under a label of its own.
    pub(crate) fn address_hash(&self, address: &str) -> String {
        hex(&self.labelled(b"address:", address).finalize().into_bytes())
    }

    fn mac(&self, name: &str) -> Hmac<Sha256> {
        self.labelled(b"refresh:", name)
    }

    fn labelled(&self, label: &[u8], text: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(label);
        mac.update(text.as_bytes());
        mac
    }
}

fn name(generation: Generation) -> String {
    format!("{}.{}", generation.session, generation.number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_stands_for_its_generation_and_nothing_else_does() {
        let key = Key::new([1; 32]);
        let generation = Generation { session: SessionId(12), number: 3 };
        let token = key.token(generation);
        assert_eq!(key.generation(&token), Some(generation));
        assert_eq!(Key::new([2; 32]).generation(&token), None);
        let mac = token.rsplit_once('.').unwrap().1;
        for forged in [format!("12.4.{mac}"), format!("13.3.{mac}"), format!("+12.3.{mac}"), format!("12.03.{mac}")] {
            assert_eq!(key.generation(&forged), None, "{forged}");
        }
        for junk in ["", ".", "..", "1.2.", "a.b.c", &token[..token.len() - 1], &format!("{token}=")] {
            assert_eq!(key.generation(junk), None, "{junk}");
        }
    }
}

//! The tokens in the links of mails: `<id>.<HMAC>`. As with refresh tokens the database holds none that could be used,
//! and any node that has the key can derive the one of a row when its mail is sent.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::mac;
use crate::mail_tokens::{MailTokenId, Purpose};

/// The key mail tokens are authenticated with.
pub(crate) struct Key([u8; 32]);

impl Key {
    /// A key of its own, derived from that of refresh tokens: neither kind of token can be made into the other.
    pub(super) fn new(refresh: [u8; 32]) -> Self {
        Self(mac(&refresh, "the key of mail tokens").finalize().into_bytes().into())
    }

    /// The token of a row: always the same one.
    pub(crate) fn token(&self, id: MailTokenId, purpose: Purpose) -> String {
        let mac = self.of(id, purpose).finalize().into_bytes();
        format!("{id}.{}", URL_SAFE_NO_PAD.encode(mac))
    }

    /// The row a token stands for, if we made it for this purpose.
    pub(crate) fn id(&self, token: &str, purpose: Purpose) -> Option<MailTokenId> {
        let (name, mac) = token.split_once('.')?;
        let id: MailTokenId = name.parse().ok()?;
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
        // The text that was given out, not a second spelling of the same number.
        let genuine = id.to_string() == name && self.of(id, purpose).verify_slice(&mac).is_ok();
        genuine.then_some(id)
    }

    /// A name for a letter that no other has and that tells nobody how many there were.
    pub(crate) fn message_id(&self, letter: i64, created_at: i64) -> String {
        let mac = mac(&self.0, &format!("letter:{letter}:{created_at}")).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode(&mac[..16])
    }

    fn of(&self, id: MailTokenId, purpose: Purpose) -> Hmac<Sha256> {
        mac(&self.0, &format!("{}:{id}", purpose.name()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_stands_for_its_row_and_purpose_and_nothing_else_does() {
        let key = Key::new([1; 32]);
        let token = key.token(MailTokenId(12), Purpose::Confirm);
        assert_eq!(key.id(&token, Purpose::Confirm), Some(MailTokenId(12)));
        for other in [Purpose::MagicLink, Purpose::Reset, Purpose::ChangeEmail] {
            assert_eq!(key.id(&token, other), None, "{other:?}");
        }
        assert_eq!(Key::new([2; 32]).id(&token, Purpose::Confirm), None);
        let mac = token.split_once('.').unwrap().1;
        for forged in [format!("13.{mac}"), format!("+12.{mac}"), format!("012.{mac}"), format!(" 12.{mac}")] {
            assert_eq!(key.id(&forged, Purpose::Confirm), None, "{forged}");
        }
        for junk in ["", ".", "12", "12.", "a.b", &token[..token.len() - 1], &format!("{token}="), &format!("{token}.")]
        {
            assert_eq!(key.id(junk, Purpose::Confirm), None, "{junk}");
        }
    }

    #[test]
    fn no_two_letters_have_one_name() {
        let key = Key::new([1; 32]);
        assert_eq!(key.message_id(1, 2), key.message_id(1, 2));
        assert_ne!(key.message_id(1, 2), key.message_id(2, 2));
        assert_ne!(key.message_id(1, 2), key.message_id(1, 3), "a database that is made anew counts from one again");
    }
}

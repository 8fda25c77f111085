//! The tokens in forms: `<second it was made>.<HMAC>`. Any node that has the key knows one again, and none is kept.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use wire::SessionId;

use super::mac;

/// The key form tokens are authenticated with.
pub(crate) struct Key([u8; 32]);

impl Key {
    /// A key of its own, derived from that of refresh tokens: neither kind of token can be made into the other.
    pub(super) fn new(refresh: [u8; 32]) -> Self {
        Self(mac(&refresh, "the key of form tokens").finalize().into_bytes().into())
    }

    /// The token of a moment, for a browser and the session it is in.
    pub(crate) fn token(&self, made: i64, browser: &str, session: Option<SessionId>) -> String {
        let mac = self.of(made, browser, session).finalize().into_bytes();
        format!("{made}.{}", URL_SAFE_NO_PAD.encode(mac))
    }

    /// The second a token was made, if we made it for this browser and session.
    pub(crate) fn made(&self, token: &str, browser: &str, session: Option<SessionId>) -> Option<i64> {
        let (made, mac) = token.split_once('.')?;
        let made = made.parse().ok()?;
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
        self.of(made, browser, session).verify_slice(&mac).is_ok().then_some(made)
    }

    fn of(&self, made: i64, browser: &str, session: Option<SessionId>) -> Hmac<Sha256> {
        // No session has the number 0. What the browser says comes last: it may hold anything.
        let session = session.map_or(0, |session| session.0);
        mac(&self.0, &format!("{made}:{session}:{browser}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_browser_and_session_and_for_no_other() {
        let key = Key::new([1; 32]);
        let session = Some(SessionId(7));
        let token = key.token(1_800_000_000, "browser", session);
        assert_eq!(key.made(&token, "browser", session), Some(1_800_000_000));
        for (browser, session) in
            [("another", session), ("", session), ("browser", None), ("browser", Some(SessionId(8)))]
        {
            assert_eq!(key.made(&token, browser, session), None, "{browser:?} {session:?}");
        }
        assert_eq!(Key::new([2; 32]).made(&token, "browser", session), None);
        let mac = token.split_once('.').unwrap().1;
        let later = format!("1800003600.{mac}");
        for forged in ["", ".", "1800000000", "1800000000.", &later, &token[..token.len() - 1], &format!("{token}.")] {
            assert_eq!(key.made(forged, "browser", session), None, "{forged}");
        }
    }
}

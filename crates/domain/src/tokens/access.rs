//! Access tokens: JWTs signed with Ed25519, good for fifteen minutes.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use wire::{SessionId, UserId};

use crate::{Error, Random, Result};

/// Seconds an access token is good for.
pub(crate) const LIFETIME: i64 = 15 * 60;
/// Seconds two clocks may differ by.
const LEEWAY: i64 = 30;
/// Who issues the tokens, and whom they are for.
const ISSUER: &str = "game_server";
/// Verified tokens that are remembered, at some hundred bytes each: those of the players that are about.
const KNOWN: usize = 10_000;

/// What an access token says. Every claim must be there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Claims {
    iss: String,
    aud: String,
    sub: String,
    sid: SessionId,
    /// Which refresh of the session it came with.
    generation: i64,
    typ: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: String,
}

/// What a token of ours says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verified {
    user: Option<UserId>,
    session: SessionId,
    generation: i64,
    not_before: i64,
    expires: i64,
}

impl Verified {
    /// The session it belongs to.
    pub(crate) fn session(&self) -> SessionId {
        self.session
    }

    /// The refresh generation it came with.
    pub(crate) fn generation(&self) -> i64 {
        self.generation
    }

    /// When it expires, in seconds since 1970.
    pub(crate) fn expires(&self) -> i64 {
        self.expires
    }

    /// The user, when the subject is one.
    pub(crate) fn user(&self) -> Option<UserId> {
        self.user
    }
}

impl From<Claims> for Verified {
    fn from(claims: Claims) -> Self {
        Self {
            user: claims.sub.parse().ok(),
            session: claims.sid,
            generation: claims.generation,
            not_before: claims.nbf,
            expires: claims.exp,
        }
    }
}

/// The key that signs, and what checks it.
pub(crate) struct Key {
    header: Header,
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    /// Tokens that were found to be ours, by their SHA-256: a signature costs some hundred times what looking here does.
    /// What else can change about a token, its time and its session, is asked each time.
    known: Cache<[u8; 32], Verified>,
}

impl Key {
    pub(super) fn new(seed: &[u8; 32]) -> Result<Self> {
        let signing = SigningKey::from_bytes(seed);
        let public = signing.verifying_key().to_bytes();
        let pkcs8 = signing.to_pkcs8_der().map_err(|error| Error::Internal(format!("signing key: {error}")))?;

        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(URL_SAFE_NO_PAD.encode(&Sha256::digest(public)[..12]));

        // One algorithm, whatever a token's header says (RFC 8725, section 3.1). Times are checked below, by our own
        // clock.
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[ISSUER]);
        validation.validate_exp = false;
        validation.validate_nbf = false;

        let encoding = EncodingKey::from_ed_der(pkcs8.as_bytes());
        let decoding = DecodingKey::from_ed_der(&public);
        Ok(Self { header, encoding, decoding, validation, known: Cache::new(KNOWN) })
    }

    /// A token for a user's session.
    pub(crate) fn sign(
        &self,
        user: UserId,
        session: SessionId,
        generation: i64,
        now: DateTime<Utc>,
        random: &Random,
    ) -> Result<String> {
        let now = now.timestamp();
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: ISSUER.to_owned(),
            sub: user.to_string(),
            sid: session,
            generation,
            typ: "access".to_owned(),
            iat: now,
            nbf: now,
            exp: now + LIFETIME,
            jti: URL_SAFE_NO_PAD.encode(random.bytes::<16>()),
        };
        jsonwebtoken::encode(&self.header, &claims, &self.encoding)
            .map_err(|error| Error::Internal(format!("signing a token: {error}")))
    }

    /// What a token says, if we signed it and it is neither too old nor of the future.
    pub(crate) fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Verified> {
        let verified = self.verify_expired(token)?;
        let now = now.timestamp();
        let timely = now < verified.expires + LEEWAY && verified.not_before <= now + LEEWAY;
        if timely { Ok(verified) } else { Err(Error::invalid_token()) }
    }

    /// The same for a token that may have expired: logging out must work with one.
    pub(crate) fn verify_expired(&self, token: &str) -> Result<Verified> {
        let hash = Sha256::digest(token).into();
        if let Some(verified) = self.known.get(&hash) {
            return Ok(verified);
        }
        let verified = self.check(token)?;
        self.known.insert(hash, verified);
        Ok(verified)
    }

    /// Checks signature, header and claims.
    fn check(&self, token: &str) -> Result<Verified> {
        let ours = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation)
            .map_err(|_| Error::invalid_token())?;
        let header_fits = ours.header.kid == self.header.kid && ours.claims.typ == "access";
        if header_fits { Ok(ours.claims.into()) } else { Err(Error::invalid_token()) }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use jsonwebtoken::jwk::Jwk;
    use serde_json::{Value, json};

    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn key(seed: u8) -> Key {
        Key::new(&[seed; 32]).unwrap()
    }

    fn token(key: &Key) -> String {
        key.sign(UserId(7), SessionId(3), 1, now(), &Random::seeded(1)).unwrap()
    }

    fn claims(token: &str) -> Value {
        let payload = token.split('.').nth(1).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
    }

    fn is_refused(key: &Key, token: &str) -> bool {
        matches!(key.verify(token, now()), Err(Error::Unauthenticated(_)))
    }

    #[test]
    fn a_token_says_who_and_until_when() {
        let key = key(1);
        let token = token(&key);
        let claims = key.verify(&token, now()).unwrap();
        assert_eq!((claims.user(), claims.session(), claims.generation()), (Some(UserId(7)), SessionId(3), 1));
        let at = |seconds| key.verify(&token, now() + TimeDelta::seconds(seconds)).is_ok();
        assert!(at(LIFETIME + LEEWAY - 1) && !at(LIFETIME + LEEWAY));
        assert!(at(-LEEWAY) && !at(-LEEWAY - 1));
        assert!(key.verify_expired(&token).is_ok());
    }

    #[test]
    fn a_remembered_token_is_no_more_than_the_same_token() {
        let key = key(1);
        let token = token(&key);
        assert!(key.verify(&token, now()).is_ok() && key.known.len() == 1);
        assert!(key.verify(&token, now() + TimeDelta::seconds(LIFETIME + LEEWAY)).is_err());
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let other = signature.replacen(|c: char| c.is_ascii_lowercase(), "A", 1);
        assert!(is_refused(&key, &format!("{signed}.{other}")) && is_refused(&key, &format!("{signed}.")));
        assert_eq!(key.known.len(), 1, "what is refused is not remembered");
    }

    #[test]
    fn forged_headers_are_refused() {
        let key = key(1);
        let payload = token(&key).split('.').nth(1).unwrap().to_owned();
        for alg in ["none", "None", "NONE"] {
            let header = URL_SAFE_NO_PAD.encode(json!({ "alg": alg, "typ": "JWT", "kid": key.header.kid }).to_string());
            assert!(is_refused(&key, &format!("{header}.{payload}.")), "{alg}");
        }
        // The public key as the secret of an HMAC.
        let public = SigningKey::from_bytes(&[1; 32]).verifying_key().to_bytes();
        let mut header = Header::new(Algorithm::HS256);
        header.kid.clone_from(&key.header.kid);
        let claims = claims(&token(&key));
        let forged = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(&public)).unwrap();
        assert!(is_refused(&key, &forged));
    }

    #[test]
    fn a_token_of_another_key_is_refused_even_with_our_key_id() {
        let (ours, theirs) = (key(1), key(2));
        assert!(is_refused(&ours, &token(&theirs)));
        let mut header = ours.header.clone();
        header.jku = Some("http://127.0.0.1/keys".into());
        header.jwk = serde_json::from_value::<Jwk>(json!({ "kty": "OKP", "crv": "Ed25519", "x": "AA" })).ok();
        let forged = jsonwebtoken::encode(&header, &claims(&token(&theirs)), &theirs.encoding).unwrap();
        assert!(is_refused(&ours, &forged));
    }

    #[test]
    fn every_claim_must_be_there_and_fit() {
        let key = key(1);
        let good = claims(&token(&key));
        let sign = |claims: &Value| jsonwebtoken::encode(&key.header, claims, &key.encoding).unwrap();
        assert!(key.verify(&sign(&good), now()).is_ok());
        for claim in ["iss", "aud", "sub", "sid", "generation", "typ", "iat", "nbf", "exp", "jti"] {
            let mut without = good.clone();
            without.as_object_mut().unwrap().remove(claim);
            assert!(is_refused(&key, &sign(&without)), "without {claim}");
        }
        for (claim, value) in [("iss", "other"), ("aud", "other"), ("typ", "refresh")] {
            let mut other = good.clone();
            other[claim] = json!(value);
            assert!(is_refused(&key, &sign(&other)), "{claim} = {value}");
        }
        let mut no_kid = key.header.clone();
        no_kid.kid = None;
        assert!(is_refused(&key, &jsonwebtoken::encode(&no_kid, &good, &key.encoding).unwrap()));
    }

    #[test]
    fn whatever_is_not_a_token_is_refused() {
        for text in ["", ".", "..", "a.b.c", "1.2.kLm", &"x".repeat(70_000)] {
            assert!(is_refused(&key(1), text));
        }
    }
}

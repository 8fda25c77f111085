//! One key of access tokens: its one algorithm, and the id by which tokens name it.

use std::fmt::Display;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use ed25519_dalek::{Signer, SigningKey};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::Serialize;
use sha2::{Digest, Sha256};
use wire::PublicKey;

use super::access::{Claims, ISSUER};
use crate::{Error, Result, TokenAlgorithm};

/// Bytes of an id before they are text.
const ID: usize = 12;

/// A key of access tokens.
pub(super) struct Key {
    pub(super) header: Header,
    pub(super) encoding: EncodingKey,
    /// The same key, where it is one of Ed25519: jsonwebtoken would read it anew for every token, which costs as much as the
    /// signature.
    signing: Option<SigningKey>,
    /// The header, as tokens carry it.
    head: String,
    decoding: DecodingKey,
    validation: Validation,
    public: Option<PublicKey>,
}

impl Key {
    /// The key of a seed.
    pub(super) fn new(seed: &[u8; 32], algorithm: TokenAlgorithm) -> Result<Self> {
        match algorithm {
            TokenAlgorithm::EdDsa => Self::ed25519(seed),
            TokenAlgorithm::Hs256 => Self::hmac(seed),
        }
    }

    fn ed25519(seed: &[u8; 32]) -> Result<Self> {
        let signing = SigningKey::from_bytes(seed);
        let public = signing.verifying_key().to_bytes();
        let pkcs8 = signing.to_pkcs8_der().map_err(|error| Error::Internal(format!("signing key: {error}")))?;
        let id = URL_SAFE_NO_PAD.encode(&Sha256::digest(public)[..ID]);
        let shown = PublicKey {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            x: URL_SAFE_NO_PAD.encode(public),
            kid: id.clone(),
            alg: "EdDSA".to_owned(),
            usage: "sig".to_owned(),
        };
        let (encoding, decoding) = (EncodingKey::from_ed_der(pkcs8.as_bytes()), DecodingKey::from_ed_der(&public));
        Ok(Self { signing: Some(signing), ..Self::of(Algorithm::EdDSA, id, encoding, decoding, Some(shown))? })
    }

    /// The seed itself signs nothing here: the same one may seed an Ed25519 key.
    fn hmac(seed: &[u8; 32]) -> Result<Self> {
        let derive = |label: &[u8]| -> [u8; 32] {
            let mut mac = Hmac::<Sha256>::new_from_slice(seed).expect("HMAC takes keys of any length");
            mac.update(label);
            mac.finalize().into_bytes().into()
        };
        let (secret, id) = (derive(b"access tokens: HS256"), derive(b"access tokens: the id of HS256"));
        let (encoding, decoding) = (EncodingKey::from_secret(&secret), DecodingKey::from_secret(&secret));
        Self::of(Algorithm::HS256, URL_SAFE_NO_PAD.encode(&id[..ID]), encoding, decoding, None)
    }

    fn of(
        algorithm: Algorithm,
        id: String,
        encoding: EncodingKey,
        decoding: DecodingKey,
        public: Option<PublicKey>,
    ) -> Result<Self> {
        let mut header = Header::new(algorithm);
        header.kid = Some(id);
        // One algorithm, whatever a token's header says (RFC 8725, section 3.1). Times are checked elsewhere, by our own
        // clock.
        let mut validation = Validation::new(algorithm);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[ISSUER]);
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let head = URL_SAFE_NO_PAD.encode(json(&header)?);
        Ok(Self { header, encoding, signing: None, head, decoding, validation, public })
    }

    /// The id that tokens of this key carry as `kid`.
    pub(super) fn id(&self) -> &str {
        self.header.kid.as_deref().unwrap_or_default()
    }

    /// What others verify its tokens with; none where whoever can verify could sign as well.
    pub(super) fn public(&self) -> Option<&PublicKey> {
        self.public.as_ref()
    }

    pub(super) fn sign(&self, claims: &Claims) -> Result<String> {
        let Some(key) = &self.signing else {
            return jsonwebtoken::encode(&self.header, claims, &self.encoding).map_err(unsigned);
        };
        let signed = format!("{}.{}", self.head, URL_SAFE_NO_PAD.encode(json(claims)?));
        let signature = URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()).to_bytes());
        Ok(format!("{signed}.{signature}"))
    }

    /// What a token says, if this key signed it.
    pub(super) fn check(&self, token: &str) -> Option<Claims> {
        let ours = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation).ok()?;
        (ours.header.kid == self.header.kid && ours.claims.is_access()).then_some(ours.claims)
    }
}

fn json(part: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(part).map_err(unsigned)
}

fn unsigned(error: impl Display) -> Error {
    Error::Internal(format!("signing a token: {error}"))
}

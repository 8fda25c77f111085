//! The public keys of access tokens (RFC 7517).

use serde::{Deserialize, Serialize};

/// What others verify access tokens with: the answer of `GET /.well-known/jwks.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = JsonWebKeySet))]
pub struct PublicKeys {
    /// The keys; the one that signs comes first.
    pub keys: Vec<PublicKey>,
}

/// A public key (RFC 8037).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = JsonWebKey))]
pub struct PublicKey {
    /// The family of its algorithm: `OKP`.
    pub kty: String,
    /// Its curve: `Ed25519`.
    pub crv: String,
    /// The key itself, 32 bytes in base64url.
    pub x: String,
    /// Its id, which tokens carry in their header.
    pub kid: String,
    /// The only algorithm it may be used with: `EdDSA`.
    pub alg: String,
    /// What it is for: `sig`.
    #[serde(rename = "use")]
    pub usage: String,
}

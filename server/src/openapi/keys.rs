//! The public keys of access tokens.

use wire::{PublicKey, PublicKeys};

use super::route::{Route, get};

pub(super) fn routes() -> Vec<Route> {
    // That of the appendix of RFC 8037.
    let key = PublicKey {
        kty: "OKP".to_owned(),
        crv: "Ed25519".to_owned(),
        x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".to_owned(),
        kid: "kPrK_qmxVWaYVA9w".to_owned(),
        alg: "EdDSA".to_owned(),
        usage: "sig".to_owned(),
    };
    vec![
        get("/.well-known/jwks.json", "public_keys", "Authentication")
            .does(
                "Show the public keys of access tokens",
                "Whoever has them can verify players' access tokens without asking: a game's own servers, say. A token names \
                 its key by `kid`; ask again when one is not among them. `iss` and `aud` are `game_server`, `sub` is the \
                 user. That a session has ended meanwhile, a token does not tell. The list is empty where tokens are signed \
                 with HS256.",
            )
            .gives(200, "The keys, the one that signs first.", &PublicKeys { keys: vec![key] }),
    ]
}

//! What is taken for a token of ours, and everything that is not.

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::super::key::Key;
use super::*;
use crate::secrets::{Previous, Seeds};
use crate::{Error, GivenSecrets, Random, Secrets, TokenAlgorithm};

const BOTH: [TokenAlgorithm; 2] = [TokenAlgorithm::EdDsa, TokenAlgorithm::Hs256];

fn now() -> DateTime<Utc> {
    at(0)
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

fn secrets(signing: u8, previous: &[(u8, Option<DateTime<Utc>>)]) -> Secrets {
    let previous = previous.iter().map(|(seed, until)| Previous { seed: [*seed; 32], until: *until }).collect();
    Secrets { access: Seeds { signing: [signing; 32], previous }, access_folder: None, refresh: [0; 32] }
}

fn ring(seed: u8) -> Ring {
    Ring::new(&secrets(seed, &[]), TokenAlgorithm::EdDsa).unwrap()
}

/// The key of [`ring`], to forge with.
fn key(seed: u8) -> Key {
    Key::new(&[seed; 32], TokenAlgorithm::EdDsa).unwrap()
}

fn token(ring: &Ring) -> String {
    ring.sign(UserId(7), SessionId(3), 1, now(), &Random::seeded(1)).unwrap()
}

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

fn is_refused(ring: &Ring, token: &str) -> bool {
    matches!(ring.verify(token, now()), Err(Error::Unauthenticated(_)))
}

#[test]
fn a_token_says_who_and_until_when() {
    for algorithm in BOTH {
        let ring = Ring::new(&secrets(1, &[]), algorithm).unwrap();
        let token = token(&ring);
        let claims = ring.verify(&token, now()).unwrap();
        assert_eq!((claims.user(), claims.session(), claims.generation()), (Some(UserId(7)), SessionId(3), 1));
        let is_good = |seconds| ring.verify(&token, at(seconds)).is_ok();
        assert!(is_good(LIFETIME + LEEWAY - 1) && !is_good(LIFETIME + LEEWAY));
        assert!(is_good(-LEEWAY) && !is_good(-LEEWAY - 1));
        assert!(ring.verify_expired(&token, at(LIFETIME + LEEWAY)).is_ok());
    }
}

#[test]
fn a_remembered_token_is_no_more_than_the_same_token() {
    let ring = ring(1);
    let token = token(&ring);
    assert!(ring.verify(&token, now()).is_ok() && ring.remembered() == 1);
    assert!(ring.verify(&token, at(LIFETIME + LEEWAY)).is_err());
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let other = signature.replacen(|c: char| c.is_ascii_lowercase(), "A", 1);
    assert!(is_refused(&ring, &format!("{signed}.{other}")) && is_refused(&ring, &format!("{signed}.")));
    assert_eq!(ring.remembered(), 1, "what is refused is not remembered");
}

#[test]
fn forged_algorithms_are_refused() {
    let ring = ring(1);
    let good = token(&ring);
    let (kid, payload) = (key(1).id().to_owned(), good.split('.').nth(1).unwrap());
    let signature = good.rsplit_once('.').unwrap().1;
    for alg in
        ["none", "None", "NONE", "nOnE", "", "HS256", "HS512", "ES256", "ES384", "RS256", "PS256", "Ed448", "EdDSa"]
    {
        let header = URL_SAFE_NO_PAD.encode(json!({ "alg": alg, "typ": "JWT", "kid": kid }).to_string());
        for signature in ["", signature] {
            assert!(is_refused(&ring, &format!("{header}.{payload}.{signature}")), "{alg}");
        }
    }
    // The public key as the secret of an HMAC, raw and as others are shown it.
    let public = SigningKey::from_bytes(&[1; 32]).verifying_key().to_bytes();
    let jwks = serde_json::to_vec(&ring.public(now())).unwrap();
    for secret in [&public[..], URL_SAFE_NO_PAD.encode(public).as_bytes(), &jwks, b""] {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(kid.clone());
        let forged = jsonwebtoken::encode(&header, &claims(&good), &EncodingKey::from_secret(secret)).unwrap();
        assert!(is_refused(&ring, &forged));
    }
}

#[test]
fn one_seed_makes_no_two_algorithms_of_one_token() {
    let [ed25519, hs256] = BOTH.map(|algorithm| Ring::new(&secrets(1, &[]), algorithm).unwrap());
    assert!(is_refused(&ed25519, &token(&hs256)) && is_refused(&hs256, &token(&ed25519)));
    assert_eq!((ed25519.public(now()).len(), hs256.public(now()).len()), (1, 0), "a shared secret is shown to nobody");
    // The seed is no secret of HS256 by itself.
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some(Key::new(&[1; 32], TokenAlgorithm::Hs256).unwrap().id().to_owned());
    let by_seed = EncodingKey::from_secret(&[1; 32]);
    assert!(is_refused(&hs256, &jsonwebtoken::encode(&header, &claims(&token(&hs256)), &by_seed).unwrap()));
}

#[test]
fn keys_that_a_token_brings_along_are_not_used() {
    let (ours, theirs) = (ring(1), key(2));
    assert!(is_refused(&ours, &token(&ring(2))));
    let jwk: Jwk = serde_json::from_value(json!(theirs.public().unwrap())).unwrap();
    let forge = |change: fn(&mut Header, &Jwk)| {
        let mut header = key(1).header.clone();
        change(&mut header, &jwk);
        jsonwebtoken::encode(&header, &claims(&token(&ours)), &theirs.encoding).unwrap()
    };
    for change in [
        (|_, _| {}) as fn(&mut Header, &Jwk),
        |header, _| header.jku = Some("http://127.0.0.1:9/keys".to_owned()),
        |header, jwk| header.jwk = Some(jwk.clone()),
        |header, _| header.x5u = Some("http://127.0.0.1:9/chain".to_owned()),
        |header, _| header.x5c = Some(vec!["MIIB".to_owned()]),
        |header, jwk| header.kid.clone_from(&jwk.common.key_id),
    ] {
        assert!(is_refused(&ours, &forge(change)));
    }
}

#[test]
fn odd_key_ids_find_no_key() {
    let ring = ring(1);
    let good = claims(&token(&ring));
    let ours = key(1);
    let odd = [
        "",
        " ",
        "../../../../dev/null",
        "/proc/self/environ",
        "access.key",
        "' or '1'='1",
        "x' union select 'k' --",
        "%00",
        "\u{0}",
        "null",
    ];
    let long = "k".repeat(10 * 1024);
    let padded = [format!("{} ", ours.id()), ours.id().to_lowercase(), format!("{}=", ours.id())];
    for kid in odd.into_iter().chain([long.as_str()]).chain(padded.iter().map(String::as_str)) {
        let mut header = ours.header.clone();
        header.kid = Some(kid.to_owned());
        assert!(is_refused(&ring, &jsonwebtoken::encode(&header, &good, &ours.encoding).unwrap()), "{kid:.40}");
    }
    let mut none = ours.header.clone();
    none.kid = None;
    assert!(is_refused(&ring, &jsonwebtoken::encode(&none, &good, &ours.encoding).unwrap()));
    let array = URL_SAFE_NO_PAD.encode(json!({ "alg": "EdDSA", "kid": [ours.id()] }).to_string());
    assert!(is_refused(&ring, &format!("{array}.{}", token(&ring).split_once('.').unwrap().1)));
}

#[test]
fn every_claim_must_be_there_and_fit() {
    let (ring, key) = (ring(1), key(1));
    let good = claims(&token(&ring));
    let sign = |claims: &Value| jsonwebtoken::encode(&key.header, claims, &key.encoding).unwrap();
    assert!(ring.verify(&sign(&good), now()).is_ok());
    for claim in ["iss", "aud", "sub", "sid", "generation", "typ", "iat", "nbf", "exp", "jti"] {
        for value in [None, Some(Value::Null), Some(json!({})), Some(json!([true]))] {
            let mut other = good.clone();
            match &value {
                None => drop(other.as_object_mut().unwrap().remove(claim)),
                Some(value) => other[claim] = value.clone(),
            }
            assert!(is_refused(&ring, &sign(&other)), "{claim}: {value:?}");
        }
    }
    let (from, to) = (now().timestamp(), now().timestamp() + LIFETIME);
    for (claim, value) in [
        ("iss", json!("other")),
        ("iss", json!("game_server ")),
        ("aud", json!("other")),
        ("aud", json!(["other"])),
        ("typ", json!("refresh")),
        ("typ", json!("Access")),
        ("sid", json!("3")),
        ("sid", json!(3.5)),
        ("generation", json!("1")),
        ("iat", json!("soon")),
        // Longer than any of ours lives, and times that overflow.
        ("exp", json!(to + 1)),
        ("exp", json!(i64::MAX)),
        ("exp", json!(from - LEEWAY)),
        ("nbf", json!(from - 1)),
        ("nbf", json!(i64::MIN)),
        ("nbf", json!(from + LEEWAY + 1)),
    ] {
        let mut other = good.clone();
        other[claim] = value.clone();
        assert!(is_refused(&ring, &sign(&other)), "{claim} = {value}");
    }
    // A subject that is nobody is left to whoever compares it with the session's user.
    let mut nobody = good;
    nobody["sub"] = json!("system");
    assert_eq!(ring.verify(&sign(&nobody), now()).unwrap().user(), None);
}

#[test]
fn whatever_is_not_a_token_is_refused() {
    for text in ["", ".", "..", "...", "a.b.c", "1.2.kLm", "\u{0}", &"x".repeat(70_000)] {
        assert!(is_refused(&ring(1), text));
    }
}

#[test]
fn a_token_beyond_eight_kibibytes_is_not_looked_at() {
    let (ring, key) = (ring(1), key(1));
    let of = |length: usize| {
        let mut padded = claims(&token(&ring));
        padded["jti"] = json!("j".repeat(length));
        jsonwebtoken::encode(&key.header, &padded, &key.encoding).unwrap()
    };
    // Three characters make four.
    let longest = (0..1_000).map(|less| of(6_000 - less)).find(|token| token.len() <= 8 * 1024).unwrap();
    assert!(longest.len() > 8 * 1024 - 8 && ring.verify(&longest, now()).is_ok());
    assert!(is_refused(&ring, &of(6_000)));
}

#[test]
fn a_previous_key_verifies_until_it_is_dropped_whatever_is_remembered() {
    for algorithm in BOTH {
        let old = Ring::new(&secrets(1, &[]), algorithm).unwrap();
        let ring = Ring::new(&secrets(2, &[(1, Some(at(60)))]), algorithm).unwrap();
        let of_old = token(&old);
        assert!(ring.verify(&of_old, at(59)).is_ok() && ring.verify(&token(&ring), now()).is_ok());
        assert!(is_refused(&old, &token(&ring)), "the new one signs");
        assert_eq!(ring.list(at(59)).len(), 2);
        assert_eq!(ring.remembered(), 2);
        assert!(ring.verify(&of_old, at(60)).is_err() && ring.verify_expired(&of_old, at(60)).is_err());
        assert!(ring.verify(&token(&ring), at(60)).is_ok());
        assert_eq!(ring.list(at(60)).len(), 1);
    }
}

#[test]
fn a_previous_key_that_is_given_stays() {
    let given = GivenSecrets {
        access: Some("2".repeat(40)),
        access_previous: Some(format!("{}, {}\n", "1".repeat(40), "0".repeat(40))),
        refresh: Some("r".repeat(40)),
    };
    let folder = tempfile::tempdir().unwrap();
    let of = |given: &GivenSecrets| {
        let secrets = Secrets::load_or_create(folder.path(), given, &Random::seeded(1)).unwrap();
        Ring::new(&secrets, TokenAlgorithm::EdDsa).unwrap()
    };
    let ring = of(&given);
    for before in ["0", "1"] {
        let node = of(&GivenSecrets { access: Some(before.repeat(40)), access_previous: None, ..given.clone() });
        assert!(ring.verify(&token(&node), now()).is_ok());
        assert!(is_refused(&node, &token(&ring)), "not the other way round");
    }
    assert_eq!(ring.public(at(1_000_000)).len(), 3);
}

/// Each step of a rolling change: nodes that took it serve beside nodes that did not.
#[test]
fn a_rolling_change_of_given_keys_refuses_no_token() {
    let (old, new) = ("o".repeat(40), "n".repeat(40));
    let node = |access: &str, previous: Option<&str>| {
        let given = GivenSecrets {
            access: Some(access.to_owned()),
            access_previous: previous.map(str::to_owned),
            refresh: Some("r".repeat(40)),
        };
        let secrets = Secrets::load_or_create(std::path::Path::new("nowhere"), &given, &Random::seeded(1)).unwrap();
        Ring::new(&secrets, TokenAlgorithm::EdDsa).unwrap()
    };
    let steps = [node(&old, None), node(&old, Some(&new)), node(&new, Some(&old)), node(&new, None)];
    for two in steps.windows(2).take(2) {
        assert!(two[0].verify(&token(&two[1]), now()).is_ok() && two[1].verify(&token(&two[0]), now()).is_ok());
    }
    // The last step waits until the tokens of the old key have expired.
    assert!(steps[2].verify(&token(&steps[3]), now()).is_ok());
    assert!(is_refused(&steps[3], &token(&steps[1])));
}

#[test]
fn a_ring_notices_a_rotation_of_its_folder_and_forgets_what_a_withdrawn_key_signed() {
    let folder = tempfile::tempdir().unwrap();
    let given = GivenSecrets::default();
    let load = || Secrets::load_or_create(folder.path(), &given, &Random::seeded(1)).unwrap();
    let [one, two] = [load(), load()].map(|secrets| Ring::new(&secrets, TokenAlgorithm::EdDsa).unwrap());
    let before = token(&one);
    assert!(two.verify(&before, now()).is_ok());
    crate::keys::rotate(folder.path(), &given, &Random::seeded(2), now()).unwrap();
    let after = token(&one);
    assert_ne!(before.split('.').next(), after.split('.').next(), "the new key signs");
    assert!(two.verify(&after, now()).is_ok(), "and is found by its id");
    assert!(one.verify(&before, now()).is_ok() && two.verify(&before, now()).is_ok());
    assert_eq!(one.public(now()).len(), 2);

    // Whoever takes the old key out of the folder withdraws it at once.
    for entry in fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
        if entry.file_name().to_string_lossy().starts_with("access-until-") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
    assert!(one.verify(&before, at(1)).is_err(), "noticed within a second");
    assert_eq!(two.public(now()).len(), 1);
    assert!(is_refused(&two, &before) && two.verify(&after, now()).is_ok());
}

#[test]
fn a_folder_that_cannot_be_read_leaves_the_keys_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let secrets = Secrets::load_or_create(folder.path(), &GivenSecrets::default(), &Random::seeded(1)).unwrap();
    let ring = Ring::new(&secrets, TokenAlgorithm::EdDsa).unwrap();
    fs::write(folder.path().join("access-until-1900000000.key"), "half of a k").unwrap();
    assert!(ring.verify(&token(&ring), now()).is_ok());
    fs::remove_dir_all(folder.path()).unwrap();
    assert!(ring.verify(&token(&ring), now()).is_ok());
}

//! The keys of access tokens: one that signs, and any number that only verify.
//!
//! Keys in the data folder can be rotated while the server runs: the folder's time of change is looked at before a token
//! is signed, where a token names a key that is not known, and once a second while tokens come in. That is one `stat`, a
//! hundredth of what a signature costs.

use std::fs;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};
use wire::{PublicKey, SessionId, UserId};

use super::super::key::Key;
use super::{Claims, LEEWAY, LIFETIME, Verified};
use crate::secrets::Seeds;
use crate::{Error, Random, Result, Secrets, TokenAlgorithm};

/// Verified tokens that are remembered, at some hundred bytes each: those of the players that are about.
const KNOWN: usize = 10_000;
/// The longest token that is looked at, in bytes: ours have some 400.
const LONGEST: usize = 8 * 1024;

/// How long a folder must be as it is before it is taken to stay so.
const SETTLED: Duration = Duration::from_secs(1);

/// The keys of access tokens.
pub(crate) struct Ring {
    keys: RwLock<Arc<Keys>>,
    /// Where the keys are kept.
    secrets: Secrets,
    algorithm: TokenAlgorithm,
    /// When the folder last changed that `keys` were read from.
    read: Mutex<Option<SystemTime>>,
    /// The second in which it was last looked at without another reason.
    looked: AtomicI64,
}

/// The keys as they were last read.
struct Keys {
    seeds: Seeds,
    signing: Key,
    previous: Vec<(Key, Option<DateTime<Utc>>)>,
    /// Tokens that were found to be ours, by their SHA-256: a signature costs some hundred times what looking here does.
    /// What else can change about a token, its time and its session, is asked each time. It goes with these keys, so that
    /// what a withdrawn one signed is forgotten with it.
    known: Cache<[u8; 32], Verified>,
}

/// A key, as it is listed: its id, and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) id: String,
    pub(crate) signs: bool,
    pub(crate) until: Option<DateTime<Utc>>,
}

impl Ring {
    /// How long a key verifies after it signed for the last time: as long as a token of it, and the leeway of two clocks,
    /// and as much again for another process to notice.
    pub(crate) const KEPT: TimeDelta = TimeDelta::seconds(LIFETIME + 2 * LEEWAY);

    pub(crate) fn new(secrets: &Secrets, algorithm: TokenAlgorithm) -> Result<Self> {
        let keys = RwLock::new(Arc::new(Keys::new(secrets.access.clone(), algorithm)?));
        Ok(Self { keys, secrets: secrets.clone(), algorithm, read: Mutex::new(None), looked: AtomicI64::new(i64::MIN) })
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
        self.look_again();
        let jti = URL_SAFE_NO_PAD.encode(random.bytes::<16>());
        self.keys().signing.sign(&Claims::new(user, session, generation, now, jti))
    }

    /// What a token says, if we signed it and it is neither too old nor of the future.
    pub(crate) fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Verified> {
        let verified = self.verify_expired(token, now)?;
        if verified.is_timely(now.timestamp()) { Ok(verified) } else { Err(Error::invalid_token()) }
    }

    /// The same for a token that may have expired: logging out must work with one.
    pub(crate) fn verify_expired(&self, token: &str, now: DateTime<Utc>) -> Result<Verified> {
        let second = now.timestamp();
        if self.looked.swap(second, Ordering::Relaxed) != second {
            self.look_again();
        }
        let verified = self.known_or_checked(token).ok_or_else(Error::invalid_token)?;
        if verified.has_key(now.timestamp()) { Ok(verified) } else { Err(Error::invalid_token()) }
    }

    fn known_or_checked(&self, token: &str) -> Option<Verified> {
        if token.len() > LONGEST {
            return None;
        }
        let hash = Sha256::digest(token).into();
        let mut keys = self.keys();
        if let Some(verified) = keys.known.get(&hash) {
            return Some(verified);
        }
        // Which key, the token says; that it is of this key, its signature must. Nothing else of the header is heeded.
        let id = jsonwebtoken::decode_header(token).ok()?.kid?;
        if keys.find(&id).is_none() {
            self.look_again();
            keys = self.keys();
        }
        let (key, until) = keys.find(&id)?;
        let verified = Verified::new(&key.check(token)?, until.map(|until| until.timestamp()));
        keys.known.insert(hash, verified);
        Some(verified)
    }

    /// What others verify tokens with, the signing key's first.
    pub(crate) fn public(&self, now: DateTime<Utc>) -> Vec<PublicKey> {
        self.look_again();
        let keys = self.keys();
        keys.at(now).filter_map(|(key, _)| key.public().cloned()).collect()
    }

    /// Every key, the signing one first.
    pub(crate) fn list(&self, now: DateTime<Utc>) -> Vec<Listed> {
        let keys = self.keys();
        let listed = keys.at(now).enumerate();
        listed.map(|(n, (key, until))| Listed { id: key.id().to_owned(), signs: n == 0, until }).collect()
    }

    /// Reads the keys anew where their folder has changed.
    fn look_again(&self) {
        let Some(folder) = &self.secrets.access_folder else { return };
        let Ok(changed) = fs::metadata(folder).and_then(|folder| folder.modified()) else { return };
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if *read == Some(changed) {
            return;
        }
        // File systems tell times in steps: what changes again within one is not told from what was read.
        let is_settled = changed.elapsed().is_ok_and(|ago| ago > SETTLED);
        *read = is_settled.then_some(changed);
        let keys = self.secrets.access_again().and_then(|seeds| {
            let is_new = seeds != self.keys().seeds;
            is_new.then(|| Keys::new(seeds, self.algorithm)).transpose()
        });
        match keys {
            Ok(Some(keys)) => {
                tracing::info!(signing = keys.signing.id(), "the keys of access tokens were changed");
                *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "the keys of access tokens cannot be read; those of before go on"),
        }
    }

    fn keys(&self) -> Arc<Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    #[cfg(test)]
    pub(super) fn remembered(&self) -> usize {
        self.keys().known.len()
    }
}

impl Keys {
    fn new(seeds: Seeds, algorithm: TokenAlgorithm) -> Result<Self> {
        let signing = Key::new(&seeds.signing, algorithm)?;
        let mut previous: Vec<(Key, _)> = Vec::new();
        for of in &seeds.previous {
            let key = Key::new(&of.seed, algorithm)?;
            // A rotation that was broken off leaves the signing key among the old ones, too.
            if key.id() != signing.id() && !previous.iter().any(|(other, _)| other.id() == key.id()) {
                previous.push((key, of.until));
            }
        }
        Ok(Self { seeds, signing, previous, known: Cache::new(KNOWN) })
    }

    fn all(&self) -> impl Iterator<Item = (&Key, Option<DateTime<Utc>>)> {
        [(&self.signing, None)].into_iter().chain(self.previous.iter().map(|(key, until)| (key, *until)))
    }

    /// Those that have not been dropped.
    fn at(&self, now: DateTime<Utc>) -> impl Iterator<Item = (&Key, Option<DateTime<Utc>>)> {
        self.all().filter(move |(_, until)| until.is_none_or(|until| now < until))
    }

    fn find(&self, id: &str) -> Option<(&Key, Option<DateTime<Utc>>)> {
        self.all().find(|(key, _)| key.id() == id)
    }
}

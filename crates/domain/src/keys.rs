//! The keys that sign access tokens: which there are, what others verify with, and a new one in the place of the old.

use std::path::Path;

use chrono::{DateTime, Utc};
use wire::PublicKeys;

use crate::secrets::{self, unusable};
use crate::tokens::Ring;
use crate::{App, Error, GivenSecrets, Random, Result, Secrets, TokenAlgorithm};

/// A key that signs or verifies access tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The `kid` of its tokens.
    pub id: String,
    /// Whether it signs; the others only verify.
    pub signs: bool,
    /// When it is dropped; none for the one that signs, and for those that are given.
    pub until: Option<DateTime<Utc>>,
}

/// What others verify access tokens with: nothing, where they are signed with a shared secret.
#[must_use]
pub fn public(app: &App) -> PublicKeys {
    PublicKeys { keys: app.keys.access.public(app.clock.now()) }
}

/// Every key that is given or kept in `folder`, the signing one first. Makes nothing.
///
/// # Errors
/// Keys that are not there yet, or cannot be used.
pub fn list(
    folder: &Path,
    given: &GivenSecrets,
    algorithm: TokenAlgorithm,
    random: &Random,
    now: DateTime<Utc>,
) -> Result<Vec<Key>> {
    if Secrets::missing(folder, given)?.contains(&secrets::ACCESS) {
        return Err(unusable(&folder.join(secrets::ACCESS), "it is not there: the first start makes it"));
    }
    let ring = Ring::new(&Secrets::load_or_create(folder, given, random)?, algorithm)?;
    let listed = ring.list(now).into_iter();
    Ok(listed.map(|key| Key { id: key.id, signs: key.signs, until: key.until }).collect())
}

/// Makes a new key in `folder`, which signs from now on. The old one verifies for as long as its tokens live: nobody is
/// signed out. A server that runs on the folder notices by itself.
///
/// # Errors
/// A signing key that is given, which is not ours to replace; a folder that cannot be used.
pub fn rotate(folder: &Path, given: &GivenSecrets, random: &Random, now: DateTime<Utc>) -> Result<()> {
    if given.access.is_some() {
        let message = "the signing key is given by secrets.access: give the new one as secrets.access_previous to every \
                       node, then exchange the two, and take the old one away after 16 minutes";
        return Err(Error::Internal(message.to_owned()));
    }
    secrets::rotate(folder, random, now, now + Ring::KEPT).map_err(|error| unusable(folder, &error.to_string()))
}

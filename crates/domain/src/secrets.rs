//! The server's own keys: given by the operator, or made at first start and kept in the data folder. Never shown.

mod rotation;

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use crate::{Error, Random, Result};

pub(crate) use rotation::rotate;

/// The server's own keys, of 256 bits each.
#[derive(Clone)]
pub struct Secrets {
    /// Seeds the keys of access tokens.
    pub(crate) access: Seeds,
    /// Where those are read anew when they were rotated; none where they are given, or kept nowhere.
    pub(crate) access_folder: Option<PathBuf>,
    /// Authenticates refresh tokens.
    pub(crate) refresh: [u8; 32],
}

/// What the keys of access tokens are made of.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Seeds {
    /// Of the one that signs.
    pub(crate) signing: [u8; 32],
    /// Of those that only verify.
    pub(crate) previous: Vec<Previous>,
}

/// The seed of a key that only verifies.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Previous {
    pub(crate) seed: [u8; 32],
    /// When it is dropped; one that is given stays until it is given no more.
    pub(crate) until: Option<DateTime<Utc>>,
}

/// Keys that are given from outside, so that several nodes share them. What is not given is kept in the data folder.
#[derive(Clone, Default)]
pub struct GivenSecrets {
    /// In the place of the one in `access.key`.
    pub access: Option<String>,
    /// Others whose access tokens are still good, or will be: with white space or commas between them.
    pub access_previous: Option<String>,
    /// In the place of the one in `refresh.key`.
    pub refresh: Option<String>,
}

impl Secrets {
    /// Fresh keys that are kept nowhere.
    #[must_use]
    pub fn generate(random: &Random) -> Self {
        let access = Seeds { signing: random.bytes(), previous: Vec::new() };
        Self { access, access_folder: None, refresh: random.bytes() }
    }

    /// The keys that are given, and for the others those in `folder`, made there (folder 0700, files 0600) when
    /// missing.
    ///
    /// # Errors
    /// A folder or file that cannot be made, read or understood, or that others may read: named, with what to do.
    pub fn load_or_create(folder: &Path, given: &GivenSecrets, random: &Random) -> Result<Self> {
        let key = |name: &str, given: &Option<String>| {
            if let Some(text) = given {
                return Ok(of(text));
            }
            fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)
                .map_err(|error| unusable(folder, &error.to_string()))?;
            let path = folder.join(name);
            key(&path, random).map_err(|error| unusable(&path, &error.to_string()))
        };
        let signing = key(ACCESS, &given.access)?;
        let refresh = key(REFRESH, &given.refresh)?;
        let mut access = Seeds { signing, previous: given.previous() };
        let access_folder = given.access.is_none().then(|| folder.to_owned());
        if access_folder.is_some() {
            let kept = rotation::previous(folder).map_err(|error| unusable(folder, &error.to_string()))?;
            access.previous.extend(kept);
        }
        Ok(Self { access, access_folder, refresh })
    }

    /// The keys of access tokens, read again from where they are kept.
    pub(crate) fn access_again(&self) -> Result<Seeds> {
        let Some(folder) = &self.access_folder else { return Ok(self.access.clone()) };
        let mut seeds = rotation::seeds(folder).map_err(|error| unusable(folder, &error.to_string()))?;
        // What is given stays.
        seeds.previous.extend(self.access.previous.iter().filter(|key| key.until.is_none()).cloned());
        Ok(seeds)
    }

    /// The names of the keys that a start would make: those neither given nor in `folder`. Makes nothing.
    ///
    /// # Errors
    /// What [`Secrets::load_or_create`] would refuse of the files that are there.
    pub fn missing(folder: &Path, given: &GivenSecrets) -> Result<Vec<&'static str>> {
        let mut missing = Vec::new();
        for (name, given) in [(ACCESS, &given.access), (REFRESH, &given.refresh)] {
            let path = folder.join(name);
            match read(&path) {
                _ if given.is_some() => {}
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => missing.push(name),
                Err(error) => return Err(unusable(&path, &error.to_string())),
            }
        }
        Ok(missing)
    }
}

impl GivenSecrets {
    fn previous(&self) -> Vec<Previous> {
        let texts = self.access_previous.iter().flat_map(|texts| texts.split([' ', '\t', '\r', '\n', ',']));
        texts.filter(|text| !text.is_empty()).map(|text| Previous { seed: of(text), until: None }).collect()
    }
}

/// The file that seeds the key of access tokens.
pub(crate) const ACCESS: &str = "access.key";
/// The file of the key of refresh tokens.
const REFRESH: &str = "refresh.key";

/// The key of a text from outside: what a key file holds is that key; of any other text it is the SHA-256.
fn of(text: &str) -> [u8; 32] {
    decoded(text).unwrap_or_else(|| Sha256::digest(text.trim()).into())
}

/// The key of a line of base64 for 32 bytes.
fn decoded(text: &str) -> Option<[u8; 32]> {
    URL_SAFE_NO_PAD.decode(text.trim()).ok()?.try_into().ok()
}

/// One key: a line of base64 for 32 bytes. It appears whole or not at all, so that neither a crash nor another start at
/// the same moment can leave half of one.
fn key(path: &Path, random: &Random) -> io::Result<[u8; 32]> {
    if !path.try_exists()? {
        let draft = draft(path, random)?;
        let linked = fs::hard_link(&draft, path);
        fs::remove_file(&draft)?;
        match linked {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ours_or_theirs => {}
        }
    }
    read(path)
}

/// A new key, whole, under a name that nobody reads.
fn draft(path: &Path, random: &Random) -> io::Result<PathBuf> {
    let draft = path.with_extension(format!("draft-{}", random.number(0, u32::MAX)));
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    writeln!(file, "{}", URL_SAFE_NO_PAD.encode(random.bytes::<32>()))?;
    file.sync_all()?;
    Ok(draft)
}

fn read(path: &Path) -> io::Result<[u8; 32]> {
    let mode = fs::metadata(path)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let message = format!("others may read it (mode {mode:o}): run chmod 600 on it");
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, message));
    }
    decoded(&fs::read_to_string(path)?).ok_or_else(|| {
        let message = "it does not hold a key of 32 bytes: restore it, or remove it to sign everybody out";
        io::Error::new(io::ErrorKind::InvalidData, message)
    })
}

pub(crate) fn unusable(path: &Path, why: &str) -> Error {
    Error::Internal(format!("the secret {} cannot be used: {why}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(folder: &Path, random: &Random) -> Result<Secrets> {
        Secrets::load_or_create(folder, &GivenSecrets::default(), random)
    }

    #[test]
    fn keys_are_made_once_and_only_their_owner_may_read_them() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("secrets");
        let random = Random::seeded(1);
        let first = kept(&folder, &random).unwrap();
        let again = kept(&folder, &random).unwrap();
        assert_eq!((first.access.signing, first.refresh), (again.access.signing, again.refresh));
        assert_ne!(first.access.signing, first.refresh);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join("access.key"))), (0o700, 0o600));
    }

    #[test]
    fn twenty_starts_at_once_agree_on_the_keys() {
        let folder = tempfile::tempdir().unwrap();
        let starts = (0..20).map(|seed| {
            let folder = folder.path().join("secrets");
            std::thread::spawn(move || kept(&folder, &Random::seeded(seed)).unwrap().access.signing)
        });
        let mut keys: Vec<_> = starts.collect::<Vec<_>>().into_iter().map(|start| start.join().unwrap()).collect();
        keys.dedup();
        assert_eq!(keys.len(), 1);
        assert_eq!(fs::read_dir(folder.path().join("secrets")).unwrap().count(), 2, "no drafts are left");
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let random = Random::seeded(1);
        kept(folder.path(), &random).unwrap();
        let key = folder.path().join("access.key");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
        let error = kept(folder.path(), &random).err().unwrap().to_string();
        assert!(error.contains("chmod 600"), "{error}");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&key, "short").unwrap();
        assert!(kept(folder.path(), &random).is_err());
    }

    #[test]
    fn keys_that_are_given_are_kept_nowhere_and_are_the_same_on_every_node() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("secrets");
        let given =
            GivenSecrets { access: Some("a".repeat(40)), refresh: Some("b".repeat(40)), ..GivenSecrets::default() };
        let [one, two] = [1, 2].map(|seed| Secrets::load_or_create(&folder, &given, &Random::seeded(seed)).unwrap());
        assert_eq!((one.access.signing, one.refresh), (two.access.signing, two.refresh));
        assert_ne!(one.access.signing, one.refresh);
        assert!(!folder.exists());
    }

    #[test]
    fn the_text_of_a_key_file_that_is_given_is_that_key() {
        let folder = tempfile::tempdir().unwrap();
        let made = kept(folder.path(), &Random::seeded(1)).unwrap();
        let text = fs::read_to_string(folder.path().join("access.key")).unwrap();
        let given = GivenSecrets { access: Some(text), ..GivenSecrets::default() };
        let moved = Secrets::load_or_create(folder.path(), &given, &Random::seeded(2)).unwrap();
        assert_eq!((moved.access.signing, moved.refresh), (made.access.signing, made.refresh));
    }

    #[test]
    fn what_is_missing_is_named_and_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let missing = |given: &GivenSecrets| Secrets::missing(folder.path(), given).map_err(|error| error.to_string());
        assert_eq!(missing(&GivenSecrets::default()), Ok(vec!["access.key", "refresh.key"]));
        let given = GivenSecrets { access: Some("a".repeat(40)), ..GivenSecrets::default() };
        assert_eq!(missing(&given), Ok(vec!["refresh.key"]));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        fs::write(folder.path().join("refresh.key"), "short").unwrap();
        fs::set_permissions(folder.path().join("refresh.key"), fs::Permissions::from_mode(0o600)).unwrap();
        assert!(missing(&given).unwrap_err().contains("does not hold a key of 32 bytes"));
    }
}

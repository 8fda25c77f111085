//! The server's own keys: made at first start, kept in the data folder, never shown.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::{Error, Random, Result};

/// The server's own keys, of 256 bits each.
#[derive(Clone)]
pub struct Secrets {
    /// Seeds the Ed25519 key that signs access tokens.
    pub(crate) access: [u8; 32],
    /// Authenticates refresh tokens.
    pub(crate) refresh: [u8; 32],
}

impl Secrets {
    /// Fresh keys that are kept nowhere.
    #[must_use]
    pub fn generate(random: &Random) -> Self {
        Self { access: random.bytes(), refresh: random.bytes() }
    }

    /// The keys in `folder`, made there (folder 0700, files 0600) when missing.
    ///
    /// # Errors
    /// A folder or file that cannot be made, read or understood, or that others may read: named, with what to do.
    pub fn load_or_create(folder: &Path, random: &Random) -> Result<Self> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(|error| unusable(folder, &error.to_string()))?;
        let key = |name: &str| {
            let path = folder.join(name);
            key(&path, random).map_err(|error| unusable(&path, &error.to_string()))
        };
        Ok(Self { access: key("access.key")?, refresh: key("refresh.key")? })
    }
}

/// One key: a line of base64 for 32 bytes. It appears whole or not at all, so that neither a crash nor another start at
/// the same moment can leave half of one.
fn key(path: &Path, random: &Random) -> io::Result<[u8; 32]> {
    if !path.try_exists()? {
        let draft = path.with_extension(format!("draft-{}", random.number(0, u32::MAX)));
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        writeln!(file, "{}", URL_SAFE_NO_PAD.encode(random.bytes::<32>()))?;
        file.sync_all()?;
        let linked = fs::hard_link(&draft, path);
        fs::remove_file(&draft)?;
        match linked {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ours_or_theirs => {}
        }
    }
    read(path)
}

fn read(path: &Path) -> io::Result<[u8; 32]> {
    let mode = fs::metadata(path)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let message = format!("others may read it (mode {mode:o}): run chmod 600 on it");
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, message));
    }
    let decoded = URL_SAFE_NO_PAD.decode(fs::read_to_string(path)?.trim()).ok();
    decoded.and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| {
        let message = "it does not hold a key of 32 bytes: restore it, or remove it to sign everybody out";
        io::Error::new(io::ErrorKind::InvalidData, message)
    })
}

fn unusable(path: &Path, why: &str) -> Error {
    Error::Internal(format!("the secret {} cannot be used: {why}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_once_and_only_their_owner_may_read_them() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("secrets");
        let random = Random::seeded(1);
        let first = Secrets::load_or_create(&folder, &random).unwrap();
        let again = Secrets::load_or_create(&folder, &random).unwrap();
        assert_eq!((first.access, first.refresh), (again.access, again.refresh));
        assert_ne!(first.access, first.refresh);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join("access.key"))), (0o700, 0o600));
    }

    #[test]
    fn twenty_starts_at_once_agree_on_the_keys() {
        let folder = tempfile::tempdir().unwrap();
        let starts = (0..20).map(|seed| {
            let folder = folder.path().join("secrets");
            std::thread::spawn(move || Secrets::load_or_create(&folder, &Random::seeded(seed)).unwrap().access)
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
        Secrets::load_or_create(folder.path(), &random).unwrap();
        let key = folder.path().join("access.key");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
        let error = Secrets::load_or_create(folder.path(), &random).err().unwrap().to_string();
        assert!(error.contains("chmod 600"), "{error}");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&key, "short").unwrap();
        assert!(Secrets::load_or_create(folder.path(), &random).is_err());
    }
}

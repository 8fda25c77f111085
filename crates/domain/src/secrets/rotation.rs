//! A new key of access tokens in the place of the old one, which verifies for a while longer.
//!
//! The old key becomes `access-until-<seconds since 1970>.key`: until when stands in its name. Whoever reads the folder at
//! any moment of a rotation finds every key that a token can be of.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use chrono::{DateTime, Utc};

use super::{ACCESS, Previous, Seeds, draft, key, read};
use crate::Random;

/// How the name of an old key begins.
const OLD: &str = "access-until-";

/// Makes a new signing key in `folder`, and keeps the old one `until` then. Old keys whose time is over go.
pub(crate) fn rotate(folder: &Path, random: &Random, now: DateTime<Utc>, until: DateTime<Utc>) -> io::Result<()> {
    // Of two who rotate at once, one waits: neither may put away a key that signed and that nobody kept.
    let alone = File::open(folder)?;
    alone.lock()?;
    let path = folder.join(ACCESS);
    key(&path, random)?;
    let mut until = until.timestamp();
    while let Err(error) = fs::hard_link(&path, folder.join(name(until))) {
        if error.kind() != io::ErrorKind::AlreadyExists {
            return Err(error);
        }
        until += 1;
    }
    fs::rename(draft(&path, random)?, &path)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if until_of(&entry.file_name().to_string_lossy()).is_some_and(|until| until <= now) {
            fs::remove_file(entry.path())?;
        }
    }
    alone.sync_all()
}

/// The keys of access tokens in `folder`.
pub(super) fn seeds(folder: &Path) -> io::Result<Seeds> {
    // The signing key first: if it is replaced meanwhile, it is found among the old ones.
    let signing = read(&folder.join(ACCESS))?;
    Ok(Seeds { signing, previous: previous(folder)? })
}

/// The old keys in `folder`, the newest first.
pub(super) fn previous(folder: &Path) -> io::Result<Vec<Previous>> {
    let mut previous = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if let Some(until) = until_of(&entry.file_name().to_string_lossy()) {
            match read(&entry.path()) {
                Ok(seed) => previous.push(Previous { seed, until: Some(until) }),
                // A rotation cleared it away.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
    }
    previous.sort_unstable_by_key(|key| std::cmp::Reverse(key.until));
    Ok(previous)
}

fn name(until: i64) -> String {
    format!("{OLD}{until}.key")
}

/// Until when the key of a file's name verifies; none where it is no old key.
fn until_of(name: &str) -> Option<DateTime<Utc>> {
    let until = name.strip_prefix(OLD)?.strip_suffix(".key")?.parse().ok()?;
    DateTime::from_timestamp(until, 0)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::{GivenSecrets, Secrets};

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn turn(folder: &Path, seed: u64, seconds: i64) {
        rotate(folder, &Random::seeded(seed), at(seconds), at(seconds) + TimeDelta::seconds(100)).unwrap();
    }

    #[test]
    fn a_new_key_signs_and_the_old_one_stays_for_its_time() {
        let folder = tempfile::tempdir().unwrap();
        let made = Secrets::load_or_create(folder.path(), &GivenSecrets::default(), &Random::seeded(1)).unwrap().access;
        turn(folder.path(), 2, 0);
        let one = seeds(folder.path()).unwrap();
        assert!(one.signing != made.signing);
        assert!(one.previous == [Previous { seed: made.signing, until: Some(at(100)) }]);
        turn(folder.path(), 3, 99);
        let two = seeds(folder.path()).unwrap();
        assert!(two.previous.iter().map(|key| key.seed).eq([one.signing, made.signing]), "the newest first");
        turn(folder.path(), 4, 100);
        let three = seeds(folder.path()).unwrap();
        assert!(three.previous.iter().map(|key| key.seed).eq([two.signing, one.signing]), "the first one is gone");
    }

    #[test]
    fn ten_rotations_at_once_lose_no_key() {
        let folder = tempfile::tempdir().unwrap();
        let made = Secrets::load_or_create(folder.path(), &GivenSecrets::default(), &Random::seeded(1)).unwrap().access;
        let at = folder.path();
        std::thread::scope(|scope| {
            for seed in 2..12 {
                scope.spawn(move || turn(at, seed, 0));
            }
        });
        let kept = seeds(folder.path()).unwrap();
        let mut all: Vec<_> = kept.previous.iter().map(|key| key.seed).chain([kept.signing]).collect();
        assert!(all.contains(&made.signing));
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 11);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 12, "no drafts are left");
    }

    #[test]
    fn what_only_looks_like_an_old_key_is_none() {
        for name in
            ["access.key", "access-until-.key", "access-until-1.key.draft-7", "access-until-x.key", "refresh.key"]
        {
            assert_eq!(until_of(name), None, "{name}");
        }
        assert_eq!(until_of(&name(7)), DateTime::from_timestamp(7, 0));
    }
}

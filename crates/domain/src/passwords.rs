//! Passwords: argon2id, off the runtime, behind a bounded queue.
//!
//! Hashes of bcrypt, which accounts from elsewhere may bring along, are checked as well. Whatever is not hashed as it is
//! done now is hashed anew by the first login that fits.

mod acceptable;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::stats::{Histogram, PasswordNumbers, count};
use crate::{Argon2Cost, Error, Result};

pub(crate) use acceptable::acceptable;

/// Seconds to ask of a caller for whom the queue has no place.
const COME_BACK: u64 = 1;

/// Hashes and checks passwords: as many at once as there are cores, so that the memory they take is bounded, and no
/// more waiting than the queue holds.
pub(crate) struct Passwords {
    argon2: Argon2<'static>,
    cores: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    nobodys: String,
    places: usize,
    at_once: usize,
    refused: AtomicU64,
    hashing: Arc<Histogram>,
}

impl Passwords {
    pub(crate) fn new(cost: Argon2Cost, queue: usize) -> Result<Self> {
        let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(internal)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let nobodys = hash(&argon2, "a password that nobody has")?;
        let places = cores + queue;
        Ok(Self {
            argon2,
            cores: Arc::new(Semaphore::new(cores)),
            queue: Arc::new(Semaphore::new(places)),
            nobodys,
            places,
            at_once: cores,
            refused: AtomicU64::new(0),
            hashing: Arc::default(),
        })
    }

    /// The password as a PHC string, with a salt of its own.
    ///
    /// # Errors
    /// [`Error::Busy`] when the queue is full.
    pub(crate) async fn hash(&self, password: String) -> Result<String> {
        let argon2 = self.argon2.clone();
        self.work(move || hash(&argon2, &password)).await?
    }

    /// Whether the password is the one that was hashed, as [`Passwords::check`] says.
    ///
    /// # Errors
    /// [`Error::Busy`] when the queue is full.
    pub(crate) async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        Ok(self.check(password, hash).await? != Fit::No)
    }

    /// Whether the password is the one that was hashed, and what its hash would be today. Without a hash it takes as long
    /// as with one of today, and is not.
    ///
    /// # Errors
    /// [`Error::Busy`] when the queue is full.
    pub(crate) async fn check(&self, password: String, hash: Option<String>) -> Result<Fit> {
        let argon2 = self.argon2.clone();
        let is_known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobodys.clone());
        let fit = self.work(move || {
            let fits = if hash.starts_with("$2") {
                bcrypt::verify(&password, &hash).map_err(internal)?
            } else {
                let hash = PasswordHash::new(&hash).map_err(internal)?;
                argon2.verify_password(password.as_bytes(), &hash).is_ok()
            };
            Ok::<_, Error>(match fits && is_known {
                false => Fit::No,
                true if is_of_today(&argon2, &hash) => Fit::Yes,
                true => Fit::Anew(self::hash(&argon2, &password)?),
            })
        });
        fit.await?
    }

    /// How busy the queue is, and was.
    pub(crate) fn numbers(&self) -> PasswordNumbers {
        let working = self.at_once.saturating_sub(self.cores.available_permits());
        let held = self.places.saturating_sub(self.queue.available_permits());
        PasswordNumbers {
            working,
            waiting: held.saturating_sub(working),
            refused: self.refused.load(Ordering::Relaxed),
            hashing: self.hashing.read(),
        }
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let place = self.queue.clone().try_acquire_owned().map_err(|_| {
            count(&self.refused);
            Error::Busy(COME_BACK)
        })?;
        let core = self.cores.clone().acquire_owned().await.map_err(internal)?;
        // The permits go with the work: a caller who hangs up does not make room for more than the cores can do.
        let hashing = self.hashing.clone();
        let done = spawn_blocking(move || {
            let _held = (place, core);
            let started = Instant::now();
            let done = work();
            hashing.record(started.elapsed());
            done
        });
        done.await.map_err(internal)
    }
}

/// Whether a password fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// It does not.
    No,
    /// It does.
    Yes,
    /// It does, and this hash should take the place of the one there is.
    Anew(String),
}

/// Whether a hash was made in the way, and with the work, of those that are made now.
fn is_of_today(argon2: &Argon2<'_>, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return false };
    let costs = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
    hash.algorithm.as_str() == "argon2id"
        && hash.version == Some(Version::V0x13.into())
        && Params::try_from(&hash).is_ok_and(|params| costs(&params) == costs(argon2.params()))
}

fn hash(argon2: &Argon2<'_>, password: &str) -> Result<String> {
    let hash: PasswordHash = argon2.hash_password(password.as_bytes()).map_err(internal)?;
    Ok(hash.to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "given to map_err")]
fn internal(error: impl ToString) -> Error {
    Error::Internal(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cheapest(queue: usize) -> Passwords {
        Passwords::new(Argon2Cost { memory_kib: 8, passes: 1 }, queue).unwrap()
    }

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let passwords = cheapest(8);
        let hash = passwords.hash("correct horse".into()).await.unwrap();
        assert!(passwords.verify("correct horse".into(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("correct horsf".into(), Some(hash)).await.unwrap());
        assert!(!passwords.verify("a password that nobody has".into(), None).await.unwrap());
    }

    #[tokio::test]
    async fn an_old_hash_fits_once_and_is_made_anew() {
        let today = cheapest(8);
        let weaker = Passwords::new(Argon2Cost { memory_kib: 16, passes: 1 }, 8).unwrap();
        let by_bcrypt = bcrypt::hash("correct horse", 4).unwrap();
        let argon2i = {
            let params = Params::new(8, 1, 1, None).unwrap();
            hash(&Argon2::new(Algorithm::Argon2i, Version::V0x13, params), "correct horse").unwrap()
        };
        let older = {
            let params = Params::new(8, 1, 1, None).unwrap();
            hash(&Argon2::new(Algorithm::Argon2id, Version::V0x10, params), "correct horse").unwrap()
        };
        for old in [weaker.hash("correct horse".into()).await.unwrap(), by_bcrypt, argon2i, older] {
            assert_eq!(today.check("correct horsf".into(), Some(old.clone())).await.unwrap(), Fit::No, "{old}");
            let Fit::Anew(new) = today.check("correct horse".into(), Some(old.clone())).await.unwrap() else {
                panic!("{old} is as it should be");
            };
            assert!(new.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{new}");
            assert_eq!(today.check("correct horse".into(), Some(new)).await.unwrap(), Fit::Yes);
        }
    }

    #[tokio::test]
    async fn a_hash_that_is_none_is_our_fault_and_fits_nothing() {
        for none in ["", "$2b$nonsense", "correct horse", "$argon2id$"] {
            assert!(cheapest(8).check("correct horse".into(), Some(none.into())).await.is_err(), "{none}");
        }
    }

    #[tokio::test]
    async fn the_default_cost_is_the_owasp_minimum() {
        let passwords = Passwords::new(Argon2Cost::default(), 8).unwrap();
        let hash = passwords.hash("correct horse".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    }

    #[tokio::test]
    async fn a_full_queue_turns_callers_away_and_then_has_room_again() {
        let passwords = cheapest(0);
        let cores = passwords.cores.available_permits();
        let held = passwords.queue.clone().acquire_many_owned(u32::try_from(cores).unwrap()).await.unwrap();
        assert!(matches!(passwords.hash("one too many".into()).await, Err(Error::Busy(1))));
        let full = passwords.numbers();
        assert_eq!((full.waiting, full.working, full.refused, full.hashing.count), (cores, 0, 1, 0));
        drop(held);
        assert!(passwords.hash("now there is room".into()).await.is_ok());
        let done = passwords.numbers();
        assert_eq!((done.waiting, done.working, done.refused, done.hashing.count), (0, 0, 1, 1));
    }
}

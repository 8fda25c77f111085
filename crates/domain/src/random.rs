//! Randomness comes from here and nowhere else.

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::rngs::{ChaCha20Rng, SysRng};
use rand::{Rng, RngExt, SeedableRng};

/// A cryptographic generator, shared by its clones.
#[derive(Clone)]
pub struct Random(Arc<Mutex<ChaCha20Rng>>);

impl Random {
    /// Seeded by the operating system.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: nothing secret could be made then.
    #[must_use]
    pub fn system() -> Self {
        let rng = ChaCha20Rng::try_from_rng(&mut SysRng).expect("the operating system gives randomness");
        Self(Arc::new(Mutex::new(rng)))
    }

    /// The same numbers every time: for tests.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(ChaCha20Rng::seed_from_u64(seed))))
    }

    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
        bytes
    }

    /// A secret of 256 bits, as URL-safe text of 43 characters.
    #[must_use]
    pub fn secret(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }

    /// A number from `low` up to, not including, `high`.
    #[must_use]
    pub fn number(&self, low: u32, high: u32) -> u32 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).random_range(low..high)
    }
}

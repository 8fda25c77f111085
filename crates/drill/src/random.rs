//! Choices that a seed repeats.

use rand::rngs::{ChaCha20Rng, SysRng};
use rand::{SeedableRng, TryRng};

/// The generator of a run.
pub(crate) type Choices = ChaCha20Rng;

/// A generator of its own for each `part` of a run, so that what one chooses moves no other.
pub(crate) fn choices(seed: u64, part: u64) -> Choices {
    ChaCha20Rng::seed_from_u64(seed.wrapping_add(part.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
}

/// A seed that is short enough to be typed.
pub(crate) fn any_seed() -> u64 {
    SysRng.try_next_u32().map_or(1, u64::from)
}

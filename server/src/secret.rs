//! A secret the operator gave: it shows itself to nobody.

use std::fmt;

use subtle::ConstantTimeEq;

/// A secret the operator gave.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret; an empty one would be none.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Option<Self> {
        Some(text.into()).filter(|text| !text.is_empty()).map(Self)
    }

    /// The text itself, for what needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether `guess` is it. How long that takes tells at most how long the secret is.
    #[must_use]
    pub fn is(&self, guess: &str) -> bool {
        self.0.as_bytes().ct_eq(guess.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_fits_itself_only_and_is_not_debug_printed() {
        let secret = Secret::new("canary-6").unwrap();
        assert!(secret.is("canary-6"));
        for wrong in ["", "canary-", "canary-7", "canary-66"] {
            assert!(!secret.is(wrong), "{wrong}");
        }
        assert_eq!(format!("{secret:?}"), "Secret(..)");
        assert!(Secret::new("").is_none());
    }
}

//! Which new passwords are taken. How long one must be, `wire` says; here stands what cannot be seen by its length.

use std::collections::HashSet;
use std::sync::LazyLock;

use wire::FieldErrors;

use crate::{Error, Result};

/// The 3,000 most common passwords of 8 characters and more, in lower case, the most common first: those of zxcvbn 4.4.2
/// (npm, MIT, see `common.LICENSE.txt`). ASVS 5, 6.2.4 asks for as many that would be long enough.
static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("common.txt").lines().collect());

/// The name of the product, which is the first thing that comes to everybody's mind.
const PRODUCT: &str = "gameserver";
/// Shorter words may stand in any password.
const SHORTEST: usize = 4;

/// Passes a new password that is neither one of the most common ones nor made of a word `about` its owner: the address, of
/// which the part before the @ counts, and the display name. Every verb that sets a password asks here first.
///
/// # Errors
/// [`Error::Invalid`] at the field `password`.
pub(crate) fn acceptable<'a>(password: &str, about: impl IntoIterator<Item = &'a str>) -> Result<()> {
    let lower = password.to_lowercase();
    if COMMON.contains(lower.as_str()) {
        return Err(refused("is one of the most common passwords, which are tried first"));
    }
    let words = about.into_iter().map(|word| word.split('@').next().unwrap_or_default().trim().to_lowercase());
    for word in words.chain([PRODUCT.to_owned()]) {
        if word.chars().count() >= SHORTEST && lower.contains(&word) {
            return Err(refused("must not contain the address, the name or the product's name"));
        }
    }
    Ok(())
}

fn refused(why: &str) -> Error {
    Error::Invalid(FieldErrors::one("password", why))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_taken(password: &str) -> bool {
        acceptable(password, ["lovelace@games.example", "Ada L."]).is_ok()
    }

    #[test]
    fn each_of_the_three_thousand_is_refused_in_any_case() {
        assert_eq!(COMMON.len(), 3000);
        for common in COMMON.iter() {
            assert!(common.chars().count() >= 8 && !is_taken(common) && !is_taken(&common.to_uppercase()), "{common}");
        }
        assert!(is_taken("correct horse"));
    }

    #[test]
    fn words_about_its_owner_are_refused_and_short_ones_are_not() {
        for password in ["my lovelace!", "LOVELACE1815", "x ada l. x", "GameServer 7", "gameserver"] {
            assert!(!is_taken(password), "{password}");
        }
        assert!(is_taken("my adamant will") && is_taken("games.example"));
        assert!(acceptable("a bob of hair", ["bob@games.example", "", "  "]).is_ok());
    }
}

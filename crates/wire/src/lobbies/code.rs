//! The short codes by which players let others in.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::lobby_password;
use crate::FieldErrors;

/// Joining by code.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = JoinLobbyByCodeRequest))]
pub struct JoinByCode {
    /// The lobby's code, as a member reads it out: case, spaces and hyphens do not count, and neither does whether O or 0, I, L
    /// or 1 was heard.
    #[cfg_attr(feature = "openapi", schema(required, max_length = 64))]
    pub code: String,
    /// The lobby's password, if it asks for one: a code does not take its place.
    #[cfg_attr(feature = "openapi", schema(format = Password, max_length = 128))]
    pub password: Option<String>,
}

/// The characters of codes: Crockford's base 32 (crockford.com/base32.html), without letters that are mistaken for others.
pub const CODE_ALPHABET: [u8; 32] = *b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a code: some thousand million codes, so that one that is guessed names a lobby once in many thousand times
/// even where there are a hundred thousand.
pub const CODE_LENGTH: usize = 6;

impl JoinByCode {
    /// The code in the spelling it is kept in, and the password.
    ///
    /// # Errors
    /// What cannot be a code; a password longer than any lobby's can be.
    pub fn check(self) -> Result<(String, Option<String>), FieldErrors> {
        let mut errors = FieldErrors::default();
        let code: String = self.code.chars().take(64).filter_map(read).collect();
        if code.len() != CODE_LENGTH || !code.bytes().all(|c| CODE_ALPHABET.contains(&c)) {
            errors.add("code", format!("should be {CODE_LENGTH} letters and digits"));
        }
        if let Some(password) = &self.password {
            lobby_password(&mut errors, password);
        }
        errors.or((code, self.password))
    }
}

/// A character as it was meant; nothing for what only sets others apart.
fn read(c: char) -> Option<char> {
    match c.to_ascii_uppercase() {
        ' ' | '-' => None,
        'O' => Some('0'),
        'I' | 'L' => Some('1'),
        c => Some(c),
    }
}

impl fmt::Debug for JoinByCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinByCode").field("code", &self.code).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(code: &str) -> Result<String, FieldErrors> {
        JoinByCode { code: code.to_owned(), password: None }.check().map(|(code, _)| code)
    }

    #[test]
    fn a_code_is_read_as_it_was_heard() {
        for heard in ["K0D1X7", "k0d1x7", "K0D-1X7", " kod ix7 ", "KOD-LX7"] {
            assert_eq!(checked(heard).as_deref(), Ok("K0D1X7"), "{heard}");
        }
        for junk in ["", "K0D1X", "K0D1X77", "K0D1XU", "K0D1X\u{202e}", "K0D1X'", "КОД1Х7", &"A".repeat(100_000)] {
            assert_eq!(checked(junk).unwrap_err().on("code"), ["should be 6 letters and digits"], "{junk:.9}");
        }
    }

    #[test]
    fn its_password_is_as_long_as_any_lobbys() {
        let of = |bytes| JoinByCode { code: "K0D1X7".to_owned(), password: Some("p".repeat(bytes)) };
        assert!(of(128).check().is_ok());
        assert_eq!(of(129).check().unwrap_err().on("password"), ["should be at most 128 bytes"]);
    }
}

//! E-mail addresses: which texts are one, and how it is written.
//!
//! ASCII only, on both sides of the `@`. A domain with other letters has an ASCII form (`xn--…`), which its owner can
//! give; names with other letters reach few mail servers (SMTPUTF8). In return no two addresses look alike and are not,
//! and no letter of another alphabet becomes one of ours when it is lower-cased, as the Kelvin sign becomes a `k`.

/// The most bytes of an address: what fits into SMTP's path (RFC 5321, section 4.5.3.1.3).
pub const EMAIL_BYTES: usize = 254;
/// The most bytes before the `@`.
const NAME_BYTES: usize = 64;
/// The most bytes between two dots of a domain.
const LABEL_BYTES: usize = 63;

/// An address as it is kept and compared: without blanks around it, in lower case.
///
/// # Errors
/// What is wrong with it, to be read after the name of its field.
pub fn email(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Err("can't be blank");
    }
    let email = text.to_ascii_lowercase();
    let Some((name, domain)) = email.split_once('@') else { return Err(MALFORMED) };
    if email.contains(|c: char| c.is_whitespace() || c.is_control()) || domain.contains('@') {
        return Err(MALFORMED);
    }
    if !email.is_ascii() {
        return Err("must be written in ASCII; a domain with other letters in its xn-- form");
    }
    if email.len() > EMAIL_BYTES {
        return Err("should be at most 254 bytes");
    }
    if name.len() > NAME_BYTES {
        return Err("should have at most 64 bytes before the @");
    }
    if !name.split('.').all(is_atom) || !domain.split('.').all(is_label) {
        return Err(MALFORMED);
    }
    Ok(email)
}

const MALFORMED: &str = "must be one address with an @ sign and no spaces";

/// A part of what stands before the `@`. Quoted ones, in which anything can stand, are nobody's.
fn is_atom(text: &str) -> bool {
    let is_allowed = |c: u8| c.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&c);
    !text.is_empty() && text.bytes().all(is_allowed)
}

/// A part of a domain.
fn is_label(text: &str) -> bool {
    let is_allowed = |c: u8| c.is_ascii_alphanumeric() || c == b'-';
    (1..=LABEL_BYTES).contains(&text.len())
        && text.bytes().all(is_allowed)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_trimmed_and_lower_cased() {
        assert_eq!(email(" Ada+Mail@Games.Example\n").as_deref(), Ok("ada+mail@games.example"));
        for good in ["a@b", "o'brien@x.example", "a.b@xn--bcher-kva.example", "1@2.3"] {
            assert_eq!(email(good).as_deref(), Ok(good));
        }
    }

    #[test]
    fn what_is_not_exactly_one_address_is_refused() {
        for bad in [
            "ada",
            "@x",
            "ada@",
            "a@b@c",
            "a b@c",
            "a@b,c@d",
            "a@b;c@d",
            "a@b c@d",
            "Ada <a@b>",
            "<a@b>",
            "a@b\r\nBcc: c@d",
            "a\r\n@b",
            "a\n@b",
            "a\0@b",
            "a\u{7f}@b",
            "\"a b\"@c",
            "\"a\"@c",
            ".a@b",
            "a.@b",
            "a..b@c",
            "a@.b",
            "a@b.",
            "a@b..c",
            "a@-b",
            "a@b-",
            "a@b_c",
            "a@[127.0.0.1]",
            "a(b)@c",
            "a\\b@c",
            "a:b@c",
            "a@b:25",
            "a@b/c",
            "a@b%c",
        ] {
            assert_eq!(email(bad), Err(MALFORMED), "{bad:?}");
        }
        for blank in ["", "  ", "\r\n"] {
            assert_eq!(email(blank), Err("can't be blank"), "{blank:?}");
        }
    }

    #[test]
    fn letters_that_only_look_like_ours_are_refused() {
        // Cyrillic a, the Kelvin sign, a dotless i, a full-width a, a zero-width space, bücher.
        for strange in ["\u{430}da@x", "\u{212a}im@x", "\u{131}da@x", "a@\u{ff41}", "a\u{200b}@x", "a@bücher.example"]
        {
            let told = email(strange).unwrap_err();
            assert!(told.contains("ASCII"), "{strange}: {told}");
        }
        for direction in ["a\u{202e}@x", "\u{feff}a@x"] {
            assert!(email(direction).is_err(), "{direction:?}");
        }
    }

    #[test]
    fn an_address_has_254_bytes_and_no_more() {
        let of = |name: usize, bytes: usize| {
            let domain = format!("{}.example", ["x".repeat(60), "y".repeat(60), "z".repeat(60)].join("."));
            let rest = bytes - name - 1 - domain.len() - 1;
            format!("{}@{}.{domain}", "n".repeat(name), "d".repeat(rest))
        };
        assert!(email(&of(40, 254)).is_ok());
        assert_eq!(email(&of(40, 255)), Err("should be at most 254 bytes"));
        let name = |bytes: usize| format!("{}@x.example", "n".repeat(bytes));
        assert!(email(&name(64)).is_ok());
        assert_eq!(email(&name(65)), Err("should have at most 64 bytes before the @"));
        assert!(email(&format!("a@{}", "d".repeat(63))).is_ok());
        assert_eq!(email(&format!("a@{}", "d".repeat(64))), Err(MALFORMED));
    }
}

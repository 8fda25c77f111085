//! Cursors: where a page of a list ended.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Where a page of a list ended. Rows that come and go elsewhere in the list do not move it.
///
/// Clients are promised nothing about its text but that it can be sent back: it is the last row's id in sixteen
/// hexadecimal digits. Whoever makes up one of their own reads the list from there, and no row that the list would not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cursor(i64);

impl Cursor {
    /// The cursor behind a row.
    #[must_use]
    pub fn after(id: i64) -> Self {
        Self(id)
    }

    /// The id of the last row before the cursor.
    #[must_use]
    pub fn id(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Not a cursor that was ever given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be the next_cursor of an earlier page")
    }
}

impl FromStr for Cursor {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let is_ours = text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let id = i64::from_str_radix(text, 16).ok();
        id.filter(|id| is_ours && *id > 0).map(Self).ok_or(Malformed)
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_was_given_and_nothing_else_is_one() {
        for id in [1, 26, i64::MAX] {
            assert_eq!(Cursor::after(id).to_string().parse(), Ok(Cursor::after(id)));
        }
        let given = Cursor::after(26).to_string();
        for bad in [
            "",
            "26",
            "x",
            "0000000000000000",   // id 0
            "ffffffffffffffff",   // id -1
            "+000000000000001",   // what a parser of numbers takes besides
            &given[1..],          // cut off
            &format!("{given}0"), // one more character
            &format!(" {given}"),
            &given.to_uppercase(),
            &"0".repeat(100_000),
        ] {
            assert_eq!(bad.parse::<Cursor>(), Err(Malformed), "{bad}");
        }
    }
}

//! Texts that are none of the words there are.

use std::fmt;

/// A text that is none of the words for a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord {
    thing: &'static str,
    text: String,
}

impl UnknownWord {
    /// `thing` is said after "no": `host policy`.
    pub(crate) fn new(thing: &'static str, text: String) -> Self {
        Self { thing, text }
    }
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no {}: {}", self.thing, self.text)
    }
}

impl std::error::Error for UnknownWord {}

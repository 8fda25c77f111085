//! Validation: every problem of an input at once, by field, in sentences a person can act on.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What is wrong with an input: messages by field. Empty means valid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldErrors(BTreeMap<String, Vec<String>>);

impl FieldErrors {
    /// One message on one field.
    #[must_use]
    pub fn one(field: &str, message: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, message);
        errors
    }

    /// Adds a message to a field.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.entry(field.to_owned()).or_default().push(message.into());
    }

    /// `value` when nothing was found wrong.
    ///
    /// # Errors
    /// Itself, when anything was.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }

    /// The messages of a field.
    #[must_use]
    pub fn on(&self, field: &str) -> &[String] {
        self.0.get(field).map_or(&[], Vec::as_slice)
    }

    /// A value that must be there; reports its absence and gives the default to go on with.
    pub(crate) fn required<T: Default>(&mut self, field: &str, value: Option<T>) -> T {
        value.unwrap_or_else(|| {
            self.add(field, "can't be blank");
            T::default()
        })
    }

    /// A text of `min` to `max` characters without control characters.
    pub(crate) fn text(&mut self, field: &str, value: &str, min: usize, max: usize) {
        let length = value.chars().count();
        if length < min && length == 0 {
            self.add(field, "can't be blank");
        } else if length < min {
            self.add(field, format!("should be at least {min} character(s)"));
        } else if length > max {
            self.add(field, format!("should be at most {max} character(s)"));
        }
        if value.chars().any(is_invisible_control) {
            self.add(field, "must not contain control or direction characters");
        }
    }

    /// A text that is looked up or kept as it is: PostgreSQL takes no NUL in one, so neither engine is given any.
    pub(crate) fn without_nul(&mut self, field: &str, value: &str) {
        if value.contains('\0') {
            self.add(field, "must not contain a NUL character");
        }
    }

    /// One of a few words; an empty one counts as none.
    pub(crate) fn one_of(&mut self, field: &str, value: Option<String>, words: &[&str]) -> Option<String> {
        let value = value.filter(|value| !value.is_empty())?;
        if !words.contains(&value.as_str()) {
            self.add(field, format!("must be one of {}", words.join(", ")));
        }
        Some(value)
    }

    /// A number within bounds, both included.
    pub(crate) fn number(&mut self, field: &str, value: i64, min: i64, max: i64) {
        if value < min {
            self.add(field, format!("must be greater than or equal to {min}"));
        } else if value > max {
            self.add(field, format!("must be less than or equal to {max}"));
        }
    }

    /// A metadata object: at most [`METADATA_BYTES`] as JSON and [`METADATA_DEPTH`] deep, counting the object itself.
    pub(crate) fn metadata(&mut self, field: &str, value: &Map<String, Value>) {
        self.metadata_of(field, value, METADATA_BYTES);
    }

    /// The same of another size.
    pub(crate) fn metadata_of(&mut self, field: &str, value: &Map<String, Value>, most: usize) {
        let depth = 1 + value.values().map(depth).max().unwrap_or(0);
        if depth > METADATA_DEPTH {
            self.add(field, format!("must be at most {METADATA_DEPTH} levels deep"));
        }
        // PostgreSQL keeps none in JSON.
        if value.iter().any(|(key, value)| key.contains('\0') || has_nul(value)) {
            self.add(field, "must not contain a NUL character");
        }
        // A value that was parsed from JSON can be written as JSON again.
        let bytes = serde_json::to_vec(value).map_or(usize::MAX, |json| json.len());
        if bytes > most {
            self.add(field, format!("must be at most {most} bytes of JSON"));
        }
    }
}

impl fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (field, messages)) in self.0.iter().enumerate() {
            let separator = if n == 0 { "" } else { "; " };
            write!(f, "{separator}{field} {}", messages.join(" and "))?;
        }
        Ok(())
    }
}

/// The most bytes of JSON a metadata object may take.
pub(crate) const METADATA_BYTES: usize = 16 * 1024;
/// The deepest a metadata object may nest.
pub(crate) const METADATA_DEPTH: usize = 8;

/// Whether a text or a key in it has a NUL.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(key, value)| key.contains('\0') || has_nul(value)),
        _ => false,
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Control characters, and the Unicode marks that reorder or hide the text around them.
fn is_invisible_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn nested(levels: usize) -> Map<String, Value> {
        let inner = (1..levels).fold(json!({}), |inner, _| json!({ "a": inner }));
        inner.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn metadata_may_be_eight_deep_and_no_deeper() {
        let mut errors = FieldErrors::default();
        errors.metadata("metadata", &nested(8));
        assert_eq!(errors, FieldErrors::default());
        errors.metadata("metadata", &nested(9));
        assert_eq!(errors.on("metadata"), ["must be at most 8 levels deep"]);
    }

    #[test]
    fn metadata_may_be_sixteen_kibibytes_and_not_one_byte_more() {
        let of_bytes =
            |n: usize| json!({ "a": "x".repeat(n - r#"{"a":""}"#.len()) }).as_object().cloned().unwrap_or_default();
        let mut errors = FieldErrors::default();
        errors.metadata("metadata", &of_bytes(METADATA_BYTES));
        assert_eq!(errors, FieldErrors::default());
        errors.metadata("metadata", &of_bytes(METADATA_BYTES + 1));
        assert_eq!(errors.on("metadata"), ["must be at most 16384 bytes of JSON"]);
    }

    #[test]
    fn metadata_has_a_nul_nowhere() {
        for bad in
            [json!({ "a": "\0" }), json!({ "\0": 1 }), json!({ "a": [{ "b": "x\0" }] }), json!({ "a": { "\0": 1 } })]
        {
            let mut errors = FieldErrors::default();
            errors.metadata("metadata", bad.as_object().unwrap());
            assert_eq!(errors.on("metadata"), ["must not contain a NUL character"], "{bad}");
        }
    }

    #[test]
    fn text_that_reorders_the_page_is_refused() {
        for bad in ["a\0b", "a\u{202e}b", "line\nbreak", "\u{feff}name"] {
            let mut errors = FieldErrors::default();
            errors.text("title", bad, 1, 80);
            assert_eq!(errors.on("title"), ["must not contain control or direction characters"], "{bad:?}");
        }
    }
}

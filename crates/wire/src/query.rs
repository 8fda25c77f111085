//! Values as a query string has them: as text, where an empty one counts as absent. What came as JSON is taken as well.

use serde::{Deserialize, Deserializer, de};

use crate::Cursor;

#[derive(Deserialize)]
#[serde(untagged)]
enum Given {
    Flag(bool),
    Number(i64),
    Text(String),
}

/// `true`, `false`, `1` or `0`.
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    match given(deserializer)? {
        None => Ok(None),
        Some(Given::Flag(flag)) => Ok(Some(flag)),
        Some(Given::Text(text)) if text == "true" || text == "1" => Ok(Some(true)),
        Some(Given::Text(text)) if text == "false" || text == "0" => Ok(Some(false)),
        Some(Given::Text(_) | Given::Number(_)) => Err(de::Error::custom("must be true or false")),
    }
}

/// A whole number.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    match given(deserializer)? {
        None => Ok(None),
        Some(Given::Number(number)) => Ok(Some(number)),
        Some(Given::Text(text)) => text.parse().map(Some).map_err(|_| de::Error::custom("must be a whole number")),
        Some(Given::Flag(_)) => Err(de::Error::custom("must be a whole number")),
    }
}

/// What a page was ended by.
pub(crate) fn cursor<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Cursor>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)?.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    text.parse().map(Some).map_err(de::Error::custom)
}

fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Given>, D::Error> {
    let given = Option::<Given>::deserialize(deserializer)?;
    Ok(given.filter(|given| !matches!(given, Given::Text(text) if text.is_empty())))
}

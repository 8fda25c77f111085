//! Being seated wherever there is room.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{NewLobby, lobby_fields};
use crate::FieldErrors;

/// Being seated in the oldest lobby that fits, or in a new one if none does.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = QuickJoinRequest))]
pub struct QuickJoin {
    /// The title of a new lobby, 1 to 80 characters; which lobby fits does not depend on it.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 80,
            pattern = r"^[^\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*$"
        )
    )]
    pub title: Option<String>,
    /// Seats the lobby must have, 1 to 128; any when absent, and 8 for a new one.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 128))]
    pub max_users: Option<i64>,
    /// Keys the lobby's metadata must have, with these values, 16 at most; a `null` asks for nothing. Also the metadata of a
    /// new lobby. An object; a text with one in JSON is taken too.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub metadata: Option<Value>,
}

impl QuickJoin {
    /// Keys that can be asked for at once: each is looked for in the metadata of many lobbies.
    pub const KEYS: usize = 16;

    /// The lobby to open when none fits, which says as well which one would.
    ///
    /// # Errors
    /// What breaks the rules of a field.
    pub fn check(self) -> Result<NewLobby, FieldErrors> {
        let Self { title, max_users, metadata } = self;
        let mut errors = FieldErrors::default();
        let metadata = metadata.and_then(|given| {
            let read = object(given);
            if read.is_none() {
                errors.add("metadata", "must be an object");
            }
            read
        });
        if metadata.as_ref().is_some_and(|wanted| wanted.len() > Self::KEYS) {
            errors.add("metadata", format!("must have at most {} keys", Self::KEYS));
        }
        let title = lobby_fields(&mut errors, title, max_users, metadata.as_ref());
        errors.or(NewLobby { title, max_users, metadata, ..NewLobby::default() })
    }
}

fn object(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(fields) => Some(fields),
        Value::String(text) => serde_json::from_str(&text).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn metadata_is_an_object_or_the_text_of_one_and_nothing_else() {
        let read = |metadata| {
            let input = QuickJoin { metadata: Some(metadata), ..QuickJoin::default() };
            input.check().map(|lobby| Value::Object(lobby.metadata.unwrap_or_default()))
        };
        for given in [json!({ "mode": "ranked" }), json!(r#"{"mode":"ranked"}"#)] {
            assert_eq!(read(given), Ok(json!({ "mode": "ranked" })));
        }
        for junk in [json!("ranked"), json!("[1]"), json!(""), json!(7), json!([]), json!("[".repeat(100_000))] {
            assert_eq!(read(junk).unwrap_err().on("metadata"), ["must be an object"]);
        }
        let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(16 * 1024));
        assert_eq!(read(json!(long)).unwrap_err().on("metadata"), ["must be at most 16384 bytes of JSON"]);
    }

    #[test]
    fn every_limit_of_a_quick_join_holds_one_past_it() {
        let of = |title: usize, max_users| QuickJoin {
            title: Some("t".repeat(title)),
            max_users: Some(max_users),
            metadata: None,
        };
        assert!(of(80, 128).check().is_ok());
        let errors = of(81, 129).check().unwrap_err();
        assert_eq!(errors.on("title"), ["should be at most 80 character(s)"]);
        assert_eq!(errors.on("max_users"), ["must be less than or equal to 128"]);
        let asking_for = |keys: usize| {
            let metadata = (0..keys).map(|key| (format!("key-{key}"), Value::Null)).collect();
            QuickJoin { metadata: Some(Value::Object(metadata)), ..QuickJoin::default() }
        };
        assert!(asking_for(16).check().is_ok());
        assert_eq!(asking_for(17).check().unwrap_err().on("metadata"), ["must have at most 16 keys"]);
    }
}

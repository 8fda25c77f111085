//! What a list of lobbies may be narrowed to.

use serde::{Deserialize, Serialize};

use crate::name::spelled;
use crate::{FieldErrors, query};

/// What a list of lobbies may be narrowed to: everything that is given must hold. A text that is empty counts as none, as
/// forms and generated clients send it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct LobbyFilter {
    /// Part of the title, in any case: at most 80 characters.
    #[cfg_attr(feature = "openapi", param(max_length = 80, nullable = false))]
    pub title: Option<String>,
    /// Only lobbies in this state: `open`, `full` or `locked`.
    #[cfg_attr(feature = "openapi", param(pattern = "^(open|full|locked)?$", nullable = false))]
    pub state: Option<String>,
    /// Only lobbies that ask for a password, or only those that do not.
    #[serde(deserialize_with = "query::flag")]
    #[cfg_attr(feature = "openapi", param(nullable = false))]
    pub is_passworded: Option<bool>,
    /// Only lobbies nobody may join, or only those that are not locked.
    #[serde(deserialize_with = "query::flag")]
    #[cfg_attr(feature = "openapi", param(nullable = false))]
    pub is_locked: Option<bool>,
    /// The fewest seats, taken or not.
    #[serde(deserialize_with = "query::number")]
    #[cfg_attr(feature = "openapi", param(nullable = false))]
    pub min_users: Option<i64>,
    /// The most seats, taken or not.
    #[serde(deserialize_with = "query::number")]
    #[cfg_attr(feature = "openapi", param(nullable = false))]
    pub max_users: Option<i64>,
    /// A key the metadata has at its top level: at most 128 characters.
    #[cfg_attr(feature = "openapi", param(max_length = 128, nullable = false))]
    pub metadata_key: Option<String>,
    /// What stands under that key: a text itself, or a number, `true`, `false` or `null` as JSON has it; at most 256
    /// characters.
    #[cfg_attr(feature = "openapi", param(max_length = 256, nullable = false))]
    pub metadata_value: Option<String>,
}

impl LobbyFilter {
    /// Itself, checked, without what is empty.
    ///
    /// # Errors
    /// A state that is none; a text too long or with control characters; a metadata value without its key.
    pub fn check(mut self) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        self.state = errors.one_of("state", self.state, &["open", "full", "locked"]);
        self.title = self.title.map(|title| spelled(&title)).filter(|title| !title.is_empty());
        self.metadata_key = given(self.metadata_key.as_deref());
        self.metadata_value = given(self.metadata_value.as_deref());
        for (field, text, max) in [
            ("title", &self.title, 80),
            ("metadata_key", &self.metadata_key, 128),
            ("metadata_value", &self.metadata_value, 256),
        ] {
            errors.text(field, text.as_deref().unwrap_or_default(), 0, max);
        }
        if self.metadata_value.is_some() && self.metadata_key.is_none() {
            errors.add("metadata_key", "can't be blank beside metadata_value");
        }
        errors.or(self)
    }
}

/// What admins may narrow a list of lobbies to: they see hidden ones as well, of which nobody else may learn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AdminLobbyFilter {
    /// What anybody may narrow it to.
    #[serde(flatten)]
    pub lobby: LobbyFilter,
    /// Only lobbies that are left out of public lists, or only those that are not.
    #[serde(deserialize_with = "query::flag")]
    pub is_hidden: Option<bool>,
    /// Only lobbies of the server's own, or only those that players opened.
    #[serde(deserialize_with = "query::flag")]
    pub hostless: Option<bool>,
}

impl AdminLobbyFilter {
    /// Itself, checked, without what is empty.
    ///
    /// # Errors
    /// As [`LobbyFilter::check`].
    pub fn check(self) -> Result<Self, FieldErrors> {
        Ok(Self { lobby: self.lobby.check()?, ..self })
    }
}

impl From<LobbyFilter> for AdminLobbyFilter {
    fn from(lobby: LobbyFilter) -> Self {
        Self { lobby, ..Self::default() }
    }
}

fn given(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_limit_of_a_filter_holds_one_past_it() {
        let of = |title: usize, key: usize, value: usize| LobbyFilter {
            title: Some("t".repeat(title)),
            metadata_key: Some("k".repeat(key)),
            metadata_value: Some("v".repeat(value)),
            ..LobbyFilter::default()
        };
        assert!(of(80, 128, 256).check().is_ok());
        let errors = of(81, 129, 257).check().unwrap_err();
        assert_eq!(errors.on("title"), ["should be at most 80 character(s)"]);
        assert_eq!(errors.on("metadata_key"), ["should be at most 128 character(s)"]);
        assert_eq!(errors.on("metadata_value"), ["should be at most 256 character(s)"]);
        assert_eq!(of(1, 0, 1).check().unwrap_err().on("metadata_key"), ["can't be blank beside metadata_value"]);
    }

    #[test]
    fn what_is_empty_narrows_nothing() {
        let fields = ["title", "state", "is_passworded", "is_locked", "min_users", "max_users", "metadata_key"];
        let empty = fields.into_iter().map(|field| (field.to_owned(), json!(""))).collect();
        let filter: LobbyFilter = serde_json::from_value(serde_json::Value::Object(empty)).unwrap();
        assert_eq!(filter.check(), Ok(LobbyFilter::default()));
    }

    #[test]
    fn what_an_admin_asks_comes_through_as_a_server_function_sends_it() {
        let lobby = LobbyFilter { max_users: Some(4), state: Some("open".into()), ..LobbyFilter::default() };
        let known = AdminLobbyFilter { lobby, is_hidden: Some(true), hostless: Some(false) };
        assert_eq!(serde_json::from_value::<AdminLobbyFilter>(json!(known)).unwrap(), known);
    }

    #[test]
    fn flags_and_numbers_are_read_from_text_and_from_json() {
        let filter = serde_json::from_value::<LobbyFilter>;
        for (said, flag) in [(json!("true"), true), (json!("1"), true), (json!("false"), false), (json!("0"), false)] {
            assert_eq!(filter(json!({ "is_locked": said })).unwrap().is_locked, Some(flag));
        }
        let known = LobbyFilter { is_locked: Some(true), min_users: Some(-3), ..LobbyFilter::default() };
        assert_eq!(filter(json!(known)).unwrap(), known, "as a server function sends it");
        for bad in [json!("yes"), json!("TRUE"), json!(2), json!([])] {
            assert!(filter(json!({ "is_locked": bad })).is_err(), "{bad}");
        }
        for bad in [json!("x"), json!("1.5"), json!(true), json!("99999999999999999999")] {
            assert!(filter(json!({ "min_users": bad })).is_err(), "{bad}");
        }
    }
}

//! A form that was refused: what was typed stands in it again, beside what is there now.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde_json::{Map, Value};

use super::act::in_words;
use crate::TypedForm;

/// What was typed into the form that led to this page, for what is drawn below.
#[derive(Clone)]
pub(crate) struct Refused(Option<TypedForm>);

impl Refused {
    /// Gives it to what is drawn below.
    pub(crate) fn provide(typed: Option<TypedForm>) {
        provide_context(Self(typed));
    }
}

/// What stands in a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) value: String,
    /// What is wrong with it.
    pub(crate) problem: Option<&'static str>,
    /// What somebody else made of it since it was shown.
    pub(crate) theirs: Option<String>,
}

impl From<String> for Entry {
    fn from(value: String) -> Self {
        Self { value, ..Self::default() }
    }
}

impl From<bool> for Entry {
    fn from(is: bool) -> Self {
        is.to_string().into()
    }
}

/// The fields of a form that was refused; of any other, nothing.
#[derive(Clone, Default)]
pub(crate) struct Typed {
    form: Option<TypedForm>,
    /// The field that is wrong, and why.
    wrong: Option<(String, &'static str)>,
}

impl Typed {
    /// Of the form that is sent there and has this field, on a page that says that it was refused.
    pub(crate) fn into_form(action: &str, field: &str) -> Self {
        let Some(Refused(Some(form))) = use_context() else { return Self::default() };
        let query = use_query_map().get_untracked();
        let Some(problem) = query.get("problem") else { return Self::default() };
        if form.action != action || !form.fields.contains_key(field) {
            return Self::default();
        }
        let said = query.get("field");
        let field = match (problem.as_str(), said.as_deref()) {
            ("validation_failed", Some("password")) => Some("lobby_password"),
            ("validation_failed", field) => field,
            ("too_small", _) => Some("max_users"),
            ("no_host" | "not_in_lobby", _) => Some("host_id"),
            _ => None,
        };
        let words = in_words(&problem, said.as_deref());
        let words = words.strip_suffix(" Nothing was changed.").unwrap_or(words);
        Self { wrong: field.map(|field| (field.to_owned(), words)), form: Some(form) }
    }

    /// Whether there is anything.
    pub(crate) fn is_any(&self) -> bool {
        self.form.is_some()
    }

    fn field(&self, name: &str) -> Option<&String> {
        self.form.as_ref()?.fields.get(name)
    }

    /// What stands in a field that is `now` so: what was typed, unless it was left as it was.
    pub(crate) fn on(&self, name: &str, now: &(impl ToString + ?Sized)) -> Entry {
        self.entry(name, now.to_string(), |one, other| one == other)
    }

    /// The same of a JSON object, however it is written.
    pub(crate) fn on_json(&self, name: &str, now: &Map<String, Value>) -> Entry {
        let read = |text: &str| serde_json::from_str::<Map<String, Value>>(text).ok();
        let now = serde_json::to_string_pretty(now).unwrap_or_default();
        self.entry(name, now, |one, other| read(one).is_some_and(|one| Some(one) == read(other)))
    }

    fn entry(&self, name: &str, now: String, is_same: impl Fn(&str, &str) -> bool) -> Entry {
        let Some(yours) = self.field(name) else { return now.into() };
        let problem = self.wrong.as_ref().filter(|(field, _)| field == name).map(|(_, words)| *words);
        let was = self.field(&["was_", name].concat());
        if problem.is_none() && was.is_some_and(|was| is_same(was, yours)) {
            return now.into();
        }
        let is_other = was.is_some_and(|was| !is_same(was, &now)) && !is_same(yours, &now);
        Entry { value: yours.clone(), problem, theirs: is_other.then_some(now) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn typed(fields: &[(&str, &str)], wrong: Option<&str>) -> Typed {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let form = TypedForm { action: String::new(), fields };
        Typed { form: Some(form), wrong: wrong.map(|field| (field.to_owned(), "A lobby has 1 to 128 seats.")) }
    }

    #[test]
    fn what_was_typed_stands_there_again_and_what_was_left_is_as_it_is_now() {
        let form =
            typed(&[("title", "Cove"), ("was_title", "Dunes"), ("max_users", "8"), ("was_max_users", "8")], None);
        assert_eq!(form.on("title", "Dunes"), "Cove".to_owned().into());
        assert_eq!(form.on("max_users", &6), "6".to_owned().into());
        assert_eq!(form.on("host_id", &3), "3".to_owned().into(), "what was not sent");
        let both = form.on("title", "Harbour");
        assert_eq!((both.value.as_str(), both.theirs.as_deref()), ("Cove", Some("Harbour")));
        assert_eq!(form.on("title", "Cove").theirs, None, "both wanted the same");
    }

    #[test]
    fn what_is_wrong_is_said_beside_it() {
        let form = typed(&[("max_users", "129"), ("was_max_users", "8")], Some("max_users"));
        let seats = form.on("max_users", &8);
        assert_eq!((seats.value.as_str(), seats.problem), ("129", Some("A lobby has 1 to 128 seats.")));
        assert!(form.is_any() && !Typed::default().is_any());
    }

    #[test]
    fn an_object_is_the_same_however_it_is_written() {
        let object = |value: Value| value.as_object().cloned().unwrap_or_default();
        let fields = [("metadata", "{\r\n \"a\": 1,\r\n}"), ("was_metadata", "{\"a\":1}")];
        let broken = typed(&fields, Some("metadata")).on_json("metadata", &object(json!({ "a": 1 })));
        assert_eq!((broken.value.as_str(), broken.theirs), (fields[0].1, None), "a comma too many costs no line");
        let left = typed(&[("metadata", "{ \"a\": 1 }"), ("was_metadata", "{\"a\":1}")], None);
        assert_eq!(left.on_json("metadata", &object(json!({ "b": 2 }))).value, "{\n  \"b\": 2\n}");
        let other = typed(&fields, None).on_json("metadata", &object(json!({ "a": 2 })));
        assert_eq!(other.theirs.as_deref(), Some("{\n  \"a\": 2\n}"));
    }
}

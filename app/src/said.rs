//! What a page's address says of the form that led to it: what was done, or what was wrong.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use crate::Typed;

use sentences::sentence;

mod sentences;

/// The longest message of a field: nothing longer is one of ours.
const MESSAGE: usize = 200;

/// What the address says.
#[derive(Clone)]
pub(crate) struct Said(ParamsMap);

impl Said {
    /// Of the page being rendered.
    pub(crate) fn here() -> Self {
        Self(use_query_map().get_untracked())
    }

    /// What was done, as a word.
    pub(crate) fn done(&self) -> Option<String> {
        self.0.get("done")
    }

    /// Whether this was wrong.
    pub(crate) fn is(&self, problem: &str) -> bool {
        self.0.get_str("problem") == Some(problem)
    }

    /// Whether one of these acts was refused.
    pub(crate) fn is_of(&self, acts: &[&str]) -> bool {
        self.0.get_str("act").is_some_and(|act| acts.contains(&act))
    }

    /// Which part of the page it is about.
    pub(crate) fn is_about(&self, part: &str) -> bool {
        self.0.get_str("part") == Some(part)
    }

    /// What was wrong, in a sentence, where no field says more.
    pub(crate) fn problem(&self) -> Option<String> {
        // In the settings it is known whose password it is not.
        let code = match (self.0.get("problem")?, self.0.get("part").is_some()) {
            (code, true) if code == "invalid_credentials" => "wrong_password".to_owned(),
            (code, true) if code == "recent_login_required" => "password_wanted".to_owned(),
            (code, _) => code,
        };
        let seconds = self.0.get("seconds").and_then(|seconds| seconds.parse().ok());
        Some(sentence(self.0.get_str("act").unwrap_or_default(), &code, seconds))
    }

    /// What is wrong with a field, as its check words it.
    pub(crate) fn on(&self, field: &str) -> Option<String> {
        // A list is narrowed by its `title`.
        self.0.get(if field == "title" { "wrong_title" } else { field }).filter(|message| is_a_check(message))
    }

    /// What was typed, where it is worth keeping.
    pub(crate) fn typed(&self) -> Option<String> {
        self.0.get("typed").filter(|typed| typed.chars().count() <= 80)
    }

    /// What was typed into a field of the form that was refused. It never stands in an address of ours.
    pub(crate) fn typed_in(&self, field: &str) -> Option<String> {
        self.all_typed().into_iter().find(|(name, _)| name == field).map(|(_, value)| value)
    }

    /// The same of every field.
    pub(crate) fn all_typed(&self) -> Vec<(String, String)> {
        let is_refused = self.0.get_str("problem").is_some();
        use_context().filter(|_| is_refused).map(|Typed(typed)| typed).unwrap_or_default()
    }

    /// Where to go on: only ever within this site; the server has the last word.
    pub(crate) fn next(&self) -> Option<String> {
        self.0.get("next").filter(|next| next.starts_with('/') && !next.starts_with("//"))
    }
}

/// Whether a message may be one of a check: whoever makes up an address could put words into our mouth with others.
fn is_a_check(message: &str) -> bool {
    let begins = ["can't ", "must ", "should ", "does not ", "is "].iter().any(|start| message.starts_with(start));
    let is_plain = message.chars().all(|c| c.is_ascii_alphanumeric() || " '(),-:;_@×".contains(c));
    begins && is_plain && message.len() <= MESSAGE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_check_says_is_not_said() {
        for check in ["can't be blank", "should be at least 8 character(s), must not contain invisible characters"] {
            assert!(is_a_check(check), "{check}");
        }
        for made_up in ["", "Call us", "must be sent to evil.example", "must see https://evil", &"must ".repeat(50)] {
            assert!(!is_a_check(made_up), "{made_up}");
        }
    }
}

//! What a page's address says of the form that led to it: what was done, or what was wrong.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use crate::TypedAddress;

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

    /// What was wrong, as its code.
    pub(crate) fn code(&self) -> Option<String> {
        self.0.get("problem")
    }

    /// Whether this was wrong.
    pub(crate) fn is(&self, problem: &str) -> bool {
        self.0.get_str("problem") == Some(problem)
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
        Some(sentence(&code, self.0.get("seconds").and_then(|seconds| seconds.parse().ok())))
    }

    /// What is wrong with a field, as its check words it.
    pub(crate) fn on(&self, field: &str) -> Option<String> {
        self.0.get(field).filter(|message| is_a_check(message))
    }

    /// What was typed, where it is worth keeping.
    pub(crate) fn typed(&self) -> Option<String> {
        self.0.get("typed").filter(|typed| typed.chars().count() <= 80)
    }

    /// The address that was typed. It never stands in one of ours.
    pub(crate) fn typed_address(&self) -> Option<String> {
        self.0.get("problem")?;
        use_context().map(|TypedAddress(typed)| typed)
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

/// What a code means, and what to do.
fn sentence(code: &str, seconds: Option<u32>) -> String {
    match (code, seconds) {
        ("invalid_credentials", _) => {
            "E-mail and password do not fit together. Try again, or have a sign-in link mailed.".to_owned()
        }
        ("wrong_password", _) => "That is not your password. Try again.".to_owned(),
        ("rate_limited", Some(1)) => "Too many tries. You can try again in a second.".to_owned(),
        ("rate_limited", Some(seconds @ ..120)) => {
            format!("Too many tries. You can try again in {seconds} seconds.")
        }
        ("rate_limited", Some(seconds)) => {
            format!("Too many tries. You can try again in {} minutes.", seconds.div_ceil(60))
        }
        ("rate_limited", None) => "Too many tries. Wait a little, then try again.".to_owned(),
        ("validation_failed", _) => "Some of it cannot be taken yet. See what is said beside each field.".to_owned(),
        ("busy", Some(seconds)) => format!("Many are signing in right now. Try again in {seconds} s."),
        ("busy", None) => "Many are signing in right now. Try again in a moment.".to_owned(),
        ("password_wanted", _) => "You signed in a while ago. Type your password as well.".to_owned(),
        ("recent_login_required", _) => "Your sign-in is too old for that. Sign in again to go on.".to_owned(),
        ("address_taken", _) => {
            "This address belongs to another account by now. Choose another in your settings.".to_owned()
        }
        ("only_way_in", _) => {
            "This device is the only way into your account. It stays until there is another.".to_owned()
        }
        ("no_device", _) => "No device is linked any more.".to_owned(),
        ("nothing_to_confirm", _) => "No address of yours waits to be confirmed.".to_owned(),
        ("already_upgraded", _) => {
            "This account was made your own a moment ago. Sign in with what was chosen.".to_owned()
        }
        ("picture_too_large", _) => "That picture is larger than 1 MiB. Choose a smaller one.".to_owned(),
        ("full_account_required", _) => "Guests have no picture of their own. Keep this account first.".to_owned(),
        ("storage_unavailable", _) => "Pictures cannot be kept right now. Try again in a moment.".to_owned(),
        ("blocked", _) => "You cannot ask this player. One of you blocks the other.".to_owned(),
        ("already_friends", _) => "You are friends already.".to_owned(),
        ("already_requested", _) => "You have asked this player already. Wait for their answer.".to_owned(),
        ("too_many_friends", _) => {
            "You or this player have as many friends as one may. One has to go first.".to_owned()
        }
        ("too_many_requests", _) => "You wait for as many answers as one may. Cancel a request first.".to_owned(),
        ("too_many_blocks", _) => "You block as many players as one may. Unblock one first.".to_owned(),
        ("forbidden" | "not_found" | "not_authorized", _) => {
            "That has changed meanwhile. See below how things are now.".to_owned()
        }
        ("banned", _) => "This account is banned. Write to those who run the game.".to_owned(),
        _ => "That did not work. Nothing was changed; try again.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_said_in_the_unit_that_fits() {
        let wait = |seconds| sentence("rate_limited", Some(seconds));
        assert_eq!(wait(1), "Too many tries. You can try again in a second.");
        assert_eq!(wait(119), "Too many tries. You can try again in 119 seconds.");
        assert_eq!(wait(121), "Too many tries. You can try again in 3 minutes.");
    }

    #[test]
    fn what_no_check_says_is_not_said() {
        for check in ["can't be blank", "should be at least 8 character(s), must not contain invisible characters"] {
            assert!(is_a_check(check), "{check}");
        }
        for made_up in ["", "Call us", "must be sent to evil.example", "must see https://evil", &"must ".repeat(50)] {
            assert!(!is_a_check(made_up), "{made_up}");
        }
    }

    #[test]
    fn a_code_nobody_gives_is_not_shown() {
        assert_eq!(sentence("<b>", None), "That did not work. Nothing was changed; try again.");
    }
}

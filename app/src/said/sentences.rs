//! What a refusal means, and what to do: the one table of it for the pages of players. What a code says depends on the act that
//! was refused, where the form says which.

/// What a code means of an act, and what to do. `seconds` are those to wait.
pub(super) fn sentence(act: &str, code: &str, seconds: Option<u32>) -> String {
    waiting(code, seconds).unwrap_or_else(|| of_act(act, code).unwrap_or_else(|| of_any(code)).to_owned())
}

/// How long to wait.
fn waiting(code: &str, seconds: Option<u32>) -> Option<String> {
    Some(match (code, seconds) {
        ("rate_limited", Some(1)) => "Too many tries. You can try again in a second.".to_owned(),
        ("rate_limited", Some(seconds @ ..120)) => {
            format!("Too many tries. You can try again in {seconds} seconds.")
        }
        ("rate_limited", Some(seconds)) => {
            format!("Too many tries. You can try again in {} minutes.", seconds.div_ceil(60))
        }
        ("rate_limited", None) => "Too many tries. Wait a little, then try again.".to_owned(),
        ("busy", Some(seconds)) => format!("Many are signing in right now. Try again in {seconds} s."),
        ("busy", None) => "Many are signing in right now. Try again in a moment.".to_owned(),
        _ => return None,
    })
}

/// What is said of one act alone.
fn of_act(act: &str, code: &str) -> Option<&'static str> {
    Some(match (act, code) {
        ("code", "not_found" | "validation_failed") => {
            "No lobby has that code. Look at it again, or ask a member for the one that holds now."
        }
        ("join" | "switch", "not_found") => "There is no such lobby any more. Quick join finds you another.",
        ("join" | "switch" | "code" | "quick_join", "blocked") => "You cannot join that lobby. Pick another.",
        ("quick_join" | "new", "already_in_lobby") => {
            "You have a seat already: this is your lobby. Leave it to look for another."
        }
        ("invite", "already_in_lobby") => "They sit in your lobby already.",
        ("invite", "not_found") => "There is no such player any more.",
        ("invite" | "ready" | "sit" | "update" | "new_code", "not_in_lobby") => {
            "You have no seat there any more. Nothing was changed; quick join finds you another."
        }
        ("invite" | "kick", "validation_failed") => "Nobody was named. Try again.",
        ("sit", "validation_failed") => "There is no such seat any more. Pick another.",
        ("kick", "not_found") => "There is no such player any more, and so no seat of theirs.",
        ("kick", "not_in_lobby") => "They do not sit in a lobby of yours any more.",
        ("decline", "not_found") => "That invitation is over already.",
        _ => return None,
    })
}

/// What is said of whatever was refused.
fn of_any(code: &str) -> &'static str {
    match code {
        "invalid_credentials" => "E-mail and password do not fit together. Try again, or have a sign-in link mailed.",
        "wrong_password" => "That is not your password. Try again.",
        "validation_failed" => "Some of it cannot be taken yet. See what is said beside each field.",
        "password_wanted" => "You signed in a while ago. Type your password as well.",
        "recent_login_required" => "Your sign-in is too old for that. Sign in again to go on.",
        "address_taken" => "This address belongs to another account by now. Choose another in your settings.",
        "only_way_in" => "This device is the only way into your account. It stays until there is another.",
        "no_device" => "No device is linked any more.",
        "nothing_to_confirm" => "No address of yours waits to be confirmed.",
        "already_upgraded" => "This account was made your own a moment ago. Sign in with what was chosen.",
        "picture_too_large" => "That picture is larger than 1 MiB. Choose a smaller one.",
        "full_account_required" => "Guests have no picture of their own. Keep this account first.",
        "storage_unavailable" => "Pictures cannot be kept right now. Try again in a moment.",
        "blocked" => "You cannot ask this player. One of you blocks the other.",
        "already_friends" => "You are friends already.",
        "already_requested" => "You have asked this player already. Wait for their answer.",
        "too_many_friends" => "You or this player have as many friends as one may. One has to go first.",
        "too_many_requests" => "You wait for as many answers as one may. Cancel a request first.",
        "too_many_blocks" => "You block as many players as one may. Unblock one first.",
        "forbidden" | "not_found" | "not_authorized" => "That has changed meanwhile. See below how things are now.",
        "banned" => "This account is banned. Write to those who run the game.",
        "seat_taken" => "Somebody sits there. Pick another seat.",
        "not_friends" => "Only friends can be invited. Give others the code.",
        "too_many_invitations" => "As many are invited as one lobby may have. Wait until some have answered.",
        "no_successor" => {
            "This lobby was opened so that nobody can be named. Open one where whom you name follows you."
        }
        "full" => "That seat was just taken. Quick join finds you another.",
        "locked" => "That lobby is locked. Pick another, or wait until its host opens it.",
        "cannot_join" => "The lobby changed while you were joining. Try again.",
        "already_in_lobby" => "You have a seat already. Leave it to sit down elsewhere.",
        "not_in_lobby" => "That seat is free already.",
        "not_host" => "Only the host can do that.",
        "cannot_kick_self" => "That is your own seat. Leave instead.",
        "too_small" => "There are more members than that. Leave a seat for each of them.",
        _ => "That did not work. Nothing was changed; try again.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_said_in_the_unit_that_fits() {
        let wait = |seconds| sentence("", "rate_limited", Some(seconds));
        assert_eq!(wait(1), "Too many tries. You can try again in a second.");
        assert_eq!(wait(119), "Too many tries. You can try again in 119 seconds.");
        assert_eq!(wait(121), "Too many tries. You can try again in 3 minutes.");
    }

    #[test]
    fn a_code_says_of_each_act_what_is_true_of_it() {
        let said = |act, code| sentence(act, code, None);
        assert_eq!(said("invite", "already_in_lobby"), "They sit in your lobby already.");
        assert!(said("quick_join", "already_in_lobby").starts_with("You have a seat already"));
        assert_eq!(said("leave", "not_in_lobby"), "That seat is free already.");
        assert!(said("ready", "not_in_lobby").starts_with("You have no seat there any more."));
        assert_eq!(said("decline", "not_found"), "That invitation is over already.");
        assert!(said("kick", "not_found").starts_with("There is no such player any more"));
        assert!(said("join", "not_found").starts_with("There is no such lobby any more."));
        assert!(
            said("join", "blocked").starts_with("You cannot join") && said("ask", "blocked").contains("cannot ask")
        );
    }

    #[test]
    fn a_code_nobody_gives_is_not_shown() {
        assert_eq!(sentence("", "<b>", None), "That did not work. Nothing was changed; try again.");
    }
}

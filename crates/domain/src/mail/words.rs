//! What each letter says.

use super::Letter;
use crate::App;
use crate::mail_tokens::Purpose;

/// The words of a letter, to be set as plain text or as HTML.
pub(super) struct Words {
    /// On one line.
    pub(super) subject: String,
    /// What is said before the link.
    pub(super) before: Vec<String>,
    pub(super) link: Option<Link>,
    /// What is said after it.
    pub(super) after: Vec<String>,
    /// Whose letter it is.
    pub(super) game: String,
    /// Where the game is.
    pub(super) site: String,
}

/// A link and what stands on its button.
pub(super) struct Link {
    pub(super) label: &'static str,
    pub(super) href: String,
}

impl Letter {
    /// Its words. The link leads to the configured public URL, whatever address a request came by.
    pub(super) fn words(&self, app: &App) -> Words {
        let game = &app.config.game;
        let site = &app.config.public_url;
        let to = |label, path: &str| Some(Link { label, href: format!("{site}{path}") });
        let by_token = |label| {
            let (token, purpose) = self.token()?;
            to(label, &format!("{}{}", purpose.path(), app.keys.mail.token(token, purpose)))
        };
        let (subject, before, link, after): (String, Vec<String>, _, Vec<String>) = match self {
            Self::Confirm { name, .. } => (
                format!("Confirm your address for {game}"),
                vec![
                    greeting(name.as_deref()),
                    format!("An account at {game} was made with this address. Confirm that it is yours."),
                ],
                by_token("Confirm address"),
                vec![
                    once(Purpose::Confirm),
                    "Was it not you? Then do nothing: without this link the address does not count.".into(),
                ],
            ),
            Self::AlreadyRegistered => (
                format!("You have an account at {game} already"),
                vec![
                    format!("Somebody tried to make an account at {game} with this address. It has one already."),
                    "If that was you, sign in. If you forgot the password, have a new one set from there.".into(),
                ],
                to("Sign in", "/users/log-in"),
                vec!["Was it not you? Then do nothing: your account is as it was.".into()],
            ),
            Self::MagicLink { .. } => (
                format!("Your sign-in link for {game}"),
                vec![format!("This link signs you in to {game}, without a password.")],
                by_token("Sign in"),
                vec![
                    once(Purpose::MagicLink),
                    "Did you not ask for it? Then do nothing: nobody can sign in without it. Pass it on to nobody.".into(),
                ],
            ),
            Self::Reset { .. } => (
                format!("Choose a new password for {game}"),
                vec![format!("With this link you choose a new password for your account at {game}.")],
                by_token("Choose a password"),
                vec![
                    once(Purpose::Reset),
                    "Did you not ask for it? Then do nothing: your password stays as it is. Pass the link on to nobody.".into(),
                ],
            ),
            Self::NoAccount => (
                format!("No account at {game} has this address"),
                vec![
                    format!("Somebody asked {game} for a link to this address. No account has it."),
                    "If that was you, you may have registered with another address, or play as a guest.".into(),
                ],
                to("Make an account", "/users/register"),
                vec!["Was it not you? Then do nothing: nothing was made or changed.".into()],
            ),
            Self::ChangeEmail { .. } => (
                format!("Confirm your new address for {game}"),
                vec![format!("Your account at {game} is to have this address. Confirm that it is yours.")],
                by_token("Confirm address"),
                vec![
                    once(Purpose::ChangeEmail),
                    "Was it not you? Then do nothing: without this link the account keeps its old address.".into(),
                ],
            ),
            Self::EmailChanged { to } => (
                format!("Your address at {game} was changed"),
                vec![
                    format!("Your account at {game} has another address now: {}.", hinted(to)),
                    "Mails for it go there from now on, and you sign in with it.".into(),
                ],
                None,
                vec![format!("Was it not you? Then tell the people who run {game} at once.")],
            ),
            Self::PasswordChanged => (
                format!("Your password at {game} was changed"),
                vec![format!("The password of your account at {game} is a new one now.")],
                to("Choose another password", "/users/reset-password"),
                vec!["Was it you? Then you need do nothing. Was it not you? Then choose another one at once.".into()],
            ),
            Self::DeviceUnlinked => (
                format!("A device was unlinked from your account at {game}"),
                vec![format!("The device that signed in to your account at {game} by itself does so no more.")],
                to("Choose another password", "/users/reset-password"),
                vec!["Was it you? Then you need do nothing. Was it not you? Then choose another password at once.".into()],
            ),
            Self::SignedOutEverywhere => (
                format!("You were signed out of {game} everywhere"),
                vec![format!("Every session of your account at {game} was ended. Sign in again to go on.")],
                to("Sign in", "/users/log-in"),
                vec!["Was it not you? Then choose another password once you are in.".into()],
            ),
            Self::AccountDeleted => (
                format!("Your account at {game} was deleted"),
                vec![format!("Your account at {game} is gone, and what was kept about you with it.")],
                None,
                vec![format!("Was it not you? Then tell the people who run {game} at once.")],
            ),
        };
        Words { subject, before, link, after, game: game.clone(), site: site.clone() }
    }
}

/// The greeting. A name comes from whoever typed the address: nothing in it may read as somebody else's advertisement,
/// so one with anything but letters, digits, blanks, hyphens and apostrophes, or a long one, is left out.
fn greeting(name: Option<&str>) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '\'' | '’');
    match name.map(str::trim) {
        Some(name) if !name.is_empty() && name.chars().count() <= 40 && name.chars().all(is_plain) => {
            format!("Hello {name},")
        }
        _ => "Hello,".to_owned(),
    }
}

/// How long a link works.
fn once(purpose: Purpose) -> String {
    let minutes = purpose.lifetime().num_minutes();
    let (number, unit) = if minutes % 60 == 0 { (minutes / 60, "hours") } else { (minutes, "minutes") };
    format!("The link works for {number} {unit}, and once.")
}

/// An address of which its owner knows which one it is, and others learn little: `a…@games.example`.
fn hinted(address: &str) -> String {
    let (name, host) = address.split_once('@').unwrap_or((address, ""));
    let first = name.chars().next().map(String::from).unwrap_or_default();
    format!("{first}…@{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_could_be_an_advertisement_is_not_said() {
        assert_eq!(greeting(Some(" Ada O'Lovelace-2 ")), "Hello Ada O'Lovelace-2,");
        assert_eq!(greeting(Some("Żółw")), "Hello Żółw,");
        let long = "a".repeat(41);
        for bad in ["evil.example", "https://evil", "win at evil@example", "a\r\nBcc: b", "<b>", "", " ", &long] {
            assert_eq!(greeting(Some(bad)), "Hello,", "{bad}");
        }
        assert_eq!(greeting(None), "Hello,");
    }

    #[test]
    fn an_address_is_hinted_at() {
        assert_eq!(hinted("ada@games.example"), "a…@games.example");
        assert_eq!(hinted("ñandú@games.example"), "ñ…@games.example");
    }

    #[test]
    fn times_are_said_in_words() {
        assert_eq!(once(Purpose::Confirm), "The link works for 24 hours, and once.");
        assert_eq!(once(Purpose::MagicLink), "The link works for 10 minutes, and once.");
        assert_eq!(once(Purpose::Reset), "The link works for 30 minutes, and once.");
    }
}

//! Accounts of one's own: making one, proving an address, changing what belongs to it.

mod answers;

use serde::{Deserialize, Serialize};

pub use answers::{AuthSession, AuthUser, Entered, GuestEntered, Message, Profile, Upgraded, WhoAmI};

use crate::redacted::redacted;
use crate::users::{new_email, new_password};
use crate::{FieldErrors, UserId};

/// The most characters of a display name.
const NAME: usize = 80;

/// Making an account, or a guest's account into one of their own.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Registration {
    /// The name other players see, 1 to 80 characters.
    #[cfg_attr(feature = "openapi", schema(value_type = String, required, min_length = 1, max_length = 80))]
    pub name: Option<String>,
    /// The address to sign in with, once it is confirmed.
    #[cfg_attr(feature = "openapi", schema(value_type = String, required, format = Email, max_length = 254))]
    pub email: Option<String>,
    /// The password: 8 characters to 256 bytes of any kind.
    #[cfg_attr(feature = "openapi", schema(value_type = String, required, format = Password, min_length = 8, max_length = 256))]
    pub password: Option<String>,
}

/// A registration whose fields keep their rules.
#[derive(Clone)]
pub struct CheckedRegistration {
    /// The name, in the spelling it is kept in.
    pub name: String,
    /// The address, in lower case.
    pub email: String,
    /// The password.
    pub password: String,
}

impl Registration {
    /// Itself, checked.
    ///
    /// # Errors
    /// What is missing or breaks the rules for names, new addresses and new passwords.
    pub fn check(self) -> Result<CheckedRegistration, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.name("name", &self.name.unwrap_or_default(), NAME);
        let email = self.email.unwrap_or_default().trim().to_ascii_lowercase();
        let password = self.password.unwrap_or_default();
        new_email(&mut errors, &email);
        new_password(&mut errors, &password, &email);
        errors.or(CheckedRegistration { name, email, password })
    }
}

/// Asking for a mail to an address: a sign-in link, or a way to a new password.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailWanted {
    /// The address.
    #[cfg_attr(feature = "openapi", schema(value_type = String, required, format = Email, max_length = 254))]
    pub email: Option<String>,
}

impl MailWanted {
    /// The address as far as it is named: what [`MailWanted::check`] makes of it.
    #[must_use]
    pub fn account(&self) -> String {
        self.email.as_deref().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The address, in lower case.
    ///
    /// # Errors
    /// What is no address.
    pub fn check(self) -> Result<String, FieldErrors> {
        let mut errors = FieldErrors::default();
        let email = self.account();
        new_email(&mut errors, &email);
        errors.or(email)
    }
}

/// What a link in a mail is used with.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkToken {
    /// The token at the end of the link.
    #[cfg_attr(feature = "openapi", schema(value_type = String, required))]
    pub token: Option<String>,
}

impl LinkToken {
    /// The token.
    ///
    /// # Errors
    /// No token.
    pub fn check(self) -> Result<String, FieldErrors> {
        let mut errors = FieldErrors::default();
        let token = errors.required("token", self.token);
        errors.or(token)
    }
}

/// A new password by the link of a mail.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordReset {
    /// The token at the end of the link.
    #[cfg_attr(feature = "openapi", schema(value_type = String, required))]
    pub token: Option<String>,
    /// The new password.
    #[cfg_attr(feature = "openapi", schema(value_type = String, required, format = Password, min_length = 8, max_length = 256))]
    pub password: Option<String>,
}

impl PasswordReset {
    /// The token and the password, which is held against the address later, when that is known.
    ///
    /// # Errors
    /// Either of them missing; a password that breaks the rules.
    pub fn check(self) -> Result<(String, String), FieldErrors> {
        let mut errors = FieldErrors::default();
        let token = errors.required("token", self.token);
        let password = self.password.unwrap_or_default();
        new_password(&mut errors, &password, "");
        errors.or((token, password))
    }
}

/// Another password for one's own account.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = UpdateCurrentUserPasswordRequest))]
pub struct PasswordChange {
    /// The new password.
    #[cfg_attr(feature = "openapi", schema(value_type = String, required, format = Password, min_length = 8, max_length = 256))]
    pub password: Option<String>,
    /// The same once more, where a form asked for it twice.
    #[cfg_attr(feature = "openapi", schema(format = Password))]
    pub password_confirmation: Option<String>,
    /// The password so far. Not needed within ten minutes of signing in.
    #[cfg_attr(feature = "openapi", schema(format = Password))]
    pub current_password: Option<String>,
}

impl PasswordChange {
    /// The new password, and the one so far where it is given. An empty one counts as none, as forms send it.
    ///
    /// # Errors
    /// A password that is missing, breaks the rules or was not repeated.
    pub fn check(self) -> Result<(String, Option<String>), FieldErrors> {
        let mut errors = FieldErrors::default();
        let password = self.password.unwrap_or_default();
        new_password(&mut errors, &password, "");
        if self.password_confirmation.is_some_and(|again| again != password) {
            errors.add("password_confirmation", "does not match password");
        }
        errors.or((password, self.current_password.filter(|current| !current.is_empty())))
    }
}

/// Another address for one's own account.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmailChange {
    /// The new address.
    #[cfg_attr(feature = "openapi", schema(value_type = String, required, format = Email, max_length = 254))]
    pub email: Option<String>,
    /// The password. Not needed within ten minutes of signing in.
    #[cfg_attr(feature = "openapi", schema(format = Password))]
    pub current_password: Option<String>,
}

impl EmailChange {
    /// The new address, in lower case, and the password where it is given.
    ///
    /// # Errors
    /// What is no address.
    pub fn check(self) -> Result<(String, Option<String>), FieldErrors> {
        let email = MailWanted { email: self.email }.check()?;
        Ok((email, self.current_password.filter(|current| !current.is_empty())))
    }
}

/// To take the device from one's own account.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct UnlinkDevice {
    /// The password. Not needed within ten minutes of signing in.
    pub current_password: Option<String>,
}

impl UnlinkDevice {
    /// The password where it is given.
    #[must_use]
    pub fn check(self) -> Option<String> {
        self.current_password.filter(|current| !current.is_empty())
    }
}

/// Another name for other players to see.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = UpdateCurrentUserDisplayNameRequest))]
pub struct DisplayName {
    /// 1 to 80 characters.
    #[cfg_attr(feature = "openapi", schema(value_type = String, required, min_length = 1, max_length = 80))]
    pub display_name: Option<String>,
}

impl DisplayName {
    /// The name, in the spelling it is kept in.
    ///
    /// # Errors
    /// A name that breaks the rules.
    pub fn check(self) -> Result<String, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.name("display_name", &self.display_name.unwrap_or_default(), NAME);
        errors.or(name)
    }
}

/// That it was done, and to whom: what changing one's password answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Done {
    /// Always true.
    pub ok: bool,
    /// The user.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub id: UserId,
}

/// That it was done, and the name as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Renamed {
    /// Always true.
    pub ok: bool,
    /// The user.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub id: UserId,
    /// The name.
    pub display_name: String,
}

redacted! {
    Registration { name, email } CheckedRegistration { name, email } LinkToken {} PasswordReset {} PasswordChange {}
    EmailChange { email }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registration(name: &str, email: &str, password: &str) -> Result<CheckedRegistration, FieldErrors> {
        let (name, email, password) = (Some(name.into()), Some(email.into()), Some(password.into()));
        Registration { name, email, password }.check()
    }

    #[test]
    fn every_problem_of_a_registration_is_told_at_once() {
        let errors = Registration::default().check().unwrap_err();
        for field in ["name", "email", "password"] {
            assert_eq!(errors.on(field), ["can't be blank"], "{field}");
        }
        let checked = registration(" Ada ", "Ada@Games.Example", "correct horse").unwrap();
        assert_eq!((checked.name.as_str(), checked.email.as_str()), ("Ada", "ada@games.example"));
        let long = "n".repeat(81);
        assert_eq!(
            registration(&long, "ada@games.example", "correct horse").unwrap_err().on("name"),
            ["should be at most 80 character(s)"]
        );
    }

    #[test]
    fn a_password_that_is_asked_for_twice_must_be_the_same_both_times() {
        let change = |again: &str| {
            let (password, password_confirmation) = (Some("correct horse".into()), Some(again.into()));
            PasswordChange { password, password_confirmation, current_password: Some(String::new()) }.check()
        };
        assert_eq!(change("correct horse"), Ok(("correct horse".into(), None)));
        assert_eq!(change("correct hors").unwrap_err().on("password_confirmation"), ["does not match password"]);
    }

    #[test]
    fn no_password_is_debug_printed() {
        let password = || Some("canary-7".to_owned());
        let printed = format!(
            "{:?} {:?} {:?} {:?}",
            Registration { password: password(), ..Registration::default() },
            PasswordReset { token: password(), password: password() },
            PasswordChange { password: password(), current_password: password(), password_confirmation: password() },
            LinkToken { token: password() },
        );
        assert!(!printed.contains("canary"), "{printed}");
    }
}

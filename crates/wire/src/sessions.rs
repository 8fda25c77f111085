//! Signing in, and the tokens a sign-in gives.

use serde::{Deserialize, Serialize};

use crate::redacted::redacted;
use crate::{FieldErrors, UserId};

mod open;

pub use open::{AdminSession, EndSessions, OpenSession, OpenSessions, SessionFilter};

/// Signing in as the account of a device.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DeviceLoginRequest))]
pub struct DeviceLogin {
    /// A secret of 16 to 256 characters that the game made at random and keeps.
    #[cfg_attr(
        feature = "openapi",
        schema(
            value_type = String,
            required,
            min_length = 16,
            max_length = 256,
            pattern = r"^[^\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*$"
        )
    )]
    pub device_id: Option<String>,
}

impl DeviceLogin {
    /// The checked device id.
    ///
    /// # Errors
    /// A device id that is missing, shorter than 16 or longer than 256 characters.
    pub fn check(self) -> Result<String, FieldErrors> {
        let mut errors = FieldErrors::default();
        let device_id = errors.required("device_id", self.device_id);
        if errors == FieldErrors::default() {
            errors.text("device_id", &device_id, 16, 256);
        }
        errors.or(device_id)
    }
}

/// Signing in with an e-mail address and a password.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = LoginRequest))]
pub struct PasswordLogin {
    /// The address, in any case.
    #[cfg_attr(feature = "openapi", schema(value_type = String, required, format = Email, max_length = 254))]
    pub email: Option<String>,
    /// The password, exactly as it was set.
    #[cfg_attr(feature = "openapi", schema(value_type = String, required, format = Password, max_length = 256))]
    pub password: Option<String>,
    /// A device's secret, as of `POST /login/device`: it can sign in by itself from then on, if neither it nor the account
    /// has another partner. One that breaks the rules is ignored.
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub device_id: Option<String>,
}

impl PasswordLogin {
    /// The device, if it is one.
    #[must_use]
    pub fn device(&self) -> Option<String> {
        DeviceLogin { device_id: self.device_id.clone() }.check().ok()
    }

    /// The account that is tried, as far as it is named: what [`PasswordLogin::check`] makes of the address.
    #[must_use]
    pub fn account(&self) -> String {
        self.email.as_deref().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The checked address and password. Neither is held against the rules for new ones: a wrong one simply fits nobody.
    ///
    /// # Errors
    /// Either of them missing, an address with a NUL or beyond 254, or a password beyond 256 bytes.
    pub fn check(self) -> Result<(String, String), FieldErrors> {
        let mut errors = FieldErrors::default();
        let email = errors.required("email", self.email);
        let password = errors.required("password", self.password);
        errors.without_nul("email", &email);
        if email.len() > 254 {
            errors.add("email", "should be at most 254 bytes");
        }
        if password.len() > 256 {
            errors.add("password", "should be at most 256 bytes");
        }
        errors.or((email.trim().to_ascii_lowercase(), password))
    }
}

/// Exchanging or giving up a refresh token.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RefreshTokenRequest))]
pub struct RefreshToken {
    /// The token that came with the last login or refresh.
    #[cfg_attr(feature = "openapi", schema(value_type = String, required))]
    pub refresh_token: Option<String>,
}

impl RefreshToken {
    /// The session the token says it is of.
    #[must_use]
    pub fn session(&self) -> Option<&str> {
        self.refresh_token.as_deref()?.split('.').next()
    }

    /// The token.
    ///
    /// # Errors
    /// No token.
    pub fn check(self) -> Result<String, FieldErrors> {
        let mut errors = FieldErrors::default();
        let token = errors.required("refresh_token", self.refresh_token);
        errors.or(token)
    }
}

/// What a sign-in gives a game.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tokens {
    /// A signed JWT for the `Authorization: Bearer` header.
    pub access_token: String,
    /// An opaque token for the next refresh. Each is good for one use.
    pub refresh_token: String,
    /// Seconds until the access token expires.
    pub expires_in: i64,
    /// Who signed in.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub user_id: UserId,
}

/// The tokens twice, at the top level and under `data`: clients of either reading find them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenAnswer {
    /// At the top level.
    #[serde(flatten)]
    pub tokens: Tokens,
    /// And as existing clients read it.
    pub data: Tokens,
}

impl From<Tokens> for TokenAnswer {
    fn from(tokens: Tokens) -> Self {
        Self { data: tokens.clone(), tokens }
    }
}

redacted! { DeviceLogin {} PasswordLogin { email } RefreshToken {} Tokens { user_id, expires_in } }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_id_has_sixteen_to_two_hundred_and_fifty_six_characters() {
        let of = |n: usize| DeviceLogin { device_id: Some("d".repeat(n)) }.check();
        assert!(of(16).is_ok() && of(256).is_ok());
        assert_eq!(of(15).unwrap_err().on("device_id"), ["should be at least 16 character(s)"]);
        assert_eq!(of(257).unwrap_err().on("device_id"), ["should be at most 256 character(s)"]);
        assert_eq!(DeviceLogin::default().check().unwrap_err().on("device_id"), ["can't be blank"]);
    }

    #[test]
    fn secrets_are_not_debug_printed() {
        let login = PasswordLogin {
            email: Some("a@b.example".into()),
            password: Some("canary-7".into()),
            device_id: Some("canary-6".into()),
        };
        assert!(!format!("{login:?}").contains("canary"));
        let tokens = Tokens {
            access_token: "canary-8".into(),
            refresh_token: "canary-9".into(),
            expires_in: 900,
            user_id: UserId(1),
        };
        assert!(!format!("{:?}", TokenAnswer::from(tokens)).contains("canary"));
    }
}

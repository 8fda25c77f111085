//! What can go wrong in a verb. The edge turns each kind into its status code.

use wire::{ApiError, FieldErrors};

/// The result of a verb.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A code to branch on and a sentence to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stable, in `snake_case`.
    pub code: &'static str,
    /// What happened and what to do next.
    pub message: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

/// What can go wrong in a verb.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody valid is asking.
    #[error("{0}")]
    Unauthenticated(Refusal),
    /// Whoever asks may not.
    #[error("{0}")]
    Forbidden(Refusal),
    /// It does not exist, or not for whoever asks.
    #[error("{0}")]
    NotFound(Refusal),
    /// It was there, and is used up or too old.
    #[error("{0}")]
    Gone(Refusal),
    /// The request does not fit the state things are in.
    #[error("{0}")]
    Unfit(Refusal),
    /// The request crosses something that stands already.
    #[error("{0}")]
    Conflict(Refusal),
    /// The input is as it should be, but cannot be had as things are.
    #[error("{0}")]
    Impossible(Refusal),
    /// The input is larger than what is taken.
    #[error("{0}")]
    TooLarge(Refusal),
    /// The input breaks rules.
    #[error("{0}")]
    Invalid(FieldErrors),
    /// Too much is asked at once; try again after some seconds.
    #[error("busy, try again in {0} s")]
    Busy(u64),
    /// The database cannot be reached; try again after some seconds. Whether a write was made is not known.
    #[error("the database cannot be reached, try again in {0} s")]
    Unavailable(u64),
    /// The storage of pictures cannot be reached; try again after some seconds.
    #[error("the storage cannot be reached, try again in {0} s")]
    StorageUnavailable(u64),
    /// Too much was asked by one caller; they may ask again after some seconds.
    #[error("too many tries, try again in {0} s")]
    RateLimited(u64),
    /// The database failed.
    #[error("database: {0}")]
    Database(sqlx::Error),
    /// Anything else of ours.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// Nobody is signed in.
    #[must_use]
    pub fn authentication_required() -> Self {
        Self::unauthenticated("authentication_required", "Sign in first, then send the access token as a bearer token.")
    }

    /// An access token that is no good.
    #[must_use]
    pub fn invalid_token() -> Self {
        Self::unauthenticated(
            "invalid_token",
            "This access token is invalid or has expired. Refresh it or sign in again.",
        )
    }

    /// No such thing for whoever asks.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::NotFound(Refusal { code: "not_found", message: format!("There is no such {what}.") })
    }

    /// No such thing for whoever asks, and what there is to say of that.
    #[must_use]
    pub fn not_there(message: &str) -> Self {
        Self::NotFound(Refusal { code: "not_found", message: message.to_owned() })
    }

    /// What was sent cannot be read.
    #[must_use]
    pub fn invalid_json() -> Self {
        Self::unfit("invalid_json", "This is not JSON of the right shape. Check its quotes, commas and brackets.")
    }

    /// Only admins may.
    #[must_use]
    pub fn admins_only() -> Self {
        Self::forbidden("forbidden", "Only admins may do this.")
    }

    /// The sign-in is good, but too old for this.
    #[must_use]
    pub fn recent_login_required(message: &str) -> Self {
        Self::forbidden("recent_login_required", message)
    }

    /// Only the server's own command line may.
    #[must_use]
    pub fn system_only() -> Self {
        Self::forbidden("forbidden", "Only the server's own command line may do this.")
    }

    /// Whether the answer is no, and would be the next time: not that something failed or was too much for now.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Unauthenticated(_)
            | Self::Forbidden(_)
            | Self::NotFound(_)
            | Self::Gone(_)
            | Self::Unfit(_)
            | Self::Conflict(_)
            | Self::Impossible(_)
            | Self::TooLarge(_)
            | Self::Invalid(_) => true,
            Self::Busy(_)
            | Self::Unavailable(_)
            | Self::StorageUnavailable(_)
            | Self::RateLimited(_)
            | Self::Database(_)
            | Self::Internal(_) => false,
        }
    }

    pub(crate) fn unauthenticated(code: &'static str, message: &str) -> Self {
        Self::Unauthenticated(Refusal { code, message: message.to_owned() })
    }

    pub(crate) fn forbidden(code: &'static str, message: &str) -> Self {
        Self::Forbidden(Refusal { code, message: message.to_owned() })
    }

    pub(crate) fn unfit(code: &'static str, message: &str) -> Self {
        Self::Unfit(Refusal { code, message: message.to_owned() })
    }

    pub(crate) fn conflict(code: &'static str, message: &str) -> Self {
        Self::Conflict(Refusal { code, message: message.to_owned() })
    }

    /// It was there, and is used up or too old.
    #[must_use]
    pub fn gone(code: &'static str, message: &str) -> Self {
        Self::Gone(Refusal { code, message: message.to_owned() })
    }

    pub(crate) fn too_large(code: &'static str, message: &str) -> Self {
        Self::TooLarge(Refusal { code, message: message.to_owned() })
    }

    pub(crate) fn impossible(code: &'static str, message: &str) -> Self {
        Self::Impossible(Refusal { code, message: message.to_owned() })
    }
}

impl From<sqlx::Error> for Error {
    /// A database that is only busy, or away, is told apart: the same request may work in a moment.
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
        let code = code.as_deref().unwrap_or_default();
        if matches!(error, sqlx::Error::PoolTimedOut) || BUSY.contains(&code) {
            tracing::warn!(%error, "the database is busy");
            return Self::Busy(1);
        }
        if error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_foreign_key_violation) {
            // Whoever asked, or what they asked about, was there a moment ago.
            let message = "Something this belongs to was deleted in the same moment. Look again.";
            return Self::conflict("deleted_meanwhile", message);
        }
        if is_away(&error) || AWAY.contains(&code) {
            tracing::warn!(%error, "the database cannot be reached");
            return Self::Unavailable(2);
        }
        Self::Database(error)
    }
}

/// PostgreSQL: idle in a transaction for too long (the machine was), serialization failure, deadlock, lock not available,
/// statement timeout. SQLite: busy.
const BUSY: [&str; 6] = ["25P03", "40001", "40P01", "55P03", "57014", "5"];

/// PostgreSQL: connections that broke (class 08), a standby that takes no writes, too many connections, and the server
/// stopping, crashing, starting, or closing what was idle (class 57P).
const AWAY: [&str; 10] = ["08000", "08001", "08003", "08004", "08006", "25006", "53300", "57P01", "57P02", "57P03"];

/// Whether there was no database to fail, but only nobody at the other end.
fn is_away(error: &sqlx::Error) -> bool {
    use sqlx::Error::{Io, PoolClosed, Tls, WorkerCrashed};
    matches!(error, Io(_) | Tls(_) | PoolClosed | WorkerCrashed)
}

impl From<FieldErrors> for Error {
    fn from(errors: FieldErrors) -> Self {
        Self::Invalid(errors)
    }
}

impl From<&Error> for ApiError {
    /// What a client may know: nothing internal.
    fn from(error: &Error) -> Self {
        match error {
            Error::Unauthenticated(it)
            | Error::Forbidden(it)
            | Error::NotFound(it)
            | Error::Gone(it)
            | Error::Unfit(it)
            | Error::Conflict(it)
            | Error::Impossible(it)
            | Error::TooLarge(it) => Self::new(it.code, it.message.clone()),
            Error::Invalid(errors) => Self::invalid(errors.clone()),
            Error::Busy(seconds) => {
                Self::new("busy", format!("The server has more to do than it can. Try again in {seconds} s."))
            }
            Error::Unavailable(seconds) => {
                let message = format!("The server cannot reach its database. Try again in {seconds} s.");
                Self::new("database_unavailable", message)
            }
            Error::StorageUnavailable(seconds) => {
                let message = format!("The server cannot reach the storage of pictures. Try again in {seconds} s.");
                Self::new("storage_unavailable", message)
            }
            Error::RateLimited(1) => Self::new("rate_limited", "Too many tries. You can try again in a second."),
            Error::RateLimited(seconds) => {
                Self::new("rate_limited", format!("Too many tries. You can try again in {seconds} seconds."))
            }
            Error::Database(_) | Error::Internal(_) => {
                Self::new("internal", "Something failed on our side. Nothing was changed; try again.")
            }
        }
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn a_database_that_is_away_is_no_fault_of_ours_and_one_that_fails_is() {
        let away = |error: sqlx::Error| matches!(Error::from(error), Error::Unavailable(_));
        assert!(away(io::Error::from(io::ErrorKind::ConnectionReset).into()));
        assert!(away(sqlx::Error::PoolClosed));
        assert!(away(sqlx::Error::Tls("no certificate".into())));
        assert!(matches!(Error::from(sqlx::Error::PoolTimedOut), Error::Busy(_)));
        assert!(!away(sqlx::Error::RowNotFound));
        assert!(!away(sqlx::Error::Protocol("nonsense".into())));
    }
}

//! The one shape of every error: REST bodies, error replies on the socket and server functions alike.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::FieldErrors;

/// An error as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiError {
    /// A stable `snake_case` code to branch on, such as `already_in_lobby`.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[a-z0-9_]+$"))]
    pub error: Cow<'static, str>,
    /// A sentence that says what happened and what to do next.
    pub message: String,
    /// With `validation_failed`: the messages by field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, value_type = Option<std::collections::BTreeMap<String, Vec<String>>>))]
    pub errors: Option<FieldErrors>,
    /// With `internal`: the request's id, by which the operator finds it in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl ApiError {
    /// An error of a code and a sentence.
    #[must_use]
    pub fn new(error: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { error: error.into(), message: message.into(), errors: None, request_id: None }
    }

    /// An input that did not pass its validation.
    #[must_use]
    pub fn invalid(errors: FieldErrors) -> Self {
        let message = format!("Some fields need another value: {errors}.");
        Self { error: Cow::Borrowed("validation_failed"), message, errors: Some(errors), request_id: None }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ApiError {}

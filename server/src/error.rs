//! The only status-code table.

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::Error;
use wire::{ApiError, FieldErrors};

use crate::limits::Standing;
use crate::requests;

/// An answer that is an error: a status and the one body errors have.
#[derive(Debug)]
pub(crate) struct Failure {
    status: StatusCode,
    retry_after: Option<u64>,
    standing: Option<Box<Standing>>,
    // Boxed: it is large, and most results are none.
    body: Box<ApiError>,
}

/// What `/readyz` answers while requests should go elsewhere.
pub(crate) const NOT_READY: StatusCode = StatusCode::SERVICE_UNAVAILABLE;

/// The status of a verb's error on its way out. Unknown internals are logged once, here, and shown to nobody.
pub(crate) fn report(error: &Error) -> StatusCode {
    if matches!(error, Error::Database(_) | Error::Internal(_)) {
        tracing::error!(%error, "a request failed");
    }
    status(error)
}

/// The table.
fn status(error: &Error) -> StatusCode {
    match error {
        Error::Unfit(_) => StatusCode::BAD_REQUEST,
        Error::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
        Error::Forbidden(_) => StatusCode::FORBIDDEN,
        Error::NotFound(_) => StatusCode::NOT_FOUND,
        Error::Gone(_) => StatusCode::GONE,
        Error::Conflict(_) => StatusCode::CONFLICT,
        Error::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        Error::Impossible(_) | Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::RateLimited(_) => StatusCode::TOO_MANY_REQUESTS,
        Error::Busy(_) | Error::Unavailable(_) | Error::StorageUnavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        Error::Database(_) | Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl Failure {
    pub(crate) fn invalid_json() -> Self {
        Error::invalid_json().into()
    }

    /// JSON of a shape that is not taken, and which one would be.
    pub(crate) fn unfit_json(message: String) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_json", message)
    }

    pub(crate) fn invalid(errors: FieldErrors) -> Self {
        Error::Invalid(errors).into()
    }

    pub(crate) fn media_type() -> Self {
        let message = "Send the body as JSON, not compressed, with the header Content-Type: application/json.";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message)
    }

    pub(crate) fn form_media_type() -> Self {
        let message = "Send the form as application/x-www-form-urlencoded, not compressed.";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message)
    }

    pub(crate) fn too_large() -> Self {
        let message = "The body is larger than what is taken here.";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message)
    }

    pub(crate) fn no_such_route() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is no such route. Check its path.")
    }

    pub(crate) fn method_not_allowed() -> Self {
        let message = "This route answers to other methods. The Allow header names them.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message)
    }

    pub(crate) fn no_websocket() -> Self {
        let message = "This address speaks WebSocket only. Connect with a client of Phoenix channels.";
        Self::new(StatusCode::UPGRADE_REQUIRED, "upgrade_required", message)
    }

    /// 403, as clients of this protocol expect of a connection that is refused.
    pub(crate) fn refused_connection(body: ApiError) -> Self {
        Self { status: StatusCode::FORBIDDEN, retry_after: None, standing: None, body: Box::new(body) }
    }

    /// One socket more than a player or an address may have.
    pub(crate) fn too_many_sockets(message: &str) -> Self {
        Self { retry_after: Some(10), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_sockets", message) }
    }

    /// One socket more than the server has places for.
    pub(crate) fn no_place() -> Self {
        let message = "As many sockets are open here as there are places. Connect again later.";
        Self { retry_after: Some(10), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", message) }
    }

    /// A socket that would have to close at once.
    pub(crate) fn going_away() -> Self {
        let message = "The server is going away. Connect again in a moment.";
        Self { retry_after: Some(1), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "going_away", message) }
    }

    pub(crate) fn too_slow() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", "This took too long and was given up. Try again.")
    }

    pub(crate) fn metrics_token() -> Self {
        let message = "Send the token of the setting metrics.token as a bearer token.";
        Self::new(StatusCode::UNAUTHORIZED, "invalid_token", message)
    }

    /// The connection is closed with it: what is left of the body would be taken for the next request.
    pub(crate) fn slow_body() -> Self {
        let message = "The body did not arrive in time. Send it again, at once.";
        Self::new(StatusCode::REQUEST_TIMEOUT, "request_timeout", message)
    }

    /// Whether it is ours, and not the client's.
    pub(crate) fn is_ours(&self) -> bool {
        self.status.is_server_error()
    }

    pub(crate) fn foreign_origin() -> Self {
        let message = "This came from another site. Open the page here and try again.";
        Self::new(StatusCode::FORBIDDEN, "foreign_origin", message)
    }

    /// What a verb's error becomes. Nothing is logged: for whoever describes it.
    pub(crate) fn of(error: &Error) -> Self {
        let retry_after = match error {
            Error::Busy(seconds)
            | Error::Unavailable(seconds)
            | Error::StorageUnavailable(seconds)
            | Error::RateLimited(seconds) => Some(*seconds),
            _ => None,
        };
        Self { status: status(error), retry_after, standing: None, body: Box::new(error.into()) }
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// Seconds to wait before another try, where that is known.
    pub(crate) fn retry_after(&self) -> Option<u64> {
        self.retry_after
    }

    /// The body, for skins that have no status.
    pub(crate) fn body(&self) -> &ApiError {
        &self.body
    }

    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, retry_after: None, standing: None, body: Box::new(ApiError::new(code, message)) }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        report(&error);
        let mut failure = Self::of(&error);
        if failure.status == StatusCode::INTERNAL_SERVER_ERROR {
            failure.body.request_id = requests::id();
        }
        failure
    }
}

impl From<Standing> for Failure {
    /// Of one who asked too often.
    fn from(standing: Standing) -> Self {
        Self { standing: Some(Box::new(standing)), ..Error::from(standing).into() }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = (self.status, axum::Json(self.body)).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(standing) = self.standing {
            standing.tell(response.headers_mut());
        }
        response
    }
}

//! A picture, in a field of JSON or as the part of a form.

use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use domain::avatars::Sent;
use wire::{FieldErrors, NewAvatar};

use super::{Json, is_plain};
use crate::error::Failure;
use crate::router::Server;

/// The name of the field, or of the part.
const AVATAR: &str = "avatar";

/// A picture as it was sent: `{"avatar": "<base64>"}`, or the file `avatar` of a `multipart/form-data`.
pub(crate) struct Picture(pub(crate) Sent);

impl FromRequest<Server> for Picture {
    type Rejection = Failure;

    async fn from_request(request: Request, server: &Server) -> Result<Self, Failure> {
        if !is_form(request.headers()) {
            let Json(input) = Json::<NewAvatar>::from_request(request, server).await?;
            return Ok(Self(Sent::Text(input)));
        }
        if !is_plain(request.headers()) {
            return Err(Failure::media_type());
        }
        let mut form = Multipart::from_request(request, server).await.map_err(|_| malformed())?;
        let mut picture = None;
        while let Some(part) = form.next_field().await.map_err(|error| broken(&error))? {
            if part.name() != Some(AVATAR) {
                return Err(unfit("form", "must have no other part than avatar"));
            }
            if picture.is_some() {
                return Err(unfit(AVATAR, "must be given once"));
            }
            picture = Some(part.bytes().await.map_err(|error| broken(&error))?);
        }
        // None at all is told by the verb, as everywhere.
        Ok(Self(picture.map_or_else(|| Sent::Text(NewAvatar::default()), Sent::Bytes)))
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("multipart/form-data")
}

fn broken(error: &MultipartError) -> Failure {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Failure::too_large() } else { malformed() }
}

fn malformed() -> Failure {
    unfit("form", "must be well-formed multipart/form-data")
}

fn unfit(field: &str, why: &str) -> Failure {
    Failure::invalid(FieldErrors::one(field, why))
}

//! One's own picture.

use axum::extract::{FromRequest, FromRequestParts, Multipart, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::avatars::{self, Sent};
use wire::{FieldErrors, NewAvatar};

use super::at::At;
use super::guard::{self, Nothing, Own};
use super::settings::told;
use crate::auth::Caller;
use crate::error::Failure;
use crate::router::Server;

/// A picture that was sent by a form of ours, as a file.
pub(super) struct OwnPicture(Sent);

impl FromRequest<Server> for OwnPicture {
    type Rejection = Response;

    async fn from_request(request: Request, server: &Server) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Caller(scope) =
            Caller::from_request_parts(&mut parts, server).await.map_err(IntoResponse::into_response)?;
        let headers = parts.headers.clone();
        let form = Multipart::from_request(Request::from_parts(parts, body), server).await;
        let mut form = form.map_err(|_| Failure::form_media_type().into_response())?;
        // The token stands before the file, so that nobody's file is read for nothing.
        let mut is_own = false;
        let mut picture = None;
        while let Some(part) = form.next_field().await.map_err(IntoResponse::into_response)? {
            match part.name() {
                Some(guard::FIELD) => {
                    let token = part.text().await.map_err(IntoResponse::into_response)?;
                    guard::check(server, &headers, &scope, Some(&token))?;
                    is_own = true;
                }
                Some("avatar") if is_own && picture.is_none() => {
                    picture = Some(part.bytes().await.map_err(IntoResponse::into_response)?);
                }
                _ if is_own => {
                    let errors = FieldErrors::one("form", "must have one picture and no other part");
                    return Err(Failure::invalid(errors).into_response());
                }
                _ => break,
            }
        }
        if !is_own {
            guard::check(server, &headers, &scope, None)?;
        }
        // A form without a file sends an empty one.
        let picture = picture.filter(|picture| !picture.is_empty());
        Ok(Self(picture.map_or_else(|| Sent::Text(NewAvatar::default()), Sent::Bytes)))
    }
}

pub(super) async fn upload(
    State(server): State<Server>,
    Caller(scope): Caller,
    OwnPicture(sent): OwnPicture,
) -> Result<Redirect, Failure> {
    told(&At::default(), "profile", "pictured", avatars::upload(&server.app, &scope, sent).await)
}

pub(super) async fn remove(
    State(server): State<Server>,
    Caller(scope): Caller,
    Own(Nothing {}): Own<Nothing>,
) -> Result<Redirect, Failure> {
    told(&At::default(), "profile", "unpictured", avatars::remove(&server.app, &scope).await)
}

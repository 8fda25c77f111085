//! The picture a player uploads of themselves.

use axum::Json;
use axum::extract::State;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::{avatars, users};
use wire::{AvatarAnswer, Me};

use crate::auth::Caller;
use crate::error::Failure;
use crate::input::{Id, Picture};
use crate::router::Server;

/// Bytes of a body with a picture in it, looked at before anything else of it: 1.4 MiB, as base64 makes of 1 MiB.
pub(crate) const BODY: usize = 14 * 1024 * 1024 / 10;

pub(crate) async fn upload(
    State(server): State<Server>,
    Caller(scope): Caller,
    Picture(sent): Picture,
) -> Result<Json<AvatarAnswer>, Failure> {
    let url = avatars::upload(&server.app, &scope, sent).await?;
    Ok(Json(AvatarAnswer { message: "This is your picture now.".to_owned(), avatar_url: Some(url) }))
}

pub(crate) async fn remove(State(server): State<Server>, Caller(scope): Caller) -> Result<Json<AvatarAnswer>, Failure> {
    avatars::remove(&server.app, &scope).await?;
    Ok(Json(AvatarAnswer { message: "You have no picture any more.".to_owned(), avatar_url: None }))
}

/// As [`upload`], answered as the rest of the API is: with the account.
pub(crate) async fn upload_mine(
    State(server): State<Server>,
    Caller(scope): Caller,
    Picture(sent): Picture,
) -> Result<Json<Me>, Failure> {
    avatars::upload(&server.app, &scope, sent).await?;
    Ok(Json(users::me(&server.app, &scope).await?))
}

/// As [`remove`], answered with the account.
pub(crate) async fn remove_mine(State(server): State<Server>, Caller(scope): Caller) -> Result<Json<Me>, Failure> {
    avatars::remove(&server.app, &scope).await?;
    Ok(Json(users::me(&server.app, &scope).await?))
}

/// The picture itself. It never changes under its name, so whoever has it may keep it. Should a browser ever take it for a
/// page, it is one in a sandbox that may load nothing.
pub(crate) async fn show(
    State(server): State<Server>,
    Id(name): Id<String>,
    asked: HeaderMap,
) -> Result<Response, Failure> {
    let picture = avatars::get(&server.app, &name).await?;
    let tag = format!("\"{name}\"");
    let is_known = asked.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let kept = [(CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()), (ETAG, tag)];
    let guarded = [
        (CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
        // Games on other sites show it.
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    if is_known {
        return Ok((StatusCode::NOT_MODIFIED, kept, guarded).into_response());
    }
    let what =
        [(CONTENT_TYPE, avatars::MEDIA_TYPE.to_owned()), (CONTENT_DISPOSITION, format!("inline; filename=\"{name}\""))];
    Ok((kept, guarded, what, picture).into_response())
}

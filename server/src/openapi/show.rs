//! `GET /api/openapi`.

use std::sync::LazyLock;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use wire::FieldErrors;

use super::{Version, text};
use crate::error::Failure;
use crate::input::Query;

/// Which version is asked for.
#[derive(Deserialize)]
pub(crate) struct Asked {
    v: Option<String>,
}

/// The document, in the version that `v` asks for.
pub(crate) async fn show(Query(asked): Query<Asked>, headers: HeaderMap) -> Result<Response, Failure> {
    let version = match asked.v.as_deref() {
        None | Some("3.1" | "3.1.0") => Version::V31,
        Some("3.0" | "3.0.3") => Version::V30,
        Some(_) => return Err(Failure::invalid(FieldErrors::one("v", "must be 3.0 or 3.1"))),
    };
    let tag = tag(version);
    // Asked anew each time, which costs an answer without a body: a new version of the server may say something else.
    let kept = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-cache"), (ETAG, tag)];
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    if known.flat_map(|line| line.split(',')).any(|known| matches!(known.trim(), known if known == tag || known == "*"))
    {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    Ok((kept, text(version)).into_response())
}

/// Weak: what is sent may be packed, and is then the same in meaning only.
fn tag(version: Version) -> &'static str {
    static V31: LazyLock<String> = LazyLock::new(|| hashed(Version::V31));
    static V30: LazyLock<String> = LazyLock::new(|| hashed(Version::V30));
    match version {
        Version::V31 => &V31,
        Version::V30 => &V30,
    }
}

fn hashed(version: Version) -> String {
    format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(&Sha256::digest(text(version))[..12]))
}

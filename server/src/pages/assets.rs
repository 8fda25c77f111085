//! The files of the pages, out of the binary itself.

mod embedded;
mod folder;

use std::borrow::Cow;
use std::sync::LazyLock;

use axum::body::Body;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// Whether the files are read from a folder while they change: only under `cargo leptos watch`.
pub(super) const ON_DISK: bool = cfg!(site_on_disk);

/// A file, its media type and a word that changes with it.
struct File {
    bytes: Cow<'static, [u8]>,
    kind: String,
    tag: String,
}

fn read(name: &str) -> Option<File> {
    if ON_DISK { folder::get(name) } else { embedded::get(name) }
}

/// Scripts, module and styles live under a folder named after their content, so that browsers may keep them for ever.
pub(super) fn package() -> &'static str {
    static PACKAGE: LazyLock<String> = LazyLock::new(embedded::package);
    if ON_DISK { "pkg" } else { &PACKAGE }
}

/// The file at a path, if there is one.
pub(super) fn get(path: &str, request: &HeaderMap) -> Option<Response> {
    let path = path.trim_start_matches('/');
    let (name, keep) = match path.strip_prefix(package()).and_then(|rest| rest.strip_prefix('/')) {
        _ if ON_DISK => (path.to_owned(), "no-cache"),
        Some(file) => (format!("pkg/{file}"), "public, max-age=31536000, immutable"),
        // An older page's package is gone; so is the package without its folder.
        None if path.starts_with("pkg/") => return None,
        None if path.starts_with("fonts/") => (path.to_owned(), "public, max-age=31536000, immutable"),
        None => (path.to_owned(), "public, max-age=300"),
    };
    let takes_brotli = request
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|all| all.split(',').any(|one| one.split(';').next().is_some_and(|one| one.trim() == "br")));
    let plain = read(&name)?;
    let packed = if takes_brotli { read(&format!("{name}.br")) } else { None };
    Some(answer(plain, packed, keep, request))
}

fn answer(plain: File, packed: Option<File>, keep: &'static str, request: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", plain.tag);
    let is_known = request.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut headers = HeaderMap::new();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let (Ok(tag), Ok(kind)) = (tag.parse(), plain.kind.parse()) {
        headers.insert(ETAG, tag);
        headers.insert(CONTENT_TYPE, kind);
    }
    if is_known {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let body = match packed {
        Some(packed) => {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
            packed.bytes
        }
        None => plain.bytes,
    };
    (headers, Body::from(body.into_owned())).into_response()
}

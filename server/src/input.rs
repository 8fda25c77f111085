//! What a request asks for: its body, its query and the ids in its path, each with an error a person can act on.

mod picture;
mod shape;

use std::str::FromStr;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Request, State};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;
use wire::FieldErrors;

pub(crate) use self::picture::Picture;
use crate::error::Failure;
use crate::router::Server;

/// A JSON body. An empty one counts as `{}`; unknown fields are ignored.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Server> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, server: &Server) -> Result<Self, Failure> {
        let headers = request.headers().clone();
        let body = Bytes::from_request(request, server).await.map_err(|rejection| {
            if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
                Failure::too_large()
            } else {
                Failure::invalid_json()
            }
        })?;
        if !is_plain_json(&headers, body.is_empty()) {
            return Err(Failure::media_type());
        }
        let text = if body.is_empty() { b"{}" } else { &body[..] };
        shape::check(text, &server.limits).map_err(Failure::unfit_json)?;
        parse(text).map(Self)
    }
}

/// The layer that holds what a server function is sent to what a body of the API is held to.
pub(crate) async fn server_function(State(server): State<Server>, request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/_fn/") || request.method() != Method::POST {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    if !is_plain_json(&parts.headers, false) {
        return Failure::media_type().into_response();
    }
    // It fails for want of room, or because nobody sends the rest: then nobody reads the answer either.
    let Ok(body) = to_bytes(body, server.limits.body).await else { return Failure::too_large().into_response() };
    match shape::check(&body, &server.limits) {
        Ok(()) => next.run(Request::from_parts(parts, Body::from(body))).await,
        Err(message) => Failure::unfit_json(message).into_response(),
    }
}

/// The fields of a form.
pub(crate) struct Form<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Server> for Form<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, server: &Server) -> Result<Self, Failure> {
        if !is_plain(request.headers()) {
            return Err(Failure::form_media_type());
        }
        let form = axum::Form::from_request(request, server).await;
        form.map(|axum::Form(form)| Self(form)).map_err(|rejection| match rejection.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => Failure::too_large(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Failure::form_media_type(),
            _ => Failure::invalid(FieldErrors::one("form", "must give each of its fields once")),
        })
    }
}

/// Whether the body says it is JSON, and is not compressed: what a compressed one unpacks to has no bound.
fn is_plain_json(headers: &HeaderMap, is_empty: bool) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.map(|kind| kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    let is_json = kind.map_or(is_empty, |kind| kind == "application/json" || kind.ends_with("+json"));
    is_json && is_plain(headers)
}

/// Whether the body is sent as it is.
fn is_plain(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).iter().all(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// Parses JSON into an input: what is no JSON at all is told apart from a field of the wrong type.
fn parse<T: DeserializeOwned>(text: &[u8]) -> Result<T, Failure> {
    // serde would take an array for an object's fields in order.
    if text.trim_ascii_start().first() != Some(&b'{') {
        let is_json = serde_json::from_slice::<IgnoredAny>(text).is_ok();
        let no_object = || Failure::invalid(FieldErrors::one("body", "must be an object"));
        return Err(if is_json { no_object() } else { Failure::invalid_json() });
    }
    let mut json = serde_json::Deserializer::from_slice(text);
    let parsed = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let field = error.path().to_string();
        match error.inner().classify() {
            Category::Data => Failure::invalid(wrong_type(&field, &error.inner().to_string())),
            Category::Syntax | Category::Eof | Category::Io => Failure::invalid_json(),
        }
    })?;
    json.end().map_err(|_| Failure::invalid_json())?;
    Ok(parsed)
}

/// "expected i64" and the like, in words.
fn wrong_type(field: &str, serde: &str) -> FieldErrors {
    // Which of the two was meant cannot be told. (In metadata the last one is taken, as JavaScript does.)
    if let Some(twice) = serde.strip_prefix("duplicate field `").and_then(|rest| rest.split('`').next()) {
        return FieldErrors::one(twice, "must be given once");
    }
    let expected = serde.rsplit_once("expected ").map_or("of another type", |(_, expected)| expected);
    let expected = expected.split(" at line").next().unwrap_or(expected);
    let expected = match expected {
        "i64" => "a whole number",
        "a map" => "an object",
        _ if expected.starts_with("struct") => "an object",
        other => other,
    };
    let field = if field == "." { "body" } else { field };
    FieldErrors::one(field, format!("must be {expected}"))
}

/// The query string. Unknown parameters are ignored.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Server> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _server: &Server) -> Result<Self, Failure> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = serde_urlencoded::Deserializer::new(form_urlencoded(query));
        serde_path_to_error::deserialize(pairs).map(Self).map_err(|error| {
            let field = error.path().to_string();
            let field = if field == "." { "query" } else { &field };
            // Our own types say what they want; of the others only a parser's words are known.
            let said = error.inner().to_string();
            let said = if said.starts_with("must be ") { &said } else { "is not what is expected here" };
            Failure::invalid(FieldErrors::one(field, said))
        })
    }
}

fn form_urlencoded(query: &str) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(query.as_bytes())
}

/// The id in a path. One that is malformed is the id of nothing.
pub(crate) struct Id<T>(pub(crate) T);

impl<T: FromStr + Send> FromRequestParts<Server> for Id<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Failure> {
        let Path(id) = Path::<String>::from_request_parts(parts, server).await.map_err(|_| Failure::no_such_route())?;
        let id = id.parse().map_err(|_| Failure::from(domain::Error::not_found("row")))?;
        Ok(Self(id))
    }
}

#[cfg(test)]
mod tests {
    use wire::NewLobby;

    use super::*;

    #[test]
    fn a_wrong_type_is_told_in_words() {
        let message = |json: &str| parse::<NewLobby>(json.as_bytes()).err().map(|failure| format!("{failure:?}"));
        let told = |json: &str, words: &str| message(json).is_some_and(|message| message.contains(words));
        assert!(told(r#"{"max_users":"eight"}"#, "must be a whole number"));
        assert!(told(r#"{"title":5}"#, "must be a string"));
        assert!(told(r#"{"is_hidden":"yes"}"#, "must be a boolean"));
        assert!(told(r#"{"metadata":[]}"#, "must be an object"));
        assert!(told(r#"{"title":"a","title":"b"}"#, "title must be given once"));
        assert!(told(r#"{"title":"a"} x"#, "invalid_json"));
        assert!(told(&"[".repeat(100_000), "invalid_json"));
        assert!(told(&"{\"metadata\":".repeat(100_000), "invalid_json"));
        assert!(told("[]", "must be an object") && told("null", "must be an object"));
        assert!(message(r#"{"host_id":1,"is_admin":true,"title":null}"#).is_none());
    }
}

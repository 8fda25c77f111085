//! The Origin rule: what a browser's cookie may change, only a page of ours may ask for.
//!
//! Unsafe methods need `Sec-Fetch-Site: same-origin` (or `none`, a person's own act); where a browser does not send it,
//! an `Origin` (else a `Referer`) of this very host. Requests under a bearer token, or without a cookie, carry nothing a
//! foreign page could borrow and are exempt. The API and the socket also take the cookie from the pages of allowed origins.
//! Source: OWASP Cross-Site Request Forgery Prevention Cheat Sheet, "Fetch Metadata headers".

mod allowed;

use std::time::Duration;

use axum::extract::Request;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST,
    HeaderName, ORIGIN, REFERER, RETRY_AFTER,
};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, Uri};
use axum::response::{IntoResponse, Response};

use tower_http::cors::{AllowOrigin, Any, CorsLayer};

pub use self::allowed::Origins;
use crate::auth::bearer;
use crate::error::Failure;
use crate::limits;
use crate::router::Server;

/// How browsers come to the server.
#[derive(Clone, Debug, Default)]
pub struct Web {
    /// Whether players come over https: browsers are then told never to come otherwise.
    pub https: bool,
    /// Other sites whose pages may call the API and the socket with a player's cookie.
    pub allowed_origins: Origins,
    /// The domain whose hosts all get the token cookies of web games; only this host without one.
    pub cookie_domain: Option<String>,
}

/// The refusal of a request that breaks the rule.
pub(crate) fn refusal(server: &Server, request: &Request) -> Option<Response> {
    let headers = request.headers();
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let is_exempt = bearer(headers).is_some() || !headers.contains_key(COOKIE);
    let is_allowed = (is_api(request) || is_account(request)) && server.web.allowed_origins.sent(headers);
    // Without a cookie a foreign page could still sign its visitor in as somebody else: what it says of itself counts.
    let keeps_it = is_safe || is_ours(headers) || is_allowed || (is_exempt && !is_foreign_form(request));
    (!keeps_it).then(|| Failure::foreign_origin().into_response())
}

/// Whether a socket may be opened with the cookie that came along.
pub(crate) fn may_open_socket(web: &Web, headers: &HeaderMap) -> bool {
    has_our_origin(headers) || web.allowed_origins.sent(headers)
}

/// Games on any site may call the API: without credentials, so that no cookie of a player goes with it.
pub(crate) fn any() -> CorsLayer {
    let told = limits::HEADERS.map(HeaderName::from_static).into_iter().chain([RETRY_AFTER, REQUEST_ID]);
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE, REQUEST_ID])
        .expose_headers(told.collect::<Vec<_>>())
        // As long as any browser keeps it.
        .max_age(Duration::from_hours(2))
}

/// The layer of `/auth`, which sets cookies: the pages of allowed origins may call it and send theirs along. What other
/// pages send without any, [`refusal`] refuses.
pub(crate) fn some(web: &Web) -> CorsLayer {
    let allowed = web.allowed_origins.clone();
    any().allow_origin(AllowOrigin::predicate(move |origin, _| allowed.has(origin))).allow_credentials(true)
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The page of an allowed origin that calls the API: it may send a cookie along, which [`any`] does not say.
pub(crate) fn allowed(server: &Server, request: &Request) -> Option<HeaderValue> {
    let is_allowed = request.uri().path().starts_with("/api/v1/") && server.web.allowed_origins.sent(request.headers());
    request.headers().get(ORIGIN).filter(|_| is_allowed).cloned()
}

/// Tells the browser so, by name.
pub(crate) fn allow(origin: HeaderValue, headers: &mut HeaderMap) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
}

/// Whether the request comes from a page of this host.
fn is_ours(headers: &HeaderMap) -> bool {
    match text(headers, "sec-fetch-site") {
        Some(site) => site == "same-origin" || site == "none",
        None => has_our_origin(headers),
    }
}

/// Whether the request's `Origin`, or else its `Referer`, names the host it was sent to.
fn has_our_origin(headers: &HeaderMap) -> bool {
    let from = text(headers, ORIGIN.as_str()).or_else(|| text(headers, REFERER.as_str()));
    let from = from.and_then(|from| from.parse::<Uri>().ok());
    let from = from.as_ref().and_then(Uri::authority).map(Authority::as_str);
    from.is_some() && from == text(headers, HOST.as_str())
}

/// Whether this is a form that says it comes from elsewhere. (Only `/api` takes any origin: it sets no cookies.)
fn is_foreign_form(request: &Request) -> bool {
    let headers = request.headers();
    let says = headers.contains_key("sec-fetch-site") || headers.contains_key(ORIGIN);
    says && !is_api(request)
}

fn is_api(request: &Request) -> bool {
    request.uri().path().starts_with("/api/")
}

/// Whether it is for an account, by `/auth`: what is done there sets cookies.
fn is_account(request: &Request) -> bool {
    request.uri().path().starts_with("/auth/")
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn only_our_own_pages_are_ours() {
        let host = ("host", "play.example:4000");
        for ours in [
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-site", "none"),
            ("origin", "https://play.example:4000"),
            ("referer", "https://play.example:4000/admin?x=1"),
        ] {
            assert!(is_ours(&headers(&[host, ours])), "{ours:?}");
        }
        for foreign in [
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-site", "cross-site"),
            ("origin", "null"),
            ("origin", "https://play.example"),
            ("origin", "https://evil.example"),
            ("origin", "https://play.example:4000.evil.example"),
            ("referer", "https://evil.example/play.example:4000"),
            ("x-nothing", "at all"),
        ] {
            assert!(!is_ours(&headers(&[host, foreign])), "{foreign:?}");
        }
        let both = headers(&[host, ("sec-fetch-site", "cross-site"), ("origin", "https://play.example:4000")]);
        assert!(!is_ours(&both));
    }
}

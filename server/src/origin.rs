//! The Origin rule: what a browser's cookie may change, only a page of ours may ask for.
//!
//! Unsafe methods need `Sec-Fetch-Site: same-origin` (or `none`, a person's own act); where a browser does not send it,
//! an `Origin` (else a `Referer`) of this very host. Requests under a bearer token, or without a cookie, carry nothing a
//! foreign page could borrow and are exempt.
//! Source: OWASP Cross-Site Request Forgery Prevention Cheat Sheet, "Fetch Metadata headers".

use axum::extract::Request;
use axum::http::header::{COOKIE, HOST, ORIGIN, REFERER};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::auth::bearer;
use crate::error::Failure;

/// The layer that keeps the rule for every route under it.
pub(crate) async fn rule(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let is_exempt = bearer(headers).is_some() || !headers.contains_key(COOKIE);
    // Without a cookie a foreign page could still sign its visitor in as somebody else: what it says of itself counts.
    if is_safe || is_ours(headers) || (is_exempt && !is_foreign_form(&request)) {
        next.run(request).await
    } else {
        Failure::foreign_origin().into_response()
    }
}

/// Whether the request comes from a page of this host.
pub(crate) fn is_ours(headers: &HeaderMap) -> bool {
    match text(headers, "sec-fetch-site") {
        Some(site) => site == "same-origin" || site == "none",
        None => has_our_origin(headers),
    }
}

/// Whether the request's `Origin`, or else its `Referer`, names the host it was sent to.
pub(crate) fn has_our_origin(headers: &HeaderMap) -> bool {
    let from = text(headers, ORIGIN.as_str()).or_else(|| text(headers, REFERER.as_str()));
    let from = from.and_then(|from| from.parse::<Uri>().ok());
    let from = from.as_ref().and_then(Uri::authority).map(Authority::as_str);
    from.is_some() && from == text(headers, HOST.as_str())
}

/// Whether this is a form that says it comes from elsewhere. (Pages and server functions only: `/api` takes any origin.)
fn is_foreign_form(request: &Request) -> bool {
    let headers = request.headers();
    let says = headers.contains_key("sec-fetch-site") || headers.contains_key(ORIGIN);
    says && !request.uri().path().starts_with("/api/")
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

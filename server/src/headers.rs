//! The headers every answer carries. Scripts run only with this answer's nonce; nothing is stored by anybody unless the
//! handler says so; what is not the API is for pages of this origin alone.
//! Source: OWASP ASVS 5, section 3.4; OWASP HTTP Headers Cheat Sheet.

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use domain::{Random, mail_tokens};

use crate::pages;
use crate::router::Server;

/// What no page of ours asks the browser for, and so no script that got into one can.
const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
    magnetometer=(), microphone=(), midi=(), payment=(), usb=()";
/// One year, as the lists that browsers come with ask for.
const TRANSPORT_SECURITY: &str = "max-age=31536000; includeSubDomains";

/// The nonce of one answer: 256 bits.
#[derive(Clone)]
pub(crate) struct CspNonce(pub(crate) String);

/// Mints a nonce, lets the page use it, and sets the headers on whatever comes back.
pub(crate) async fn guard(State(server): State<Server>, mut request: Request, next: Next) -> Response {
    let nonce = random().secret();
    let is_api = request.uri().path().starts_with("/api/");
    // A page whose address is a secret sends it to nobody.
    let is_secret = request.uri().query().is_some_and(|query| query.contains("token="))
        || mail_tokens::is_path_of_link(request.uri().path());
    request.extensions_mut().insert(CspNonce(nonce.clone()));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&content_policy(&nonce)) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    let mut set = |name: HeaderName, value| headers.insert(name, HeaderValue::from_static(value));
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(REFERRER_POLICY, if is_secret { "no-referrer" } else { "strict-origin-when-cross-origin" });
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    // Games on any site call the API.
    let readers = if is_api { "cross-origin" } else { "same-origin" };
    set(HeaderName::from_static("cross-origin-resource-policy"), readers);
    set(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    if server.web.https {
        set(STRICT_TRANSPORT_SECURITY, TRANSPORT_SECURITY);
    }
    keep_to_yourself(headers);
    response
}

/// What is answered anew each time may be personal: nobody stores it, but where the handler knows better.
fn keep_to_yourself(headers: &mut HeaderMap) {
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// `'self'` covers the socket as well: browsers take `wss:` of the same host for the same origin.
fn content_policy(nonce: &str) -> String {
    // Nothing, but under `cargo leptos watch`.
    let reload =
        pages::reload_port().map_or_else(String::new, |port| format!(" ws://127.0.0.1:{port} ws://localhost:{port}"));
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; connect-src 'self'{reload}; object-src 'none'; \
         base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )
}

fn random() -> &'static Random {
    // Of its own: tests that seed the application's randomness do not foresee nonces.
    static RANDOM: std::sync::LazyLock<Random> = std::sync::LazyLock::new(Random::system);
    &RANDOM
}

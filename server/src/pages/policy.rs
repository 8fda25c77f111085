//! The content policy of every answer: scripts run only with this answer's nonce.

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::middleware::Next;
use axum::response::Response;
use domain::Random;

/// The nonce of one answer: 256 bits.
#[derive(Clone)]
pub(crate) struct CspNonce(pub(crate) String);

/// Mints a nonce, lets the page use it, and sets the policy on whatever comes back.
pub(crate) async fn content_policy(mut request: Request, next: Next) -> Response {
    let nonce = random().secret();
    // A page whose address is a secret sends it to nobody.
    let referrer = if request.uri().query().is_some_and(|query| query.contains("token=")) {
        "no-referrer"
    } else {
        "strict-origin-when-cross-origin"
    };
    request.extensions_mut().insert(CspNonce(nonce.clone()));
    let mut response = next.run(request).await;
    // Nothing, but under `cargo leptos watch`.
    let reload =
        super::reload_port().map_or_else(String::new, |port| format!(" ws://127.0.0.1:{port} ws://localhost:{port}"));
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; connect-src 'self' wss:{reload}; object-src 'none'; \
         base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    );
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static(referrer));
    response
}

fn random() -> &'static Random {
    // Of its own: tests that seed the application's randomness do not foresee nonces.
    static RANDOM: std::sync::LazyLock<Random> = std::sync::LazyLock::new(Random::system);
    &RANDOM
}

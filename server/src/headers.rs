//! The headers every answer carries. Scripts run only with this answer's nonce; nothing is stored by anybody unless the
//! handler says so; what is not the API is for pages of this origin alone.
//! Source: OWASP ASVS 5, section 3.4; OWASP HTTP Headers Cheat Sheet.

use std::sync::LazyLock;

use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use domain::{Random, mail_tokens};

use crate::pages;
use crate::router::Server;

/// What no page of ours asks the browser for, and so no script that got into one can.
const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
    magnetometer=(), microphone=(), midi=(), payment=(), usb=()";
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// Headers that an answer is given here and around.
const ROOM: usize = 10;
/// One year, as the lists that browsers come with ask for.
const TRANSPORT_SECURITY: &str = "max-age=31536000; includeSubDomains";

/// The nonce of one answer: 256 bits.
#[derive(Clone)]
pub(crate) struct CspNonce(pub(crate) String);

/// What the headers of an answer depend on, as far as its request tells.
pub(crate) struct Cover {
    nonce: String,
    is_for_all: bool,
    is_secret: bool,
}

impl Cover {
    /// Mints a nonce, and lets the page use it.
    pub(crate) fn of(request: &mut Request) -> Self {
        let (path, query) = (request.uri().path(), request.uri().query());
        // Games on any site call the API.
        let is_for_all = ["/api/", "/.well-known/"].iter().any(|start| path.starts_with(start));
        // A page whose address is a secret sends it to nobody.
        let is_secret = query.is_some_and(|query| query.contains("token=")) || mail_tokens::is_path_of_link(path);
        let nonce = random().secret();
        request.extensions_mut().insert(CspNonce(nonce.clone()));
        Self { nonce, is_for_all, is_secret }
    }

    /// Sets the headers on whatever came back.
    pub(crate) fn put_on(self, server: &Server, headers: &mut HeaderMap) {
        if let Ok(policy) = HeaderValue::from_str(&content_policy(&self.nonce)) {
            // What is no page of ours may say more strictly what it may do.
            headers.entry(CONTENT_SECURITY_POLICY).or_insert(policy);
        }
        // As many as there mostly are in the end: they are moved each time there is no room left.
        headers.reserve(ROOM);
        let mut set = |name: HeaderName, value| headers.insert(name, HeaderValue::from_static(value));
        set(X_CONTENT_TYPE_OPTIONS, "nosniff");
        set(REFERRER_POLICY, if self.is_secret { "no-referrer" } else { "strict-origin-when-cross-origin" });
        set(OPENER_POLICY, "same-origin");
        set(PERMISSIONS_POLICY, PERMISSIONS);
        if server.web.https {
            set(STRICT_TRANSPORT_SECURITY, TRANSPORT_SECURITY);
        }
        let readers = HeaderValue::from_static(if self.is_for_all { "cross-origin" } else { "same-origin" });
        headers.entry(RESOURCE_POLICY).or_insert(readers);
        keep_to_yourself(headers);
    }
}

/// What is answered anew each time may be personal: nobody stores it, but where the handler knows better.
fn keep_to_yourself(headers: &mut HeaderMap) {
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// `'self'` covers the socket as well: browsers take `wss:` of the same host for the same origin.
fn content_policy(nonce: &str) -> String {
    // Nothing, but under `cargo leptos watch`.
    static RELOAD: LazyLock<String> = LazyLock::new(|| {
        pages::reload_port().map_or_else(String::new, |port| format!(" ws://127.0.0.1:{port} ws://localhost:{port}"))
    });
    let reload = &*RELOAD;
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; connect-src 'self'{reload}; object-src 'none'; \
         base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )
}

fn random() -> &'static Random {
    // Of its own: tests that seed the application's randomness do not foresee nonces.
    static RANDOM: LazyLock<Random> = LazyLock::new(Random::system);
    &RANDOM
}

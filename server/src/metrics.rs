//! `GET /metrics`: everything that is counted, in the text Prometheus reads (`OpenMetrics` 1.0).
//!
//! Open to this machine itself; to others by the token of [`Server::metrics_token`]. A proxy on this machine asks for
//! others: a request that says it was forwarded needs the token.

mod requests;
mod series;
mod text;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use domain::{App, Error, Scope, overview, stats};
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use crate::Counts;
use crate::auth::bearer;
use crate::error::Failure;
use crate::router::Server;

/// What [`text::write`] writes.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Headers by which a proxy says that it asks for somebody else.
const FORWARDED: &[&str] =
    &["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];

/// What the edge counts.
#[derive(Default)]
pub(crate) struct Metrics {
    pub(crate) requests: requests::Requests,
}

/// Shows the numbers.
pub(crate) async fn show(State(server): State<Server>, request: Request) -> Result<Response, Failure> {
    let (parts, _) = request.into_parts();
    // Who holds the connection, whomever it is for: of that only its owner's word would tell.
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    if !is_from_here(peer, &parts.headers) {
        let Some(token) = &server.metrics_token else { return Err(Failure::no_such_route()) };
        if !bearer(&parts.headers).is_some_and(|given| token.is(given)) {
            return Err(Failure::metrics_token());
        }
    }
    let text = text::write(&server, stats::read(&server.app));
    let text = text.map_err(|error| Error::Internal(format!("writing the metrics: {error}")))?;
    Ok(([(CONTENT_TYPE, OPEN_METRICS), (CACHE_CONTROL, "no-store")], text).into_response())
}

/// Whether this machine itself asks.
fn is_from_here(peer: Option<IpAddr>, headers: &HeaderMap) -> bool {
    let is_loopback = peer.is_some_and(|peer| peer.to_canonical().is_loopback());
    is_loopback && !FORWARDED.iter().any(|name| headers.contains_key(*name))
}

/// Whether this machine itself asks, and knows it: by a name of this machine. A page from elsewhere can have its own name
/// lead here (DNS rebinding), and the reader's browser asks by that.
pub(crate) fn is_asked_from_here(parts: &Parts) -> bool {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name =
        host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|c| c.is_ascii_digit())).map_or(host, |it| it.0);
    is_from_here(peer, &parts.headers) && matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

/// Keeps the dashboard's history, a step a minute, for as long as it is polled.
pub(crate) async fn keep_history(app: App, counts: Arc<Counts>) {
    let mut steps = interval_at(Instant::now() + overview::STEP, overview::STEP);
    // A machine that slept has one long step, not many empty ones.
    steps.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        steps.tick().await;
        if let Err(error) = overview::end_step(&app, &Scope::SYSTEM, counts.frames()).await {
            tracing::warn!(%error, "a step of the history is missing");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_on_this_machine_is_not_this_machine() {
        let here = |peer: &str, header: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            if let Some(name) = header {
                headers.insert(name, "127.0.0.1".parse().unwrap());
            }
            is_from_here(peer.parse().ok(), &headers)
        };
        for peer in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            assert!(here(peer, None), "{peer}");
            for header in FORWARDED {
                assert!(!here(peer, Some(header)), "{peer} with {header}");
            }
        }
        for peer in ["192.168.0.7", "::ffff:192.168.0.7", "2001:db8::1", "nobody"] {
            assert!(!here(peer, None), "{peer}");
        }
    }
}

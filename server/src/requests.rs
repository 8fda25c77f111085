//! Every request is numbered, counted, timed and logged.
//!
//! The id of a request comes from its header `x-request-id`, where that is sane, so that a proxy's or a game's log can be
//! laid beside ours; else it is made here. It goes out with the answer and stands in every log line of the request.
//! (tower-http's layers would take any id that came, log paths, and know neither the route nor who asked.)
//!
//! One line a request, of the target `requests`: at `info` if it failed on our side or was slow, at `debug` otherwise,
//! since a server under load has better things to write. The line names the route, not the path, and no query string:
//! the socket's has a token in it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;
use domain::{Random, Scope};
use tracing::{Instrument, Span};

use crate::router::Server;

/// The header of an id, in and out.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Characters of an id that is taken from a caller.
const LONGEST: usize = 128;
/// From here on a request is slow enough to be told of.
const SLOW: Duration = Duration::from_secs(1);

tokio::task_local! {
    static ID: Arc<str>;
}

/// The id of the request this task answers.
pub(crate) fn id() -> Option<String> {
    ID.try_with(|id| id.as_ref().to_owned()).ok()
}

/// What a request is known by in the log: among its extensions.
#[derive(Clone)]
pub(crate) struct Asked {
    /// Its id.
    pub(crate) id: Arc<str>,
    /// What its log lines carry.
    pub(crate) span: Span,
}

impl Asked {
    /// From now on its lines say who asks.
    pub(crate) fn by(&self, scope: &Scope) {
        if let Some(user) = scope.user() {
            self.span.record("user", user.0);
        }
    }
}

/// A part of the site that is served by no route of its own: among an answer's extensions, to be counted by name.
#[derive(Clone, Copy)]
pub(crate) struct Part(pub(crate) &'static str);

/// Around a request's answer. It must lie around everything else: what is refused on the way is an answer, too.
pub(crate) async fn follow<F>(server: &Server, mut request: Request, answer: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let started = Instant::now();
    let id = given(request.headers()).unwrap_or_else(|| made(&server.app.random));
    let span = tracing::error_span!("request", %id, user = tracing::field::Empty);
    request.extensions_mut().insert(Asked { id: id.clone(), span: span.clone() });
    let header = HeaderValue::from_str(&id).ok();
    if let Some(id) = &header {
        request.headers_mut().insert(X_REQUEST_ID, id.clone());
    }
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = method(request.method());
    let running = server.metrics.requests.begin();

    let mut response = ID.scope(id, answer(request)).instrument(span.clone()).await;

    if let Some(id) = header {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    let (status, took) = (response.status(), started.elapsed());
    let part = response.extensions().get::<Part>().map(|part| part.0);
    let route = route.as_ref().map(MatchedPath::as_str).or(part).unwrap_or("unmatched");
    running.end(method, route, status, took);
    server.app.stats.requests.record(status.is_server_error(), took);
    span.in_scope(|| log(method, route, status, took));
    response
}

fn log(method: &'static str, route: &str, status: StatusCode, took: Duration) {
    let (status, ms) = (status.as_u16(), took.as_secs_f64() * 1_000.0);
    if status >= 500 || took >= SLOW {
        tracing::info!(target: "requests", method, route, status, ms, "answered");
    } else {
        tracing::debug!(target: "requests", method, route, status, ms, "answered");
    }
}

/// The id a caller sent: 1 to 128 visible characters of ASCII, else it counts as none.
fn given(headers: &HeaderMap) -> Option<Arc<str>> {
    let id = headers.get(X_REQUEST_ID)?.as_bytes();
    let is_sane = (1..=LONGEST).contains(&id.len()) && id.iter().all(u8::is_ascii_graphic);
    str::from_utf8(id).ok().filter(|_| is_sane).map(Into::into)
}

/// A new id: 128 bits, in hexadecimal.
fn made(random: &Random) -> Arc<str> {
    format!("{:032x}", u128::from_be_bytes(random.bytes())).into()
}

/// A method's name, of which there are only so many.
fn method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::extract::State;
    use axum::middleware::{self, Next};
    use axum::routing::get;
    use testing::{Engine, Fixture, TestDomain};
    use tokio::net::TcpListener;
    use tokio::sync::watch;

    use super::*;
    use crate::Limits;
    use crate::logging::Format;
    use crate::logging::tests::written;
    use crate::no_panic::no_panic;

    #[test]
    fn an_id_is_taken_if_it_is_short_and_visible() {
        let given = |id: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(X_REQUEST_ID, HeaderValue::from_bytes(id).unwrap());
            given(&headers).map(|id| id.to_string())
        };
        assert_eq!(given(b"a-1.b/2~").as_deref(), Some("a-1.b/2~"));
        assert_eq!(given(&[b'x'; LONGEST]).map(|id| id.len()), Some(LONGEST));
        for insane in [&[b'x'; LONGEST + 1][..], b"", b"two words", b"tab\there", "\u{fc}".as_bytes()] {
            assert_eq!(given(insane), None, "{insane:?}");
        }
    }

    #[test]
    fn what_failed_or_was_slow_is_told_unasked() {
        let level = |status, took| {
            let status = StatusCode::from_u16(status).unwrap();
            let line = written(Format::Text, "debug", || log("GET", "/a", status, took));
            line.split_whitespace().nth(1).map(str::to_owned)
        };
        let almost_slow = SLOW.checked_sub(Duration::from_nanos(1)).unwrap();
        for (status, took, expected) in [
            (200, almost_slow, "DEBUG"),
            (200, SLOW, "INFO"),
            (499, almost_slow, "DEBUG"),
            (500, Duration::ZERO, "INFO"),
        ] {
            assert_eq!(level(status, took).as_deref(), Some(expected), "{status} in {took:?}");
        }
    }

    #[tokio::test]
    async fn a_handler_that_panics_is_answered_with_the_id_to_look_for() {
        let domain = TestDomain::on(Engine::Sqlite).await;
        let (_staying, going_away) = watch::channel(false);
        let server = Server::new(domain.app.clone(), Limits::default(), true, going_away);
        let panics = get(async || -> &'static str { panic!("a panic of a test") });
        let follow = async |State(server): State<Server>, request: Request, next: Next| {
            follow(&server, request, |request| next.run(request)).await
        };
        let layer = middleware::from_fn_with_state(server.clone(), follow);
        let service = Router::new().route("/panics", panics).layer(no_panic()).layer(layer).with_state(server.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/panics", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });

        let answer = reqwest::Client::new().get(url).header("x-request-id", "mine").send().await.unwrap();
        assert_eq!(answer.status(), 500);
        assert_eq!(answer.headers()["x-request-id"], "mine");
        let body: serde_json::Value = answer.json().await.unwrap();
        assert_eq!((&body["error"], &body["request_id"]), (&"internal".into(), &"mine".into()), "{body}");
        let counted = &server.metrics.requests;
        assert_eq!((counted.running(), counted.abandoned()), (0, 0));
        assert_eq!((domain.app.stats.requests.failed(), domain.app.stats.requests.took().count()), (1, 1));
    }

    #[test]
    fn an_id_that_is_made_is_never_made_again() {
        let random = Random::seeded(1);
        let (first, second) = (made(&random), made(&random));
        assert_eq!(first.len(), 32);
        assert_ne!(first, second);
    }
}

//! Every route on one screen.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, Method};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use domain::{App, Error};
use leptos::config::LeptosOptions;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any, CorsLayer};

use crate::client::{self, Proxies};
use crate::error::Failure;
use crate::limits::{self, Class, ClassOf, Tally};
use crate::{Limits, cookies, origin, pages, rest, socket};

/// What every route shares.
#[derive(Clone)]
pub struct Server {
    /// The application.
    pub app: App,
    /// How much anybody may ask for at once.
    pub limits: Limits,
    /// Whether browsers are given secure cookies: always, but over plain http on a network.
    pub secure_cookies: bool,
    /// Becomes true when the server goes away.
    pub going_away: watch::Receiver<bool>,
    pub(crate) leptos: LeptosOptions,
    pub(crate) proxies: Proxies,
    pub(crate) tally: Tally,
}

impl FromRef<Server> for LeptosOptions {
    fn from_ref(server: &Server) -> Self {
        server.leptos.clone()
    }
}

impl Server {
    /// A server on an application.
    #[must_use]
    pub fn new(app: App, limits: Limits, secure_cookies: bool, going_away: watch::Receiver<bool>) -> Self {
        if limits.rates.is_none() {
            tracing::warn!("rate limits are off: anybody may ask as often as they like");
        }
        let proxies = Proxies::new(&limits.trusted_proxies);
        let (leptos, tally) = (pages::options(), Tally::default());
        Self { app, limits, secure_cookies, going_away, leptos, proxies, tally }
    }
}

/// Every route.
pub fn router(server: Server) -> Router {
    // Which class of rates a request counts in; `/logout` changes something, and is not refused for what it shows.
    let counted = |class: ClassOf| middleware::from_fn_with_state((server.clone(), class), limits::count);
    let signing_in = Router::new()
        .route("/login", post(rest::sessions::login).route_layer(counted(|_| Some(Class::Login))))
        .route("/login/device", post(rest::sessions::login_device).route_layer(counted(|_| Some(Class::Devices))))
        .route("/refresh", post(rest::sessions::refresh).route_layer(counted(|_| Some(Class::Refresh))))
        .route("/logout", delete(rest::sessions::logout).route_layer(counted(Class::by_method)))
        .layer(DefaultBodyLimit::max(server.limits.sign_in_body));

    let api = Router::new()
        .route("/health", get(rest::health::show))
        .route("/me", get(rest::users::me))
        .route("/lobbies", get(rest::lobbies::list).post(rest::lobbies::create))
        .route("/lobbies/{id}", get(rest::lobbies::get))
        .route("/lobbies/{id}/join", post(rest::lobbies::join))
        .route("/lobbies/leave", post(rest::lobbies::leave))
        .route_layer(counted(Class::by_method))
        .layer(DefaultBodyLimit::max(server.limits.body))
        .merge(signing_in)
        .fallback(async || Failure::no_such_route())
        .method_not_allowed_fallback(async || Failure::method_not_allowed())
        .layer(no_panic())
        .layer(any_origin());

    Router::new()
        .nest("/api/v1", api)
        .route("/socket/websocket", get(socket::connect).route_layer(counted(|_| Some(Class::Connects))))
        .merge(pages::routes(&server))
        .layer(middleware::from_fn_with_state(server.clone(), in_time))
        .layer(middleware::from_fn(origin::rule))
        .layer(cookies::layer(&server.app, server.secure_cookies))
        .layer(no_panic())
        .layer(middleware::from_fn_with_state(server.clone(), client::find))
        .layer(middleware::from_fn(pages::content_policy))
        .with_state(server)
}

/// Games on any site may call the API: without credentials, so that no cookie of a player goes with it.
fn any_origin() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE])
        .expose_headers(
            limits::HEADERS.map(HeaderName::from_static).into_iter().chain([RETRY_AFTER]).collect::<Vec<_>>(),
        )
}

/// Answers for a handler that panicked: the connection goes on, and so do all others. The panic itself is printed where
/// it happens; what it says is shown to nobody.
fn no_panic() -> CatchPanicLayer<fn(Box<dyn std::any::Any + Send>) -> Response> {
    CatchPanicLayer::custom(|_| Failure::from(Error::Internal("a handler panicked".to_owned())).into_response())
}

/// Gives a request up that takes too long.
async fn in_time(State(server): State<Server>, request: Request, next: Next) -> Response {
    let answer = tokio::time::timeout(Duration::from_secs(server.limits.seconds), next.run(request)).await;
    answer.unwrap_or_else(|_| Failure::too_slow().into_response())
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    #[tokio::test]
    async fn a_handler_that_panics_answers_and_its_connection_goes_on() {
        let router = Router::<()>::new()
            .route("/panics", get(async || -> Response { panic!("the canary of a panic") }))
            .route("/works", get(async || "works"))
            .layer(no_panic());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut connection = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let requests =
            "GET /panics HTTP/1.1\r\nhost: a\r\n\r\nGET /works HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        connection.write_all(requests.as_bytes()).await.unwrap();
        let mut answers = String::new();
        connection.read_to_string(&mut answers).await.unwrap();
        let (panicked, worked) = answers.split_at(answers.rfind("HTTP/1.1").unwrap());
        assert!(panicked.starts_with("HTTP/1.1 500") && panicked.contains(r#"{"error":"internal","message":"#));
        assert!(!answers.contains("canary"), "{answers}");
        assert!(worked.starts_with("HTTP/1.1 200") && worked.ends_with("works"), "{worked}");
    }
}

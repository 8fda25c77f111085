//! Every route on one screen.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef, Request, State};
use axum::http::Method;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use domain::App;
use leptos::config::LeptosOptions;
use tokio::sync::watch;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{Any, CorsLayer};

use crate::error::Failure;
use crate::{Limits, cookies, openapi, origin, pages, rest, socket};

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
        Self { app, limits, secure_cookies, going_away, leptos: pages::options() }
    }
}

/// Every route.
pub fn router(server: Server) -> Router {
    let signing_in = Router::new()
        .route("/login", post(rest::sessions::login))
        .route("/login/device", post(rest::sessions::login_device))
        .route("/refresh", post(rest::sessions::refresh))
        .route("/logout", delete(rest::sessions::logout))
        .layer(DefaultBodyLimit::max(server.limits.sign_in_body));

    let api = Router::new()
        .route("/health", get(rest::health::show))
        .route("/me", get(rest::users::me))
        .route("/lobbies", get(rest::lobbies::list).post(rest::lobbies::create))
        .route("/lobbies/{id}", get(rest::lobbies::get))
        .route("/lobbies/{id}/join", post(rest::lobbies::join))
        .route("/lobbies/leave", post(rest::lobbies::leave))
        .layer(DefaultBodyLimit::max(server.limits.body))
        .merge(signing_in)
        .fallback(async || Failure::no_such_route())
        .method_not_allowed_fallback(async || Failure::method_not_allowed())
        .layer(any_origin());

    let description = Router::new()
        .route("/api/openapi", get(openapi::show))
        .route("/api/openapi.json", get(openapi::show))
        .method_not_allowed_fallback(async || Failure::method_not_allowed())
        .layer(CompressionLayer::new())
        .layer(any_origin());

    Router::new()
        .nest("/api/v1", api)
        .merge(description)
        .route("/socket/websocket", get(socket::connect))
        .merge(pages::routes(&server))
        .layer(middleware::from_fn_with_state(server.clone(), in_time))
        .layer(middleware::from_fn(origin::rule))
        .layer(cookies::layer(&server.app, server.secure_cookies))
        .layer(middleware::from_fn(pages::content_policy))
        .with_state(server)
}

/// Games on any site may call the API: without credentials, so that no cookie of a player goes with it.
fn any_origin() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE])
        .expose_headers([RETRY_AFTER])
}

/// Gives a request up that takes too long.
async fn in_time(State(server): State<Server>, request: Request, next: Next) -> Response {
    let answer = tokio::time::timeout(Duration::from_secs(server.limits.seconds), next.run(request)).await;
    answer.unwrap_or_else(|_| Failure::too_slow().into_response())
}

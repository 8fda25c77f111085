//! The pages: mounts Leptos, and what pages need around it.

mod assets;
mod docs;
mod forms;
mod policy;

use axum::Router;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, StatusCode, Uri, Version};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::Scope;
use leptos::config::{Env, LeptosOptions};
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{LeptosRoutes, generate_route_list, render_app_async_with_context};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate};

pub(crate) use policy::content_policy;

use crate::auth::Caller;
use crate::error;
use crate::router::Server;

/// The options Leptos renders with. Nothing is read from the environment or the disk.
pub(crate) fn options() -> LeptosOptions {
    LeptosOptions::builder()
        .output_name("gameserver")
        .site_root("/nonexistent")
        .site_pkg_dir(assets::package())
        .env(Env::PROD)
        .build()
}

/// The pages, their forms, their server functions and their files.
pub(crate) fn routes(server: &Server) -> Router<Server> {
    let options = server.leptos.clone();
    let shell = move || app::shell(options.clone());
    let context = context(server);
    Router::new()
        .route("/api/docs", get(docs::show))
        .route("/users/log-in", post(forms::log_in))
        .route("/users/log-out", post(forms::log_out))
        .route("/users/first-admin", post(forms::first_admin))
        .route("/theme", post(forms::theme))
        .leptos_routes_with_context(server, generate_route_list(app::App), context.clone(), shell.clone())
        .fallback(async move |uri: Uri, headers: HeaderMap, request: Request| match assets::get(uri.path(), &headers) {
            Some(file) => file,
            None => render_app_async_with_context(context, shell)(request).await,
        })
        .layer(middleware::from_fn_with_state(server.clone(), doors))
        .layer(CompressionLayer::new().compress_when(is_worth_it()))
}

/// What is packed on its way out. Not a development build's module: it is megabytes of debugging names, and packing them
/// anew would cost each first visit a second. A release carries its own ready packed.
fn is_worth_it() -> impl Predicate {
    DefaultPredicate::new().and(|_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions| {
        let is_module = headers.get(CONTENT_TYPE).is_some_and(|kind| kind == "application/wasm");
        !(is_module && cfg!(debug_assertions))
    })
}

/// What a page or server function finds around it: the application, who asks, and the nonce of its scripts.
fn context(server: &Server) -> impl Fn() + Clone + Send + Sync + 'static {
    let app = server.app.clone();
    move || {
        provide_context(app.clone());
        provide_context(app::StatusTable(|error| error::report(error).as_u16()));
        if let Some(parts) = use_context::<Parts>() {
            if let Some(scope) = parts.extensions.get::<Scope>() {
                provide_context(*scope);
            }
            if let Some(policy::CspNonce(nonce)) = parts.extensions.get() {
                provide_context(leptos::nonce::Nonce::from_value(nonce.clone()));
            }
        }
    }
}

/// Finds out who asks before a page is rendered, and keeps the dashboard's doors. (Its server functions decide for
/// themselves: a page that is not shown guards nothing.)
async fn doors(State(server): State<Server>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let Caller(scope) = match Caller::from_request_parts(&mut parts, &server).await {
        Ok(caller) => caller,
        Err(failure) => return failure.into_response(),
    };
    let is_dashboard = parts.uri.path() == "/admin" || parts.uri.path().starts_with("/admin/");
    if is_dashboard && scope.user().is_none() {
        let next: String = form_urlencoded::byte_serialize(parts.uri.to_string().as_bytes()).collect();
        return Redirect::to(&format!("/users/log-in?next={next}")).into_response();
    }
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if is_dashboard && let Err(error) = scope.require_admin() {
        *response.status_mut() = error::report(&error);
    }
    response
}

//! The pages: mounts Leptos, and what pages need around it.

mod acts;
mod apology;
mod assets;
mod docs;
mod forms;
mod theme;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Request, State};
use axum::http::header::{CONTENT_TYPE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, Method, StatusCode, Version};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::Scope;
use leptos::config::{Env, LeptosOptions};
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{LeptosRoutes, generate_route_list, render_app_async_with_context};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate};
use wire::Theme;

pub(crate) use apology::for_failures;
pub(crate) use forms::guard::Stale;
pub(crate) use theme::{ThemeFile, game};

use crate::auth::Caller;
use crate::error::{self, Failure};
use crate::headers::CspNonce;
use crate::input::server_function;
use crate::limits::{self, Class, ClassOf};
use crate::metrics;
use crate::no_panic::no_panic;
use crate::requests::{Asked, Part};
use crate::router::Server;

/// The options Leptos renders with. But for the port of `cargo leptos watch`, nothing is read from the environment.
pub(crate) fn options() -> LeptosOptions {
    LeptosOptions::builder()
        .output_name("gameserver")
        .site_root("/nonexistent")
        .site_pkg_dir(assets::package())
        .reload_port(reload_port().unwrap_or_default())
        .env(Env::PROD)
        .build()
}

/// Where a page under `cargo leptos watch` hears that it should load itself anew.
pub(crate) fn reload_port() -> Option<u32> {
    std::env::var("LEPTOS_RELOAD_PORT").ok()?.parse().ok().filter(|_| assets::ON_DISK)
}

/// The pages, their forms, their server functions and their files.
pub(crate) fn routes(server: &Server) -> Router<Server> {
    let options = server.leptos.clone();
    let shell = move || app::shell(options.clone());
    let context = context(server);
    // Both are served by one document, which knows whose page it is.
    let mut listed = generate_route_list(app::App);
    listed.extend(generate_route_list(app::Site));
    let counted = |class: ClassOf| middleware::from_fn_with_state((server.clone(), class), limits::count);
    let docs = Router::new().route("/api/docs", get(docs::show).route_layer(counted(Class::by_method)));
    let acts = Router::new()
        .route("/admin/users/{id}/ban", post(acts::ban))
        .route("/admin/users/{id}/unban", post(acts::unban))
        .route("/admin/users/{id}/role", post(acts::set_admin))
        .route("/admin/users/{id}/edit", post(acts::edit))
        .route("/admin/users/{id}/remove", post(acts::remove))
        .route("/admin/users/{id}/sign-out", post(acts::sign_out))
        .route("/admin/users/{id}/reset", post(acts::mail_reset))
        .route("/admin/lobbies/open", post(acts::lobbies::open))
        .route("/admin/lobbies/{id}/edit", post(acts::lobbies::edit))
        .route("/admin/lobbies/{id}/kick", post(acts::lobbies::put_out))
        .route("/admin/lobbies/{id}/reseat", post(acts::lobbies::reseat))
        .route("/admin/lobbies/{id}/close", post(acts::lobbies::close))
        .route("/admin/lobbies/{id}/keep-open", post(acts::lobbies::keep_open))
        .route("/admin/sessions/{id}/end", post(acts::end_session))
        .route("/admin/connections/{id}/close", post(acts::close_connection))
        .route("/admin/jobs/{id}/retry", post(acts::retry_job))
        .route("/admin/jobs/{id}/drop", post(acts::drop_job))
        .route_layer(counted(|_| Some(Class::Admin)))
        .layer(DefaultBodyLimit::max(server.limits.body));
    let pages = Router::new()
        .leptos_routes_with_context(server, listed, context.clone(), shell.clone())
        .fallback(async move |request: Request| {
            if is_for_programs(&request) {
                return Failure::no_such_route().into_response();
            }
            render_app_async_with_context(nowhere(context), shell)(request).await
        })
        .layer(middleware::from_fn_with_state(server.clone(), server_function))
        .layer(middleware::from_fn_with_state(server.clone(), doors))
        .layer(counted(class_of));
    docs.merge(forms::routes(server))
        .merge(acts)
        .merge(pages)
        .layer(no_panic())
        .layer(CompressionLayer::new().compress_when(is_worth_it()))
}

/// The class of a page, a server function or a file. Files cost no more than sending them: they are not counted.
fn class_of(parts: &Parts) -> Option<Class> {
    match parts.uri.path() {
        path if path.starts_with("/_fn/") => Some(Class::Admin),
        path if assets::has(path) => None,
        _ => Class::by_method(parts),
    }
}

/// What is packed on its way out. Not a development build's module: it is megabytes of debugging names, and packing them
/// anew would cost each first visit a second. A release carries its own ready packed.
fn is_worth_it() -> impl Predicate {
    DefaultPredicate::new().and(|_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions| {
        let is_module = headers.get(CONTENT_TYPE).is_some_and(|kind| kind == "application/wasm");
        !(is_module && cfg!(debug_assertions))
    })
}

/// Whether whoever asks for something that is not there reads no pages.
fn is_for_programs(request: &Request) -> bool {
    let path = request.uri().path();
    let is_below = |start| path.strip_prefix(start).is_some_and(|rest: &str| rest.is_empty() || rest.starts_with('/'));
    ["/api", "/auth", "/avatars", "/_fn", "/socket"].into_iter().any(is_below)
        || !matches!(*request.method(), Method::GET | Method::HEAD)
}

/// A file of the theme or of the site.
async fn file(server: &Server, theme: &Theme, asked: &Parts) -> Option<Response> {
    if !matches!(asked.method, Method::GET | Method::HEAD) {
        return None;
    }
    let path = asked.uri.path();
    match server.theme.file(path, theme).await {
        Some(file) => Some(file),
        None => assets::get(path, &asked.headers),
    }
}

/// A context of a page that is not there.
fn nowhere(context: impl Fn() + Clone + Send + Sync + 'static) -> impl Fn() + Clone + Send + Sync + 'static {
    move || {
        context();
        provide_context(app::Nowhere);
    }
}

/// What a page or server function finds around it: the application, the game, who asks, and the nonce of its scripts.
fn context(server: &Server) -> impl Fn() + Clone + Send + Sync + 'static {
    let app = server.app.clone();
    move || {
        provide_context(app.clone());
        provide_context(app::StatusTable(|error| error::report(error).as_u16()));
        if let Some(parts) = use_context::<Parts>() {
            if let Some(game) = parts.extensions.get::<app::Game>() {
                provide_context(game.clone());
            }
            if let Some(scope) = parts.extensions.get::<Scope>() {
                provide_context(*scope);
            }
            if let Some(asked) = parts.extensions.get::<Asked>() {
                provide_context(app::RequestId(asked.id.to_string()));
            }
            if let Some(token) = parts.extensions.get::<app::FormToken>() {
                provide_context(token.clone());
            }
            if let Some(typed) = parts.extensions.get::<app::Typed>() {
                provide_context(typed.clone());
            }
            if let Some(typed) = parts.extensions.get::<app::TypedForm>() {
                provide_context(typed.clone());
            }
            if let Some(CspNonce(nonce)) = parts.extensions.get() {
                provide_context(leptos::nonce::Nonce::from_value(nonce.clone()));
            }
        }
    }
}

/// Hands files out, finds out who asks before a page is rendered, and keeps the dashboard's doors. (Its server functions
/// decide for themselves: a page that is not shown guards nothing.)
async fn doors(State(server): State<Server>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    // Files are anybody's. An error page needs its styles while nobody can be told apart.
    let theme = server.theme.current(server.app.clock.now()).await;
    if let Some(mut file) = file(&server, &theme, &parts).await {
        file.extensions_mut().insert(Part("files"));
        return file;
    }
    parts.extensions.insert(app::Game(theme));
    let Caller(scope) = match Caller::from_request_parts(&mut parts, &server).await {
        Ok(caller) => caller,
        Err(failure) => return failure.into_response(),
    };
    if parts.uri.path().starts_with("/dev/") && metrics::is_asked_from_here(&parts) {
        // What belongs to whoever develops on this machine: the verbs ask for the system.
        parts.extensions.insert(Scope::SYSTEM);
    }
    let is_dashboard = parts.uri.path() == "/admin" || parts.uri.path().starts_with("/admin/");
    let is_own = matches!(parts.uri.path(), "/users/settings" | "/lobbies");
    let must_sign_in = is_dashboard && scope.must_sign_in_again;
    if must_sign_in || ((is_dashboard || is_own) && scope.user().is_none()) {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if must_sign_in {
            query.append_pair("problem", "recent_login_required");
        }
        query.append_pair("next", &parts.uri.to_string());
        return Redirect::to(&format!("/users/log-in?{}", query.finish())).into_response();
    }
    let path = parts.uri.path();
    // A live page that stays open asks for another token by itself.
    let has_forms = ((path.starts_with("/users/") || is_own || is_dashboard) && parts.method == Method::GET)
        || path == "/_fn/viewer";
    let cookie = has_forms.then(|| forms::guard::hand_out(&server, &mut parts, &scope)).flatten();
    let typed = has_forms.then(|| forms::typed::take(&server, &parts.headers)).flatten();
    let forgets = typed.map(|(typed, forgets)| {
        parts.extensions.insert(app::Typed(typed));
        forgets
    });
    let is_page = is_dashboard && parts.method == Method::GET;
    let typed = if is_page { acts::typed::take(&server, &parts.headers, &scope).await } else { None };
    let forgets_form = typed.map(|(typed, forgets)| {
        if let Some(typed) = typed {
            parts.extensions.insert(typed);
        }
        forgets
    });
    let mut response = next.run(Request::from_parts(parts, body)).await;
    for cookie in cookie.into_iter().chain(forgets).chain(forgets_form) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    if is_dashboard && let Err(error) = scope.require_admin() {
        *response.status_mut() = error::report(&error);
    }
    response
}

//! Every route on one screen.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::middleware;
use axum::routing::{delete, get, patch, post};
use domain::App;
use leptos::config::LeptosOptions;
use tokio::sync::watch;
use tower_http::compression::CompressionLayer;

use crate::around::{around, around_probes};
use crate::client::Proxies;
use crate::error::Failure;
use crate::limits::{self, Class, ClassOf, Tally};
use crate::metrics::{self, Metrics};
use crate::origin::Web;
use crate::pages::ThemeFile;
use crate::probes::{self, LastWord, Leaving};
use crate::{Limits, Secret, openapi, origin, pages, rest, socket};

/// What every route shares. Cloning it costs nothing: each layer around a request does so.
#[derive(Clone)]
pub struct Server(Arc<Shared>);

/// What a [`Server`] is made of.
#[derive(Clone)]
pub struct Shared {
    /// The application.
    pub app: App,
    /// How much anybody may ask for at once.
    pub limits: Limits,
    /// Whether browsers are given secure cookies: always, but over plain http on a network.
    pub secure_cookies: bool,
    /// How browsers come to it.
    pub web: Web,
    /// Whether it is on its way out, for `/readyz`.
    pub leaving: Leaving,
    /// Becomes true when the server goes away: sockets are then told to come back elsewhere.
    pub going_away: watch::Receiver<bool>,
    /// What lets others than this machine itself read `/metrics`; without it nobody else can.
    pub metrics_token: Option<Secret>,
    pub(crate) metrics: Arc<Metrics>,
    /// What goes on on the sockets, in numbers.
    pub counts: Arc<socket::Counts>,
    pub(crate) places: Arc<socket::Places>,
    /// Who is there, on all nodes.
    pub(crate) presence: socket::Presence,
    pub(crate) drain: Arc<socket::Drain>,
    pub(crate) database: LastWord,
    pub(crate) leptos: LeptosOptions,
    pub(crate) proxies: Proxies,
    pub(crate) tally: Tally,
    pub(crate) theme: ThemeFile,
}

impl Deref for Server {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
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
        Self(Arc::new(Shared {
            proxies: Proxies::new(&limits.trusted_proxies),
            theme: ThemeFile::open(None, app.clock.now()),
            presence: socket::Presence::new(app.clone()),
            app,
            limits,
            secure_cookies,
            web: Web::default(),
            leaving: Leaving::default(),
            going_away,
            metrics_token: None,
            metrics: Arc::default(),
            counts: Arc::default(),
            places: Arc::default(),
            drain: Arc::default(),
            database: LastWord::default(),
            leptos: pages::options(),
            tally: Tally::default(),
        }))
    }

    /// Hears of other nodes who is there, and tells them, for as long as it is awaited; returns where there are none.
    pub fn presence(&self) -> impl Future<Output = ()> + Send + 'static {
        self.presence.clone().run()
    }

    /// The same, for browsers that come in another way.
    #[must_use]
    pub fn web(mut self, web: Web) -> Self {
        Arc::make_mut(&mut self.0).web = web;
        self
    }

    /// The same, whose numbers others than this machine may read who show this token.
    #[must_use]
    pub fn metered(mut self, token: Option<Secret>) -> Self {
        Arc::make_mut(&mut self.0).metrics_token = token;
        self
    }

    /// The same with an operator's theme file: the words and pictures of the pages for players. It is read again when it
    /// changes; while it is missing or broken, the last good one counts, and the log says so.
    #[must_use]
    pub fn themed(mut self, file: Option<PathBuf>) -> Self {
        let theme = ThemeFile::open(file, self.app.clock.now());
        Arc::make_mut(&mut self.0).theme = theme;
        self
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

    // --- pictures ---
    let my_picture = Router::new()
        .route("/me/avatar", post(rest::avatars::upload_mine).delete(rest::avatars::remove_mine))
        .route_layer(counted(Class::by_method))
        .layer(DefaultBodyLimit::max(rest::avatars::BODY));
    let auth_picture = Router::new()
        .route("/avatar", post(rest::avatars::upload).delete(rest::avatars::remove))
        .route_layer(counted(Class::by_method))
        .layer(DefaultBodyLimit::max(rest::avatars::BODY));
    let pictures = Router::new()
        .route("/avatars/{name}", get(rest::avatars::show))
        .route_layer(counted(Class::by_method))
        .method_not_allowed_fallback(async || Failure::method_not_allowed())
        .layer(origin::any());

    let accounts = Router::new()
        .route("/register", post(rest::auth::register).route_layer(counted(|_| Some(Class::Devices))))
        .route("/login", post(rest::auth::login).route_layer(counted(|_| Some(Class::Login))))
        .route("/anonymous", post(rest::auth::anonymous).route_layer(counted(|_| Some(Class::Devices))))
        .route("/upgrade", post(rest::auth::upgrade).route_layer(counted(Class::by_method)))
        .route("/logout", post(rest::auth::logout).route_layer(counted(Class::by_method)))
        .route("/me", get(rest::auth::me).route_layer(counted(Class::by_method)))
        .route("/confirm", post(rest::auth::confirm).route_layer(counted(|_| Some(Class::Login))))
        .route("/confirm/resend", post(rest::auth::resend_confirmation).route_layer(counted(|_| Some(Class::Mails))))
        .route("/magic-link", post(rest::auth::request_link).route_layer(counted(|_| Some(Class::Mails))))
        .route("/magic-link/confirm", post(rest::auth::sign_in_by_link).route_layer(counted(|_| Some(Class::Login))))
        .route("/reset-password", post(rest::auth::request_reset).route_layer(counted(|_| Some(Class::Mails))))
        .route("/reset-password/confirm", post(rest::auth::reset_password).route_layer(counted(|_| Some(Class::Login))))
        .route("/change-email", post(rest::auth::change_email).route_layer(counted(|_| Some(Class::Mails))))
        .route("/change-email/confirm", post(rest::auth::confirm_email).route_layer(counted(|_| Some(Class::Login))))
        .layer(DefaultBodyLimit::max(server.limits.sign_in_body))
        .merge(auth_picture)
        .fallback(async || Failure::no_such_route())
        .method_not_allowed_fallback(async || Failure::method_not_allowed())
        .layer(origin::some(&server.web));

    // What is one layer costs a request one: see `around.rs`.
    let api = Router::new()
        .route("/health", get(rest::health::show))
        .route("/me", get(rest::users::me).delete(rest::users::delete))
        .route("/me/export", get(rest::users::export))
        .route("/me/sessions", get(rest::sessions::list).delete(rest::sessions::end_several))
        .route("/me/sessions/{id}", delete(rest::sessions::end))
        .route("/me/password", patch(rest::users::change_password))
        .route("/me/display_name", patch(rest::users::rename))
        .route("/socket/ticket", post(rest::tickets::issue))
        .route("/users", get(rest::users::search))
        .route("/users/{id}", get(rest::users::get))
        .route("/lobbies", get(rest::lobbies::list).post(rest::lobbies::create).patch(rest::lobbies::update))
        .route("/lobbies/{id}", get(rest::lobbies::get))
        .route("/lobbies/{id}/join", post(rest::lobbies::join))
        .route("/lobbies/leave", post(rest::lobbies::leave))
        .route("/lobbies/kick", post(rest::lobbies::kick))
        .route("/lobbies/quick_join", post(rest::lobbies::quick_join))
        .route("/lobbies/join_by_code", post(rest::lobbies::join_by_code))
        .route("/lobbies/me", get(rest::lobbies::mine).patch(rest::lobbies::update_member))
        .route("/lobbies/invitations", get(rest::lobbies::invitations).post(rest::lobbies::invite))
        .route("/lobbies/invitations/{id}", delete(rest::lobbies::decline))
        .route("/me/friends", get(rest::friends::list))
        .route("/me/friend-requests", get(rest::friends::requests))
        .route("/me/blocked", get(rest::friends::blocked))
        .route("/friends", post(rest::friends::request))
        .route("/friends/block", post(rest::friends::block))
        .route("/friends/{id}", delete(rest::friends::remove))
        .route("/friends/{id}/accept", post(rest::friends::accept))
        .route("/friends/{id}/reject", post(rest::friends::reject))
        .route("/friends/{id}/block", post(rest::friends::block_request))
        .route("/friends/{id}/unblock", post(rest::friends::unblock))
        .route_layer(counted(Class::by_method))
        .merge(signing_in)
        .merge(my_picture)
        .fallback(async || Failure::no_such_route())
        .method_not_allowed_fallback(async || Failure::method_not_allowed())
        .layer((origin::any(), DefaultBodyLimit::max(server.limits.body)));

    let description = Router::new()
        .route("/api/openapi", get(openapi::show))
        .route("/api/openapi.json", get(openapi::show))
        .route("/.well-known/jwks.json", get(rest::keys::public))
        .route_layer(counted(Class::by_method))
        .method_not_allowed_fallback(async || Failure::method_not_allowed())
        .layer(CompressionLayer::new())
        .layer(origin::any());

    Router::new()
        .nest("/api/v1", api)
        .nest("/auth", accounts)
        .merge(pictures)
        .merge(description)
        .route("/socket/websocket", get(socket::connect).route_layer(counted(|_| Some(Class::Connects))))
        .route("/metrics", get(metrics::show).route_layer(counted(Class::by_method)))
        .merge(pages::routes(&server))
        .layer(middleware::from_fn_with_state(server.clone(), around))
        .merge(probes::routes().layer(middleware::from_fn_with_state(server.clone(), around_probes)))
        .with_state(server)
}

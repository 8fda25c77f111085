//! The OpenAPI document: what each route takes, gives and refuses, with an example of each.
//!
//! Schemas come from the types of `wire`, refusals from the errors themselves. What is said about the routes of a noun
//! stands in the noun's file beside this one, away from the handlers, which it would drown. The tests hold the document
//! against every route, and against every answer they get from one.

mod auth;
mod avatars;
mod friends;
mod health;
mod keys;
mod lobbies;
mod members;
mod older;
mod route;
mod sessions;
mod show;
mod tickets;
mod tidy;
mod users;

use std::sync::LazyLock;

use clap::ValueEnum;
use serde_json::Value;
use utoipa::openapi::path::PathItem;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApiBuilder, PathsBuilder, ServerBuilder};

use route::Route;
pub(crate) use show::show;

/// Where a documented path begins, but for those of `/auth` and `/.well-known`.
const BASE: &str = "/api/v1";

/// The name of the bearer token among the security schemes, as generated clients know it.
const BEARER: &str = "authorization";

/// Every documented route, by noun.
fn routes() -> impl Iterator<Item = Route> {
    let nouns = [
        sessions::routes(),
        auth::routes(),
        keys::routes(),
        users::routes(),
        tickets::routes(),
        avatars::routes(),
        lobbies::routes(),
        members::routes(),
        friends::routes(),
        health::routes(),
    ];
    nouns.into_iter().flatten()
}

/// The groups routes are listed in, in the order of a first visit.
const TAGS: [(&str, &str); 7] = [
    ("Authentication", "Signing in, staying signed in, signing out."),
    ("Accounts", "The same for web games, whose tokens come as cookies; accounts, addresses and passwords."),
    ("Users", "One's own account, and players as others see them."),
    ("Lobbies", "Where players meet: opening, finding, joining and leaving."),
    ("Friends", "Asking players to be friends, answering, and blocking."),
    ("Realtime", "The socket, over which players hear what happens as it happens."),
    ("Health", "Whether the server is up."),
];

const ABOUT: &str = "\
The API of a GameServer. Bodies are JSON objects; an empty one counts as `{}`, and unknown fields are ignored. Ids are \
integers that are never used twice. Times are UTC.

Sign in with `POST /api/v1/login/device` and send the access token as `Authorization: Bearer <token>`. It lasts 15 \
minutes; `POST /api/v1/refresh` exchanges the refresh token for a new pair.

Every error is `{\"error\": \"<code>\", \"message\": \"<sentence>\"}`. Branch on the code; the sentence is for people and \
may change. Besides what each route lists, an unknown path is 404 `not_found`, and a method that a path does not have is \
405 `method_not_allowed`, with the header `Allow`.";

/// A version of the specification that the document is told in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Version {
    /// OpenAPI 3.1.
    #[default]
    #[value(name = "3.1")]
    V31,
    /// OpenAPI 3.0.3, for older generators.
    #[value(name = "3.0")]
    V30,
}

/// The document, as it is served at `/api/openapi`.
#[must_use]
pub fn text(version: Version) -> &'static str {
    static V31: LazyLock<String> = LazyLock::new(|| written(document()));
    static V30: LazyLock<String> = LazyLock::new(|| written(&older::v30(document().clone())));
    match version {
        Version::V31 => &V31,
        Version::V30 => &V30,
    }
}

/// The document of OpenAPI 3.1, made once.
pub(crate) fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(made);
    &DOCUMENT
}

fn written(document: &Value) -> String {
    format!("{document:#}\n")
}

fn made() -> Value {
    let mut paths = PathsBuilder::new();
    let mut components = ComponentsBuilder::new();
    for route in routes() {
        let (path, method, operation, schemas) = route.described();
        components = components.schemas_from_iter(schemas);
        // What sets cookies, and what has its place everywhere, stands at the root.
        let is_at_the_root = ["/auth/", "/.well-known/"].iter().any(|start| path.starts_with(start));
        let base = if is_at_the_root { "" } else { BASE };
        paths = paths.path(format!("{base}{path}"), PathItem::new(method, operation));
    }
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.bearer_format = Some("JWT".to_owned());
    bearer.description = Some("The access token of a login or refresh.".to_owned());
    let info = InfoBuilder::new()
        .title("GameServer API")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .license(Some(LicenseBuilder::new().name("MIT").identifier(Some("MIT")).build()));
    let server = |url, what| ServerBuilder::new().url(url).description(Some(what)).build();
    let document = OpenApiBuilder::new()
        .info(info)
        .servers(Some([
            server("/", "The server this came from."),
            server("http://localhost:4000", "A server at work."),
        ]))
        .tags(Some(TAGS.map(|(name, what)| TagBuilder::new().name(name).description(Some(what)).build())))
        .paths(paths)
        .components(Some(components.security_scheme(BEARER, SecurityScheme::Http(bearer)).build()))
        .build();
    tidy::tidied(serde_json::to_value(document).expect("texts, numbers and maps with text keys are JSON"))
}

//! `/api/docs`: the OpenAPI document as a page.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, HOST};
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse};
use leptos::prelude::{Owner, RenderHtml, provide_context};

use crate::openapi;
use crate::router::Server;

/// Rendered here and not by `leptos_axum`, which would add a script for hydration: there is nothing to hydrate.
pub(super) async fn show(State(server): State<Server>, parts: Parts) -> impl IntoResponse {
    let address = parts.headers.get(HOST).and_then(address);
    let address = address.unwrap_or_else(|| "http://localhost:4000".to_owned());
    let page = Owner::new().with(|| {
        provide_context(parts);
        app::api_docs(&server.leptos, openapi::document(), &address).to_html()
    });
    // It shows the address it was asked under.
    ([(CACHE_CONTROL, "private, no-cache")], Html(page))
}

/// Where this server is, as the reader found it: for examples to copy.
fn address(host: &HeaderValue) -> Option<String> {
    let host = host.to_str().ok()?;
    if host.is_empty() || !host.chars().all(|c| c.is_ascii_alphanumeric() || ".:-[]".contains(c)) {
        return None;
    }
    let is_here = ["localhost", "127.", "[::1]"].iter().any(|here| host.starts_with(here));
    Some(format!("{}://{host}", if is_here { "http" } else { "https" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_name_the_server_that_was_asked_and_nothing_else() {
        let at = |host: &'static str| address(&HeaderValue::from_static(host));
        assert_eq!(at("localhost:4000").as_deref(), Some("http://localhost:4000"));
        assert_eq!(at("play.example").as_deref(), Some("https://play.example"));
        assert_eq!(at("[::1]:4000").as_deref(), Some("http://[::1]:4000"));
        for strange in ["", "a b", "a;rm -rf", "$(x)", "a'b", "a/b"] {
            assert_eq!(at(strange), None, "{strange}");
        }
    }
}

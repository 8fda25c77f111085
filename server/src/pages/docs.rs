//! `/api/docs`: the OpenAPI document as a page.

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, HOST};
use axum::response::{IntoResponse, Response};
use leptos_axum::render_app_async_with_context;

use super::context;
use crate::openapi;
use crate::router::Server;

pub(super) async fn show(State(server): State<Server>, request: Request) -> Response {
    let address = request.headers().get(HOST).and_then(address);
    let address = address.unwrap_or_else(|| "http://localhost:4000".to_owned());
    let options = server.leptos.clone();
    let page = move || app::api_docs(options.clone(), openapi::document(), address.clone());
    let mut response = render_app_async_with_context(context(&server), page)(request).await.into_response();
    // It shows the address it was asked under.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
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

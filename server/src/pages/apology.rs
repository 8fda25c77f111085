//! What a browser shows when a page could not be made: written without anything that may be broken itself.

use std::fmt::Write as _;

use axum::extract::Request;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, REFERER};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::Response;

use super::forms::is_here;
use super::{Stale, assets};

/// The header that names a request.
const REQUEST_ID: &str = "x-request-id";

/// Turns what went wrong on our side into a page, for whoever reads pages; a panic, too, which [`no_panic`] caught.
///
/// [`no_panic`]: crate::no_panic::no_panic
pub(crate) async fn for_failures<F>(request: Request, answer: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let Some(asked) = Asked::of(&request) else { return answer(request).await };
    let response = answer(request).await;
    let is_page = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let is_stale = response.extensions().get::<Stale>().is_some();
    if !(response.status().is_server_error() || is_stale) || is_page {
        return response;
    }
    let id = id(response.headers()).or_else(|| asked.id.clone());
    let page = page(response.status(), &asked, id.as_deref());
    let (mut parts, _) = response.into_parts();
    // Of its headers those stay that do not speak of the body.
    for about_the_body in [CONTENT_ENCODING, CONTENT_LENGTH] {
        parts.headers.remove(about_the_body);
    }
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    parts.headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Response::from_parts(parts, page.into())
}

/// What of a reader's request decides how it is answered.
struct Asked {
    theme: Option<&'static str>,
    id: Option<String>,
    /// The page a form was sent from, as far as it says so: a path of this site.
    from: Option<String>,
}

impl Asked {
    /// Nothing, where whoever asks reads no pages.
    fn of(request: &Request) -> Option<Self> {
        let headers = request.headers();
        let path = request.uri().path();
        let is_for_programs =
            ["/api/", "/auth/", "/avatars/", "/_fn/", "/socket/"].iter().any(|start| path.starts_with(start));
        let text = |name| headers.get_all(name).into_iter().filter_map(|value: &HeaderValue| value.to_str().ok());
        if is_for_programs || !text(ACCEPT).any(|kinds| kinds.contains("text/html")) {
            return None;
        }
        let theme = text(COOKIE).flat_map(|line| line.split(';')).find_map(|pair| match pair.trim() {
            "theme=light" => Some("gs-light"),
            "theme=dark" => Some("gs-dark"),
            _ => None,
        });
        let referer = text(REFERER).next().and_then(|from| from.parse::<Uri>().ok());
        let from = referer.map(|from| from.path().to_owned()).filter(|from| is_here(from));
        Some(Self { theme, id: id(headers), from })
    }
}

/// The request's name, where it is one that can be shown.
fn id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let plain = id.len() <= 64 && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    plain.then(|| id.to_owned())
}

fn page(status: StatusCode, asked: &Asked, id: Option<&str>) -> String {
    let (title, what) = if status == StatusCode::FORBIDDEN {
        (
            "Load this form again.",
            "It was open for more than an hour, or was not loaded in this browser. Nothing was changed.",
        )
    } else if status == StatusCode::SERVICE_UNAVAILABLE {
        (
            "This page has to wait.",
            "The server has too much to do, or does not reach its database. It tries again by itself.",
        )
    } else {
        ("This page could not be made.", "Something went wrong on the server, not with you. It has been written down.")
    };
    // A form's own address is not always a page.
    let again = asked.from.as_deref().filter(|_| status == StatusCode::FORBIDDEN).unwrap_or_default();
    let again = again.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let theme = asked.theme.map(|theme| format!(" data-theme=\"{theme}\"")).unwrap_or_default();
    let css = assets::package();
    let is_ours = status.is_server_error();
    let safe = if is_ours { " Your account, your seat and whatever was saved before are safe." } else { "" };
    let mut page = format!(
        "<!DOCTYPE html><html lang=\"en\"{theme}><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><meta name=\"robots\" content=\"noindex\">\
         <title>{title}</title><link rel=\"icon\" href=\"/favicon.ico\" sizes=\"32x32\">\
         <link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\
         <link rel=\"stylesheet\" href=\"/{css}/gameserver.css\"></head>\
         <body><main class=\"apology\"><svg class=\"mark\" width=\"28\" height=\"28\" viewBox=\"0 0 28 28\" aria-hidden=\"true\">\
         <path fill=\"#caee47\" d=\"M4 0h17l7 7v17a4 4 0 0 1-4 4H4a4 4 0 0 1-4-4V4a4 4 0 0 1 4-4z\"/>\
         <path fill=\"#132310\" d=\"M6.5 6.5h13v3.2h-9.8v8.6h8.6v-2.6h3.2v5.8h-15zM12.4 12.4h3.6v3.6h-3.6z\"/></svg>\
         <h1 class=\"auth-title\">{title}</h1>\
         <p class=\"text-muted text-md\">{what}{safe}</p>\
         <p><a class=\"btn btn-primary btn-lg w-full\" href=\"{again}\">Load again</a></p>\
         <p><a class=\"text-link\" href=\"/\">Back to the start page</a></p>"
    );
    if let Some(id) = id.filter(|_| is_ours) {
        // Writing to a string does not fail.
        let _ = write!(page, "<p class=\"hint\">If you report this, name it: <code>{id}</code></p>");
    }
    page.push_str("</main></body></html>");
    page
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use axum::Router;
    use axum::middleware::{Next, from_fn};
    use axum::routing::get;
    use tokio::net::TcpListener;

    use super::*;
    use crate::error::Failure;
    use crate::no_panic::no_panic;

    /// What a reader of pages, or somebody else, is answered by handlers that fail.
    async fn ask(path: &str, headers: &[(&str, &str)]) -> (u16, String, String) {
        let panics = async || -> &'static str { panic!("on purpose: a test") };
        let app = Router::new()
            .route("/panics", get(panics))
            .route("/api/panics", get(panics))
            .route("/waits", get(|| ready(Failure::too_slow())))
            .route("/works", get(|| ready("well")))
            .layer(no_panic())
            .layer(from_fn(async |request: Request, next: Next| {
                for_failures(request, |request| next.run(request)).await
            }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        let mut request = reqwest::Client::new().get(format!("http://{address}{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        let text = answer.text().await.unwrap();
        serving.abort();
        (status, kind, text)
    }

    const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

    #[tokio::test]
    async fn a_panic_is_a_page_for_whoever_reads_pages_and_an_error_for_others() {
        let (status, kind, page) =
            ask("/panics", &[BROWSER, ("x-request-id", "01-ab"), ("cookie", "theme=dark")]).await;
        assert_eq!((status, kind.as_str()), (500, "text/html; charset=utf-8"));
        for part in ["This page could not be made.", "Load again", "<code>01-ab</code>", "data-theme=\"gs-dark\""] {
            assert!(page.contains(part), "{part} in {page}");
        }
        assert!(!page.contains("on purpose") && !page.contains("<script"), "{page}");
        for (path, headers) in [("/panics", &[][..]), ("/api/panics", &[BROWSER])] {
            let (status, kind, body) = ask(path, headers).await;
            assert_eq!((status, kind.as_str()), (500, "application/json"), "{path}");
            assert!(body.contains("\"error\":\"internal\"") && !body.contains("on purpose"), "{body}");
        }
    }

    #[tokio::test]
    async fn a_failure_keeps_its_status_and_what_works_is_left_alone() {
        let (status, _, page) = ask("/waits", &[BROWSER]).await;
        assert!(status == 503 && page.contains("This page has to wait."), "{page}");
        assert_eq!(ask("/works", &[BROWSER]).await.2, "well");
    }

    #[tokio::test]
    async fn a_request_id_that_is_none_is_not_shown() {
        let long = "x".repeat(65);
        for id in ["<b>bold</b>", "a b", long.as_str()] {
            let (_, _, page) = ask("/panics", &[BROWSER, ("x-request-id", id)]).await;
            assert!(!page.contains("If you report this"), "{id}");
        }
    }
}

//! What lies around every route, from outside in: the request's id and log line, whose client asks, the Origin rule and the
//! headers of an answer, the net under panics; around all but the probes also the token cookies, the page for what failed,
//! the time limit and the browser's cookie.
//!
//! One layer and not one for each: axum clones and boxes a layer, with all that lies within it, for every request, and each
//! layer clones those within it once more. So these are plain functions, each around the next.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::headers::Cover;
use crate::in_time::in_time;
use crate::no_panic::caught;
use crate::requests::follow;
use crate::router::Server;
use crate::{client, cookies, origin, pages, token_cookies};

/// The layer around every route but the probes.
pub(crate) async fn around(State(server): State<Server>, request: Request, next: Next) -> Response {
    // In boxes, as each function would else move all of what lies within it.
    let answer = |request| {
        let routed = |request| in_time(&server, request, |request| cookies::keep(&server, request, next));
        Box::pin(token_cookies::keep(&server, request, |request| pages::for_failures(request, routed)))
    };
    follow(&server, request, |request| Box::pin(guard(&server, request, answer))).await
}

/// The layer around the probes, which ask whether the rest works.
pub(crate) async fn around_probes(State(server): State<Server>, request: Request, next: Next) -> Response {
    follow(&server, request, |request| guard(&server, request, |request| next.run(request))).await
}

/// Whose client asks, whether it may, and what every answer says.
async fn guard<F>(server: &Server, mut request: Request, answer: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    client::find(server, &mut request);
    let cover = Cover::of(&mut request);
    let allowed = origin::allowed(server, &request);
    let mut response = match origin::refusal(server, &request) {
        Some(refusal) => refusal,
        None => caught(answer(request)).await,
    };
    if let Some(origin) = allowed {
        origin::allow(origin, response.headers_mut());
    }
    cookies::clear(server, &mut response);
    cover.put_on(server, response.headers_mut());
    response
}

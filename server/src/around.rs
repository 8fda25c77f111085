//! What lies around every route: whose client asks, the Origin rule, cookies that go, and the headers of an answer.
//!
//! One layer and not one for each: axum clones and boxes a layer, with all that lies within it, for every request.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::headers::Cover;
use crate::router::Server;
use crate::{client, cookies, origin};

/// The layer.
pub(crate) async fn around(State(server): State<Server>, mut request: Request, next: Next) -> Response {
    client::find(&server, &mut request);
    let cover = Cover::of(&mut request);
    let mut response = match origin::refusal(&server, &request) {
        Some(refusal) => refusal,
        None => answer(&server, request, next).await,
    };
    cookies::clear(&server, &mut response);
    cover.put_on(&server, response.headers_mut());
    response
}

async fn answer(server: &Server, request: Request, next: Next) -> Response {
    let allowed = origin::allowed(server, &request);
    let mut response = next.run(request).await;
    if let Some(origin) = allowed {
        origin::allow(origin, response.headers_mut());
    }
    response
}

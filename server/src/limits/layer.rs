//! The layers that count requests by the class of their route.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::place::is_spared;
use super::tally::{By, HEADERS, Key};
use super::{Class, Standing};
use crate::auth::{Caller, peer};
use crate::error::Failure;
use crate::no_panic::caught;
use crate::router::Server;

/// Which class a request is of; none is not counted.
pub(crate) type ClassOf = fn(&Parts) -> Option<Class>;

/// Counts a request, refuses one too many, and says in every answer how the caller stands.
pub(crate) async fn count(State(of): State<(Server, ClassOf)>, request: Request, next: Next) -> Response {
    counted(of, request, next, |_, standing| Some(Failure::from(standing).into_response())).await
}

/// As [`count`], for forms: one too many is told by the form's own page, which finds [`Over`] in the request.
pub(crate) async fn count_and_tell(State(of): State<(Server, ClassOf)>, request: Request, next: Next) -> Response {
    let leave_word = |parts: &mut Parts, standing| {
        parts.extensions.insert(Over(standing));
        None
    };
    counted(of, request, next, leave_word).await
}

/// Counts a request. `too_many` answers what is one too many, or lets it pass.
async fn counted(
    (server, class_of): (Server, ClassOf),
    request: Request,
    next: Next,
    too_many: impl FnOnce(&mut Parts, Standing) -> Option<Response>,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let Some(standing) = stand(&server, class_of, &mut parts).await else {
        return caught(next.run(Request::from_parts(parts, body))).await;
    };
    if standing.wait.is_some()
        && !is_spared(&server, peer(&parts))
        && let Some(refusal) = too_many(&mut parts, standing)
    {
        return refusal;
    }
    // Here, so that a handler's panic is an answer like any other: with the headers of CORS, which lie around it.
    tell(caught(next.run(Request::from_parts(parts, body))).await, standing)
}

/// A request that is one too many, and how its caller stands.
#[derive(Clone, Copy)]
pub(crate) struct Over(Standing);

impl From<Over> for domain::Error {
    fn from(Over(standing): Over) -> Self {
        standing.into()
    }
}

impl From<Standing> for domain::Error {
    fn from(standing: Standing) -> Self {
        Self::RateLimited(standing.wait.unwrap_or(1))
    }
}

/// Counts a request: by who asks, or against the ceiling of its address where that is not known yet.
async fn stand(server: &Server, class_of: ClassOf, parts: &mut Parts) -> Option<Standing> {
    let rates = server.limits.rates.as_ref()?;
    let class = class_of(parts)?;
    let (by, rate) = if class.is_by_caller() {
        // Whose credential is no good is nobody here; the route tells them.
        let caller = <Caller as FromRequestParts<Server>>::from_request_parts(parts, server).await;
        (caller.ok().and_then(|Caller(scope)| scope.user()).into(), rates.of(class))
    } else {
        (By::Address, rates.ceiling)
    };
    Some(server.tally.take(Key::new(class, peer(parts), by), rate, server.app.clock.now()))
}

/// What the route itself says goes first; a refusal of its own has nothing to do with this standing.
fn tell(mut response: Response, standing: Standing) -> Response {
    if response.status() != StatusCode::TOO_MANY_REQUESTS && !response.headers().contains_key(HEADERS[0]) {
        standing.tell(response.headers_mut());
    }
    response
}

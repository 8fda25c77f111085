//! The one gate from pages to the domain: who asks, and what an error looks like on the way back.

use axum::http::StatusCode;
use domain::{App, Scope};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use wire::ApiError;

use super::Problem;
use crate::{RequestId, StatusTable};

/// The application, and who asks it: both are contexts of every page and server function.
pub(super) fn asking() -> Result<(App, Scope), Problem> {
    use_context::<App>()
        .zip(use_context::<Scope>())
        .ok_or_else(|| Problem(ApiError::new("internal", "This part of the page was rendered outside of a request.")))
}

/// What a verb said, as a server function hands it on.
pub(super) fn answer<T>(result: domain::Result<T>) -> Result<T, Problem> {
    result.map_err(refused)
}

/// An error on its way out, with its status.
pub(super) fn refused(error: domain::Error) -> Problem {
    if let Some(StatusTable(status_of)) = use_context() {
        set_status(status_of(&error));
    }
    let mut problem = ApiError::from(error);
    if problem.error == "internal" {
        problem.request_id = use_context().map(|RequestId(id)| id);
    }
    Problem(problem)
}

/// The status of the page or answer on its way out.
pub(super) fn set_status(status: u16) {
    if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(status)) {
        response.set_status(status);
    }
}

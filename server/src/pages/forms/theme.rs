//! Light or dark.

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::is_here;
use crate::input::Form;
use crate::router::Server;

/// The form of the theme switch.
#[derive(Deserialize)]
pub(super) struct Theme {
    theme: Option<String>,
    back: Option<String>,
}

pub(super) async fn theme(State(server): State<Server>, Form(form): Form<Theme>) -> Response {
    let theme = form.theme.as_deref().filter(|theme| matches!(*theme, "light" | "dark")).unwrap_or("system");
    let secure = if server.secure_cookies { "; Secure" } else { "" };
    let cookie = format!("theme={theme}; Path=/; Max-Age=31536000; SameSite=Lax{secure}");
    let back = form.back.as_deref().filter(|back| is_here(back)).unwrap_or("/");
    ([(SET_COOKIE, cookie)], Redirect::to(back)).into_response()
}

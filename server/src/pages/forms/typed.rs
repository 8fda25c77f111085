//! The address that was typed into a form that was refused, so that nobody types it twice. It is kept for the page that is
//! loaded next, in a cookie that no script reads: in an address of ours it would stand in histories and logs.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};

use crate::router::Server;

/// Bytes of what is kept: no address is longer.
const LONGEST: usize = 254;
/// Seconds that the way to the page may take.
const SECONDS: u32 = 60;

/// Leads back to the form, which will hold what was typed.
pub(super) fn keep(server: &Server, back: Redirect, typed: Option<&str>) -> Response {
    let mut response = back.into_response();
    let typed = typed.filter(|typed| !typed.trim().is_empty() && typed.len() <= LONGEST);
    if let Some(cookie) = typed.and_then(|typed| cookie(server, typed, SECONDS)) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// What was typed, and the cookie that forgets it.
pub(crate) fn take(server: &Server, headers: &HeaderMap) -> Option<(String, HeaderValue)> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(given, _)| *given == name(server))?;
    let (typed, _) = form_urlencoded::parse(value.as_bytes()).next()?;
    (typed.len() <= LONGEST).then_some(())?;
    Some((typed.into_owned(), cookie(server, "", 0)?))
}

fn cookie(server: &Server, typed: &str, seconds: u32) -> Option<HeaderValue> {
    let value: String = form_urlencoded::byte_serialize(typed.as_bytes()).collect();
    let secure = if server.secure_cookies { "; Secure" } else { "" };
    let cookie = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", name(server));
    HeaderValue::from_str(&cookie).ok()
}

/// Its name: as that of the session, one that no other host can set where browsers allow it.
fn name(server: &Server) -> &'static str {
    if server.secure_cookies { "__Host-typed" } else { "typed" }
}

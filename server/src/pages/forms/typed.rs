//! What was typed into a form that was refused, so that nobody types it twice: never a password. It is kept for the page that
//! is loaded next, in a cookie that no script reads: in an address of ours it would stand in histories and logs.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use form_urlencoded::Serializer;

use crate::router::Server;

/// Bytes of a field that are kept: no address is longer, nor are 80 characters of any kind.
const LONGEST: usize = 320;
/// Bytes of all fields as they are sent: what browsers take of one cookie, and some more.
const ALL: usize = 3072;
/// Seconds that the way to the page may take.
const SECONDS: u32 = 60;

/// Leads back to the form, which will hold what was typed, by the names of its fields.
pub(super) fn keep(server: &Server, back: Redirect, typed: &[(&'static str, Option<&str>)]) -> Response {
    let mut response = back.into_response();
    let fields = typed.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
    let fields: Vec<_> = fields.filter(|(_, value)| !value.trim().is_empty() && value.len() <= LONGEST).collect();
    let value = Serializer::new(String::new()).extend_pairs(fields).finish();
    if !value.is_empty()
        && value.len() <= ALL
        && let Some(cookie) = cookie(server, &value, SECONDS)
    {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// What was typed, by the names of the fields, and the cookie that forgets it.
pub(crate) fn take(server: &Server, headers: &HeaderMap) -> Option<(Vec<(String, String)>, HeaderValue)> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(given, _)| *given == name(server))?;
    let typed = form_urlencoded::parse(value.as_bytes()).into_owned();
    Some((typed.filter(|(_, value)| value.len() <= LONGEST).collect(), cookie(server, "", 0)?))
}

fn cookie(server: &Server, value: &str, seconds: u32) -> Option<HeaderValue> {
    let secure = if server.secure_cookies { "; Secure" } else { "" };
    let cookie = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", name(server));
    HeaderValue::from_str(&cookie).ok()
}

/// Its name: as that of the session, one that no other host can set where browsers allow it.
fn name(server: &Server) -> &'static str {
    if server.secure_cookies { "__Host-typed" } else { "typed" }
}

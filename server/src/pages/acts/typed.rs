//! What an admin typed into a form that was refused, so that nobody types forty lines twice. It is kept for the page that is
//! loaded next, beside the records of session cookies: any node has it, and the browser is given no more than its number,
//! in a cookie of a minute. A password is never among it.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::TimeDelta;
use domain::{Random, Scope, site_sessions};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use wire::SessionId;

use crate::router::Server;

/// Bytes of what is kept: no form of ours that makes sense is longer.
const LONGEST: usize = 128 * 1024;
/// Seconds that the way to the page may take.
const SECONDS: u32 = 60;

/// What was typed, and in which session: another one is shown none of it.
#[derive(Serialize, Deserialize)]
struct Kept {
    session: Option<SessionId>,
    form: app::TypedForm,
}

/// Leads back to the form, which will hold what was typed. Where it cannot be kept, the way back is the same.
pub(super) async fn keep(
    server: &Server,
    scope: &Scope,
    back: Redirect,
    action: String,
    form: &impl Serialize,
) -> Response {
    let mut response = back.into_response();
    let Ok(Value::Object(typed)) = serde_json::to_value(form) else { return response };
    let text = |value: Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    };
    let fields = typed.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect();
    let kept = Kept { session: scope.session, form: app::TypedForm { action, fields } };
    let Ok(record) = serde_json::to_string(&kept) else { return response };
    if record.len() > LONGEST {
        return response;
    }
    let number = random().secret();
    let until = server.app.clock.now() + TimeDelta::seconds(SECONDS.into());
    match site_sessions::save(&server.app, &number, record, until).await {
        Ok(()) => {
            if let Some(cookie) = cookie(server, &number, SECONDS) {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
        }
        Err(error) => tracing::warn!(%error, "what was typed is not kept"),
    }
    response
}

/// What was typed, if it was by who asks now, and the cookie that forgets it. It is handed out once.
pub(in crate::pages) async fn take(
    server: &Server,
    headers: &HeaderMap,
    scope: &Scope,
) -> Option<(Option<app::TypedForm>, HeaderValue)> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, number) = pairs.find(|(given, _)| *given == name(server))?;
    let forgets = cookie(server, "", 0)?;
    let loaded = site_sessions::load(&server.app, number).await.ok().flatten();
    let kept = loaded.and_then(|(record, _)| serde_json::from_str::<Kept>(&record).ok())?;
    if let Err(error) = site_sessions::delete(&server.app, number).await {
        tracing::warn!(%error, "what was typed is kept for a minute");
    }
    Some(((kept.session == scope.session).then_some(kept.form), forgets))
}

fn cookie(server: &Server, number: &str, seconds: u32) -> Option<HeaderValue> {
    let secure = if server.secure_cookies { "; Secure" } else { "" };
    let cookie = format!("{}={number}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", name(server));
    HeaderValue::from_str(&cookie).ok()
}

/// Its name: as that of the session, one that no other host can set where browsers allow it.
fn name(server: &Server) -> &'static str {
    if server.secure_cookies { "__Host-typed-form" } else { "typed-form" }
}

fn random() -> &'static Random {
    // Of its own: tests that seed the application's randomness do not foresee these.
    static RANDOM: std::sync::LazyLock<Random> = std::sync::LazyLock::new(Random::system);
    &RANDOM
}

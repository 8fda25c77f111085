//! The forms of the pages: plain ones, which work without a script. Each ends in a redirect to a page that says how it
//! went: what was done (`done`), or what was wrong (`problem`, and by field what its check says).

mod accounts;
mod at;
mod avatars;
mod friends;
pub(super) mod guard;
mod passwords;
mod play;
mod sessions;
mod settings;
mod setup;
mod theme;
pub(super) mod typed;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::Uri;
use axum::http::request::Parts;
use axum::middleware;
use axum::response::Redirect;
use axum::routing::{get, post};
use domain::{Error, Scope};
use form_urlencoded::Serializer;
use tower_sessions::Session;
use wire::{ApiError, RefreshToken, SessionId};

use crate::cookies;
use crate::error::Failure;
use crate::limits::{self, Class, ClassOf};
use crate::router::Server;

/// The fields whose problems a page says beside them.
const FIELDS: [&str; 11] = [
    "name",
    "display_name",
    "avatar",
    "confirm",
    "email",
    "password",
    "password_confirmation",
    "current_password",
    "title",
    "max_users",
    "grace_seconds",
];

/// Every form.
pub(super) fn routes(server: &Server) -> Router<Server> {
    // One too many is told in the form that is sent; where there is none, as everywhere.
    let told = |class: ClassOf| middleware::from_fn_with_state((server.clone(), class), limits::count_and_tell);
    let counted = |class: ClassOf| middleware::from_fn_with_state((server.clone(), class), limits::count);
    Router::new()
        .route("/users/log-in", post(sessions::log_in).layer(told(login)))
        .route("/users/log-in/mail", post(sessions::mail_link).layer(told(mails)))
        .route("/users/log-in/guest", post(sessions::as_guest).layer(told(login)))
        .route("/users/log-in/{token}", post(sessions::by_link).route_layer(counted(Class::by_method)))
        .route("/users/log-out", post(sessions::log_out).route_layer(counted(Class::by_method)))
        .route("/users/register", post(accounts::register).layer(told(login)))
        .route("/users/confirm", post(accounts::resend).route_layer(counted(Class::by_method)))
        .route("/users/confirm/{token}", post(accounts::confirm).route_layer(counted(Class::by_method)))
        .route("/users/confirm-email/{token}", post(accounts::confirm_email).route_layer(counted(Class::by_method)))
        .route("/users/reset-password", post(passwords::mail_reset).layer(told(mails)))
        .route("/users/reset-password/{token}", post(passwords::reset).route_layer(counted(Class::by_method)))
        .route("/users/settings/name", post(settings::rename).route_layer(counted(Class::by_method)))
        .route(
            "/users/settings/avatar",
            post(avatars::upload)
                .layer(DefaultBodyLimit::max(domain::avatars::SIZE + server.limits.sign_in_body))
                .route_layer(counted(Class::by_method)),
        )
        .route("/users/settings/avatar/remove", post(avatars::remove).route_layer(counted(Class::by_method)))
        .route("/users/settings/email", post(settings::change_email).route_layer(counted(Class::by_method)))
        .route("/users/settings/device/unlink", post(settings::unlink_device).route_layer(counted(Class::by_method)))
        .route("/users/settings/friends/ask", post(friends::ask).route_layer(counted(Class::by_method)))
        .route("/users/settings/friends/accept", post(friends::accept).route_layer(counted(Class::by_method)))
        .route("/users/settings/friends/reject", post(friends::reject).route_layer(counted(Class::by_method)))
        .route("/users/settings/friends/remove", post(friends::remove).route_layer(counted(Class::by_method)))
        .route("/users/settings/friends/block", post(friends::block).route_layer(counted(Class::by_method)))
        .route("/users/settings/friends/block-user", post(friends::block_user).route_layer(counted(Class::by_method)))
        .route("/users/settings/friends/unblock", post(friends::unblock).route_layer(counted(Class::by_method)))
        .route("/users/settings/export", get(settings::export).route_layer(counted(Class::by_method)))
        .route("/users/settings/sessions/end", post(settings::end_session).route_layer(counted(Class::by_method)))
        .route("/users/settings/sessions/end-others", post(settings::end_others).route_layer(counted(Class::by_method)))
        .route("/users/settings/delete", post(settings::delete).route_layer(counted(Class::by_method)))
        .route("/users/settings/password", post(settings::change_password).route_layer(counted(Class::by_method)))
        .merge(play::routes().route_layer(counted(Class::by_method)))
        .route("/users/first-admin", post(setup::first_admin).layer(told(login)))
        .route("/theme", post(theme::theme).route_layer(counted(Class::by_method)))
        .layer(DefaultBodyLimit::max(server.limits.sign_in_body))
}

/// The class of the forms that sign somebody in.
#[expect(clippy::unnecessary_wraps, reason = "one of the functions that class requests")]
fn login(_: &Parts) -> Option<Class> {
    Some(Class::Login)
}

/// The class of the forms that have something mailed.
#[expect(clippy::unnecessary_wraps, reason = "one of the functions that class requests")]
fn mails(_: &Parts) -> Option<Class> {
    Some(Class::Mails)
}

async fn enter(cookie: &Session, session: SessionId, stay: bool) -> Result<(), Error> {
    cookies::sign_in(cookie, session, stay).await.map_err(|error| Error::Internal(error.to_string()))
}

/// Ends the session a browser's cookie stands for.
async fn leave(server: &Server, cookie: &Session) -> Result<(), Error> {
    let session = cookies::session_in(cookie).await?;
    let scope = Scope { session, ..Scope::NOBODY };
    domain::sessions::logout(&server.app, &scope, None, RefreshToken::default()).await
}

/// Back to a page that says what was done.
fn done(word: &str, page: &str, more: &[(&str, Option<&str>)]) -> Redirect {
    let mut query = Serializer::new(String::new());
    query.append_pair("done", word);
    lead(page, query, more)
}

/// Back to a page that says what was wrong: its code and the messages of its fields. Whoever is not signed in, and should
/// be, does so first. What went wrong on our side is an error page instead.
fn refused(error: &Error, page: &str, more: &[(&str, Option<&str>)]) -> Result<Redirect, Failure> {
    match error {
        Error::Unavailable(seconds) => return Err(Error::Unavailable(*seconds).into()),
        Error::Database(_) | Error::Internal(_) => return Err(Error::Internal(error.to_string()).into()),
        _ => {}
    }
    let problem = ApiError::from(error);
    let mut query = Serializer::new(String::new());
    if problem.error == "authentication_required" {
        return Ok(lead("/users/log-in", query, &[("next", Some(page))]));
    }
    query.append_pair("problem", &problem.error);
    if let Error::Busy(seconds) | Error::RateLimited(seconds) = error {
        query.append_pair("seconds", &seconds.to_string());
    }
    for field in FIELDS {
        let messages = problem.errors.as_ref().map_or(&[][..], |errors| errors.on(field));
        if !messages.is_empty() {
            // A list is narrowed by its `title`.
            query.append_pair(if field == "title" { "wrong_title" } else { field }, &messages.join(", "));
        }
    }
    Ok(lead(page, query, more))
}

/// As [`refused`], of the link in a mail: its own page knows how it stands with a link that is not good.
fn refused_link(error: &Error, link: &Uri, page: &str) -> Result<Redirect, Failure> {
    let is_over = matches!(error, Error::Gone(_));
    if is_over { Ok(Redirect::to(link.path())) } else { refused(error, page, &[]) }
}

/// To a page with a query; to a part of it, where one is named.
fn lead(page: &str, mut query: Serializer<'static, String>, more: &[(&str, Option<&str>)]) -> Redirect {
    let mut part = String::new();
    for (name, value) in more {
        let Some(value) = value else { continue };
        query.append_pair(name, value);
        if *name == "part" {
            part = format!("#{value}");
        }
    }
    let query = query.finish();
    let mark = if query.is_empty() { "" } else { "?" };
    Redirect::to(&format!("{page}{mark}{query}{part}"))
}

/// Whether an address stays on this site: a path, and nothing a browser would read as another host.
pub(super) fn is_here(next: &str) -> bool {
    let rest = next.strip_prefix('/');
    rest.is_some_and(|rest| !rest.starts_with(['/', '\\']))
        && !next.contains(['\\', '@'])
        && !next.chars().any(char::is_control)
        && !next.to_ascii_lowercase().contains("%2f%2f")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        for here in ["/", "/admin", "/admin/lobbies?title=a%20b&page=2"] {
            assert!(is_here(here), "{here}");
        }
        for elsewhere in [
            "",
            "admin",
            "//evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "https://evil.example",
            "/%2F%2fevil",
            "/a@evil.example",
            "/\tevil",
            "javascript:alert(1)",
            "/\r\nset-cookie: a=b",
        ] {
            assert!(!is_here(elsewhere), "{elsewhere:?}");
        }
    }
}

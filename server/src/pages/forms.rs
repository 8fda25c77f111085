//! The forms of the pages: plain ones, which work without a script. Each ends in a redirect.

use axum::Extension;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use domain::sessions::{self, Entrance};
use domain::{Error, Scope, setup};
use form_urlencoded::Serializer;
use serde::Deserialize;
use tower_sessions::Session;
use wire::{ApiError, FirstAdmin, PasswordLogin, RefreshToken, SessionId};

use crate::auth::{Caller, Stranger};
use crate::cookies;
use crate::error::Failure;
use crate::input::Form;
use crate::limits::{Class, Over, knock};
use crate::router::Server;

/// The form of the log-in page.
#[derive(Deserialize)]
pub(super) struct LogIn {
    email: Option<String>,
    password: Option<String>,
    stay: Option<String>,
    next: Option<String>,
}

pub(super) async fn log_in(
    State(server): State<Server>,
    Stranger(scope): Stranger,
    cookie: Session,
    over: Option<Extension<Over>>,
    Form(form): Form<LogIn>,
) -> Result<Response, Failure> {
    let next = form.next.as_deref().filter(|next| is_here(next));
    let input = PasswordLogin { email: form.email, password: form.password, device_id: None };
    match sign_in(&server, &scope, over, input).await {
        Ok(Entrance { session, .. }) => {
            // The session this browser had is left: it would live on without a way to it.
            leave(&server, &cookie).await?;
            enter(&cookie, session, form.stay.is_some()).await?;
            let home = if sessions::resume(&server.app, session, scope.ip).await?.is_admin() { "/admin" } else { "/" };
            Ok(Redirect::to(next.unwrap_or(home)).into_response())
        }
        Err(error) => {
            let mut query = query(&error)?;
            if let Some(next) = next {
                query.append_pair("next", next);
            }
            Ok(Redirect::to(&format!("/users/log-in?{}", query.finish())).into_response())
        }
    }
}

/// Signs in, unless somebody at that address has tried it too often.
async fn sign_in(
    server: &Server,
    scope: &Scope,
    over: Option<Extension<Over>>,
    input: PasswordLogin,
) -> Result<Entrance, Error> {
    if let Some(Extension(over)) = over {
        return Err(over.into());
    }
    let place = knock(server, Class::Login, scope.ip, &input.account())?;
    let entered = sessions::sign_in(&server.app, scope, input).await;
    place.settle(server, &entered);
    entered
}

pub(super) async fn log_out(State(server): State<Server>, cookie: Session) -> Result<Redirect, Failure> {
    leave(&server, &cookie).await?;
    cookies::sign_out(&cookie).await.map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Redirect::to("/users/log-in"))
}

pub(super) async fn first_admin(
    State(server): State<Server>,
    Caller(scope): Caller,
    cookie: Session,
    over: Option<Extension<Over>>,
    Form(input): Form<FirstAdmin>,
) -> Result<Redirect, Failure> {
    let token = input.token.clone().unwrap_or_default();
    let made = match over {
        Some(Extension(over)) => Err(over.into()),
        None => setup::make_first_admin(&server.app, &scope, input).await,
    };
    match made {
        Ok((_, session)) => {
            enter(&cookie, session, false).await?;
            Ok(Redirect::to("/admin"))
        }
        Err(error) => {
            let mut query = query(&error)?;
            query.append_pair("token", &token);
            Ok(Redirect::to(&format!("/users/first-admin?{}", query.finish())))
        }
    }
}

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

async fn enter(cookie: &Session, session: SessionId, stay: bool) -> Result<(), Error> {
    cookies::sign_in(cookie, session, stay).await.map_err(|error| Error::Internal(error.to_string()))
}

/// Ends the session a browser's cookie stands for.
async fn leave(server: &Server, cookie: &Session) -> Result<(), Error> {
    let session = cookies::session_in(cookie).await?;
    let scope = Scope { session, ..Scope::NOBODY };
    sessions::logout(&server.app, &scope, None, RefreshToken::default()).await
}

/// What went wrong, for the page to say: its code and the messages of its fields. What went wrong on our side is an
/// error page instead.
fn query(error: &Error) -> Result<Serializer<'static, String>, Failure> {
    match error {
        Error::Unavailable(seconds) => return Err(Error::Unavailable(*seconds).into()),
        Error::Database(_) | Error::Internal(_) => return Err(Error::Internal(error.to_string()).into()),
        _ => {}
    }
    let mut query = Serializer::new(String::new());
    let problem = ApiError::from(error);
    query.append_pair("problem", &problem.error);
    if let Error::Busy(seconds) | Error::RateLimited(seconds) = error {
        query.append_pair("seconds", &seconds.to_string());
    }
    for field in ["email", "password"] {
        let messages = problem.errors.as_ref().map_or(&[][..], |errors| errors.on(field));
        if !messages.is_empty() {
            query.append_pair(field, &messages.join(", "));
        }
    }
    Ok(query)
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

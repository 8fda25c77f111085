//! Signing in and out.

use std::net::IpAddr;

use axum::Extension;
use axum::extract::{OriginalUri, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::sessions::{self, Entrance};
use domain::{Error, Scope, accounts};
use serde::Deserialize;
use tower_sessions::Session;
use wire::{LinkToken, MailWanted, PasswordLogin, SessionId};

use super::guard::{Nothing, Own};
use super::{done, enter, is_here, leave, refused, refused_link, typed};
use crate::auth::{Caller, Stranger};
use crate::cookies;
use crate::error::Failure;
use crate::limits::{By, Class, Over, admit, knock};
use crate::router::Server;

const PAGE: &str = "/users/log-in";
/// Where players go on to, who were going nowhere else.
const PLAY: &str = "/lobbies";

/// The form of the log-in page. Its other buttons send it elsewhere.
#[derive(Deserialize)]
pub(super) struct LogIn {
    email: Option<String>,
    password: Option<String>,
    stay: Option<String>,
    next: Option<String>,
}

impl LogIn {
    /// Where to go on, within this site.
    fn next(&self) -> Option<&str> {
        self.next.as_deref().filter(|next| is_here(next))
    }
}

pub(super) async fn log_in(
    State(server): State<Server>,
    Stranger(stranger): Stranger,
    cookie: Session,
    over: Option<Extension<Over>>,
    Own(form): Own<LogIn>,
) -> Result<Response, Failure> {
    let (next, stay, typed) = (form.next().map(str::to_owned), form.stay.is_some(), form.email.clone());
    let input = PasswordLogin { email: form.email, password: form.password, device_id: None };
    match sign_in(&server, &stranger, over, input).await {
        Ok(Entrance { session, .. }) => {
            let on = go_on(&server, &cookie, session, stranger.ip, stay, next.as_deref()).await?;
            Ok(on.into_response())
        }
        Err(error) => {
            let back = refused(&error, PAGE, &[("next", next.as_deref())])?;
            Ok(typed::keep(&server, back, &[("email", typed.as_deref())]))
        }
    }
}

/// Signs in, unless somebody at that address has tried it too often.
async fn sign_in(
    server: &Server,
    stranger: &Scope,
    over: Option<Extension<Over>>,
    input: PasswordLogin,
) -> Result<Entrance, Error> {
    if let Some(Extension(over)) = over {
        return Err(over.into());
    }
    let place = knock(server, Class::Login, stranger.ip, &input.account())?;
    let entered = sessions::sign_in(&server.app, stranger, input).await;
    place.settle(server, &entered);
    entered
}

/// Mails a sign-in link. What it says is the same whether or not there is such an account.
pub(super) async fn mail_link(
    State(server): State<Server>,
    Stranger(stranger): Stranger,
    over: Option<Extension<Over>>,
    Own(form): Own<LogIn>,
) -> Result<Response, Failure> {
    let next = form.next().map(str::to_owned);
    let typed = form.email.clone();
    let input = MailWanted { email: form.email };
    let ask = async {
        if let Some(Extension(over)) = over {
            return Err(over.into());
        }
        let _counted = knock(&server, Class::Mails, stranger.ip, &input.account())?;
        accounts::request_link(&server.app, &stranger, input).await
    };
    match ask.await {
        Ok(()) => Ok(done("link_sent", PAGE, &[("next", next.as_deref())]).into_response()),
        Err(error) => {
            let back = refused(&error, PAGE, &[("next", next.as_deref())])?;
            Ok(typed::keep(&server, back, &[("email", typed.as_deref())]))
        }
    }
}

/// Signs in by the link of a mail: its page only looks, this uses it up.
pub(super) async fn by_link(
    State(server): State<Server>,
    Stranger(stranger): Stranger,
    cookie: Session,
    OriginalUri(here): OriginalUri,
    Path(token): Path<String>,
    Own(Nothing {}): Own<Nothing>,
) -> Result<Redirect, Failure> {
    let enter = async {
        let _counted = admit(&server, Class::Links, stranger.ip, By::Address)?;
        let input = LinkToken { token: Some(token) };
        accounts::sign_in_by_link(&server.app, &stranger, input).await
    };
    match enter.await {
        Ok(Entrance { session, .. }) => go_on(&server, &cookie, session, stranger.ip, true, None).await,
        Err(error) => refused_link(&error, &here, PAGE),
    }
}

/// Lets somebody play who has no account yet. Whoever is signed in goes on as who they are.
pub(super) async fn as_guest(
    State(server): State<Server>,
    Stranger(stranger): Stranger,
    Caller(scope): Caller,
    cookie: Session,
    Own(form): Own<LogIn>,
) -> Result<Redirect, Failure> {
    let next = form.next().map(str::to_owned);
    if scope.user().is_some() {
        return Ok(Redirect::to(next.as_deref().unwrap_or(PLAY)));
    }
    let play = async {
        let _counted = admit(&server, Class::Guests, stranger.ip, By::Address)?;
        accounts::play_as_guest(&server.app, &stranger).await
    };
    match play.await {
        // Nothing else brings a guest back.
        Ok(Entrance { session, .. }) => go_on(&server, &cookie, session, stranger.ip, true, next.as_deref()).await,
        Err(error) => refused(&error, PAGE, &[("next", next.as_deref())]),
    }
}

pub(super) async fn log_out(State(server): State<Server>, cookie: Session) -> Result<Redirect, Failure> {
    leave(&server, &cookie).await?;
    cookies::sign_out(&cookie).await.map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Redirect::to(PAGE))
}

/// Gives the browser its cookie, and leads on: whither it was going, or home.
async fn go_on(
    server: &Server,
    cookie: &Session,
    session: SessionId,
    from: Option<IpAddr>,
    stay: bool,
    next: Option<&str>,
) -> Result<Redirect, Failure> {
    // The session this browser had is left: it would live on without a way to it.
    leave(server, cookie).await?;
    enter(cookie, session, stay).await?;
    let home = if sessions::resume(&server.app, session, from).await?.is_admin() { "/admin" } else { PLAY };
    Ok(Redirect::to(next.unwrap_or(home)))
}

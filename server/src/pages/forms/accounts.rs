//! Making an account, and proving its address.

use axum::Extension;
use axum::extract::{OriginalUri, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::sessions::Entrance;
use domain::{Who, accounts};
use tower_sessions::Session;
use wire::{LinkToken, Registration};

use super::guard::{Nothing, Own};
use super::{done, enter, leave, refused, refused_link, typed};
use crate::auth::{Caller, Stranger};
use crate::error::Failure;
use crate::limits::{By, Class, Over, admit, knock};
use crate::router::Server;

const REGISTER: &str = "/users/register";
const CONFIRM: &str = "/users/confirm";
const SETTINGS: &str = "/users/settings";

/// Makes an account; of a guest's, one of their own, with all they have.
pub(super) async fn register(
    State(server): State<Server>,
    Stranger(stranger): Stranger,
    Caller(scope): Caller,
    cookie: Session,
    over: Option<Extension<Over>>,
    Own(input): Own<Registration>,
) -> Result<Response, Failure> {
    let is_guest = matches!(scope.who, Who::Guest(_));
    if scope.user().is_some() && !is_guest {
        return Ok(Redirect::to(SETTINGS).into_response());
    }
    let (name, typed) = (input.name.clone(), input.email.clone());
    let make = async {
        if let Some(Extension(over)) = over {
            return Err(over.into());
        }
        if is_guest {
            return accounts::upgrade(&server.app, &scope, input).await;
        }
        let place = admit(&server, Class::Guests, stranger.ip, By::Address)?;
        let made = accounts::register(&server.app, &stranger, input).await;
        if made.is_err() {
            place.give_back(&server);
        }
        made
    };
    match make.await {
        Ok(Entrance { session, .. }) => {
            if !is_guest {
                leave(&server, &cookie).await?;
            }
            enter(&cookie, session, true).await?;
            Ok(Redirect::to(CONFIRM).into_response())
        }
        Err(error) => {
            let back = refused(&error, REGISTER, &[("typed", name.as_deref())])?;
            Ok(typed::keep(&server, back, &[("email", typed.as_deref())]))
        }
    }
}

/// Mails the link to one's own pending address once more.
pub(super) async fn resend(
    State(server): State<Server>,
    Stranger(stranger): Stranger,
    Caller(scope): Caller,
    Own(Nothing {}): Own<Nothing>,
) -> Result<Redirect, Failure> {
    let ask = async {
        let who = scope.require_user()?;
        let _counted = knock(&server, Class::Mails, stranger.ip, &who.to_string())?;
        accounts::resend_confirmation(&server.app, &scope).await
    };
    match ask.await {
        Ok(()) => Ok(done("link_sent", CONFIRM, &[])),
        Err(error) => refused(&error, CONFIRM, &[]),
    }
}

/// Confirms an address by the link that was mailed to it: its page only looks, this uses it up.
pub(super) async fn confirm(
    State(server): State<Server>,
    Stranger(stranger): Stranger,
    OriginalUri(here): OriginalUri,
    Path(token): Path<String>,
    Own(Nothing {}): Own<Nothing>,
) -> Result<Redirect, Failure> {
    let confirm = async {
        let _counted = admit(&server, Class::Links, stranger.ip, By::Address)?;
        accounts::confirm(&server.app, &stranger, LinkToken { token: Some(token) }).await
    };
    match confirm.await {
        Ok(()) => Ok(done("confirmed", CONFIRM, &[])),
        Err(error) => refused_link(&error, &here, CONFIRM),
    }
}

/// Moves to the address a link was mailed to.
pub(super) async fn confirm_email(
    State(server): State<Server>,
    Stranger(stranger): Stranger,
    Caller(scope): Caller,
    OriginalUri(here): OriginalUri,
    Path(token): Path<String>,
    Own(Nothing {}): Own<Nothing>,
) -> Result<Redirect, Failure> {
    let home = if scope.user().is_some() { SETTINGS } else { "/users/log-in" };
    let confirm = async {
        let _counted = admit(&server, Class::Links, stranger.ip, By::Address)?;
        accounts::confirm_email(&server.app, &stranger, LinkToken { token: Some(token) }).await
    };
    match confirm.await {
        Ok(()) => Ok(done("moved", home, &[])),
        Err(error) => refused_link(&error, &here, home),
    }
}

//! A new password for whoever forgot theirs.

use axum::Extension;
use axum::extract::{OriginalUri, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::{Error, accounts};
use serde::Deserialize;
use wire::{MailWanted, PasswordReset};

use super::guard::Own;
use super::{done, refused, refused_link, typed};
use crate::auth::Stranger;
use crate::error::Failure;
use crate::limits::{By, Class, Over, admit, knock};
use crate::router::Server;

const PAGE: &str = "/users/reset-password";

/// Mails a way to a new password. What it says is the same whether or not there is such an account.
pub(super) async fn mail_reset(
    State(server): State<Server>,
    Stranger(stranger): Stranger,
    over: Option<Extension<Over>>,
    Own(input): Own<MailWanted>,
) -> Result<Response, Failure> {
    let typed = input.email.clone();
    let ask = async {
        if let Some(Extension(over)) = over {
            return Err(over.into());
        }
        let _counted = knock(&server, Class::Mails, stranger.ip, &input.account())?;
        accounts::request_reset(&server.app, &stranger, input).await
    };
    match ask.await {
        Ok(()) => Ok(done("link_sent", PAGE, &[]).into_response()),
        Err(error) => Ok(typed::keep(&server, refused(&error, PAGE, &[])?, &[("email", typed.as_deref())])),
    }
}

/// The form of a reset link's page.
#[derive(Deserialize)]
pub(super) struct NewPassword {
    password: Option<String>,
}

/// Sets the new password: the link's page only looks, this uses it up.
pub(super) async fn reset(
    State(server): State<Server>,
    Stranger(stranger): Stranger,
    OriginalUri(here): OriginalUri,
    Path(token): Path<String>,
    Own(form): Own<NewPassword>,
) -> Result<Redirect, Failure> {
    let reset = async {
        let _counted = admit(&server, Class::Links, stranger.ip, By::Address)?;
        let input = PasswordReset { token: Some(token), password: form.password };
        accounts::reset_password(&server.app, &stranger, input).await
    };
    match reset.await {
        Ok(()) => Ok(done("password_set", "/users/log-in", &[])),
        // The link is still good: its page says what the password lacks.
        Err(error @ Error::Invalid(_)) => refused(&error, here.path(), &[]),
        Err(error) => refused_link(&error, &here, PAGE),
    }
}

//! What belongs to one's own account: each part of the page `/users/settings` has its form.

use axum::extract::State;
use axum::response::Redirect;
use domain::{Error, accounts};
use wire::{DisplayName, EmailChange, PasswordChange};

use super::guard::Own;
use super::{done, refused};
use crate::auth::{Caller, Peer};
use crate::error::Failure;
use crate::limits::{Class, knock};
use crate::router::Server;

const PAGE: &str = "/users/settings";

pub(super) async fn rename(
    State(server): State<Server>,
    Caller(scope): Caller,
    Own(input): Own<DisplayName>,
) -> Result<Redirect, Failure> {
    told("profile", "renamed", accounts::rename(&server.app, &scope, input).await)
}

pub(super) async fn change_email(
    State(server): State<Server>,
    Peer(from): Peer,
    Caller(scope): Caller,
    Own(input): Own<EmailChange>,
) -> Result<Redirect, Failure> {
    let change = async {
        let who = scope.require_user()?;
        let _counted = knock(&server, Class::Mails, from, &who.to_string())?;
        accounts::change_email(&server.app, &scope, input).await
    };
    told("email", "email_asked", change.await)
}

pub(super) async fn change_password(
    State(server): State<Server>,
    Caller(scope): Caller,
    Own(input): Own<PasswordChange>,
) -> Result<Redirect, Failure> {
    told("password", "password_changed", accounts::change_password(&server.app, &scope, input).await)
}

/// Back to the part of the page that was sent, which says how it went.
pub(super) fn told<T>(part: &'static str, word: &'static str, outcome: Result<T, Error>) -> Result<Redirect, Failure> {
    match outcome {
        Ok(_) => Ok(done(word, PAGE, &[("part", Some(part))])),
        Err(error) => refused(&error, PAGE, &[("part", Some(part))]),
    }
}

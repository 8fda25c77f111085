//! What belongs to one's own account: each part of the page `/users/settings` has its form.

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_DISPOSITION;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{Error, Scope, accounts, sessions, users};
use serde::Deserialize;
use tower_sessions::Session;
use wire::{DisplayName, EmailChange, FieldErrors, PasswordChange, SessionId, UnlinkDevice};

use super::at::At;
use super::guard::{Nothing, Own, OwnAt};
use super::{done, refused, typed};
use crate::auth::{Caller, Stranger};
use crate::cookies;
use crate::error::Failure;
use crate::limits::{Class, knock};
use crate::router::Server;

const PAGE: &str = "/users/settings";

pub(super) async fn rename(
    State(server): State<Server>,
    Caller(scope): Caller,
    OwnAt(input, at): OwnAt<DisplayName>,
) -> Result<Response, Failure> {
    let typed = input.display_name.clone();
    let renamed = accounts::rename(&server.app, &scope, input).await;
    let is_refused = renamed.is_err();
    let back = told(&at, "profile", "renamed", renamed)?;
    Ok(typed::keep(&server, back, &[("display_name", typed.as_deref().filter(|_| is_refused))]))
}

pub(super) async fn change_email(
    State(server): State<Server>,
    Stranger(stranger): Stranger,
    Caller(scope): Caller,
    OwnAt(input, at): OwnAt<EmailChange>,
) -> Result<Response, Failure> {
    let typed = input.email.clone();
    let change = async {
        let who = scope.require_user()?;
        let _counted = knock(&server, Class::Mails, stranger.ip, &who.to_string())?;
        accounts::change_email(&server.app, &scope, input).await
    };
    let asked = change.await;
    let is_refused = asked.is_err();
    let back = told(&at, "email", "email_asked", asked)?;
    Ok(typed::keep(&server, back, &[("email", typed.as_deref().filter(|_| is_refused))]))
}

pub(super) async fn change_password(
    State(server): State<Server>,
    Caller(scope): Caller,
    OwnAt(input, at): OwnAt<PasswordChange>,
) -> Result<Redirect, Failure> {
    told(&at, "password", "password_changed", accounts::change_password(&server.app, &scope, input).await)
}

pub(super) async fn unlink_device(
    State(server): State<Server>,
    Caller(scope): Caller,
    OwnAt(input, at): OwnAt<UnlinkDevice>,
) -> Result<Redirect, Failure> {
    told(&at, "device", "device_unlinked", accounts::unlink_device(&server.app, &scope, input).await)
}

/// The form beside a session.
#[derive(Deserialize)]
pub(super) struct EndSession {
    id: Option<SessionId>,
}

pub(super) async fn end_session(
    State(server): State<Server>,
    Caller(scope): Caller,
    OwnAt(form, at): OwnAt<EndSession>,
) -> Result<Redirect, Failure> {
    let ended = match form.id {
        Some(id) => sessions::end_one(&server.app, &scope, id).await,
        None => scope.require_user().and(Err(FieldErrors::one("id", "can't be blank").into())),
    };
    told(&at, "sessions", "session_ended", ended)
}

pub(super) async fn end_others(
    State(server): State<Server>,
    Caller(scope): Caller,
    OwnAt(Nothing {}, at): OwnAt<Nothing>,
) -> Result<Redirect, Failure> {
    told(&at, "sessions", "others_ended", sessions::end_others(&server.app, &scope).await)
}

/// Everything that is held about whoever asks, as a file to keep.
pub(super) async fn export(State(server): State<Server>, Caller(scope): Caller) -> Result<Response, Failure> {
    match users::export(&server.app, &scope).await {
        Ok(everything) => {
            Ok(([(CONTENT_DISPOSITION, "attachment; filename=\"account.json\"")], Json(everything)).into_response())
        }
        Err(error) => Ok(refused(&error, PAGE, &[])?.into_response()),
    }
}

/// The form of the last part.
#[derive(Deserialize)]
pub(super) struct Delete {
    confirm: Option<String>,
}

/// Deletes the account whose name was typed, since it cannot be brought back. Whose sign-in is too old signs in again.
pub(super) async fn delete(
    State(server): State<Server>,
    Caller(scope): Caller,
    cookie: Session,
    Own(form): Own<Delete>,
) -> Result<Redirect, Failure> {
    match delete_named(&server, &scope, form.confirm).await {
        Ok(()) => {
            cookies::sign_out(&cookie).await.map_err(|error| Error::Internal(error.to_string()))?;
            Ok(done("deleted", "/users/log-in", &[]))
        }
        Err(error) if matches!(&error, Error::Forbidden(refusal) if refusal.code == "recent_login_required") => {
            refused(&error, "/users/log-in", &[("next", Some(PAGE))])
        }
        Err(error) => refused(&error, PAGE, &[("part", Some("delete"))]),
    }
}

async fn delete_named(server: &Server, scope: &Scope, typed: Option<String>) -> Result<(), Error> {
    scope.require_user()?;
    let name = accounts::who_am_i(&server.app, scope).await?.profile.map(|profile| profile.name);
    if typed.as_deref().map(str::trim) != name.as_deref() {
        return Err(FieldErrors::one("confirm", "must be the name of the account").into());
    }
    users::delete(&server.app, scope).await
}

/// Back to the part of the page that was sent, in the view it stood on, which says how it went.
pub(super) fn told<T>(
    at: &At,
    part: &'static str,
    word: &'static str,
    outcome: Result<T, Error>,
) -> Result<Redirect, Failure> {
    let asked = at.on(PAGE);
    let mut more: Vec<_> = asked.iter().map(|(name, value)| (*name, Some(value.as_str()))).collect();
    more.push(("part", Some(part)));
    match outcome {
        Ok(_) => Ok(done(word, PAGE, &more)),
        Err(error) => refused(&error, PAGE, &more),
    }
}

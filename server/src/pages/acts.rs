//! What admins do on the pages of the dashboard: plain forms, which work without a script. Each calls one verb, which
//! decides whether they may, and ends in a redirect to where they were. As every form they are taken only with their token.

pub(super) mod lobbies;
pub(super) mod typed;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{Error, connections, jobs, sessions, users};
use form_urlencoded::Serializer;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use wire::{ApiError, FieldErrors, NewBan, SessionId, UserId, UserPatch};

use super::forms::guard::Own;
use super::forms::is_here;
use crate::auth::Caller;
use crate::error::Failure;
use crate::input::Id;
use crate::router::Server;

/// The fields of all the forms here.
const FIELDS: [&str; 11] = [
    "reason",
    "display_name",
    "games_played",
    "games_won",
    "email",
    "metadata",
    "confirm",
    "title",
    "max_users",
    "password",
    "host_id",
];

type Led = Result<Redirect, Failure>;
/// The same of a form whose fields are not lost when it is refused.
type LedTyped = Result<Response, Failure>;

/// Where an act leads back to.
#[derive(Deserialize)]
pub(super) struct Back {
    back: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Ban {
    reason: Option<String>,
    back: Option<String>,
}

pub(super) async fn ban(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<UserId>,
    Own(form): Own<Ban>,
) -> Led {
    let went = users::ban(&server.app, &scope, id, NewBan { reason: form.reason }).await;
    lead(went, "banned", form.back)
}

pub(super) async fn unban(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<UserId>,
    Own(form): Own<Back>,
) -> Led {
    lead(users::unban(&server.app, &scope, id).await, "unbanned", form.back)
}

#[derive(Deserialize)]
pub(super) struct Role {
    is_admin: Option<bool>,
    back: Option<String>,
}

pub(super) async fn set_admin(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<UserId>,
    Own(form): Own<Role>,
) -> Led {
    // A form that does not say which takes nothing away.
    let went = match form.is_admin {
        Some(is_admin) => users::set_admin(&server.app, &scope, id, is_admin).await,
        None => scope.require_admin(),
    };
    lead(went, "role", form.back)
}

/// What an account is changed to: each field as it is typed.
#[derive(Serialize, Deserialize)]
pub(super) struct Edit {
    display_name: Option<String>,
    games_played: Option<String>,
    games_won: Option<String>,
    email_confirmed: Option<bool>,
    metadata: Option<String>,
    #[serde(skip_serializing)]
    back: Option<String>,
}

impl Edit {
    fn patch(&self) -> Result<UserPatch, FieldErrors> {
        let mut errors = FieldErrors::default();
        let games_played = number(&mut errors, "games_played", self.games_played.as_deref());
        let games_won = number(&mut errors, "games_won", self.games_won.as_deref());
        let metadata = object(&mut errors, "metadata", self.metadata.as_deref());
        let (display_name, email_confirmed) = (self.display_name.clone(), self.email_confirmed);
        errors.or(UserPatch { display_name, metadata, games_played, games_won, email_confirmed })
    }
}

/// A number as it is typed, where something is.
fn number(errors: &mut FieldErrors, field: &'static str, typed: Option<&str>) -> Option<i64> {
    let typed = typed.map(str::trim).filter(|typed| !typed.is_empty())?;
    typed.parse().map_err(|_| errors.add(field, "must be a whole number")).ok()
}

/// A JSON object as it is typed, where something is.
fn object(errors: &mut FieldErrors, field: &'static str, typed: Option<&str>) -> Option<Map<String, Value>> {
    let typed = typed.map(str::trim).filter(|typed| !typed.is_empty())?;
    serde_json::from_str(typed).map_err(|_| errors.add(field, "must be a JSON object")).ok()
}

pub(super) async fn edit(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<UserId>,
    Own(form): Own<Edit>,
) -> LedTyped {
    let went = match form.patch() {
        Ok(patch) => users::edit(&server.app, &scope, id, patch).await,
        Err(errors) => scope.require_admin().and(Err(errors.into())),
    };
    let is_refused = went.is_err();
    let back = lead(went, "saved", form.back.clone())?;
    let action = format!("/admin/users/{id}/edit");
    Ok(if is_refused { typed::keep(&server, &scope, back, action, &form).await } else { back.into_response() })
}

#[derive(Deserialize)]
pub(super) struct Remove {
    confirm: Option<String>,
    back: Option<String>,
}

/// Deletes an account whose id was typed, since it cannot be brought back.
pub(super) async fn remove(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<UserId>,
    Own(form): Own<Remove>,
) -> Led {
    let is_confirmed = form.confirm.as_deref().map(str::trim) == Some(id.to_string().as_str());
    let went = if is_confirmed {
        users::remove(&server.app, &scope, id).await
    } else {
        let errors = FieldErrors::one("confirm", "must be the number of the account");
        scope.require_admin().and(Err(errors.into()))
    };
    lead(went, "removed", form.back)
}

pub(super) async fn sign_out(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<UserId>,
    Own(form): Own<Back>,
) -> Led {
    lead(sessions::end_everywhere(&server.app, &scope, id).await.map(drop), "signed_out", form.back)
}

pub(super) async fn mail_reset(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<UserId>,
    Own(form): Own<Back>,
) -> Led {
    lead(users::mail_reset(&server.app, &scope, id).await, "reset_mailed", form.back)
}

pub(super) async fn end_session(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<SessionId>,
    Own(form): Own<Back>,
) -> Led {
    lead(sessions::end_any(&server.app, &scope, id).await, "session_ended", form.back)
}

pub(super) async fn close_connection(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<String>,
    Own(form): Own<Back>,
) -> Led {
    lead(connections::close(&server.app, &scope, &id).await, "connection_closed", form.back)
}

pub(super) async fn retry_job(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<i64>,
    Own(form): Own<Back>,
) -> Led {
    lead(jobs::retry(&server.app, &scope, id).await, "job_waits", form.back)
}

pub(super) async fn drop_job(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<i64>,
    Own(form): Own<Back>,
) -> Led {
    lead(jobs::drop_dead(&server.app, &scope, id).await, "job_dropped", form.back)
}

/// Where an act leads back to: into the dashboard.
fn back_to(back: Option<String>) -> String {
    back.filter(|back| back.starts_with("/admin") && is_here(back)).unwrap_or_else(|| "/admin".to_owned())
}

/// Leads back to where the form stood, with a word on what was done or what stood in the way. Who may not do such things at
/// all is told so; whose sign-in is too old is led to another.
fn lead(went: domain::Result<()>, done: &str, back: Option<String>) -> Led {
    let back = back_to(back);
    let Err(error) = went else { return Ok(with(&back, &[("done", done)])) };
    match &error {
        Error::Forbidden(refusal) if refusal.code == "recent_login_required" => {
            let (problem, next) = (("problem", refusal.code), ("next", back.as_str()));
            Ok(with("/users/log-in", &[problem, next]))
        }
        Error::Forbidden(refusal) if refusal.code != "forbidden" => Ok(with(&back, &[("problem", refusal.code)])),
        Error::Invalid(errors) => {
            // Which field it is; its page has the words, so that no address can put any there.
            let field = FIELDS.iter().find(|field| !errors.on(field).is_empty()).unwrap_or(&"form");
            Ok(with(&back, &[("problem", "validation_failed"), ("field", field)]))
        }
        Error::NotFound(_) | Error::Unfit(_) | Error::Conflict(_) | Error::Impossible(_) | Error::Busy(_) => {
            Ok(with(&back, &[("problem", &ApiError::from(&error).error)]))
        }
        _ => Err(error.into()),
    }
}

/// An address on this site with more in its query, in place of what an earlier act left there.
fn with(back: &str, pairs: &[(&str, &str)]) -> Redirect {
    let (path, query) = back.split_once('?').unwrap_or((back, ""));
    let before = form_urlencoded::parse(query.as_bytes());
    // The drawer of an account that is gone has nothing to show.
    let is_gone = pairs.contains(&("done", "removed"));
    let before = before.filter(|(key, _)| match key.as_ref() {
        "done" | "problem" | "field" | "whom" | "at" => false,
        "user" => !is_gone,
        _ => true,
    });
    let query = Serializer::new(String::new()).extend_pairs(before).extend_pairs(pairs).finish();
    Redirect::to(&format!("{path}?{query}"))
}

#[cfg(test)]
mod tests {
    use axum::http::header::LOCATION;
    use axum::response::IntoResponse;

    use super::*;

    fn led(back: &str) -> String {
        let redirect = lead(Ok(()), "saved", Some(back.to_owned())).unwrap().into_response();
        redirect.headers()[LOCATION].to_str().unwrap().to_owned()
    }

    #[test]
    fn an_act_leads_back_into_the_dashboard_and_nowhere_else() {
        assert_eq!(led("/admin/users?q=a%26b&user=7&problem=last_admin"), "/admin/users?q=a%26b&user=7&done=saved");
        for elsewhere in ["https://evil.example", "//evil.example", "/users/log-in", ""] {
            assert_eq!(led(elsewhere), "/admin?done=saved", "{elsewhere}");
        }
    }

    #[test]
    fn what_is_gone_is_not_looked_at_again() {
        let redirect = lead(Ok(()), "removed", Some("/admin/users?q=a&user=7".to_owned())).unwrap().into_response();
        assert_eq!(redirect.headers()[LOCATION], "/admin/users?q=a&done=removed");
    }

    #[test]
    fn what_is_typed_wrong_is_told_by_its_field() {
        let edit = |games: &str, metadata: &str| {
            Edit {
                display_name: None,
                games_played: Some(games.to_owned()),
                games_won: Some(String::new()),
                email_confirmed: None,
                metadata: Some(metadata.to_owned()),
                back: None,
            }
            .patch()
        };
        let patch = edit(" 7 ", r#"{ "level": 3 }"#).unwrap();
        assert_eq!((patch.games_played, patch.games_won, patch.metadata.map(|it| it.len())), (Some(7), None, Some(1)));
        assert_eq!(edit("7.5", "").unwrap_err().on("games_played"), ["must be a whole number"]);
        assert_eq!(edit("7", "[]").unwrap_err().on("metadata"), ["must be a JSON object"]);
    }
}

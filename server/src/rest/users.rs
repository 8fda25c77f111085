//! Accounts, and players as others see them.

use axum::Json as Shown;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use domain::{accounts, users};
use wire::{DisplayName, Done, Page, PageQuery, PasswordChange, PublicUser, Renamed, UserId, UserSearch};

use crate::auth::{Account, Caller};
use crate::cookies::Sent;
use crate::error::Failure;
use crate::input::{Id, Json, Query};
use crate::rest::sessions::left_for_good;
use crate::router::Server;
use crate::token_cookies::Jar;

type Answer<T> = Result<Shown<T>, Failure>;

pub(crate) async fn me(
    State(server): State<Server>,
    Caller(scope): Caller,
    Account(read): Account,
) -> Result<impl IntoResponse, Failure> {
    let me = match read {
        Some(me) => me,
        None => users::me(&server.app, &scope).await?,
    };
    Ok(([(CACHE_CONTROL, "no-store")], Shown(me)))
}

pub(crate) async fn change_password(
    State(server): State<Server>,
    Caller(scope): Caller,
    Json(input): Json<PasswordChange>,
) -> Answer<Done> {
    Ok(Shown(accounts::change_password(&server.app, &scope, input).await?))
}

pub(crate) async fn rename(
    State(server): State<Server>,
    Caller(scope): Caller,
    Json(input): Json<DisplayName>,
) -> Answer<Renamed> {
    Ok(Shown(accounts::rename(&server.app, &scope, input).await?))
}

pub(crate) async fn search(
    State(server): State<Server>,
    Caller(scope): Caller,
    Query(search): Query<UserSearch>,
    Query(page): Query<PageQuery>,
) -> Answer<Page<PublicUser>> {
    Ok(Shown(users::search(&server.app, &scope, search, page).await?))
}

pub(crate) async fn get(State(server): State<Server>, Caller(scope): Caller, Id(id): Id<UserId>) -> Answer<PublicUser> {
    Ok(Shown(users::get(&server.app, &scope, id).await?))
}

pub(crate) async fn delete(
    State(server): State<Server>,
    Caller(scope): Caller,
    cookie: Sent,
    jar: Jar,
) -> Result<Response, Failure> {
    users::delete(&server.app, &scope).await?;
    Ok(left_for_good(&cookie, &jar).await)
}

pub(crate) async fn export(State(server): State<Server>, Caller(scope): Caller) -> Result<impl IntoResponse, Failure> {
    let export = users::export(&server.app, &scope).await?;
    Ok(([(CACHE_CONTROL, "no-store")], Shown(export)))
}

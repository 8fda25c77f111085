//! Friends.

use axum::extract::State;
use axum::http::StatusCode;
use domain::friends;
use serde_json::{Value, json};
use wire::{Blocked, Friend, FriendRequests, Friendship, FriendshipId, NewBlock, NewFriend, Page, PageQuery};

use crate::auth::Caller;
use crate::error::Failure;
use crate::input::{Id, Json, Query};
use crate::router::Server;

type Answer<T> = Result<axum::Json<T>, Failure>;

pub(crate) async fn request(
    State(server): State<Server>,
    Caller(scope): Caller,
    Json(input): Json<NewFriend>,
) -> Result<(StatusCode, axum::Json<Friendship>), Failure> {
    let friendship = friends::request(&server.app, &scope, input).await?;
    Ok((StatusCode::CREATED, axum::Json(friendship)))
}

pub(crate) async fn list(
    State(server): State<Server>,
    Caller(scope): Caller,
    Query(page): Query<PageQuery>,
) -> Answer<Page<Friend>> {
    Ok(axum::Json(friends::list(&server.app, &scope, page).await?))
}

pub(crate) async fn requests(
    State(server): State<Server>,
    Caller(scope): Caller,
    Query(page): Query<PageQuery>,
) -> Answer<FriendRequests> {
    Ok(axum::Json(friends::requests(&server.app, &scope, page).await?))
}

pub(crate) async fn blocked(
    State(server): State<Server>,
    Caller(scope): Caller,
    Query(page): Query<PageQuery>,
) -> Answer<Page<Blocked>> {
    Ok(axum::Json(friends::blocked(&server.app, &scope, page).await?))
}

pub(crate) async fn accept(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<FriendshipId>,
) -> Answer<Value> {
    friends::accept(&server.app, &scope, id).await?;
    Ok(axum::Json(json!({})))
}

pub(crate) async fn reject(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<FriendshipId>,
) -> Answer<Value> {
    friends::reject(&server.app, &scope, id).await?;
    Ok(axum::Json(json!({})))
}

pub(crate) async fn remove(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<FriendshipId>,
) -> Answer<Value> {
    friends::remove(&server.app, &scope, id).await?;
    Ok(axum::Json(json!({})))
}

pub(crate) async fn block(
    State(server): State<Server>,
    Caller(scope): Caller,
    Json(input): Json<NewBlock>,
) -> Answer<Friendship> {
    Ok(axum::Json(friends::block(&server.app, &scope, input).await?))
}

pub(crate) async fn block_request(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<FriendshipId>,
) -> Answer<Value> {
    friends::block_request(&server.app, &scope, id).await?;
    Ok(axum::Json(json!({})))
}

pub(crate) async fn unblock(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<FriendshipId>,
) -> Answer<Value> {
    friends::unblock(&server.app, &scope, id).await?;
    Ok(axum::Json(json!({})))
}

//! Lobbies.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use domain::{Error, Scope, lobbies};
use serde_json::{Value, json};
use wire::{
    Invitation, InviteFriend, JoinByCode, JoinLobby, KickMember, Lobby, LobbyFilter, LobbyId, LobbyMember, LobbyPatch,
    MemberPatch, NewLobby, Page, PageQuery, QuickJoin,
};

use crate::auth::Caller;
use crate::error::Failure;
use crate::input::{Id, Json, Query};
use crate::limits::{By, Class, admit};
use crate::router::Server;

type Answer<T> = Result<axum::Json<T>, Failure>;

pub(crate) async fn list(
    State(server): State<Server>,
    Caller(scope): Caller,
    Query(filter): Query<LobbyFilter>,
    Query(page): Query<PageQuery>,
) -> Result<impl IntoResponse, Failure> {
    let json = lobbies::list_json(&server.app, &scope, filter, page).await?;
    Ok(([(CONTENT_TYPE, "application/json")], json))
}

pub(crate) async fn create(
    State(server): State<Server>,
    Caller(scope): Caller,
    Json(input): Json<NewLobby>,
) -> Result<(StatusCode, axum::Json<Lobby>), Failure> {
    let lobby = lobbies::create(&server.app, &scope, input).await?;
    Ok((StatusCode::CREATED, axum::Json(lobby)))
}

pub(crate) async fn update(
    State(server): State<Server>,
    Caller(scope): Caller,
    Json(patch): Json<LobbyPatch>,
) -> Answer<Lobby> {
    Ok(axum::Json(lobbies::update(&server.app, &scope, patch).await?))
}

pub(crate) async fn get(State(server): State<Server>, Caller(scope): Caller, Id(id): Id<LobbyId>) -> Answer<Lobby> {
    Ok(axum::Json(lobbies::get(&server.app, &scope, id).await?))
}

pub(crate) async fn join(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<LobbyId>,
    Json(input): Json<JoinLobby>,
) -> Answer<Lobby> {
    count_hidden(&server, &scope, id).await?;
    Ok(axum::Json(lobbies::join(&server.app, &scope, id, input).await?))
}

/// Counts a try at a lobby that no list shows as one at a code: ids follow one another, and whoever goes through them finds
/// hidden lobbies no faster than by guessing.
pub(crate) async fn count_hidden(server: &Server, scope: &Scope, id: LobbyId) -> Result<(), Error> {
    if !lobbies::is_listed(&server.app, id).await? {
        let _counted = admit(server, Class::Codes, scope.ip, By::User(scope.require_user()?))?;
    }
    Ok(())
}

pub(crate) async fn join_by_code(
    State(server): State<Server>,
    Caller(scope): Caller,
    Json(input): Json<JoinByCode>,
) -> Answer<Lobby> {
    let _counted = admit(&server, Class::Codes, scope.ip, By::User(scope.require_user()?))?;
    Ok(axum::Json(lobbies::join_by_code(&server.app, &scope, input).await?))
}

pub(crate) async fn mine(State(server): State<Server>, Caller(scope): Caller) -> Answer<Lobby> {
    Ok(axum::Json(lobbies::mine(&server.app, &scope).await?))
}

pub(crate) async fn update_member(
    State(server): State<Server>,
    Caller(scope): Caller,
    Json(patch): Json<MemberPatch>,
) -> Answer<LobbyMember> {
    Ok(axum::Json(lobbies::update_member(&server.app, &scope, patch).await?))
}

pub(crate) async fn invitations(
    State(server): State<Server>,
    Caller(scope): Caller,
    Query(page): Query<PageQuery>,
) -> Answer<Page<Invitation>> {
    Ok(axum::Json(lobbies::invitations::list(&server.app, &scope, page).await?))
}

pub(crate) async fn invite(
    State(server): State<Server>,
    Caller(scope): Caller,
    Json(input): Json<InviteFriend>,
) -> Answer<Value> {
    lobbies::invitations::invite(&server.app, &scope, input).await?;
    Ok(axum::Json(json!({})))
}

pub(crate) async fn decline(State(server): State<Server>, Caller(scope): Caller, Id(id): Id<LobbyId>) -> Answer<Value> {
    lobbies::invitations::decline(&server.app, &scope, id).await?;
    Ok(axum::Json(json!({})))
}

pub(crate) async fn leave(State(server): State<Server>, Caller(scope): Caller) -> Answer<Value> {
    lobbies::leave(&server.app, &scope).await?;
    Ok(axum::Json(json!({})))
}

pub(crate) async fn kick(
    State(server): State<Server>,
    Caller(scope): Caller,
    Json(input): Json<KickMember>,
) -> Answer<Value> {
    lobbies::kick(&server.app, &scope, input).await?;
    Ok(axum::Json(json!({})))
}

pub(crate) async fn quick_join(
    State(server): State<Server>,
    Caller(scope): Caller,
    Json(input): Json<QuickJoin>,
) -> Answer<Lobby> {
    Ok(axum::Json(lobbies::quick_join(&server.app, &scope, input).await?))
}

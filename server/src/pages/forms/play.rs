//! What players do on the page `/lobbies`: sit down, leave, be ready, and what a host does with their lobby.

use axum::Router;
use axum::extract::State;
use axum::response::Redirect;
use axum::routing::post;
use domain::{Error, lobbies};
use serde::Deserialize;
use wire::{
    FieldErrors, HostPolicy, InviteFriend, JoinByCode, JoinLobby, KickMember, LobbyId, LobbyPatch, MemberPatch,
    NewLobby, QuickJoin, SwitchLobby, UserId,
};

use super::guard::{Nothing, Own};
use super::{done, refused};
use crate::auth::Caller;
use crate::error::Failure;
use crate::input::Id;
use crate::limits::{By, Class, admit};
use crate::rest::lobbies::count_hidden;
use crate::router::Server;

const PAGE: &str = "/lobbies";
/// Bytes of a code that are worth keeping in the address.
const CODE: usize = 16;

/// Their forms.
pub(super) fn routes() -> Router<Server> {
    Router::new()
        .route("/lobbies/quick-join", post(quick_join))
        .route("/lobbies/new", post(open))
        .route("/lobbies/{id}/join", post(join))
        .route("/lobbies/join-by-code", post(join_by_code))
        .route("/lobbies/switch", post(switch))
        .route("/lobbies/leave", post(leave))
        .route("/lobbies/ready", post(ready))
        .route("/lobbies/sit", post(sit))
        .route("/lobbies/update", post(update))
        .route("/lobbies/new-code", post(new_code))
        .route("/lobbies/kick", post(kick))
        .route("/lobbies/invite", post(invite))
        .route("/lobbies/decline", post(decline))
}

/// Back to the page, which says how it went. Where somebody sits down the page itself says so.
fn led<T>(outcome: Result<T, Error>, word: Option<&str>, more: &[(&str, Option<&str>)]) -> Result<Redirect, Failure> {
    match (outcome, word) {
        (Ok(_), Some(word)) => Ok(done(word, PAGE, &[])),
        (Ok(_), None) => Ok(Redirect::to(PAGE)),
        (Err(error), _) => refused(&error, PAGE, more),
    }
}

pub(super) async fn quick_join(
    State(server): State<Server>,
    Caller(scope): Caller,
    Own(Nothing {}): Own<Nothing>,
) -> Result<Redirect, Failure> {
    led(lobbies::quick_join(&server.app, &scope, QuickJoin::default()).await, None, &[])
}

/// The form of a new lobby. Fields that are left empty count as not given.
#[derive(Deserialize)]
pub(super) struct Open {
    title: Option<String>,
    max_users: Option<String>,
    password: Option<String>,
    is_hidden: Option<String>,
    host_policy: Option<HostPolicy>,
    grace_seconds: Option<String>,
}

impl Open {
    fn read(self) -> Result<NewLobby, FieldErrors> {
        Ok(NewLobby {
            title: given(self.title),
            max_users: number("max_users", self.max_users)?,
            is_hidden: Some(self.is_hidden.is_some()),
            password: given(self.password),
            host_policy: self.host_policy,
            grace_seconds: number("grace_seconds", self.grace_seconds)?,
            ..NewLobby::default()
        })
    }
}

pub(super) async fn open(
    State(server): State<Server>,
    Caller(scope): Caller,
    Own(form): Own<Open>,
) -> Result<Redirect, Failure> {
    let opened = async {
        scope.require_user()?;
        lobbies::create(&server.app, &scope, form.read()?).await
    };
    led(opened.await, Some("opened"), &[("part", Some("new"))])
}

pub(super) async fn join(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<LobbyId>,
    Own(input): Own<JoinLobby>,
) -> Result<Redirect, Failure> {
    let joined = async {
        count_hidden(&server, &scope, id).await?;
        lobbies::join(&server.app, &scope, id, input).await
    };
    led(joined.await, None, &[("lobby", Some(&id.to_string()))])
}

pub(super) async fn join_by_code(
    State(server): State<Server>,
    Caller(scope): Caller,
    Own(input): Own<JoinByCode>,
) -> Result<Redirect, Failure> {
    let code = Some(input.code.clone()).filter(|code| code.len() <= CODE);
    let joined = async {
        let _counted = admit(&server, Class::Codes, scope.ip, By::User(scope.require_user()?))?;
        lobbies::join_by_code(&server.app, &scope, input).await
    };
    led(joined.await, None, &[("code", code.as_deref())])
}

pub(super) async fn leave(
    State(server): State<Server>,
    Caller(scope): Caller,
    Own(Nothing {}): Own<Nothing>,
) -> Result<Redirect, Failure> {
    led(lobbies::leave(&server.app, &scope).await, Some("left"), &[])
}

pub(super) async fn kick(
    State(server): State<Server>,
    Caller(scope): Caller,
    Own(input): Own<KickMember>,
) -> Result<Redirect, Failure> {
    led(lobbies::kick(&server.app, &scope, input).await, Some("kicked"), &[])
}

/// Leaves one seat for another.
pub(super) async fn switch(
    State(server): State<Server>,
    Caller(scope): Caller,
    Own(input): Own<SwitchLobby>,
) -> Result<Redirect, Failure> {
    let lobby = input.lobby_id.map(|lobby| lobby.to_string());
    let code = input.code.clone().filter(|code| code.len() <= CODE);
    let switched = async {
        // A code that comes beside the number of a lobby is not looked at.
        if let Some(id) = input.lobby_id {
            count_hidden(&server, &scope, id).await?;
        } else {
            let _counted = admit(&server, Class::Codes, scope.ip, By::User(scope.require_user()?))?;
        }
        lobbies::switch(&server.app, &scope, input).await
    };
    led(switched.await, None, &[("lobby", lobby.as_deref()), ("code", code.as_deref())])
}

/// The form beside one's seat.
#[derive(Deserialize)]
pub(super) struct Ready {
    #[serde(default)]
    is_ready: bool,
}

pub(super) async fn ready(
    State(server): State<Server>,
    Caller(scope): Caller,
    Own(Ready { is_ready }): Own<Ready>,
) -> Result<Redirect, Failure> {
    let patch = MemberPatch { is_ready: Some(is_ready), ..MemberPatch::default() };
    led(lobbies::update_member(&server.app, &scope, patch).await, None, &[])
}

/// The form around the free seats of one's own lobby.
#[derive(Deserialize)]
pub(super) struct Sit {
    seat: Option<i64>,
}

pub(super) async fn sit(
    State(server): State<Server>,
    Caller(scope): Caller,
    Own(Sit { seat }): Own<Sit>,
) -> Result<Redirect, Failure> {
    let patch = MemberPatch { seat, ..MemberPatch::default() };
    led(lobbies::update_member(&server.app, &scope, patch).await, None, &[])
}

/// The form of the host. What is not ticked is not so.
#[derive(Deserialize)]
pub(super) struct Manage {
    title: Option<String>,
    max_users: Option<String>,
    is_hidden: Option<String>,
    is_locked: Option<String>,
    password: Option<String>,
    no_password: Option<String>,
    successor_id: Option<String>,
}

impl Manage {
    fn read(self) -> Result<LobbyPatch, FieldErrors> {
        let password = if self.no_password.is_some() { Some(String::new()) } else { given(self.password) };
        Ok(LobbyPatch {
            title: self.title,
            max_users: number("max_users", self.max_users)?,
            is_hidden: Some(self.is_hidden.is_some()),
            is_locked: Some(self.is_locked.is_some()),
            password,
            successor_id: number("successor_id", self.successor_id)?.map(UserId),
            ..LobbyPatch::default()
        })
    }
}

pub(super) async fn update(
    State(server): State<Server>,
    Caller(scope): Caller,
    Own(form): Own<Manage>,
) -> Result<Redirect, Failure> {
    let updated = async {
        scope.require_user()?;
        lobbies::update(&server.app, &scope, form.read()?).await
    };
    led(updated.await, Some("saved"), &[])
}

pub(super) async fn new_code(
    State(server): State<Server>,
    Caller(scope): Caller,
    Own(Nothing {}): Own<Nothing>,
) -> Result<Redirect, Failure> {
    let patch = LobbyPatch { renew_code: Some(true), ..LobbyPatch::default() };
    led(lobbies::update(&server.app, &scope, patch).await, Some("new_code"), &[])
}

pub(super) async fn invite(
    State(server): State<Server>,
    Caller(scope): Caller,
    Own(input): Own<InviteFriend>,
) -> Result<Redirect, Failure> {
    led(lobbies::invitations::invite(&server.app, &scope, input).await, Some("invited"), &[])
}

/// The form beside an invitation.
#[derive(Deserialize)]
pub(super) struct Decline {
    lobby_id: Option<LobbyId>,
}

pub(super) async fn decline(
    State(server): State<Server>,
    Caller(scope): Caller,
    Own(form): Own<Decline>,
) -> Result<Redirect, Failure> {
    let declined = async {
        scope.require_user()?;
        let lobby = form.lobby_id.ok_or_else(|| FieldErrors::one("lobby_id", "can't be blank"))?;
        lobbies::invitations::decline(&server.app, &scope, lobby).await
    };
    led(declined.await, Some("declined"), &[])
}

fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

fn number(field: &'static str, text: Option<String>) -> Result<Option<i64>, FieldErrors> {
    given(text)
        .map(|text| text.trim().parse().map_err(|_| FieldErrors::one(field, "must be a whole number")))
        .transpose()
}

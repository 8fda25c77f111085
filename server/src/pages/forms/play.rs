//! What players do on the page `/lobbies`: sit down, leave, be ready, and what a host does with their lobby.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use domain::{Error, lobbies};
use form_urlencoded::Serializer;
use serde::Deserialize;
use wire::{
    FieldErrors, HostPolicy, InviteFriend, JoinByCode, JoinLobby, KickMember, LobbyId, LobbyPatch, MemberPatch,
    NewLobby, QuickJoin, SwitchLobby, UserId,
};

use super::at::At;
use super::guard::{Nothing, OwnAt};
use super::{done, lead, refused, typed};
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

/// Back to the view of the page that the form stood on, which says how it went: of a refusal, of which act, and what `more`
/// there is to know. Where somebody sits down the page itself says so.
fn led<T>(
    at: &At,
    act: &str,
    outcome: Result<T, Error>,
    word: Option<&str>,
    more: &[(&str, Option<&str>)],
) -> Result<Redirect, Failure> {
    let asked = at.on(PAGE);
    let asked: Vec<_> = asked.iter().map(|(name, value)| (*name, Some(value.as_str()))).collect();
    match (outcome, word) {
        (Ok(_), Some(word)) => Ok(done(word, PAGE, &asked)),
        (Ok(_), None) => Ok(lead(PAGE, Serializer::new(String::new()), &asked)),
        (Err(error), _) => refused(&error, PAGE, &[&[("act", Some(act))], more, asked.as_slice()].concat()),
    }
}

pub(super) async fn quick_join(
    State(server): State<Server>,
    Caller(scope): Caller,
    OwnAt(Nothing {}, at): OwnAt<Nothing>,
) -> Result<Redirect, Failure> {
    led(&at, "quick_join", lobbies::quick_join(&server.app, &scope, QuickJoin::default()).await, None, &[])
}

/// The form of a new lobby. Fields that are left empty count as not given.
#[derive(Clone, Deserialize)]
pub(super) struct Open {
    title: Option<String>,
    max_users: Option<String>,
    password: Option<String>,
    is_hidden: Option<String>,
    host_policy: Option<HostPolicy>,
    grace_seconds: Option<String>,
}

impl Open {
    /// What is worth keeping of it: all but the password.
    fn typed(&self) -> [(&'static str, Option<&str>); 5] {
        [
            ("title", self.title.as_deref()),
            ("max_users", self.max_users.as_deref()),
            ("grace_seconds", self.grace_seconds.as_deref()),
            ("host_policy", self.host_policy.map(HostPolicy::name)),
            ("is_hidden", self.is_hidden.as_deref()),
        ]
    }

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
    OwnAt(form, at): OwnAt<Open>,
) -> Result<Response, Failure> {
    let kept = form.clone();
    let opened = async {
        scope.require_user()?;
        lobbies::create(&server.app, &scope, form.read()?).await
    };
    match opened.await {
        Ok(_) => Ok(led(&at, "new", Ok(()), Some("opened"), &[])?.into_response()),
        Err(error) => {
            let back = led::<()>(&at, "new", Err(error), None, &[("part", Some("new"))])?;
            Ok(typed::keep(&server, back, &kept.typed()))
        }
    }
}

pub(super) async fn join(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<LobbyId>,
    OwnAt(input, at): OwnAt<JoinLobby>,
) -> Result<Redirect, Failure> {
    let joined = async {
        count_hidden(&server, &scope, id).await?;
        lobbies::join(&server.app, &scope, id, input).await
    };
    led(&at, "join", joined.await, None, &[("lobby", Some(&id.to_string()))])
}

pub(super) async fn join_by_code(
    State(server): State<Server>,
    Caller(scope): Caller,
    OwnAt(input, at): OwnAt<JoinByCode>,
) -> Result<Redirect, Failure> {
    let code = Some(input.code.clone()).filter(|code| code.len() <= CODE);
    let joined = async {
        let _counted = admit(&server, Class::Codes, scope.ip, By::User(scope.require_user()?))?;
        lobbies::join_by_code(&server.app, &scope, input).await
    };
    led(&at, "code", joined.await, None, &[("code", code.as_deref())])
}

pub(super) async fn leave(
    State(server): State<Server>,
    Caller(scope): Caller,
    OwnAt(Nothing {}, at): OwnAt<Nothing>,
) -> Result<Redirect, Failure> {
    led(&at, "leave", lobbies::leave(&server.app, &scope).await, Some("left"), &[])
}

pub(super) async fn kick(
    State(server): State<Server>,
    Caller(scope): Caller,
    OwnAt(input, at): OwnAt<KickMember>,
) -> Result<Redirect, Failure> {
    led(&at, "kick", lobbies::kick(&server.app, &scope, input).await, Some("kicked"), &[])
}

/// Leaves one seat for another.
pub(super) async fn switch(
    State(server): State<Server>,
    Caller(scope): Caller,
    OwnAt(input, at): OwnAt<SwitchLobby>,
) -> Result<Redirect, Failure> {
    let lobby = input.lobby_id.map(|lobby| lobby.to_string());
    let code = input.code.clone().filter(|code| code.len() <= CODE);
    let act = if input.lobby_id.is_some() { "switch" } else { "code" };
    let switched = async {
        // A code that comes beside the number of a lobby is not looked at.
        if let Some(id) = input.lobby_id {
            count_hidden(&server, &scope, id).await?;
        } else {
            let _counted = admit(&server, Class::Codes, scope.ip, By::User(scope.require_user()?))?;
        }
        lobbies::switch(&server.app, &scope, input).await
    };
    led(&at, act, switched.await, None, &[("lobby", lobby.as_deref()), ("code", code.as_deref())])
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
    OwnAt(Ready { is_ready }, at): OwnAt<Ready>,
) -> Result<Redirect, Failure> {
    let patch = MemberPatch { is_ready: Some(is_ready), ..MemberPatch::default() };
    led(&at, "ready", lobbies::update_member(&server.app, &scope, patch).await, None, &[])
}

/// The form around the free seats of one's own lobby.
#[derive(Deserialize)]
pub(super) struct Sit {
    seat: Option<i64>,
}

pub(super) async fn sit(
    State(server): State<Server>,
    Caller(scope): Caller,
    OwnAt(Sit { seat }, at): OwnAt<Sit>,
) -> Result<Redirect, Failure> {
    let patch = MemberPatch { seat, ..MemberPatch::default() };
    led(&at, "sit", lobbies::update_member(&server.app, &scope, patch).await, None, &[])
}

/// The form of the host. What is not ticked is not so.
#[derive(Clone, Deserialize)]
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
    /// What is worth keeping of it: all but the password.
    fn typed(&self) -> [(&'static str, Option<&str>); 6] {
        [
            ("title", self.title.as_deref()),
            ("max_users", self.max_users.as_deref()),
            ("is_hidden", self.is_hidden.as_deref()),
            ("is_locked", self.is_locked.as_deref()),
            ("no_password", self.no_password.as_deref()),
            ("successor_id", self.successor_id.as_deref()),
        ]
    }

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
    OwnAt(form, at): OwnAt<Manage>,
) -> Result<Response, Failure> {
    let kept = form.clone();
    let updated = async {
        scope.require_user()?;
        lobbies::update(&server.app, &scope, form.read()?).await
    };
    match updated.await {
        Ok(_) => Ok(led(&at, "update", Ok(()), Some("saved"), &[])?.into_response()),
        Err(error) => {
            let back = led::<()>(&at, "update", Err(error), None, &[("part", Some("manage"))])?;
            Ok(typed::keep(&server, back, &kept.typed()))
        }
    }
}

pub(super) async fn new_code(
    State(server): State<Server>,
    Caller(scope): Caller,
    OwnAt(Nothing {}, at): OwnAt<Nothing>,
) -> Result<Redirect, Failure> {
    let patch = LobbyPatch { renew_code: Some(true), ..LobbyPatch::default() };
    led(&at, "new_code", lobbies::update(&server.app, &scope, patch).await, Some("new_code"), &[])
}

pub(super) async fn invite(
    State(server): State<Server>,
    Caller(scope): Caller,
    OwnAt(input, at): OwnAt<InviteFriend>,
) -> Result<Redirect, Failure> {
    led(&at, "invite", lobbies::invitations::invite(&server.app, &scope, input).await, Some("invited"), &[])
}

/// The form beside an invitation.
#[derive(Deserialize)]
pub(super) struct Decline {
    lobby_id: Option<LobbyId>,
}

pub(super) async fn decline(
    State(server): State<Server>,
    Caller(scope): Caller,
    OwnAt(form, at): OwnAt<Decline>,
) -> Result<Redirect, Failure> {
    let declined = async {
        scope.require_user()?;
        let lobby = form.lobby_id.ok_or_else(|| FieldErrors::one("lobby_id", "can't be blank"))?;
        lobbies::invitations::decline(&server.app, &scope, lobby).await
    };
    led(&at, "decline", declined.await, Some("declined"), &[])
}

fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

fn number(field: &'static str, text: Option<String>) -> Result<Option<i64>, FieldErrors> {
    given(text)
        .map(|text| text.trim().parse().map_err(|_| FieldErrors::one(field, "must be a whole number")))
        .transpose()
}

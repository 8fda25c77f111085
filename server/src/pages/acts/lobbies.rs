//! What admins do with lobbies.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use domain::{Error, lobbies::admin, lobbies::admin::PutOut};
use serde::{Deserialize, Serialize};
use wire::{AdminLobbyPatch, FieldErrors, LobbyId, LobbyPatch, LobbySeen, NewLobby, UserId};

use super::{Back, Led, LedTyped, back_to, lead, number, object, typed, with};
use crate::auth::Caller;
use crate::input::Id;
use crate::pages::forms::guard::Own;
use crate::router::Server;

/// What a lobby is changed to: each field as it is typed, and as it was when it was shown. What is not sent stays, and so does
/// what is as it was: only a field that was changed here is changed there.
#[derive(Default, Serialize, Deserialize)]
pub(in crate::pages) struct Edit {
    title: Option<String>,
    max_users: Option<String>,
    is_hidden: Option<bool>,
    is_locked: Option<bool>,
    /// What joining asks for, which those who play together tell one another: nobody signs in by it.
    #[serde(skip_serializing)]
    lobby_password: Option<String>,
    ask_nothing: Option<String>,
    host_id: Option<String>,
    metadata: Option<String>,
    was_title: Option<String>,
    was_max_users: Option<String>,
    was_is_hidden: Option<bool>,
    was_is_locked: Option<bool>,
    was_host_id: Option<String>,
    was_metadata: Option<String>,
    #[serde(skip_serializing)]
    back: Option<String>,
}

impl Edit {
    fn patch(&self) -> Result<AdminLobbyPatch, FieldErrors> {
        let mut errors = FieldErrors::default();
        let max_users = number(&mut errors, "max_users", self.max_users.as_deref());
        let metadata = object(&mut errors, "metadata", self.metadata.as_deref());
        let password = match self.ask_nothing {
            Some(_) => Some(String::new()),
            None => self.lobby_password.clone().filter(|password| !password.is_empty()),
        };
        // As long as nobody is host, nobody is chosen.
        let host_id = number(&mut errors, "host_id", self.host_id.as_deref()).map(UserId);
        let &Self { is_hidden, is_locked, .. } = self;
        let title = self.title.clone();
        let lobby = LobbyPatch { title, max_users, is_hidden, is_locked, password, metadata, ..LobbyPatch::default() };
        errors.or(AdminLobbyPatch { lobby, host_id })
    }

    /// What was shown. It comes from our own page: what cannot be read in it was not shown by us, and counts as not seen.
    fn seen(&self) -> LobbySeen {
        let mut errors = FieldErrors::default();
        let host = self.was_host_id.as_deref();
        LobbySeen {
            title: self.was_title.clone(),
            max_users: number(&mut errors, "max_users", self.was_max_users.as_deref()),
            is_hidden: self.was_is_hidden,
            is_locked: self.was_is_locked,
            // Empty: nobody was.
            host_id: host.map(|host| host.parse().ok()),
            metadata: object(&mut errors, "metadata", self.was_metadata.as_deref()),
        }
    }
}

pub(in crate::pages) async fn edit(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<LobbyId>,
    Own(form): Own<Edit>,
) -> LedTyped {
    let went = match form.patch() {
        Ok(patch) => admin::edit_seen(&server.app, &scope, id, patch, form.seen()).await.map(drop),
        Err(errors) => scope.require_admin().and(Err(errors.into())),
    };
    let is_refused = went.is_err();
    let back = lead(went, "saved", form.back.clone())?;
    let action = format!("/admin/lobbies/{id}/edit");
    Ok(if is_refused { typed::keep(&server, &scope, back, action, &form).await } else { back.into_response() })
}

/// Whom it is about.
#[derive(Deserialize)]
pub(in crate::pages) struct Whom {
    user_id: Option<UserId>,
    back: Option<String>,
}

impl Whom {
    /// Whoever may not do such things is told that first, by the verb.
    fn named(&self) -> Result<UserId, Error> {
        self.user_id.ok_or_else(|| FieldErrors::one("user_id", "can't be blank").into())
    }
}

/// Puts a member out. The page it leads back to offers the seat to be given back.
pub(in crate::pages) async fn put_out(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<LobbyId>,
    Own(form): Own<Whom>,
) -> Led {
    let went = async {
        scope.require_admin()?;
        let user = form.named()?;
        admin::kick(&server.app, &scope, id, user).await.map(|became| (user, became))
    };
    match went.await {
        Ok((user, PutOut::Out)) => {
            // The way back is offered for some seconds from now on.
            let (whom, at) = (user.to_string(), server.app.clock.now().timestamp().to_string());
            Ok(with(&back_to(form.back), &[("done", "kicked"), ("whom", &whom), ("at", &at)]))
        }
        Ok((_, PutOut::Closing)) => lead(Ok(()), "closing_instead", form.back),
        Err(error) => lead(Err(error), "kicked", form.back),
    }
}

pub(in crate::pages) async fn reseat(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<LobbyId>,
    Own(form): Own<Whom>,
) -> Led {
    let went = async {
        scope.require_admin()?;
        admin::reseat(&server.app, &scope, id, form.named()?).await
    };
    lead(went.await, "reseated", form.back)
}

pub(in crate::pages) async fn close(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<LobbyId>,
    Own(form): Own<Back>,
) -> Led {
    lead(admin::close(&server.app, &scope, id).await.map(drop), "closing", form.back)
}

pub(in crate::pages) async fn keep_open(
    State(server): State<Server>,
    Caller(scope): Caller,
    Id(id): Id<LobbyId>,
    Own(form): Own<Back>,
) -> Led {
    lead(admin::keep_open(&server.app, &scope, id).await.map(drop), "kept_open", form.back)
}

/// A lobby of the server's own.
#[derive(Deserialize)]
pub(in crate::pages) struct Opened {
    title: Option<String>,
    max_users: Option<String>,
    is_hidden: Option<bool>,
    back: Option<String>,
}

/// Opens a lobby, and leads to its page.
pub(in crate::pages) async fn open(State(server): State<Server>, Caller(scope): Caller, Own(form): Own<Opened>) -> Led {
    let mut errors = FieldErrors::default();
    let max_users = number(&mut errors, "max_users", form.max_users.as_deref());
    let title = form.title.filter(|title| !title.trim().is_empty());
    let went = match errors.or(NewLobby { title, max_users, is_hidden: form.is_hidden, ..NewLobby::default() }) {
        Ok(input) => admin::open_hostless(&server.app, &scope, input).await,
        Err(errors) => scope.require_admin().and(Err(errors.into())),
    };
    match went {
        Ok(lobby) => Ok(Redirect::to(&format!("/admin/lobbies/{}?done=opened", lobby.id))),
        Err(error) => lead(Err(error), "opened", form.back),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_set_cleared_or_stays() {
        let becomes = |typed: &str, ask_nothing: bool| {
            let form = Edit {
                lobby_password: Some(typed.to_owned()),
                ask_nothing: ask_nothing.then(String::new),
                ..Edit::default()
            };
            form.patch().unwrap().lobby.password
        };
        assert_eq!(becomes("", false), None);
        assert_eq!(becomes("sesame", false), Some("sesame".to_owned()));
        assert_eq!(becomes("sesame", true), Some(String::new()));
    }

    #[test]
    fn what_is_typed_wrong_is_told_by_its_field() {
        let of = |max_users: &str, metadata: &str| {
            Edit { max_users: Some(max_users.to_owned()), metadata: Some(metadata.to_owned()), ..Edit::default() }
                .patch()
        };
        let patch = of(" 7 ", r#"{ "mode": "ranked" }"#).unwrap().lobby;
        assert_eq!((patch.max_users, patch.metadata.map(|it| it.len())), (Some(7), Some(1)));
        assert_eq!(of("7.5", "{}").unwrap_err().on("max_users"), ["must be a whole number"]);
        assert_eq!(of("7", "[]").unwrap_err().on("metadata"), ["must be a JSON object"]);
    }
}

//! Friends in the settings: a form for each thing that can be done about one.

use axum::extract::State;
use axum::response::Redirect;
use domain::{Error, friends};
use serde::Deserialize;
use wire::{FieldErrors, FriendStatus, FriendshipId, NewBlock, NewFriend};

use super::guard::OwnAt;
use super::settings::told;
use crate::auth::Caller;
use crate::error::Failure;
use crate::router::Server;

const PART: &str = "friends";

/// What is between the two.
#[derive(Deserialize)]
pub(super) struct Between {
    id: Option<FriendshipId>,
}

impl Between {
    /// Its id. Whoever is not signed in is told that first, by the verb.
    fn named(self) -> Result<FriendshipId, Error> {
        self.id.ok_or_else(|| FieldErrors::one("id", "can't be blank").into())
    }
}

pub(super) async fn ask(
    State(server): State<Server>,
    Caller(scope): Caller,
    OwnAt(input, at): OwnAt<NewFriend>,
) -> Result<Redirect, Failure> {
    let asked = friends::request(&server.app, &scope, input).await;
    let is_accepted = asked.as_ref().is_ok_and(|friendship| friendship.status == FriendStatus::Accepted);
    told(&at, PART, if is_accepted { "friend_accepted" } else { "friend_asked" }, asked)
}

pub(super) async fn block_user(
    State(server): State<Server>,
    Caller(scope): Caller,
    OwnAt(input, at): OwnAt<NewBlock>,
) -> Result<Redirect, Failure> {
    told(&at, PART, "friend_blocked", friends::block(&server.app, &scope, input).await)
}

/// The handlers of the forms that name what is between the two.
macro_rules! between {
    ($($name:ident => $verb:ident, $word:literal;)*) => {$(
        pub(super) async fn $name(
            State(server): State<Server>,
            Caller(scope): Caller,
            OwnAt(form, at): OwnAt<Between>,
        ) -> Result<Redirect, Failure> {
            let outcome = async {
                scope.require_user()?;
                friends::$verb(&server.app, &scope, form.named()?).await
            };
            told(&at, PART, $word, outcome.await)
        }
    )*};
}

between! {
    accept => accept, "friend_accepted";
    reject => reject, "friend_rejected";
    remove => remove, "friend_removed";
    block => block_request, "friend_blocked";
    unblock => unblock, "friend_unblocked";
}

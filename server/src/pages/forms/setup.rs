//! The first admin.

use axum::Extension;
use axum::extract::State;
use axum::response::Redirect;
use domain::setup;
use tower_sessions::Session;
use wire::FirstAdmin;

use super::guard::Own;
use super::{enter, refused};
use crate::auth::Caller;
use crate::error::Failure;
use crate::limits::Over;
use crate::router::Server;

pub(super) async fn first_admin(
    State(server): State<Server>,
    Caller(scope): Caller,
    cookie: Session,
    over: Option<Extension<Over>>,
    Own(input): Own<FirstAdmin>,
) -> Result<Redirect, Failure> {
    let token = input.token.clone().unwrap_or_default();
    let made = match over {
        Some(Extension(over)) => Err(over.into()),
        None => setup::make_first_admin(&server.app, &scope, input).await,
    };
    match made {
        Ok((_, session)) => {
            enter(&cookie, session, false).await?;
            Ok(Redirect::to("/admin"))
        }
        Err(error) => refused(&error, "/users/first-admin", &[("token", Some(&token))]),
    }
}

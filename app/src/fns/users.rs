//! Accounts, and who is looking.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wire::{AdminUser, Page, PageQuery, UserFile, UserFilter, UserId, Viewer};

use super::{Json, Problem};

/// A page of accounts.
#[server(prefix = "/_fn", endpoint = "users", input = Json, output = Json)]
pub async fn users(filter: UserFilter, page: PageQuery) -> Result<Page<AdminUser>, Problem> {
    let (app, scope) = super::ssr::asking()?;
    super::ssr::answer(domain::users::list(&app, &scope, filter, page).await)
}

/// Everything about one account.
#[server(name = LooksInto, prefix = "/_fn", endpoint = "user", input = Json, output = Json)]
pub async fn user(id: UserId) -> Result<UserFile, Problem> {
    let (app, scope) = super::ssr::asking()?;
    super::ssr::answer(domain::users::look_into(&app, &scope, id).await)
}

/// Who is looking, and what the forms carry that are handed to them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Seat {
    /// Who.
    pub viewer: Viewer,
    /// What shows that a form was handed out by this server; good for an hour.
    pub form_token: Option<String>,
    /// What was typed into the form that led here, where it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typed: Option<crate::TypedForm>,
}

/// Who is looking; `None` when nobody is signed in.
#[server(name = WhoLooks, prefix = "/_fn", endpoint = "viewer", input = Json, output = Json)]
pub async fn viewer() -> Result<Option<Seat>, Problem> {
    let (app, scope) = super::ssr::asking()?;
    let viewer = super::ssr::answer(domain::users::viewer(&app, &scope).await)?;
    let form_token = use_context().map(|crate::FormToken(token)| token);
    Ok(viewer.map(|viewer| Seat { viewer, form_token, typed: use_context() }))
}

//! Accounts, and who is looking.

use leptos::prelude::*;
use server_fn::codec::Json;
use wire::{AdminUser, Page, PageQuery, UserFile, UserFilter, UserId, Viewer};

use super::Problem;

/// A page of accounts.
#[server(prefix = "/_fn", endpoint = "users", input = Json)]
pub async fn users(filter: UserFilter, page: PageQuery) -> Result<Page<AdminUser>, Problem> {
    let (app, scope) = super::ssr::asking()?;
    super::ssr::answer(domain::users::list(&app, &scope, filter, page).await)
}

/// Everything about one account.
#[server(name = LooksInto, prefix = "/_fn", endpoint = "user", input = Json)]
pub async fn user(id: UserId) -> Result<UserFile, Problem> {
    let (app, scope) = super::ssr::asking()?;
    super::ssr::answer(domain::users::look_into(&app, &scope, id).await)
}

/// Who is looking; `None` when nobody is signed in.
#[server(name = WhoLooks, prefix = "/_fn", endpoint = "viewer", input = Json)]
pub async fn viewer() -> Result<Option<Viewer>, Problem> {
    let (app, scope) = super::ssr::asking()?;
    super::ssr::answer(domain::users::viewer(&app, &scope).await)
}

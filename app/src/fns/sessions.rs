//! Sessions, as admins see them.

use leptos::prelude::*;
use server_fn::codec::Json;
use wire::{AdminSession, Page, PageQuery, SessionFilter};

use super::Problem;

/// A page of everybody's sessions.
#[server(prefix = "/_fn", endpoint = "sessions", input = Json)]
pub async fn sessions(filter: SessionFilter, page: PageQuery) -> Result<Page<AdminSession>, Problem> {
    let (app, scope) = super::ssr::asking()?;
    super::ssr::answer(domain::sessions::list_all(&app, &scope, filter, page).await)
}

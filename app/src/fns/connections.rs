//! The open sockets, as admins see them.

use leptos::prelude::*;
use wire::{Connection, ConnectionFilter, Page, PageQuery};

use super::{Json, Problem};

/// A page of the open sockets of all nodes.
#[server(prefix = "/_fn", endpoint = "connections", input = Json, output = Json)]
pub async fn connections(filter: ConnectionFilter, page: PageQuery) -> Result<Page<Connection>, Problem> {
    let (app, scope) = super::ssr::asking()?;
    super::ssr::answer(domain::connections::list(&app, &scope, filter, page).await)
}

//! Lobbies, as admins see them.

use leptos::prelude::*;
use server_fn::codec::Json;
use wire::{AdminLobby, LobbyFilter, Page, PageQuery};

use super::Problem;

/// A page of lobbies, hidden ones too.
#[server(prefix = "/_fn", endpoint = "lobbies", input = Json)]
pub async fn lobbies(filter: LobbyFilter, page: PageQuery) -> Result<Page<AdminLobby>, Problem> {
    let (app, scope) = super::ssr::asking()?;
    super::ssr::answer(domain::lobbies::list_all(&app, &scope, filter, page).await)
}

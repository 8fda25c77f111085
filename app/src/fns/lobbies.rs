//! Lobbies, as admins see them.

use leptos::prelude::*;
use wire::{AdminLobby, AdminLobbyFilter, Lobby, LobbyId, Page, PageQuery};

use super::{Json, Problem};

/// A page of lobbies, hidden ones too.
#[server(prefix = "/_fn", endpoint = "lobbies", input = Json, output = Json)]
pub async fn lobbies(filter: AdminLobbyFilter, page: PageQuery) -> Result<Page<AdminLobby>, Problem> {
    let (app, scope) = super::ssr::asking()?;
    super::ssr::answer(domain::lobbies::list_all(&app, &scope, filter, page).await)
}

/// One lobby with its members; none once it has closed.
#[server(name = LooksIntoLobby, prefix = "/_fn", endpoint = "lobby", input = Json, output = Json)]
pub async fn lobby(lobby: LobbyId) -> Result<Option<Lobby>, Problem> {
    let (app, scope) = super::ssr::asking()?;
    match domain::lobbies::admin::get(&app, &scope, lobby).await {
        Err(domain::Error::NotFound(_)) => Ok(None),
        found => super::ssr::answer(found.map(Some)),
    }
}

//! What happened in lobbies.

use leptos::prelude::*;
use wire::{LobbyEvent, LobbyId};

use super::{Json, Problem};

/// The newest events of a lobby's log, newest first; those before a number, where one is given.
#[server(prefix = "/_fn", endpoint = "lobby-events", input = Json, output = Json)]
pub async fn lobby_events(lobby: LobbyId, before: Option<i64>) -> Result<Vec<LobbyEvent>, Problem> {
    let (app, scope) = super::ssr::asking()?;
    super::ssr::answer(domain::lobbies::log::list(&app, &scope, lobby, before).await)
}

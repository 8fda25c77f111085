//! What happened in lobbies.

use leptos::prelude::*;
use wire::{LobbyEvent, LobbyId, LogKind};

use super::{Json, Problem};

/// The newest events of a lobby's log, newest first; those of one kind, or before a number, where such are asked for.
#[server(prefix = "/_fn", endpoint = "lobby-events", input = Json, output = Json)]
pub async fn lobby_events(
    lobby: LobbyId,
    kind: Option<LogKind>,
    before: Option<i64>,
) -> Result<Vec<LobbyEvent>, Problem> {
    let (app, scope) = super::ssr::asking()?;
    super::ssr::answer(domain::lobbies::log::list(&app, &scope, lobby, kind, before).await)
}

//! The page for players, all of it.

use leptos::prelude::*;
use wire::{Cursor, LobbyId, Play, PlayFilter};

use super::{Json, Problem};

/// Where whoever looks sits, or where they could, and how the lobbies are that they are shown already.
#[server(name = LooksToPlay, prefix = "/_fn", endpoint = "play", input = Json, output = Json)]
pub async fn play(
    filter: PlayFilter,
    after: Option<Cursor>,
    #[server(default)] shown: Vec<LobbyId>,
) -> Result<Play, Problem> {
    let (app, scope) = super::ssr::asking()?;
    super::ssr::answer(domain::play::see(&app, &scope, filter, after, &shown).await)
}

/// What a lobby is called, and its host, for a page that the server writes alone: nothing of one that is not there for
/// whoever looks.
#[cfg(feature = "ssr")]
pub(crate) async fn look_at(lobby: LobbyId) -> Option<(String, String)> {
    let (app, scope) = super::ssr::asking().ok()?;
    let lobby = domain::lobbies::get(&app, &scope, lobby).await.ok()?;
    let host = match lobby.host_id {
        Some(host) => domain::users::get(&app, &scope, host).await.ok().and_then(|host| host.display_name),
        None => None,
    };
    let host = host.or_else(|| lobby.host_id.map(|host| format!("player-{host}")));
    Some((lobby.title, host.unwrap_or_else(|| "somebody who sits there".to_owned())))
}

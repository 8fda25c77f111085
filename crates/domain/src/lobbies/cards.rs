//! The public list, as the page for players shows it.

use wire::{Cursor, Lobby, LobbyId, PageQuery, PlayFilter};

use super::query;
use crate::{App, Result};

/// A page of listed lobbies.
pub(crate) struct Cards {
    /// Oldest first.
    pub(crate) lobbies: Vec<Lobby>,
    /// Where the next page goes on.
    pub(crate) next: Option<Cursor>,
    /// Whether the page ends where a search was broken off.
    pub(crate) is_broken_off: bool,
}

/// Listed lobbies: those with a free seat, all, or of these only.
pub(crate) async fn cards(app: &App, filter: &PlayFilter, of: Option<&[LobbyId]>, page: PageQuery) -> Result<Cards> {
    let (mut rows, looked_up_to) = query::cards(app, filter, of, page).await?;
    let size = usize::try_from(page.size()).unwrap_or(usize::MAX);
    let is_full = rows.len() > size;
    rows.truncate(size);
    let last = if is_full { rows.last().map(|row| row.id) } else { looked_up_to };
    Ok(Cards {
        lobbies: rows.into_iter().map(Into::into).collect(),
        next: last.map(|id| Cursor::after(id.0)),
        is_broken_off: !is_full && looked_up_to.is_some(),
    })
}

/// Listed lobbies with a free seat, by a password or without, counted up to a number.
pub(crate) async fn count_free(app: &App, at_most: i64) -> Result<i64> {
    query::count_free(app, at_most).await
}

//! The public list, as the page for players shows it.

use wire::{Lobby, LobbyId, PageQuery, PlayFilter};

use super::query;
use crate::{App, Result};

/// Listed lobbies on a page, oldest first, and whether there is a next one: those with a free seat, all, or of these only.
pub(crate) async fn cards(
    app: &App,
    filter: &PlayFilter,
    of: Option<&[LobbyId]>,
    page: PageQuery,
) -> Result<(Vec<Lobby>, bool)> {
    let mut rows = query::cards(app, filter, of, page).await?;
    let size = usize::try_from(page.size()).unwrap_or(usize::MAX);
    let has_more = rows.len() > size;
    rows.truncate(size);
    Ok((rows.into_iter().map(Into::into).collect(), has_more))
}

/// Lobbies where anybody may sit down at once, counted up to a number.
pub(crate) async fn count_joinable(app: &App, at_most: i64) -> Result<i64> {
    query::count_joinable(app, at_most).await
}

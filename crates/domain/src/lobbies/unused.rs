//! Lobbies that nobody needs any more.

use serde_json::Value;
use wire::{LobbyId, LostBy};

use super::end::end;
use super::query::away::{self, Unused};
use crate::pubsub::News;
use crate::{App, Result};

/// Closes lobbies in which nobody has sat, or nobody was there and nothing happened, for as long as the settings say
/// ([`crate::Lobbies`]). They are gone through page by page, so that however many there are, nobody waits.
///
/// # Errors
/// Only what is wrong on our side.
pub(crate) async fn sweep(app: App, _payload: Value) -> Result<()> {
    let mut behind = LobbyId(0);
    loop {
        let (unused, last) = away::unused(&app, behind, bounds(&app)).await?;
        for id in unused {
            close(&app, id).await?;
        }
        match last {
            Some(last) => behind = last,
            None => return Ok(()),
        }
    }
}

/// Closes a lobby, if still nobody needs it.
async fn close(app: &App, id: LobbyId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let Some(row) = away::hold_one(&mut tx, id).await? else { return Ok(()) };
    if !away::is_unused(&mut tx, id, bounds(app)).await? {
        return Ok(());
    }
    let reason = if row.member_count == 0 { LostBy::Empty } else { LostBy::Idle };
    let mut news = News::default();
    end(app, &mut tx, &mut news, row, reason).await?;
    app.commit(tx, news).await
}

fn bounds(app: &App) -> Unused {
    let (now, lobbies) = (app.clock.now(), &app.config.lobbies);
    Unused { empty: now - lobbies.empty_after, idle: now - lobbies.idle_after }
}

//! Being seated wherever there is room.

use chrono::TimeDelta;
use wire::{Lobby, LobbyId, QuickJoin};

use super::{open, query, sit_down};
use crate::{App, Error, Result, Scope};

/// Ids are given before their lobbies can be seen, by transactions that take seconds at most: what was opened so long ago
/// can be seen, and was looked at.
const SEEN_AFTER: TimeDelta = TimeDelta::seconds(60);
/// How many lobbies may fill up under a player's hands before one of their own is opened.
const ATTEMPTS: usize = 16;

/// Seats the caller in the oldest visible lobby that is open to everybody and fits, and whose host does not block them, or
/// opens one for them. A seat is never taken twice, and of two players who find no room at the same moment, the second sits
/// down with the first. Where metadata is wanted, 10,000 lobbies with room are looked at.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; what breaks the rules of a field; [`Error::Conflict`] with `already_in_lobby`.
pub async fn quick_join(app: &App, scope: &Scope, input: QuickJoin) -> Result<Lobby> {
    let player = scope.require_user()?;
    let wanted = input.check()?;
    if query::where_sits(&app.db, player).await?.is_some() {
        return Err(already_in_lobby());
    }

    let mut tries = 0;
    let mut behind = LobbyId(0);
    let (tx, seated) = loop {
        tries += 1;
        // Looked for outside the transaction, since going through metadata takes its time. Those who find nothing take
        // turns, and look once more at what was opened meanwhile.
        let seen_up_to = query::opened_before(app, app.clock.now() - SEEN_AFTER).await?.max(behind);
        let up_to = query::look_up_to(&app.db, &wanted, behind).await?;
        let seen = query::joinable(&app.db, player, &wanted, behind, up_to).await?;
        let mut tx = app.db.begin().await?;
        let found = match seen {
            None => {
                query::take_turn(&mut tx).await?;
                let since = query::look_up_to(&mut tx, &wanted, seen_up_to).await?;
                query::joinable(&mut tx, player, &wanted, seen_up_to, since).await?
            }
            seen => seen,
        };
        let Some(id) = found.filter(|_| tries <= ATTEMPTS) else {
            let opened = open(app, &mut tx, player, None, &wanted).await?;
            break (tx, opened);
        };
        if let Some(row) = query::take_seat(&mut tx, id, player, None).await? {
            let seated = sit_down(app, &mut tx, player, row).await?;
            break (tx, seated);
        }
        // Somebody else had the last seat, or the lobby is no longer what it was.
        behind = id;
    };
    let (lobby, news) = seated.ok_or_else(already_in_lobby)?;
    app.commit(tx, news).await?;
    app.online.look_again(player);
    Ok(lobby)
}

/// A conflict, where `create` and `join` forbid it: clients of this protocol tell the routes apart so.
fn already_in_lobby() -> Error {
    Error::conflict("already_in_lobby", "You have a seat in a lobby. Leave it before you look for another.")
}

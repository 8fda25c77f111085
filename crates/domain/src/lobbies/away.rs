//! Seats that are kept for members whose sockets closed.
//!
//! A member *goes away* when their last socket closes, on whichever node, and *comes back* when another opens: an old socket
//! that closes late changes nothing while a new one is open. The seat is kept for as long as the lobby was opened with, and
//! with it whatever they are there, host for instance. Then it is freed as if they had left. Whoever never had a socket open
//! cannot lose one, and is left alone.
//!
//! Every node looks, since whoever held the socket may be what died. Each step is one conditional write, so it is done once.
//! A node that does not hear the others knows nothing of their sockets: it only speaks for its own, which undoes what others
//! think of them while they do not hear it.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::time::{Instant, MissedTickBehavior, interval};
use wire::{LostBy, MemberAway, MemberBack, MemberChanged, Topic, UserId};

use super::query::{self, away};
use super::seats::take_out;
use crate::pubsub::{Event, News};
use crate::{App, Result};

/// How often it is looked who came, who went and whose time is up.
const LOOK: Duration = Duration::from_millis(500);
/// How long after a start, or after other nodes could not be heard, it is known who is there: they speak every second, and are
/// taken for gone after five.
const SETTLES: Duration = Duration::from_secs(7);
/// How many who came or went are looked at, at once.
const LOOKED_AT: usize = 500;

/// Keeps the seats of members who go away and frees them when their time is up, and closes lobbies that admins close, for ever.
pub async fn watch(app: App) {
    let mut ticks = interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let bus = app.pubsub.bus().clone();
    let (mut hears_since, mut was_settled) = (Instant::now(), false);
    loop {
        ticks.tick().await;
        if bus.is_shared() && !bus.is_up() {
            (hears_since, was_settled) = (Instant::now(), false);
        }
        let is_settled = hears_since.elapsed() >= SETTLES;
        let looked = async {
            if is_settled && !was_settled {
                look_for_lost(&app).await?;
            }
            if is_settled || !bus.is_shared() { look(&app).await } else { speak_for_own(&app).await }
        };
        match looked.await {
            Ok(()) => was_settled = is_settled,
            Err(error) => tracing::warn!(%error, "seats of members who went away could not be looked at"),
        }
        if let Err(error) = super::close_due(&app).await {
            tracing::warn!(%error, "lobbies that are to be closed could not be looked at");
        }
    }
}

/// Looks once who came, who went and whose time is up.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn look(app: &App) -> Result<()> {
    let moved = app.online.moved();
    for some in moved.chunks(LOOKED_AT) {
        if let Err(error) = take_in(app, some).await {
            for player in moved {
                app.online.look_again(player);
            }
            return Err(error);
        }
    }
    let now = app.clock.now();
    for (player, held_until) in away::held(app).await? {
        if app.online.is_there(player) {
            come_back(app, player).await?;
        } else if held_until <= now {
            free(app, player).await?;
        }
    }
    Ok(())
}

/// Looks for members who went while nobody looked: the server was not running, or did not hear the others.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn look_for_lost(app: &App) -> Result<()> {
    let mut behind = UserId(0);
    loop {
        let some = away::were_here(app, behind).await?;
        let Some(last) = some.last() else { return Ok(()) };
        behind = *last;
        for player in some {
            if !app.online.is_there(player) {
                go_away(app, player).await?;
            }
        }
    }
}

/// Gives members whose sockets are open here the seats back that others think nobody is on.
async fn speak_for_own(app: &App) -> Result<()> {
    let mut behind = UserId(0);
    loop {
        let some = away::all_held(app, behind).await?;
        let Some(last) = some.last() else { return Ok(()) };
        behind = *last;
        for player in some {
            if app.online.is_there(player) {
                come_back(app, player).await?;
            }
        }
    }
}

/// Takes in how it is with some who came or went.
async fn take_in(app: &App, players: &[UserId]) -> Result<()> {
    for (player, was_here) in away::seated(app, players).await? {
        match (was_here, app.online.is_there(player)) {
            (true, false) => go_away(app, player).await?,
            (false, true) => come_back(app, player).await?,
            (true, true) | (false, false) => {}
        }
    }
    Ok(())
}

async fn go_away(app: &App, player: UserId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let Some(row) = query::hold(&mut tx, player).await? else { return Ok(()) };
    let held_until = app.clock.now() + TimeDelta::seconds(row.grace_seconds);
    if !away::go_away(&mut tx, player, row.id, held_until).await? {
        return Ok(());
    }
    let mut news = News::default();
    news.add(Topic::Lobby(row.id), Event::MemberAway(MemberAway { user_id: player, held_until }));
    app.commit(tx, news).await
}

async fn come_back(app: &App, player: UserId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    // Nobody is told of who comes for the first time, so that nobody else need wait for it.
    if away::come(&mut tx, player).await? {
        return app.commit(tx, News::default()).await;
    }
    let Some(row) = query::hold(&mut tx, player).await? else { return Ok(()) };
    if !away::come_back(&mut tx, player, row.id).await? {
        return Ok(());
    }
    let mut news = News::default();
    news.add(Topic::Lobby(row.id), Event::MemberBack(MemberBack { user_id: player }));
    app.commit(tx, news).await
}

/// Frees a seat whose time is up, unless its member came back meanwhile.
async fn free(app: &App, player: UserId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let Some(row) = query::free_seat(&mut tx, player).await? else { return Ok(()) };
    if !away::expire(&mut tx, player, row.id, app.clock.now()).await? {
        return Ok(());
    }
    let mut news = News::default();
    let reason = Some(LostBy::Dropped);
    let left = Event::UserLeft(MemberChanged { user_id: player, reason });
    take_out(app, &mut tx, &mut news, row, player, left, reason).await?;
    app.commit(tx, news).await
}

//! What happened in each lobby, numbered.
//!
//! A number is given in the transaction that made the event, while it holds the lobby's row: numbers have no gaps, and the
//! order of the numbers is the order in which things happened, over all nodes. So the log is three things in one. It is
//! the *outbox*: what a process did not live to tell, the next one to look finds here. It is the *ring* from which a client
//! that comes back gets what it missed. And it is what an admin reads to know what happened in that game.
//!
//! It outlives the lobby, without what the game and its members kept about themselves: nobody can go on from it any more.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use wire::{LobbyEvent, LobbyId, LogKind, Topic};

use super::query;
use crate::db::Tx;
use crate::pubsub::{Event, Message};
use crate::{App, Error, Result, Scope, users};

/// Events kept of one lobby at most; of a busy one the oldest go.
pub const KEPT_OF_ONE: u64 = 1_000;
/// How often the events beyond are looked for, in events.
const TRIMMED_EVERY: u64 = 64;
/// How long events are kept. The last one of a lobby that is open stays, since the next number follows from it.
pub const KEPT: TimeDelta = TimeDelta::days(7);
/// Events that admins are shown at once.
pub const SHOWN: i64 = 50;
/// Events read at once, and the most that a client may have missed and still get one by one.
pub const AT_ONCE: u64 = 256;

/// Writes the events of lobbies among those into their logs, inside the caller's transaction, and answers all with their
/// numbers.
pub(crate) async fn number(
    app: &App,
    tx: &mut Tx,
    news: Vec<(Topic, Event)>,
) -> Result<Vec<(Topic, Event, Option<u64>)>> {
    let mut numbered = Vec::with_capacity(news.len());
    for (topic, event) in news {
        let seq = match topic {
            Topic::Lobby(id) => Some(write(app, tx, id, &event).await?),
            _ => None,
        };
        numbered.push((topic, event, seq));
    }
    Ok(numbered)
}

async fn write(app: &App, tx: &mut Tx, lobby: LobbyId, event: &Event) -> Result<u64> {
    let payload =
        serde_json::to_string(event).map_err(|error| Error::Internal(format!("an event's payload: {error}")))?;
    let seq = query::log::append(tx, lobby, event.name(), payload, app.clock.now()).await?;
    if seq % TRIMMED_EVERY == 0 {
        query::log::trim(tx, lobby, seq.saturating_sub(KEPT_OF_ONE)).await?;
    }
    Ok(seq)
}

/// Which numbers a lobby's events have: they begin with the lobby.
pub(crate) fn epoch(created_at: DateTime<Utc>) -> String {
    created_at.timestamp_micros().to_string()
}

/// The events after one number and up to another, if the log still has them all and they are no more than
/// [`AT_ONCE`].
pub(crate) async fn between(app: &App, lobby: LobbyId, after: u64, up_to: u64) -> Result<Option<Vec<Message>>> {
    let Some(wanted) = up_to.checked_sub(after).filter(|wanted| *wanted <= AT_ONCE) else { return Ok(None) };
    let mut messages = read(app, lobby, after, wanted).await?;
    messages.retain(|message| message.seq <= Some(up_to));
    Ok((messages.len() as u64 == wanted).then_some(messages))
}

/// What happened in a lobby before the event of that number, or up to now, all of it or one kind, newest first and at most
/// [`SHOWN`], for admins.
/// The log outlives its lobby; of one that never was there is nothing.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins.
pub async fn list(
    app: &App,
    scope: &Scope,
    lobby: LobbyId,
    kind: Option<LogKind>,
    before: Option<i64>,
) -> Result<Vec<LobbyEvent>> {
    scope.require_admin()?;
    let rows = query::log::before(app, lobby, kind, before.unwrap_or(i64::MAX), SHOWN).await?;
    let mut events = Vec::with_capacity(rows.len());
    for (seq, event, payload, at) in rows {
        let payload = serde_json::from_str(&payload)
            .map_err(|error| Error::Internal(format!("event {seq} of lobby {lobby}: {error}")))?;
        events.push(LobbyEvent { seq, event, payload, at, name: None });
    }
    let faces = users::faces(app, events.iter().filter_map(|event| LobbyEvent::concerns(&event.payload))).await?;
    for event in &mut events {
        let face = LobbyEvent::concerns(&event.payload).and_then(|who| faces.get(&who));
        event.name = face.map(|face| face.name.clone());
    }
    Ok(events)
}

/// Up to so many events after a number, as far as they follow on one another from it.
async fn read(app: &App, lobby: LobbyId, after: u64, at_most: u64) -> Result<Vec<Message>> {
    let topic = Topic::Lobby(lobby);
    let mut messages = Vec::new();
    for (row, seq) in query::log::after(app, lobby, after, at_most).await?.into_iter().zip(after + 1..) {
        if row.seq != seq {
            break;
        }
        let event = Event::read(topic, &row.event, &row.payload)
            .map_err(|error| Error::Internal(format!("event {seq} of {topic}: {error}")))?;
        messages.push(Message::new(topic, event, Some(seq)));
    }
    Ok(messages)
}

/// Tells an event of the log in its turn; where others are missing before it, they are read and told in the background.
pub(crate) fn tell(app: &App, topic: Topic, event: Event, seq: u64) {
    if app.pubsub.publish_numbered(topic, event, seq) {
        catch_up(app, topic);
    }
}

/// Reads and tells what is missing of a lobby's events, in the background.
pub(crate) fn catch_up(app: &App, topic: Topic) {
    let app = app.clone();
    tokio::spawn(async move {
        if let Err(error) = fill(&app, topic).await {
            tracing::warn!(%topic, %error, "events could not be read; who listens is told to come back");
            app.pubsub.break_off(topic);
        }
    });
}

async fn fill(app: &App, topic: Topic) -> Result<()> {
    let Topic::Lobby(lobby) = topic else { return Ok(()) };
    while let Some(after) = app.pubsub.missing(topic) {
        let messages = read(app, lobby, after, AT_ONCE).await?;
        if messages.is_empty() {
            // Too old to be there still.
            app.pubsub.break_off(topic);
        }
        for Message { event, seq, .. } in messages {
            app.pubsub.fill_in(topic, event, seq.unwrap_or_default());
        }
    }
    Ok(())
}

/// Looks whether the lobbies somebody listens to have events that nobody told: the node that made them was killed, or did
/// not reach this one.
///
/// # Errors
/// Only what is wrong on our side.
pub async fn look(app: &App) -> Result<()> {
    for some in app.pubsub.lobbies().chunks(500) {
        for (lobby, seq) in query::log::newest(app, some).await? {
            let topic = Topic::Lobby(lobby);
            if app.pubsub.stands_at(topic, seq) {
                catch_up(app, topic);
            }
        }
    }
    Ok(())
}

/// Forgets what happened long ago.
///
/// # Errors
/// Only what is wrong on our side.
pub(crate) async fn sweep(app: App, _payload: Value) -> Result<()> {
    let before = app.clock.now() - KEPT;
    crate::sweep::sweep(app, async move |tx| query::log::sweep(tx, before).await).await
}

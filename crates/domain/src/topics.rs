//! Topics: who may listen to what, and what they are told first.

use std::time::Duration;

use wire::{Lobby, LobbyId, Topic};

use crate::audit::{Act, Target};
use crate::db::Db;
use crate::pubsub::{Message, Subscription};
use crate::{App, Error, Result, Scope, lobbies, sessions, users};

/// Where a client that comes back had got to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The epoch it was told.
    pub epoch: String,
    /// The number of the last event it heard.
    pub seq: u64,
}

/// A topic that is listened to from now on.
pub struct Heard {
    /// Hears what comes after [`Heard::seq`].
    pub subscription: Subscription,
    /// Where the topic stands: which numbers its events have. Empty where they have none.
    pub epoch: String,
    /// The number of its last event.
    pub seq: u64,
    /// What is told first.
    pub first: First,
}

/// What is told before the events that come.
pub enum First {
    /// The present state, to one who had seen nothing.
    State(State),
    /// The present state, to one who had seen something and cannot be told all of what came after it.
    Resync(State),
    /// Everything that came after what was seen.
    Missed(Vec<Message>),
}

/// How things are.
pub enum State {
    /// Of a topic that only tells what happens.
    None,
    /// Where the user sits.
    Seat(Option<LobbyId>),
    /// The lobby with its members.
    Lobby(Box<Lobby>),
}

/// As what somebody listens.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ear {
    /// As one whom the topic concerns.
    Member,
    /// As an admin who looks on: is told what its members are, and is none of them.
    Observer,
}

/// Listens to a topic from now on; whoever was there before says what they have `seen`.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for whom the topic does not concern: `not_a_member` of a lobby,
/// `forbidden` of anything else; `not_found` for the server's own topics.
pub async fn listen(app: &App, scope: &Scope, topic: Topic, seen: Option<Seen>) -> Result<Heard> {
    hear(app, scope, topic, seen, Ear::Member).await
}

/// Looks on at what is told on a topic, from now on, for admins. That somebody does so to a lobby or a user is written into
/// the audit log; going on after what was `seen` is not written again.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; `not_found` for a lobby there is not, and for
/// the server's own topics.
pub async fn observe(app: &App, scope: &Scope, topic: Topic, seen: Option<Seen>) -> Result<Heard> {
    hear(app, scope, topic, seen, Ear::Observer).await
}

async fn hear(app: &App, scope: &Scope, topic: Topic, seen: Option<Seen>, ear: Ear) -> Result<Heard> {
    // Listening before looking, and where a lobby stands before who sits in it: whoever is a member at that number is heard
    // being shut out after it. Whether the lobby is there at all is said only to whom it concerns.
    let mut subscription = app.pubsub.subscribe(topic);
    app.pubsub.bus().settled().await;
    let stands = match topic {
        Topic::Lobby(id) => Some(lobbies::stands_at(app, id).await),
        _ => None,
    };
    match ear {
        Ear::Member => may_listen(app, scope, topic).await?,
        Ear::Observer => may_observe(app, scope, topic, seen.is_none()).await?,
    }
    if let Some(stands) = stands {
        let (epoch, seq) = stands?;
        if subscription.begin(epoch, seq) {
            lobbies::log::catch_up(app, topic);
        }
    }
    let (epoch, seq) = (subscription.epoch().to_owned(), subscription.seq());
    let first = match seen {
        None => First::State(state(app, scope, topic, ear).await?),
        Some(seen) => match missed(app, topic, seen, &epoch, seq).await? {
            Some(missed) => First::Missed(missed),
            None => First::Resync(state(app, scope, topic, ear).await?),
        },
    };
    Ok(Heard { subscription, epoch, seq, first })
}

/// How often the database is asked for what nobody told, where other nodes write to it.
const LOOK: Duration = Duration::from_secs(1);

/// Looks every second for what other nodes did and did not live to tell, for ever. While they cannot be heard, it looks for
/// ended sessions as well. With SQLite there are no other nodes.
pub async fn watch(app: App) {
    if let Db::Sqlite { .. } = app.db {
        return;
    }
    loop {
        tokio::time::sleep(LOOK).await;
        let looked = async {
            lobbies::log::look(&app).await?;
            if app.pubsub.bus().is_up() { Ok(()) } else { sessions::look(&app).await }
        };
        if let Err(error) = looked.await {
            tracing::warn!(%error, "what other nodes did could not be read");
        }
    }
}

/// Makes up, in the background, for whatever other nodes said that this one may not have heard: what has a log is read
/// there, ended sessions are looked for, and who listens to anything else is told to come back.
pub(crate) fn make_up(app: &App) {
    app.pubsub.break_off_uncertain();
    let app = app.clone();
    tokio::spawn(async move {
        if let Err(error) = tokio::try_join!(lobbies::log::look(&app), sessions::look(&app)) {
            tracing::warn!(%error, "what other nodes did could not be read");
        }
    });
}

async fn may_listen(app: &App, scope: &Scope, topic: Topic) -> Result<()> {
    match topic {
        Topic::Lobbies => Ok(()),
        // A socket is older than what it asks: whether this is an admin is read anew.
        Topic::AdminLobbies | Topic::AdminUsers | Topic::AdminConnections => {
            users::require_still_admin(app, scope).await
        }
        Topic::User(id) if scope.user() == Some(id) => Ok(()),
        Topic::User(_) => Err(Error::forbidden("forbidden", "Only this user may listen here.")),
        Topic::Lobby(id) => {
            scope.require_user()?;
            if lobbies::is_member(app, scope, id).await? {
                Ok(())
            } else {
                Err(lobbies::not_a_member(app, scope, id).await?)
            }
        }
        Topic::Session(_) => Err(Error::not_found("topic")),
    }
}

async fn may_observe(app: &App, scope: &Scope, topic: Topic, is_first: bool) -> Result<()> {
    let target = match topic {
        Topic::Session(_) => return Err(Error::not_found("topic")),
        Topic::Lobby(id) => Some(Target::Lobby(id)),
        Topic::User(id) => Some(Target::User(id)),
        Topic::Lobbies | Topic::AdminLobbies | Topic::AdminUsers | Topic::AdminConnections => None,
    };
    let Some(target) = target else { return users::require_still_admin(app, scope).await };
    let act = Act::new("topic.observe", target);
    act.noting(app, scope, users::require_still_admin(app, scope).await).await?;
    if let Topic::Lobby(id) = topic {
        lobbies::stands_at(app, id).await?;
    }
    if is_first {
        let mut tx = app.db.begin().await?;
        act.done(app, &mut tx, scope, None, None).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// What came after what was seen; none if that cannot be told without a gap.
async fn missed(app: &App, topic: Topic, seen: Seen, epoch: &str, seq: u64) -> Result<Option<Vec<Message>>> {
    if seen.epoch != epoch {
        return Ok(None);
    }
    match topic {
        Topic::Lobby(id) => lobbies::log::between(app, id, seen.seq, seq).await,
        _ => Ok((seen.seq == seq).then(Vec::new)),
    }
}

async fn state(app: &App, scope: &Scope, topic: Topic, ear: Ear) -> Result<State> {
    Ok(match topic {
        // Whoever looks on has a seat of their own.
        Topic::User(_) if ear == Ear::Observer => State::None,
        Topic::User(_) => State::Seat(users::me(app, scope).await?.lobby_id),
        Topic::Lobby(id) => State::Lobby(Box::new(lobbies::get(app, scope, id).await?)),
        Topic::Lobbies | Topic::AdminLobbies | Topic::AdminUsers | Topic::AdminConnections | Topic::Session(_) => {
            State::None
        }
    })
}

//! Friends hear who comes and who goes.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use wire::{FriendPresence, Topic, UserId};

use super::query::lists as query;
use crate::pubsub::Event;
use crate::{App, Result};

/// How often it is looked who came and who is gone for good.
const LOOK: Duration = Duration::from_millis(500);

/// Tells friends who listen on this node who comes online and who goes, for ever. Every node knows that by itself, and tells
/// its own. Whoever is back within a moment ([`crate::Friends::offline_after`]) was never gone. One friend after another is
/// read for, so that a crowd that comes at once costs one connection.
pub async fn tell_presence(app: App) {
    let mut ticks = interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        for (user, is_online) in app.online.news(app.config.friends.offline_after) {
            if let Err(error) = tell(&app, user, is_online).await {
                tracing::warn!(%error, "the friends of somebody who came or went could not be read, and are told later");
                app.online.untold(user, is_online);
            }
        }
    }
}

async fn tell(app: &App, user: UserId, is_online: bool) -> Result<()> {
    let event = if is_online { Event::FriendOnline } else { Event::FriendOffline };
    for friend in query::friends_of(app, user).await? {
        app.pubsub.publish_here(Topic::User(friend), event(FriendPresence { user_id: user }));
    }
    Ok(())
}

//! Friends: who asks whom, who is whose friend, and who wants nothing to do with whom.
//!
//! Between two players there is one row, and their pair is its key, so that two requests that cross meet in it and make one
//! friendship. Whoever changes it holds both users first, the lower id before the higher: acts of one player take turns,
//! which is what makes the limits exact. A block is such a row too; where each blocks the other, it says so.

mod circle;
mod lists;
mod presence;
mod query;

use wire::{FriendStatus, Friendship, FriendshipId, NewBlock, NewFriend, Topic, UserId};

pub use circle::{circle, look_for};
pub use lists::{blocked, list, of_user, requests};
pub(crate) use lists::{export, online, seated};
pub use presence::tell_presence;
pub(crate) use query::lists::STATEMENTS as LISTS;
pub(crate) use query::{STATEMENTS, blocks};

use crate::db::Tx;
use crate::pubsub::{Event, News};
use crate::{App, Error, Result, Scope, lobbies};

/// Asks a player to be friends. Where they have asked already, this accepts.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; nobody named; [`Error::Unfit`] with `cannot_friend_self`, or with `blocked` where
/// either blocks the other; `not_found`; [`Error::Conflict`] with `already_friends` or `already_requested`;
/// [`Error::Impossible`] with `too_many_friends` or `too_many_requests`, see [`crate::Friends`].
pub async fn request(app: &App, scope: &Scope, input: NewFriend) -> Result<Friendship> {
    let player = scope.require_user()?;
    let target = input.check()?;
    if target == player {
        return Err(Error::unfit("cannot_friend_self", "You cannot be your own friend. Ask another player."));
    }

    let mut tx = app.db.begin().await?;
    hold(&mut tx, player, target).await?;
    let Some(row) = query::request(&mut tx, player, target, app.clock.now()).await? else {
        return Err(why_not(&mut tx, player, target).await?);
    };
    let (friendship, mut news) = (Friendship::from(row), News::default());
    if friendship.status == FriendStatus::Accepted {
        require_room(app, &mut tx, [player, target]).await?;
        tell(&mut news, friendship, Event::FriendAccepted);
    } else {
        let most = i64::from(app.config.friends.requests);
        if query::count_requests_of(&mut tx, player, most + 1).await? > most {
            let message = "You wait for as many answers as one may. Cancel a request first.";
            return Err(Error::impossible("too_many_requests", message));
        }
        news.add(Topic::User(target), Event::IncomingRequest(friendship));
        news.add(Topic::User(player), Event::OutgoingRequest(friendship));
    }
    app.commit(tx, news).await?;
    Ok(friendship)
}

/// Accepts a request to the caller.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; `not_found` for what is not between the caller and somebody;
/// [`Error::Forbidden`] with `forbidden` for what the caller was not asked, or what is not open; [`Error::Impossible`] with
/// `too_many_friends`.
pub async fn accept(app: &App, scope: &Scope, id: FriendshipId) -> Result<()> {
    let player = scope.require_user()?;
    let mut tx = app.db.begin().await?;
    let before = held(&mut tx, player, id).await?;
    let row = query::accept(&mut tx, id, player, app.clock.now()).await?.ok_or_else(not_yours_to_answer)?;
    require_room(app, &mut tx, [before.requester_id, before.target_id]).await?;
    let mut news = News::default();
    tell(&mut news, row.into(), Event::FriendAccepted);
    app.commit(tx, news).await
}

/// Rejects a request to the caller. Whoever asked may ask again.
///
/// # Errors
/// As [`accept`], but for `too_many_friends`.
pub async fn reject(app: &App, scope: &Scope, id: FriendshipId) -> Result<()> {
    let player = scope.require_user()?;
    let mut tx = app.db.begin().await?;
    held(&mut tx, player, id).await?;
    let row = query::reject(&mut tx, id, player, app.clock.now()).await?.ok_or_else(not_yours_to_answer)?;
    let mut news = News::default();
    tell(&mut news, row.into(), Event::FriendRejected);
    app.commit(tx, news).await
}

/// Ends a friendship, or cancels a request of the caller's own.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; `not_found` for what is not between the caller and somebody;
/// [`Error::Forbidden`] with `not_authorized` for a request to the caller, or a block.
pub async fn remove(app: &App, scope: &Scope, id: FriendshipId) -> Result<()> {
    let player = scope.require_user()?;
    let mut tx = app.db.begin().await?;
    held(&mut tx, player, id).await?;
    let row = query::remove(&mut tx, id, player).await?.ok_or_else(|| {
        Error::forbidden(
            "not_authorized",
            "This is neither a friend nor a request of yours. Reject what you were asked.",
        )
    })?;
    let (friendship, mut news) = (Friendship::from(row), News::default());
    let was_friend = friendship.status == FriendStatus::Accepted;
    tell(&mut news, friendship, if was_friend { Event::FriendRemoved } else { Event::RequestCancelled });
    app.commit(tx, news).await
}

/// Blocks whoever made a request to the caller.
///
/// # Errors
/// As [`reject`], with `forbidden` for what is neither open nor rejected; [`Error::Impossible`] with `too_many_blocks`.
pub async fn block_request(app: &App, scope: &Scope, id: FriendshipId) -> Result<()> {
    let player = scope.require_user()?;
    let mut tx = app.db.begin().await?;
    held(&mut tx, player, id).await?;
    let row = query::block_request(&mut tx, id, player, app.clock.now()).await?.ok_or_else(not_yours_to_answer)?;
    require_room_for_block(app, &mut tx, player).await?;
    let friendship = Friendship::from(row);
    lobbies::forget_invitations(&mut tx, friendship.requester_id, friendship.target_id).await?;
    let mut news = News::default();
    tell(&mut news, friendship, Event::FriendBlocked);
    app.commit(tx, news).await
}

/// Blocks a player, whatever is between the two: a friendship or a request ends with it. Done twice it changes nothing.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; nobody named; [`Error::Unfit`] with `cannot_block_self`; `not_found`;
/// [`Error::Impossible`] with `too_many_blocks`.
pub async fn block(app: &App, scope: &Scope, input: NewBlock) -> Result<Friendship> {
    let player = scope.require_user()?;
    let target = input.check()?;
    if target == player {
        return Err(Error::unfit("cannot_block_self", "You cannot block yourself. Block another player."));
    }

    let mut tx = app.db.begin().await?;
    hold(&mut tx, player, target).await?;
    let done = query::block(&mut tx, target, player, app.clock.now()).await?;
    let row = match done {
        Some(row) => row,
        None => query::between(&mut tx, player, target).await?.ok_or_else(|| Error::not_found("user"))?,
    };
    // As the caller did it: where each blocks the other, the row says otherwise.
    let friendship = Friendship { requester_id: target, target_id: player, ..row.into() };
    if done.is_some() {
        require_room_for_block(app, &mut tx, player).await?;
        lobbies::forget_invitations(&mut tx, player, target).await?;
        let mut news = News::default();
        tell(&mut news, friendship, Event::FriendBlocked);
        app.commit(tx, news).await?;
    }
    Ok(friendship)
}

/// Lifts a block of the caller's own. What there was before it does not come back.
///
/// # Errors
/// [`Error::Unauthenticated`] for nobody; `not_found` for what is not between the caller and somebody;
/// [`Error::Forbidden`] with `forbidden` for what the caller does not block.
pub async fn unblock(app: &App, scope: &Scope, id: FriendshipId) -> Result<()> {
    let player = scope.require_user()?;
    let mut tx = app.db.begin().await?;
    let before = held(&mut tx, player, id).await?;
    let row = match query::unblock(&mut tx, id, player).await? {
        Some(row) => row,
        None => query::leave_to_other(&mut tx, id, player).await?.ok_or_else(|| {
            Error::forbidden("forbidden", "You do not block this player. Look at whom you block again.")
        })?,
    };
    let requester_id = if before.target_id == player { before.requester_id } else { before.target_id };
    let mut news = News::default();
    tell(&mut news, Friendship { requester_id, target_id: player, ..row.into() }, Event::FriendUnblocked);
    app.commit(tx, news).await
}

/// Forgets everything between a user who goes and others, and will tell these.
pub(crate) async fn forget(tx: &mut Tx, news: &mut News, user: UserId) -> Result<()> {
    for row in query::forget(tx, user).await? {
        let friendship = Friendship::from(row);
        let other = if friendship.requester_id == user { friendship.target_id } else { friendship.requester_id };
        let event = match friendship.status {
            FriendStatus::Pending => Event::RequestCancelled,
            FriendStatus::Accepted => Event::FriendRemoved,
            FriendStatus::Blocked => Event::FriendUnblocked,
            FriendStatus::Rejected => continue,
        };
        news.add(Topic::User(other), event(friendship));
    }
    Ok(())
}

/// Holds two users until the transaction is over: nobody else changes what is between them and anybody.
async fn hold(tx: &mut Tx, player: UserId, other: UserId) -> Result<()> {
    let there = query::hold(tx, player, other).await?;
    if !there.contains(&player) {
        Err(Error::authentication_required())
    } else if there.contains(&other) {
        Ok(())
    } else {
        Err(Error::not_found("user"))
    }
}

/// Holds those of two users whom there are: nobody makes them friends, or blocks one for the other, until the caller's
/// transaction is over.
pub(crate) async fn hold_both(tx: &mut Tx, one: UserId, other: UserId) -> Result<()> {
    query::hold(tx, one, other).await?;
    Ok(())
}

/// A row, with both its users held, before it is changed. To anybody else it is not there.
async fn held(tx: &mut Tx, player: UserId, id: FriendshipId) -> Result<query::Row> {
    let not_found = || Error::not_found("friendship");
    let row = query::get(&mut *tx, id).await?.filter(|row| row.is_of(player)).ok_or_else(not_found)?;
    query::hold(tx, row.requester_id, row.target_id).await?;
    // It may have changed, or be gone, by the time the two were free.
    query::get(&mut *tx, id).await?.filter(|row| row.is_of(player)).ok_or_else(not_found)
}

/// Why a player cannot be asked, from how it stands between the two now.
async fn why_not(tx: &mut Tx, player: UserId, target: UserId) -> Result<Error> {
    let row = query::between(&mut *tx, player, target).await?;
    Ok(match row.map(|row| row.status) {
        Some(FriendStatus::Accepted) => Error::conflict("already_friends", "You are friends already."),
        Some(FriendStatus::Pending) => {
            Error::conflict("already_requested", "You have asked this player already. Wait for their answer.")
        }
        _ => Error::unfit("blocked", "You cannot ask this player: one of you blocks the other."),
    })
}

/// Refuses what made somebody more friends than there may be.
async fn require_room(app: &App, tx: &mut Tx, players: [UserId; 2]) -> Result<()> {
    let most = i64::from(app.config.friends.most);
    for player in players {
        if query::lists::count_friends(&mut *tx, player, most + 1).await? > most {
            let message = "You or this player have as many friends as one may. One has to go first.";
            return Err(Error::impossible("too_many_friends", message));
        }
    }
    Ok(())
}

async fn require_room_for_block(app: &App, tx: &mut Tx, player: UserId) -> Result<()> {
    let most = i64::from(app.config.friends.blocks);
    if query::lists::count_blocked(tx, player, most + 1).await? > most {
        return Err(Error::impossible("too_many_blocks", "You block as many players as one may. Unblock one first."));
    }
    Ok(())
}

fn not_yours_to_answer() -> Error {
    Error::forbidden("forbidden", "This is no open request to you. Look at your requests again.")
}

/// Will tell both.
fn tell(news: &mut News, friendship: Friendship, event: fn(Friendship) -> Event) {
    for user in [friendship.requester_id, friendship.target_id] {
        news.add(Topic::User(user), event(friendship));
    }
}

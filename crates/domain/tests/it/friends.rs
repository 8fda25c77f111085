mod blocks;
mod leaving;
mod lists;
mod plans;
mod presence;
mod races;

use domain::pubsub::{Event, Subscription};
use domain::{App, Config, Error, Friends, Result, Scope, friends, topics};
use testing::{TestDomain, both_engines};
use wire::{FriendFilter, FriendStatus, Friendship, FriendshipId, NewBlock, NewFriend, PageQuery, Topic, UserId};

use crate::people::{code, guest, user};

/// So many guests.
async fn guests<const N: usize>(app: &App) -> [Scope; N] {
    let mut guests = Vec::new();
    for n in 0..N {
        guests.push(guest(app, &format!("friend-{n}")).await);
    }
    guests.try_into().unwrap_or_else(|_| unreachable!())
}

async fn ask(app: &App, by: &Scope, whom: &Scope) -> Result<Friendship> {
    friends::request(app, by, NewFriend { target_user_id: whom.user() }).await
}

async fn block(app: &App, by: &Scope, whom: &Scope) -> Result<Friendship> {
    friends::block(app, by, NewBlock { target_user_id: whom.user() }).await
}

async fn befriend(app: &App, one: &Scope, other: &Scope) -> FriendshipId {
    let id = ask(app, one, other).await.unwrap().id;
    friends::accept(app, other, id).await.unwrap();
    id
}

/// How it stands between a user and others, as admins see it.
async fn standing(app: &App, of: &Scope) -> Vec<(UserId, UserId, FriendStatus)> {
    let all = friends::of_user(app, &Scope::SYSTEM, user(of), FriendFilter::default(), PageQuery::default()).await;
    all.unwrap().data.into_iter().map(|row| (row.requester.0, row.target.0, row.status)).collect()
}

/// Listens to one's own affairs.
async fn own(app: &App, of: &Scope) -> Subscription {
    topics::listen(app, of, Topic::User(user(of)), None).await.unwrap().subscription
}

/// The names of the events that were heard, and what they say of the friendship.
fn heard(subscription: &mut Subscription) -> Vec<(String, Option<FriendStatus>)> {
    all(subscription).into_iter().map(|(name, friendship)| (name, friendship.map(|it| it.status))).collect()
}

/// The events that were heard, and their friendships.
fn all(subscription: &mut Subscription) -> Vec<(String, Option<Friendship>)> {
    use futures_util::FutureExt as _;
    let mut heard = Vec::new();
    while let Some(message) = subscription.next().now_or_never() {
        let message = message.unwrap();
        let event = &message.event;
        let friendship = match event {
            Event::IncomingRequest(it)
            | Event::OutgoingRequest(it)
            | Event::FriendAccepted(it)
            | Event::FriendRejected(it)
            | Event::FriendBlocked(it)
            | Event::FriendUnblocked(it)
            | Event::RequestCancelled(it)
            | Event::FriendRemoved(it) => Some(*it),
            _ => None,
        };
        heard.push((event.name().to_owned(), friendship));
    }
    heard
}

/// The names alone.
fn names(subscription: &mut Subscription) -> Vec<String> {
    heard(subscription).into_iter().map(|(name, _)| name).collect()
}

#[both_engines]
async fn a_request_is_accepted_and_the_friendship_ended(domain: TestDomain) {
    let app = &domain.app;
    let [alice, bob, carol] = guests(app).await;
    let (mut hers, mut his) = (own(app, &alice).await, own(app, &bob).await);
    let asked = ask(app, &alice, &bob).await.unwrap();
    assert_eq!((asked.requester_id, asked.target_id), (user(&alice), user(&bob)));
    assert_eq!(asked.status, FriendStatus::Pending);
    assert_eq!(heard(&mut hers), [("outgoing_request".to_owned(), Some(FriendStatus::Pending))]);
    assert_eq!(heard(&mut his), [("incoming_request".to_owned(), Some(FriendStatus::Pending))]);

    assert_eq!(code(&ask(app, &alice, &bob).await), "already_requested");
    assert_eq!(code(&friends::accept(app, &alice, asked.id).await), "forbidden", "whoever asks does not answer");
    assert_eq!(code(&friends::accept(app, &carol, asked.id).await), "not_found", "it is nobody else's");
    friends::accept(app, &bob, asked.id).await.unwrap();
    let accepted = [("friend_accepted".to_owned(), Some(FriendStatus::Accepted))];
    assert_eq!((&heard(&mut hers)[..], &heard(&mut his)[..]), (&accepted[..], &accepted[..]));
    assert_eq!(code(&friends::accept(app, &bob, asked.id).await), "forbidden", "once is enough");
    for (one, other) in [(&alice, &bob), (&bob, &alice)] {
        assert_eq!(code(&ask(app, one, other).await), "already_friends");
    }

    friends::remove(app, &bob, asked.id).await.unwrap();
    let removed = [("friend_removed".to_owned(), Some(FriendStatus::Accepted))];
    assert_eq!((&heard(&mut hers)[..], &heard(&mut his)[..]), (&removed[..], &removed[..]));
    assert_eq!(code(&friends::remove(app, &alice, asked.id).await), "not_found");
    assert_eq!(domain.rows("friendships").await, 0);
}

#[both_engines]
async fn a_request_is_cancelled_by_whoever_made_it_and_nobody_else(domain: TestDomain) {
    let app = &domain.app;
    let [alice, bob, carol] = guests(app).await;
    let asked = ask(app, &alice, &bob).await.unwrap();
    let mut his = own(app, &bob).await;
    assert_eq!(code(&friends::remove(app, &bob, asked.id).await), "not_authorized");
    assert_eq!(code(&friends::remove(app, &carol, asked.id).await), "not_found");
    friends::remove(app, &alice, asked.id).await.unwrap();
    assert_eq!(heard(&mut his), [("request_cancelled".to_owned(), Some(FriendStatus::Pending))]);
    assert_eq!(domain.rows("friendships").await, 0);
}

#[both_engines]
async fn whoever_was_rejected_may_ask_again_and_so_may_whoever_rejected(domain: TestDomain) {
    let app = &domain.app;
    let [alice, bob] = guests(app).await;
    let first = ask(app, &alice, &bob).await.unwrap();
    let mut hers = own(app, &alice).await;
    friends::reject(app, &bob, first.id).await.unwrap();
    assert_eq!(heard(&mut hers), [("friend_rejected".to_owned(), Some(FriendStatus::Rejected))]);
    assert_eq!(code(&friends::accept(app, &bob, first.id).await), "forbidden");
    assert_eq!(code(&friends::remove(app, &alice, first.id).await), "not_authorized");
    let again = ask(app, &alice, &bob).await.unwrap();
    assert_eq!(again.status, FriendStatus::Pending);
    friends::reject(app, &bob, again.id).await.unwrap();
    let his = ask(app, &bob, &alice).await.unwrap();
    assert_eq!((his.requester_id, his.status), (user(&bob), FriendStatus::Pending));
    friends::accept(app, &alice, his.id).await.unwrap();
    assert_eq!(standing(app, &alice).await, [(user(&bob), user(&alice), FriendStatus::Accepted)]);
}

#[both_engines]
async fn asking_whoever_has_asked_accepts(domain: TestDomain) {
    let app = &domain.app;
    let [alice, bob] = guests(app).await;
    let first = ask(app, &alice, &bob).await.unwrap();
    let (mut hers, mut his) = (own(app, &alice).await, own(app, &bob).await);
    let crossing = ask(app, &bob, &alice).await.unwrap();
    assert_eq!(crossing, Friendship { status: FriendStatus::Accepted, revision: 2, ..first });
    assert_eq!((names(&mut hers), names(&mut his)), (vec!["friend_accepted".into()], vec!["friend_accepted".into()]));
}

#[both_engines]
async fn nobody_asks_themselves_or_nobody(domain: TestDomain) {
    let app = &domain.app;
    let [alice] = guests(app).await;
    assert_eq!(code(&ask(app, &alice, &alice).await), "cannot_friend_self");
    assert_eq!(code(&block(app, &alice, &alice).await), "cannot_block_self");
    let nobody = UserId(999_999);
    assert_eq!(code(&friends::request(app, &alice, NewFriend { target_user_id: Some(nobody) }).await), "not_found");
    assert_eq!(code(&friends::block(app, &alice, NewBlock { target_user_id: Some(nobody) }).await), "not_found");
    assert_eq!(code(&friends::request(app, &Scope::NOBODY, NewFriend::default()).await), "authentication_required");
    assert!(matches!(friends::request(app, &alice, NewFriend::default()).await, Err(Error::Invalid(_))));
    assert_eq!(domain.rows("friendships").await, 0);
}

/// A domain where one may have two of everything.
async fn narrow(domain: TestDomain) -> TestDomain {
    domain
        .anew(|config: &mut Config| config.friends = Friends { most: 2, requests: 2, blocks: 2, ..config.friends })
        .await
}

#[both_engines]
async fn nobody_waits_for_more_answers_than_the_setting_says(domain: TestDomain) {
    let domain = narrow(domain).await;
    let app = &domain.app;
    let [alice, bob, carol, dora] = guests(app).await;
    let first = ask(app, &alice, &bob).await.unwrap();
    ask(app, &alice, &carol).await.unwrap();
    assert_eq!(code(&ask(app, &alice, &dora).await), "too_many_requests");
    assert_eq!(domain.rows("friendships").await, 2, "what is refused is not written");
    friends::reject(app, &bob, first.id).await.unwrap();
    ask(app, &alice, &dora).await.unwrap();
}

#[both_engines]
async fn nobody_has_more_friends_than_the_setting_says(domain: TestDomain) {
    let domain = narrow(domain).await;
    let app = &domain.app;
    let [alice, bob, carol, dora] = guests(app).await;
    befriend(app, &alice, &bob).await;
    let second = befriend(app, &carol, &alice).await;
    let third = ask(app, &dora, &alice).await.unwrap();
    assert_eq!(code(&friends::accept(app, &alice, third.id).await), "too_many_friends");
    assert_eq!(code(&ask(app, &alice, &dora).await), "too_many_friends", "nor by asking who has asked");
    assert_eq!(domain.rows("friendships where status = 'pending'").await, 1);
    friends::remove(app, &alice, second).await.unwrap();
    friends::accept(app, &alice, third.id).await.unwrap();

    let fourth = ask(app, &carol, &alice).await.unwrap();
    assert_eq!(code(&friends::accept(app, &alice, fourth.id).await), "too_many_friends");
}

#[both_engines]
async fn nobody_blocks_more_players_than_the_setting_says(domain: TestDomain) {
    let domain = narrow(domain).await;
    let app = &domain.app;
    let [alice, bob, carol, dora] = guests(app).await;
    let asked = ask(app, &dora, &alice).await.unwrap();
    let first = block(app, &alice, &bob).await.unwrap();
    block(app, &alice, &carol).await.unwrap();
    assert_eq!(code(&block(app, &alice, &dora).await), "too_many_blocks");
    assert_eq!(code(&friends::block_request(app, &alice, asked.id).await), "too_many_blocks");
    assert_eq!(standing(app, &dora).await, [(user(&dora), user(&alice), FriendStatus::Pending)]);
    block(app, &alice, &carol).await.unwrap();
    friends::unblock(app, &alice, first.id).await.unwrap();
    friends::block_request(app, &alice, asked.id).await.unwrap();
}

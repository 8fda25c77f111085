use std::sync::Arc;

use domain::pubsub::Subscription;
use domain::{Config, Friends, Result, friends};
use testing::{TestDomain, both_engines};
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use wire::FriendStatus;

use super::{all, ask, befriend, block, guests, own, standing};
use crate::people::{code, user};

/// Rounds of each race.
const ROUNDS: usize = 20;

/// Runs two things at the same moment, each on a task of its own.
fn at_once<A: Send + 'static, B: Send + 'static>(
    one: impl Future<Output = A> + Send + 'static,
    other: impl Future<Output = B> + Send + 'static,
) -> impl Future<Output = (A, B)> {
    let start = Arc::new(Barrier::new(2));
    let begun = start.clone();
    let one = tokio::spawn(async move {
        begun.wait().await;
        one.await
    });
    let other = tokio::spawn(async move {
        start.wait().await;
        other.await
    });
    async move { (one.await.unwrap(), other.await.unwrap()) }
}

/// The names of what was heard, in the order in which it happened: two commits may be told in either order.
fn in_order(subscription: &mut Subscription) -> Vec<String> {
    let mut heard = all(subscription);
    heard.sort_by_key(|(_, friendship)| friendship.map(|it| it.revision));
    heard.into_iter().map(|(name, _)| name).collect()
}

/// What both heard, which is the same.
fn both_heard(hers: &mut Subscription, his: &mut Subscription) -> Vec<String> {
    let (hers, his) = (in_order(hers), in_order(his));
    assert_eq!(hers, his);
    hers
}

fn codes<A, B>((one, other): (Result<A>, Result<B>)) -> (String, String) {
    (code(&one), code(&other))
}

#[both_engines]
async fn two_requests_that_cross_make_one_friendship(domain: TestDomain) {
    let app = domain.app.clone();
    let [alice, bob] = guests(&app).await;
    for _ in 0..ROUNDS {
        let (mut hers, mut his) = (own(&app, &alice).await, own(&app, &bob).await);
        let (one, other) = (app.clone(), app.clone());
        let (hers_is, his_is) =
            at_once(async move { ask(&one, &alice, &bob).await }, async move { ask(&other, &bob, &alice).await }).await;
        let (hers_is, his_is) = (hers_is.unwrap(), his_is.unwrap());
        assert_eq!(hers_is.id, his_is.id);
        let accepted = [hers_is, his_is].iter().filter(|it| it.status == FriendStatus::Accepted).count();
        assert_eq!(accepted, 1, "one asks and the other accepts");
        let (hers, his) = (in_order(&mut hers), in_order(&mut his));
        assert_eq!((hers.len(), his.len()), (2, 2));
        assert!(hers[0] != his[0] && hers[0].ends_with("_request") && his[0].ends_with("_request"), "{hers:?} {his:?}");
        assert_eq!((&hers[1][..], &his[1][..]), ("friend_accepted", "friend_accepted"));
        assert_eq!(domain.rows("friendships").await, 1);
        friends::remove(&app, &alice, hers_is.id).await.unwrap();
    }
}

#[both_engines]
async fn a_block_wins_over_a_request(domain: TestDomain) {
    let app = domain.app.clone();
    let [alice, bob] = guests(&app).await;
    for round in 0..ROUNDS {
        let (one, other) = (app.clone(), app.clone());
        let (blocked, asked) =
            at_once(async move { block(&one, &alice, &bob).await }, async move { ask(&other, &bob, &alice).await })
                .await;
        let blocked = blocked.unwrap();
        assert!(["ok", "blocked"].contains(&code(&asked).as_str()), "{round}: {asked:?}");
        assert_eq!(standing(&app, &alice).await, [(user(&bob), user(&alice), FriendStatus::Blocked)]);
        friends::unblock(&app, &alice, blocked.id).await.unwrap();
    }
}

#[both_engines]
async fn a_request_that_is_taken_back_while_it_is_accepted_leaves_nothing(domain: TestDomain) {
    let app = domain.app.clone();
    let [alice, bob] = guests(&app).await;
    for _ in 0..ROUNDS {
        let asked = ask(&app, &alice, &bob).await.unwrap();
        let (mut hers, mut his) = (own(&app, &alice).await, own(&app, &bob).await);
        let (one, other) = (app.clone(), app.clone());
        let (accepted, cancelled) = at_once(async move { friends::accept(&one, &bob, asked.id).await }, async move {
            friends::remove(&other, &alice, asked.id).await
        })
        .await;
        cancelled.unwrap();
        let told = both_heard(&mut hers, &mut his);
        match code(&accepted).as_str() {
            "ok" => assert_eq!(told, ["friend_accepted", "friend_removed"]),
            "not_found" => assert_eq!(told, ["request_cancelled"]),
            other => panic!("{other}"),
        }
        assert_eq!(domain.rows("friendships").await, 0);
    }
}

#[both_engines]
async fn a_request_is_accepted_rejected_or_blocked_once(domain: TestDomain) {
    let app = domain.app.clone();
    let [alice, bob] = guests(&app).await;
    for _ in 0..ROUNDS {
        let asked = ask(&app, &alice, &bob).await.unwrap();
        let (mut hers, mut his) = (own(&app, &alice).await, own(&app, &bob).await);
        let (one, other) = (app.clone(), app.clone());
        let outcome = at_once(async move { friends::accept(&one, &bob, asked.id).await }, async move {
            friends::reject(&other, &bob, asked.id).await
        })
        .await;
        let told = both_heard(&mut hers, &mut his);
        match codes(outcome) {
            (one, other) if (&one[..], &other[..]) == ("ok", "forbidden") => assert_eq!(told, ["friend_accepted"]),
            (one, other) if (&one[..], &other[..]) == ("forbidden", "ok") => assert_eq!(told, ["friend_rejected"]),
            other => panic!("{other:?}"),
        }
        block(&app, &bob, &alice).await.unwrap();
        friends::unblock(&app, &bob, asked.id).await.unwrap();
    }
}

#[both_engines]
async fn two_who_block_each_other_at_once_both_do(domain: TestDomain) {
    let app = domain.app.clone();
    let [alice, bob] = guests(&app).await;
    for _ in 0..ROUNDS {
        let (one, other) = (app.clone(), app.clone());
        let (hers, his) =
            at_once(async move { block(&one, &alice, &bob).await }, async move { block(&other, &bob, &alice).await })
                .await;
        let id = hers.unwrap().id;
        assert_eq!(his.unwrap().id, id);
        let (one, other) = (app.clone(), app.clone());
        let lifted = at_once(async move { friends::unblock(&one, &alice, id).await }, async move {
            friends::unblock(&other, &bob, id).await
        })
        .await;
        assert_eq!(codes(lifted), ("ok".to_owned(), "ok".to_owned()));
        assert_eq!(domain.rows("friendships").await, 0);
    }
}

#[both_engines]
async fn a_crowd_that_asks_at_once_makes_nobody_more_friends_than_there_may_be(domain: TestDomain) {
    let few = |config: &mut Config| config.friends = Friends { most: 3, ..Friends::default() };
    let domain = domain.anew(few).await;
    let app = domain.app.clone();
    let people: [_; 9] = guests(&app).await;
    let [alice, others @ ..] = people;
    let mut asked = Vec::new();
    for other in &others {
        asked.push(ask(&app, other, &alice).await.unwrap().id);
    }
    let mut accepting = JoinSet::new();
    for id in asked {
        let app = app.clone();
        accepting.spawn(async move { friends::accept(&app, &alice, id).await });
    }
    let outcomes = accepting.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 3);
    assert!(outcomes.iter().all(|outcome| ["ok", "too_many_friends"].contains(&code(outcome).as_str())));
    assert_eq!(domain.rows("friendships where status = 'accepted'").await, 3);
}

#[both_engines]
async fn acts_that_cross_in_a_ring_do_not_wait_for_one_another_for_ever(domain: TestDomain) {
    let app = domain.app.clone();
    let people: [_; 6] = guests(&app).await;
    for _ in 0..5 {
        let mut acts = JoinSet::new();
        for (n, player) in people.into_iter().enumerate() {
            let (app, next) = (app.clone(), people[(n + 1) % people.len()]);
            acts.spawn(async move {
                let asked = ask(&app, &player, &next).await?;
                block(&app, &next, &player).await?;
                friends::unblock(&app, &next, asked.id).await
            });
        }
        for outcome in acts.join_all().await {
            assert_eq!(code(&outcome), "ok");
        }
    }
    assert_eq!(domain.rows("friendships").await, 0);
    befriend(&app, &people[0], &people[1]).await;
}

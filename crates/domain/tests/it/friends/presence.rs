use std::time::Duration;

use domain::pubsub::{Event, Subscription};
use domain::{App, Config, Friends, Scope, friends};
use testing::{TestDomain, both_engines};
use tokio::time::timeout;
use wire::{FriendPresence, PageQuery};

use super::{ask, befriend, block, guests, own};
use crate::people::{run, user};

/// Long enough for a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// A domain where whoever goes is gone after this time.
async fn patient(domain: TestDomain, offline_after: Duration) -> TestDomain {
    domain.anew(|config: &mut Config| config.friends = Friends { offline_after, ..Friends::default() }).await
}

async fn next(subscription: &mut Subscription) -> Event {
    timeout(PATIENCE, subscription.next()).await.expect("something comes").unwrap().event.clone()
}

async fn sees_online(app: &App, who: &Scope) -> bool {
    friends::list(app, who, PageQuery::default()).await.unwrap().data[0].is_online
}

#[both_engines]
async fn friends_and_nobody_else_hear_who_comes_and_goes(domain: TestDomain) {
    let domain = patient(domain, Duration::ZERO).await;
    let app = &domain.app;
    let [alice, bob, carol, dora] = guests(app).await;
    befriend(app, &alice, &bob).await;
    befriend(app, &carol, &alice).await;
    ask(app, &dora, &alice).await.unwrap();
    let (mut bobs, mut carols) = (own(app, &bob).await, own(app, &carol).await);
    let mut doras = own(app, &dora).await;
    let telling = tokio::spawn(friends::tell_presence(app.clone()));
    assert!(!sees_online(app, &bob).await);

    let of_alice = FriendPresence { user_id: user(&alice) };
    app.online.note(user(&alice), true);
    assert_eq!(next(&mut bobs).await, Event::FriendOnline(of_alice));
    assert_eq!(next(&mut carols).await, Event::FriendOnline(of_alice));
    assert!(sees_online(app, &bob).await && sees_online(app, &carol).await);
    app.online.note(user(&alice), false);
    assert_eq!(next(&mut bobs).await, Event::FriendOffline(of_alice));
    assert_eq!(next(&mut carols).await, Event::FriendOffline(of_alice));
    assert!(!sees_online(app, &bob).await);

    // Whoever blocks her is told no more.
    block(app, &bob, &alice).await.unwrap();
    assert!(matches!(next(&mut bobs).await, Event::FriendBlocked(_)));
    app.online.note(user(&alice), true);
    assert_eq!(next(&mut carols).await, Event::FriendOnline(of_alice));
    for subscription in [&mut bobs, &mut doras] {
        assert_eq!(subscription.behind(), 0);
    }
    telling.abort();
}

#[both_engines]
async fn whoever_is_back_within_a_moment_was_never_gone(domain: TestDomain) {
    let domain = patient(domain, Duration::from_hours(1)).await;
    let app = &domain.app;
    let [alice, bob] = guests(app).await;
    befriend(app, &alice, &bob).await;
    let mut bobs = own(app, &bob).await;
    let telling = tokio::spawn(friends::tell_presence(app.clone()));
    app.online.note(user(&alice), true);
    assert!(matches!(next(&mut bobs).await, Event::FriendOnline(_)));
    app.online.note(user(&alice), false);
    assert!(sees_online(app, &bob).await, "the list says what was told");
    let mut alices = own(app, &alice).await;
    app.online.note(user(&alice), true);
    // His own coming is looked at with hers or after it.
    app.online.note(user(&bob), true);
    assert!(matches!(next(&mut alices).await, Event::FriendOnline(_)));
    assert_eq!(bobs.behind(), 0);
    telling.abort();
}

#[both_engines]
async fn who_came_while_the_database_was_away_is_told_when_it_is_back(domain: TestDomain) {
    let domain = patient(domain, Duration::ZERO).await;
    let app = &domain.app;
    let [alice, bob] = guests(app).await;
    befriend(app, &alice, &bob).await;
    let mut bobs = own(app, &bob).await;
    let telling = tokio::spawn(friends::tell_presence(app.clone()));
    for is_there in [true, false] {
        run(&domain, "alter table friendships rename to friendships_away").await;
        app.online.note(user(&alice), is_there);
        // It is looked for every half a second.
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(bobs.behind(), 0);
        run(&domain, "alter table friendships_away rename to friendships").await;
        let of_alice = FriendPresence { user_id: user(&alice) };
        let told = if is_there { Event::FriendOnline(of_alice) } else { Event::FriendOffline(of_alice) };
        assert_eq!(next(&mut bobs).await, told);
    }
    telling.abort();
}

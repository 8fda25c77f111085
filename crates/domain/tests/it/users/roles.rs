use domain::sessions::Over;
use domain::{sessions, topics, users};
use testing::{TestDomain, both_engines};
use wire::{NewBan, Topic};

use crate::people::{admin, code, guest, user};

#[both_engines]
async fn a_role_counts_from_the_next_request_on(domain: TestDomain) {
    let app = &domain.app;
    let (ada, eve) = (admin(app, "ada").await, guest(app, "eve").await);
    let again = async || sessions::resume(app, eve.session.unwrap(), None).await.unwrap();
    users::set_admin(app, &ada, user(&eve), true).await.unwrap();
    assert!(again().await.is_admin());
    // What a session opened as one is not to go on as another.
    let session = eve.session.unwrap();
    assert_eq!(sessions::ended(app, session, false).await.unwrap(), Over::RoleChanged);
    let over = tokio::spawn({
        let app = app.clone();
        async move { sessions::ended(&app, session, true).await.unwrap() }
    });
    tokio::task::yield_now().await;
    users::set_admin(app, &ada, user(&eve), false).await.unwrap();
    assert_eq!(over.await.unwrap(), Over::RoleChanged);
    assert!(!again().await.is_admin());
    users::set_admin(app, &ada, user(&eve), false).await.expect("once more is fine");
    assert_eq!(domain.rows("audit_log where action like 'user.%make_admin' and outcome = 'done'").await, 2);
}

#[both_engines]
async fn a_socket_older_than_its_users_fall_hears_no_admins_topic(domain: TestDomain) {
    let app = &domain.app;
    let (ada, eve) = (admin(app, "ada").await, admin(app, "eve").await);
    users::set_admin(app, &ada, user(&eve), false).await.unwrap();
    assert!(eve.is_admin(), "the scope of the socket is as old as the socket");
    for topic in [Topic::AdminLobbies, Topic::AdminUsers, Topic::AdminConnections] {
        assert_eq!(code(&topics::listen(app, &eve, topic, None).await), "forbidden");
        assert!(topics::listen(app, &ada, topic, None).await.is_ok());
    }
}

#[both_engines]
async fn of_two_admins_who_turn_against_each_other_one_stays(domain: TestDomain) {
    let app = &domain.app;
    for round in 0..10 {
        let (a, b) = (admin(app, &format!("a{round}")).await, admin(app, &format!("b{round}")).await);
        let turn = |one: domain::Scope, on: wire::UserId| {
            let app = app.clone();
            tokio::spawn(async move {
                match round % 3 {
                    0 => users::set_admin(&app, &one, on, false).await,
                    1 => users::ban(&app, &one, on, NewBan::default()).await,
                    _ => users::remove(&app, &one, on).await,
                }
            })
        };
        let (first, second) = (turn(a, user(&b)), turn(b, user(&a)));
        let codes = [code(&first.await.unwrap()), code(&second.await.unwrap())];
        let too_late = |code: &&String| matches!(code.as_str(), "forbidden" | "recent_login_required");
        assert_eq!(codes.iter().filter(|code| *code == "ok").count(), 1, "{codes:?}");
        assert_eq!(codes.iter().filter(too_late).count(), 1, "{codes:?}");
        assert_eq!(domain.rows("users where is_admin and banned_at is null").await, 1 + round);
    }
}

#[both_engines]
async fn there_is_always_an_admin(domain: TestDomain) {
    let app = &domain.app;
    let (ada, eve) = (admin(app, "ada").await, guest(app, "eve").await);
    let system = domain::Scope::SYSTEM;
    assert_eq!(code(&users::set_admin(app, &ada, user(&ada), false).await), "cannot_demote_self");
    assert_eq!(code(&users::set_admin(app, &system, user(&ada), false).await), "last_admin");
    assert_eq!(code(&users::remove(app, &system, user(&ada)).await), "last_admin");
    assert_eq!(code(&users::delete(app, &ada).await), "last_admin");
    // One who is shut out is none to rely on.
    let bob = admin(app, "bob").await;
    users::ban(app, &ada, user(&bob), NewBan::default()).await.unwrap();
    assert_eq!(code(&users::delete(app, &ada).await), "last_admin");
    users::ban(app, &ada, user(&eve), NewBan::default()).await.unwrap();
    assert_eq!(code(&users::set_admin(app, &ada, user(&eve), true).await), "banned");
    users::unban(app, &ada, user(&eve)).await.unwrap();
    users::set_admin(app, &ada, user(&eve), true).await.unwrap();
    users::delete(app, &ada).await.expect("there is another");
    let eve = guest(app, "eve").await;
    assert_eq!(code(&users::set_admin(app, &eve, wire::UserId(9999), true).await), "not_found");
    let carl = guest(app, "carl").await;
    assert_eq!(code(&users::set_admin(app, &carl, user(&carl), true).await), "forbidden");
}

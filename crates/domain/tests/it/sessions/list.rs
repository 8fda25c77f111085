use chrono::TimeDelta;
use domain::{Scope, sessions};
use testing::{TestDomain, both_engines};
use wire::{PageQuery, SessionFilter};

use crate::people::{admin, bearer, code, device, guest, user};

#[both_engines]
async fn one_sees_where_one_is_signed_in_and_which_of_them_asks(domain: TestDomain) {
    let app = &domain.app;
    let mut scopes = Vec::new();
    for _ in 0..3 {
        app.clock.advance(TimeDelta::seconds(1));
        scopes.push(guest(app, "ada").await);
    }
    guest(app, "eve").await;
    let listed = sessions::list(app, &scopes[1]).await.unwrap();
    let ids: Vec<_> = listed.iter().map(|session| Some(session.id)).collect();
    assert_eq!(ids, [scopes[2].session, scopes[1].session, scopes[0].session], "the one used last comes first");
    assert_eq!(listed.iter().map(|session| session.is_current).collect::<Vec<_>>(), [false, true, false]);
    let first = &listed[2];
    assert_eq!((first.kind.as_str(), first.ip.as_deref()), ("device", Some("192.0.2.7")));
    assert_eq!(first.device.as_deref(), Some("Firefox on Windows"));
    assert_eq!(first.expires_at - first.created_at, sessions::LIFETIME);
    assert_eq!(code(&sessions::list(app, &Scope::NOBODY).await), "authentication_required");
}

#[both_engines]
async fn that_a_session_is_used_is_noted_every_five_minutes_and_not_more_often(domain: TestDomain) {
    let app = &domain.app;
    let tokens = device(app, "ada").await.unwrap();
    let scope = bearer(app, &tokens).await;
    let session = scope.session.unwrap();
    let began = app.clock.now();
    let used = async || sessions::list(app, &scope).await.unwrap()[0].used_at;
    app.clock.advance(sessions::NOTED - TimeDelta::microseconds(1));
    bearer(app, &tokens).await;
    sessions::resume(app, session, None).await.unwrap();
    assert_eq!(used().await, began, "too soon to be noted");
    app.clock.advance(TimeDelta::microseconds(1));
    bearer(app, &tokens).await;
    assert_eq!(used().await, began + sessions::NOTED, "by a token");
    app.clock.advance(sessions::NOTED);
    sessions::resume(app, session, None).await.unwrap();
    assert_eq!(used().await, began + sessions::NOTED * 2, "by a cookie");
}

#[both_engines]
async fn of_twenty_one_sessions_the_oldest_ends_and_it_is_heard(domain: TestDomain) {
    let app = &domain.app;
    let first = guest(app, "ada").await;
    let mut ends = app.pubsub.subscribe(wire::Topic::Session(first.session.unwrap()));
    let mut last = first;
    for _ in 1..sessions::MOST {
        last = guest(app, "ada").await;
    }
    assert_eq!(sessions::list(app, &last).await.unwrap().len(), 20);
    assert_eq!(sessions::resume(app, first.session.unwrap(), None).await.unwrap().user(), Some(user(&first)));
    let newest = guest(app, "ada").await;
    let listed = sessions::list(app, &newest).await.unwrap();
    assert_eq!(listed.len(), 20);
    assert!(listed.iter().all(|session| Some(session.id) != first.session), "the oldest has ended");
    assert_eq!(ends.next().await.unwrap().event.name(), "session_ended");
    assert!(sessions::resume(app, first.session.unwrap(), None).await.unwrap().user().is_none());
    guest(app, "eve").await;
    assert_eq!(sessions::list(app, &newest).await.unwrap().len(), 20, "others are counted by themselves");
}

#[both_engines]
async fn of_sixty_who_sign_in_at_once_twenty_stay(domain: TestDomain) {
    let app = &domain.app;
    guest(app, "ada").await;
    let logins = (0..60).map(|_| {
        let app = app.clone();
        tokio::spawn(async move { device(&app, "ada").await.unwrap() })
    });
    for login in logins.collect::<Vec<_>>() {
        login.await.unwrap();
    }
    assert_eq!(domain.rows("sessions where ended_at is null").await, sessions::MOST);
}

#[both_engines]
async fn admins_find_anybodys_sessions(domain: TestDomain) {
    let app = &domain.app;
    let (ada, eve) = (admin(app, "ada").await, guest(app, "eve").await);
    sessions::end_one(app, &eve, eve.session.unwrap()).await.unwrap();
    let again = guest(app, "eve").await;
    let found = async |q: &str, state: &str| {
        let filter = SessionFilter { q: Some(q.into()), state: Some(state.into()) };
        let page = sessions::list_all(app, &ada, filter, PageQuery::default()).await.unwrap();
        assert_eq!(page.meta.total_count, i64::try_from(page.data.len()).unwrap());
        page.data.into_iter().map(|row| Some(row.session.id)).collect::<Vec<_>>()
    };
    assert_eq!(found("", "").await, [again.session, eve.session, ada.session]);
    assert_eq!(found("", "live").await, [again.session, ada.session]);
    assert_eq!(found(&user(&eve).to_string(), "over").await, [eve.session]);
    assert_eq!(found("192.0.2.7", "").await, [again.session, eve.session]);
    assert_eq!(found("ada@games.example", "").await, [ada.session]);
    let refused = sessions::list_all(app, &again, SessionFilter::default(), PageQuery::default()).await;
    assert_eq!(code(&refused), "forbidden");
}

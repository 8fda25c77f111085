use domain::{Scope, lobbies, sessions, users};
use testing::{TestDomain, both_engines};
use wire::{NewBan, NewLobby, RefreshToken, Topic};

use crate::people::{PASSWORD, admin, bearer, code, device, guest, password, user};

fn spam() -> NewBan {
    NewBan { reason: Some("Spam".into()) }
}

#[both_engines]
async fn whoever_is_banned_is_out_at_once_and_stays_out(domain: TestDomain) {
    let app = &domain.app;
    let ada = admin(app, "ada").await;
    let tokens = device(app, "eve").await.unwrap();
    let eve = bearer(app, &tokens).await;
    let lobby = lobbies::create(app, &eve, NewLobby::default()).await.unwrap();
    let mut ends = app.pubsub.subscribe(Topic::Session(eve.session.unwrap()));
    users::ban(app, &ada, user(&eve), spam()).await.unwrap();

    assert_eq!(code(&sessions::authenticate(app, &tokens.access_token, None).await), "invalid_token");
    let refresh = || RefreshToken { refresh_token: Some(tokens.refresh_token.clone()) };
    assert_eq!(code(&sessions::refresh(app, &Scope::NOBODY, refresh()).await), "invalid_refresh_token");
    assert_eq!(domain.rows("sessions where generation > 1").await, 0, "nothing was rotated");
    assert!(sessions::resume(app, eve.session.unwrap(), None).await.unwrap().user().is_none());
    let because = "banned".into();
    assert_eq!(ends.next().await.unwrap().event, domain::pubsub::Event::SessionEnded { because });
    assert_eq!(code(&lobbies::get(app, &Scope::SYSTEM, lobby.id).await), "not_found", "the last one closed it");
    let again = device(app, "eve").await;
    assert_eq!(code(&again), "banned");
    assert!(again.unwrap_err().to_string().contains("“Spam”"), "and is told why");

    users::unban(app, &ada, user(&eve)).await.unwrap();
    assert_eq!(device(app, "eve").await.unwrap().user_id, user(&eve));
    assert_eq!(code(&sessions::refresh(app, &Scope::NOBODY, refresh()).await), "invalid_refresh_token", "that is over");
}

#[both_engines]
async fn a_ban_is_told_to_whoever_knows_the_password_and_to_nobody_else(domain: TestDomain) {
    let app = &domain.app;
    let (ada, eve) = (admin(app, "ada").await, admin(app, "eve").await);
    users::ban(app, &ada, user(&eve), NewBan::default()).await.unwrap();
    assert_eq!(code(&password(app, "eve", "wrong horse").await), "invalid_credentials");
    // None of these is a failure, so that the sixth is not made to wait.
    for _ in 0..6 {
        assert_eq!(code(&password(app, "eve", PASSWORD).await), "banned");
    }
}

#[both_engines]
async fn nobody_signs_in_while_they_are_banned(domain: TestDomain) {
    let app = &domain.app;
    let ada = admin(app, "ada").await;
    for round in 0..10 {
        let name = format!("eve-{round}");
        let eve = guest(app, &name).await;
        let logins = (0..8).map(|_| {
            let (app, name) = (app.clone(), name.clone());
            tokio::spawn(async move { device(&app, &name).await })
        });
        let logins: Vec<_> = logins.collect();
        users::ban(app, &ada, user(&eve), NewBan::default()).await.unwrap();
        for login in logins {
            if let Ok(tokens) = login.await.unwrap() {
                assert_eq!(code(&sessions::authenticate(app, &tokens.access_token, None).await), "invalid_token");
            }
        }
        assert!(sessions::list(app, &eve).await.unwrap().is_empty(), "every session has ended");
    }
}

#[both_engines]
async fn bans_have_their_rules(domain: TestDomain) {
    let app = &domain.app;
    let (ada, eve) = (admin(app, "ada").await, guest(app, "eve").await);
    assert_eq!(code(&users::ban(app, &eve, user(&ada), spam()).await), "forbidden");
    assert_eq!(code(&users::unban(app, &eve, user(&ada)).await), "forbidden");
    assert_eq!(code(&users::ban(app, &Scope::NOBODY, user(&ada), spam()).await), "authentication_required");
    assert_eq!(code(&users::ban(app, &ada, user(&ada), spam()).await), "cannot_ban_self");
    assert_eq!(code(&users::ban(app, &Scope::SYSTEM, user(&ada), spam()).await), "last_admin");
    assert_eq!(code(&users::ban(app, &ada, wire::UserId(9999), spam()).await), "not_found");
    let long = NewBan { reason: Some("r".repeat(301)) };
    let refused = users::ban(app, &ada, user(&eve), long).await;
    assert_eq!(code(&refused), "invalid: reason should be at most 300 character(s)");
    assert_eq!(domain.rows("users where banned_at is not null").await, 0);

    users::ban(app, &ada, user(&eve), spam()).await.unwrap();
    users::ban(app, &ada, user(&eve), NewBan { reason: Some("Slurs".into()) }).await.expect("another reason");
    let file = users::look_into(app, &ada, user(&eve)).await.unwrap();
    assert_eq!((file.user.banned_at, file.ban_reason.as_deref()), (Some(app.clock.now()), Some("Slurs")));
    users::unban(app, &ada, user(&eve)).await.unwrap();
    users::unban(app, &ada, user(&eve)).await.expect("once more is fine");
    assert_eq!(domain.rows("audit_log where action = 'user.unban' and outcome = 'done'").await, 1);

    app.clock.advance(chrono::TimeDelta::minutes(10) + chrono::TimeDelta::microseconds(1));
    assert_eq!(code(&users::ban(app, &ada, user(&eve), spam()).await), "recent_login_required");
}

use chrono::TimeDelta;
use domain::{Error, Scope, accounts, sessions};
use testing::{TestDomain, both_engines};
use wire::{MailWanted, PasswordChange, PasswordReset};

use super::{ADA, PASSWORD, code, link, opens, player, scope_of, sign_in};

const OTHER: &str = "another horse entirely";

fn wanted(email: &str) -> MailWanted {
    MailWanted { email: Some(email.into()) }
}

fn change(password: &str, current: Option<&str>) -> PasswordChange {
    let current_password = current.map(Into::into);
    PasswordChange { password: Some(password.into()), current_password, ..PasswordChange::default() }
}

#[both_engines]
async fn another_password_ends_every_other_session_and_the_address_is_told(domain: TestDomain) {
    let app = &domain.app;
    let ada = player(&domain, ADA).await;
    let elsewhere = scope_of(app, &sign_in(app, ADA, PASSWORD).await.unwrap()).await;
    let mut heard = app.pubsub.subscribe(wire::Topic::Session(elsewhere.session.unwrap()));

    accounts::change_password(app, &ada, change(OTHER, None)).await.unwrap();
    assert_eq!(heard.next().await.unwrap().event.name(), "session_ended");
    assert!(sessions::resume(app, ada.session.unwrap(), None).await.unwrap().user().is_some());
    assert!(sessions::resume(app, elsewhere.session.unwrap(), None).await.unwrap().user().is_none());
    assert!(domain.letters(ADA).await.pop().unwrap().text.to_lowercase().contains("password"));
    assert_eq!(code(sign_in(app, ADA, PASSWORD).await), "invalid_credentials");
    assert!(sign_in(app, ADA, OTHER).await.is_ok());
}

#[both_engines]
async fn a_password_changes_only_for_who_proves_who_they_are(domain: TestDomain) {
    let app = &domain.app;
    let ada = player(&domain, ADA).await;
    app.clock.advance(TimeDelta::minutes(10));
    accounts::change_password(app, &ada, change(OTHER, None)).await.unwrap();
    app.clock.advance(TimeDelta::microseconds(1));
    assert_eq!(code(accounts::change_password(app, &ada, change(PASSWORD, None)).await), "recent_login_required");
    for _ in 0..5 {
        let refused = accounts::change_password(app, &ada, change(PASSWORD, Some("wrong"))).await;
        assert_eq!(code(refused), "invalid_credentials");
    }
    let held = accounts::change_password(app, &ada, change(PASSWORD, Some(OTHER))).await;
    assert!(matches!(held, Err(Error::RateLimited(1))), "even the right one waits: {held:?}");
    assert!(sign_in(app, ADA, OTHER).await.is_ok(), "guesses from inside keep nobody out");
    app.clock.advance(TimeDelta::seconds(2));
    accounts::change_password(app, &ada, change(PASSWORD, Some(OTHER))).await.unwrap();
    // Whoever just proved it need not do so again.
    accounts::change_password(app, &ada, change(OTHER, None)).await.unwrap();
}

#[both_engines]
async fn a_forgotten_password_is_set_anew_by_mail_and_signs_nobody_in(domain: TestDomain) {
    let app = &domain.app;
    let ada = player(&domain, ADA).await;
    for _ in 0..6 {
        let _wrong = sign_in(app, ADA, "wrong").await;
    }
    assert!(matches!(sign_in(app, ADA, PASSWORD).await, Err(Error::RateLimited(_))));
    app.clock.advance(TimeDelta::milliseconds(500));
    accounts::request_reset(app, &Scope::NOBODY, wanted(ADA)).await.unwrap();
    let before = link(&domain, ADA).await.token;
    assert_eq!(domain.letters(ADA).await.len(), 1, "the confirmation was mailed less than a minute ago");
    app.clock.advance(TimeDelta::minutes(2));
    accounts::request_reset(app, &Scope::NOBODY, wanted(ADA)).await.unwrap();
    let token = link(&domain, ADA).await.token;
    assert_ne!(before, token);

    let reset = |password: &str| PasswordReset { token: token.clone(), password: Some(password.into()) };
    assert!(matches!(accounts::reset_password(app, &Scope::NOBODY, reset("short")).await, Err(Error::Invalid(_))));
    accounts::reset_password(app, &Scope::NOBODY, reset(OTHER)).await.unwrap();
    assert_eq!(code(accounts::reset_password(app, &Scope::NOBODY, reset(PASSWORD)).await), "link_used");
    assert!(sessions::resume(app, ada.session.unwrap(), None).await.unwrap().user().is_none());
    assert_eq!(sign_in(app, ADA, OTHER).await.unwrap().user, ada.user().unwrap(), "and the tries are forgotten");
}

#[both_engines]
async fn whoever_asks_for_a_mail_hears_the_same_and_one_is_posted_either_way(domain: TestDomain) {
    let app = &domain.app;
    player(&domain, ADA).await;
    app.clock.advance(TimeDelta::minutes(2));
    for (n, unknown) in ["eve@games.example", "mallory@games.example"].into_iter().enumerate() {
        let ask = async |email: &str| match n {
            0 => accounts::request_reset(app, &Scope::NOBODY, wanted(email)).await,
            _ => accounts::request_link(app, &Scope::NOBODY, wanted(email)).await,
        };
        let before = domain.letters(ADA).await.len();
        ask(ADA).await.unwrap();
        ask(unknown).await.unwrap();
        assert_eq!((domain.letters(ADA).await.len(), domain.letters(unknown).await.len()), (before + 1, 1));
        assert!(opens(&domain.letters(ADA).await.pop().unwrap()));
        assert!(!opens(&domain.letters(unknown).await.pop().unwrap()));
        app.clock.advance(TimeDelta::minutes(2));
    }
    let refused = accounts::request_reset(app, &Scope::NOBODY, wanted("no address")).await;
    assert!(matches!(refused, Err(Error::Invalid(_))));
}

#[both_engines]
async fn a_link_signs_in_once_within_ten_minutes(domain: TestDomain) {
    let app = &domain.app;
    let ada = player(&domain, ADA).await;
    for (wait, works) in [(TimeDelta::minutes(10) - TimeDelta::microseconds(1), true), (TimeDelta::minutes(10), false)]
    {
        app.clock.advance(TimeDelta::hours(4));
        accounts::request_link(app, &Scope::NOBODY, wanted(ADA)).await.unwrap();
        let token = link(&domain, ADA).await;
        app.clock.advance(wait);
        let entered = accounts::sign_in_by_link(app, &Scope::NOBODY, token.clone()).await;
        if works {
            let entered = entered.unwrap();
            assert_eq!(entered.user, ada.user().unwrap());
            // That was a proof of who they are.
            let scope = scope_of(app, &entered).await;
            accounts::change_password(app, &scope, change(OTHER, None)).await.unwrap();
        } else {
            assert_eq!(code(entered), "link_used");
        }
        assert_eq!(code(accounts::sign_in_by_link(app, &Scope::NOBODY, token).await), "link_used");
    }
}

mod sending;
mod sink;
mod trouble;

use chrono::TimeDelta;
use domain::mail::{self, Letter};
use domain::{Allowance, App, Error, Scope};
use std::time::Duration;
use testing::{TestDomain, both_engines};
use tokio::task::JoinSet;

pub(crate) const ADA: &str = "ada@games.example";

/// Whether a letter that somebody asked for was taken.
async fn ask(app: &App, to: &str) -> bool {
    let mut tx = app.db.begin().await.unwrap();
    let posted = mail::post(app, &mut tx, to, Letter::NoAccount).await.unwrap();
    tx.commit().await.unwrap();
    posted
}

#[both_engines]
async fn a_letter_is_posted_with_the_transaction_or_not_at_all(domain: TestDomain) {
    let app = &domain.app;
    let mut tx = app.db.begin().await.unwrap();
    assert!(mail::post(app, &mut tx, ADA, Letter::PasswordChanged).await.unwrap());
    drop(tx);
    assert_eq!((domain.rows("letters").await, domain.rows("jobs where kind = 'mail.send'").await), (0, 0));

    let mut tx = app.db.begin().await.unwrap();
    assert!(mail::post(app, &mut tx, ADA, Letter::PasswordChanged).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(domain.rows("jobs where kind = 'mail.send'").await, 1);
    let [letter] = &domain.letters(ADA).await[..] else { panic!("one letter") };
    assert_eq!((letter.to.as_str(), letter.state.as_str()), (ADA, "waiting"));
    assert_eq!(letter.subject, "Your password at GameServer was changed");
    assert_eq!(letter.link.as_deref(), Some("https://play.example/users/reset-password"));
    assert!(letter.text.contains("https://play.example/users/reset-password"), "{}", letter.text);
}

#[both_engines]
async fn letters_are_for_the_system_to_read(domain: TestDomain) {
    let asked = mail::letters(&domain.app, &Scope::NOBODY, ADA).await;
    assert!(matches!(asked, Err(Error::Unauthenticated(_))));
}

#[both_engines]
async fn a_minute_lies_between_two_letters_that_somebody_asked_for(domain: TestDomain) {
    let app = &domain.app;
    assert!(ask(app, ADA).await);
    app.clock.advance(TimeDelta::seconds(59));
    assert!(!ask(app, ADA).await);
    assert!(ask(app, "bea@games.example").await, "another address is not held up");
    app.clock.advance(TimeDelta::seconds(2));
    assert!(ask(app, ADA).await);
    assert_eq!(domain.letters(ADA).await.len(), 2);
}

#[both_engines]
async fn three_go_to_an_address_and_then_one_an_hour(domain: TestDomain) {
    let app = &domain.app;
    for _ in 0..3 {
        assert!(ask(app, ADA).await);
        app.clock.advance(TimeDelta::seconds(61));
    }
    assert!(!ask(app, ADA).await);
    app.clock.advance(TimeDelta::seconds(3600 - 3 * 61 - 1));
    assert!(!ask(app, ADA).await, "a second early");
    app.clock.advance(TimeDelta::seconds(1));
    assert!(ask(app, ADA).await);
    app.clock.advance(TimeDelta::seconds(61));
    assert!(!ask(app, ADA).await);
}

#[both_engines]
async fn of_twenty_that_are_asked_for_at_once_one_goes(domain: TestDomain) {
    let mut crowd = JoinSet::new();
    for _ in 0..20 {
        let app = domain.app.clone();
        crowd.spawn(async move { ask(&app, ADA).await });
    }
    let went = crowd.join_all().await.into_iter().filter(|went| *went).count();
    assert_eq!((went, domain.letters(ADA).await.len()), (1, 1));
}

#[both_engines]
async fn notices_go_however_many_there_are(domain: TestDomain) {
    let app = &domain.app;
    assert!(ask(app, ADA).await);
    for _ in 0..5 {
        let mut tx = app.db.begin().await.unwrap();
        assert!(mail::post(app, &mut tx, ADA, Letter::SignedOutEverywhere).await.unwrap());
        tx.commit().await.unwrap();
    }
    assert_eq!(domain.letters(ADA).await.len(), 6);
}

#[both_engines]
async fn who_looked_at_the_clock_first_and_comes_second_is_not_held_back(domain: TestDomain) {
    let app = &domain.app;
    assert!(ask(app, ADA).await);
    app.clock.advance(TimeDelta::milliseconds(-20));
    assert!(ask(app, "bea@games.example").await);
}

#[both_engines]
async fn only_so_many_go_altogether(domain: TestDomain) {
    let altogether = Allowance { count: 5, per: Duration::from_secs(50) };
    let domain = domain.anew(|config| config.mail.altogether = altogether).await;
    let app = &domain.app;
    let mut crowd = JoinSet::new();
    for n in 0..20 {
        let app = app.clone();
        crowd.spawn(async move { ask(&app, &format!("player-{n}@games.example")).await });
    }
    assert_eq!(crowd.join_all().await.into_iter().filter(|went| *went).count(), 5);
    app.clock.advance(TimeDelta::seconds(9));
    assert!(!ask(app, "late@games.example").await);
    app.clock.advance(TimeDelta::seconds(1));
    assert!(ask(app, "later@games.example").await, "one came back");
    assert!(!ask(app, "latest@games.example").await);
}

//! Letters on their way to a mail server.

use std::time::Duration;

use chrono::TimeDelta;
use domain::db::Db;
use domain::jobs::{self, Kinds, Runner};
use domain::mail::{self, Letter};
use domain::mail_tokens::{self, Purpose};
use domain::{App, Delivery, Scope, Security, Who, users};
use testing::{TestDomain, both_engines};
use wire::{NewAdmin, UserId};

use super::ADA;
use super::sink::{At, Sink, Then};

pub(super) async fn sends_by(domain: TestDomain, delivery: Delivery) -> TestDomain {
    domain.anew(|config| config.mail.delivery = delivery).await
}

pub(super) fn runner(app: &App) -> Runner {
    Runner::new(app.clone(), Kinds::default().tried_after(&mail::WAITS, "mail.send", mail::send))
}

pub(super) async fn post(app: &App, to: &str, letter: Letter) {
    let mut tx = app.db.begin().await.unwrap();
    assert!(mail::post(app, &mut tx, to, letter).await.unwrap());
    tx.commit().await.unwrap();
}

pub(super) async fn ada(app: &App) -> UserId {
    let input = NewAdmin { email: Some(ADA.into()), password: Some("correct horse".into()) };
    users::create_admin(app, &Scope::SYSTEM, input).await.unwrap()
}

/// A letter with a link, posted; gives the token.
pub(super) async fn post_link(domain: &TestDomain, user: UserId, purpose: Purpose) {
    let app = &domain.app;
    let mut tx = app.db.begin().await.unwrap();
    let token = mail_tokens::issue(app, &mut tx, user, purpose, ADA).await.unwrap();
    let letter = match purpose {
        Purpose::Confirm => Letter::Confirm { token, name: Some("Ada".into()) },
        Purpose::MagicLink => Letter::MagicLink { token },
        Purpose::Reset => Letter::Reset { token },
        Purpose::ChangeEmail => Letter::ChangeEmail { token },
    };
    assert!(mail::post(app, &mut tx, ADA, letter).await.unwrap());
    tx.commit().await.unwrap();
}

/// The states of the letters to Ada, in order.
pub(super) async fn states(domain: &TestDomain) -> Vec<String> {
    domain.letters(ADA).await.into_iter().map(|letter| letter.state).collect()
}

#[both_engines]
async fn every_letter_arrives_whole(domain: TestDomain) {
    let sink = Sink::open().await;
    let (apart, per) = (Duration::ZERO, Duration::from_secs(1));
    let delivery = sink.delivery();
    let domain = domain
        .anew(|config| {
            "Ünder & Øver".clone_into(&mut config.game);
            (config.mail.apart, config.mail.per_address.per) = (apart, per);
            (config.mail.delivery, config.mail.per_address.count) = (delivery, 100);
        })
        .await;
    let app = &domain.app;
    let user = ada(app).await;
    for purpose in [Purpose::Confirm, Purpose::MagicLink, Purpose::Reset, Purpose::ChangeEmail] {
        post_link(&domain, user, purpose).await;
    }
    for letter in [
        Letter::AlreadyRegistered,
        Letter::NoAccount,
        Letter::EmailChanged { to: "new@games.example".into() },
        Letter::PasswordChanged,
        Letter::DeviceUnlinked,
        Letter::SignedOutEverywhere,
        Letter::AccountDeleted,
    ] {
        post(app, ADA, letter).await;
    }
    runner(app).run_due().await.unwrap();
    assert_eq!(jobs::count(app).await.unwrap(), (0, 0));

    let (letters, taken) = (domain.letters(ADA).await, sink.taken());
    assert_eq!((letters.len(), taken.len()), (11, 11));
    for letter in letters {
        assert_eq!(letter.state, "sent");
        let id = format!("<{}>", letter.message_id);
        let arrived = taken.iter().find(|taken| taken.header("Message-ID") == [id.as_str()]);
        let arrived = arrived.unwrap_or_else(|| panic!("{} did not arrive", letter.subject));
        assert_eq!(arrived.from, "MAIL FROM:<noreply@play.example>");
        assert_eq!(arrived.to, [format!("RCPT TO:<{ADA}>")]);
        assert_eq!(arrived.header("To"), [ADA]);
        assert_eq!(arrived.header("Auto-Submitted"), ["auto-generated"]);
        assert_eq!(arrived.header("Date"), ["Fri, 15 Jan 2027 08:00:00 +0000"]);
        assert_eq!(arrived.header("Subject").len(), 1);
        assert!(arrived.header("From")[0].ends_with("<noreply@play.example>"), "{:?}", arrived.header("From"));
        assert!(arrived.header("Content-Type")[0].starts_with("multipart/alternative"));
        assert!(arrived.bytes.is_ascii(), "any server takes it");
        assert!(arrived.bytes.contains("text/plain") && arrived.bytes.contains("text/html"));
        if let Some(link) = letter.link {
            let text = arrived.unquoted();
            assert!(link.starts_with("https://play.example/users/"), "{link}");
            assert!(text.matches(&link).count() >= 2, "in both parts: {text}");
        }
    }
}

#[both_engines]
async fn many_runners_send_each_letter_once(domain: TestDomain) {
    let sink = Sink::open().await;
    let mut smtp = sink.smtp();
    smtp.patience = Duration::from_secs(30);
    let domain = sends_by(domain, Delivery::Smtp(smtp)).await;
    for _ in 0..20 {
        post(&domain.app, ADA, Letter::PasswordChanged).await;
    }
    let mut runners = tokio::task::JoinSet::new();
    for _ in 0..3 {
        let runner = runner(&domain.beside(Db::open(&domain.database).await.unwrap()));
        runners.spawn(async move { runner.run_due().await.unwrap() });
    }
    runners.join_all().await;
    assert_eq!(sink.taken().len(), 20);
}

#[both_engines]
async fn a_letter_whose_link_works_no_more_is_not_sent(domain: TestDomain) {
    let sink = Sink::open().await;
    let domain = sends_by(domain, sink.delivery()).await;
    let app = &domain.app;
    let user = ada(app).await;
    post_link(&domain, user, Purpose::MagicLink).await;
    app.clock.advance(TimeDelta::minutes(10));
    runner(app).run_due().await.unwrap();
    post_link(&domain, user, Purpose::Reset).await;
    app.clock.advance(TimeDelta::seconds(60));
    post_link(&domain, user, Purpose::Reset).await;
    runner(app).run_due().await.unwrap();
    assert_eq!(states(&domain).await, ["late", "late", "sent"]);
    assert_eq!((jobs::count(app).await.unwrap(), sink.taken().len()), ((0, 0), 1));
}

#[both_engines]
async fn the_way_to_a_server_is_kept_as_private_as_it_was_said_to_be(domain: TestDomain) {
    let mut domain = domain;
    for security in [Security::Tls, Security::StartTls] {
        let sink = Sink::with(security, Some("canary-9")).await;
        domain = sends_by(domain, sink.delivery()).await;
        post(&domain.app, ADA, Letter::PasswordChanged).await;
        runner(&domain.app).run_due().await.unwrap();
        let [letter] = &sink.taken()[..] else { panic!("one letter by {security:?}") };
        assert!(letter.by_tls);
        assert!(mail::greet(&sink.smtp(), "noreply@play.example").await.is_ok());

        // Nobody vouches for it.
        let mut stranger = sink.smtp();
        stranger.certificates = None;
        assert!(mail::greet(&stranger, "noreply@play.example").await.is_err(), "{security:?}");
        let mut wrong = sink.smtp();
        wrong.login = Some(("ada".into(), "canary-10".into()));
        let refused = mail::greet(&wrong, "noreply@play.example").await.unwrap_err();
        assert!(refused.contains("535") && !refused.contains("canary"), "{refused}");
    }
    // One that cannot do it is told nothing at all.
    let open = Sink::open().await;
    let mut smtp = open.smtp();
    (smtp.security, smtp.login) = (Security::StartTls, Some(("ada".into(), "canary-9".into())));
    let domain = sends_by(domain, Delivery::Smtp(smtp)).await;
    post(&domain.app, ADA, Letter::PasswordChanged).await;
    runner(&domain.app).run_due().await.unwrap();
    assert_eq!((open.taken().len(), jobs::count(&domain.app).await.unwrap()), (0, (1, 0)));
}

#[both_engines]
async fn no_address_and_no_name_can_add_a_header_or_a_recipient(domain: TestDomain) {
    let sink = Sink::open().await;
    let delivery = sink.delivery();
    let domain = domain
        .anew(|config| {
            "Game\r\nBcc: eve@games.example".clone_into(&mut config.game);
            config.mail.delivery = delivery;
        })
        .await;
    let app = &domain.app;
    let bad = [
        "a@games.example\r\nBcc: eve@games.example",
        "a@games.example\nRCPT TO:<eve@games.example>",
        "a@games.example, eve@games.example",
        "a@games.example>\r\nRCPT TO:<eve@games.example",
        "a@games.example eve@games.example",
        "<a@games.example>",
        "eve",
    ];
    // What no check let through may still stand in a table.
    for to in bad {
        post(app, to, Letter::PasswordChanged).await;
    }
    post(app, ADA, Letter::PasswordChanged).await;
    runner(app).run_due().await.unwrap();
    let [letter] = &sink.taken()[..] else { panic!("one letter: {:?}", sink.taken()) };
    assert_eq!(letter.to, [format!("RCPT TO:<{ADA}>")]);
    assert_eq!(letter.header("Bcc"), Vec::<String>::new());
    assert_eq!(jobs::count(app).await.unwrap(), (0, i64::try_from(bad.len()).unwrap()), "given up, and seen");
}

#[both_engines]
async fn letters_are_swept_a_week_after_they_were_sent(domain: TestDomain) {
    let sink = Sink::open().await;
    let domain = sends_by(domain, sink.delivery()).await;
    let app = &domain.app;
    post(app, ADA, Letter::NoAccount).await;
    let all = Runner::new(app.clone(), Kinds::of_the_product());
    all.run_due().await.unwrap();
    app.clock.advance(TimeDelta::days(7));
    all.run_due().await.unwrap();
    assert_eq!((domain.rows("letters").await, domain.rows("letter_rates").await), (1, 0));
    app.clock.advance(TimeDelta::hours(1));
    all.run_due().await.unwrap();
    assert_eq!(domain.rows("letters").await, 0);

    sink.makes_trouble(At::Greeting, Then::HangUp);
    post(app, ADA, Letter::PasswordChanged).await;
    app.clock.advance(TimeDelta::days(30));
    all.run_due().await.unwrap();
    assert_eq!(domain.rows("letters").await, 1, "nobody could send it yet");
    app.clock.advance(TimeDelta::hours(1));
    all.run_due().await.unwrap();
    assert_eq!(domain.rows("letters").await, 0);
}

#[both_engines]
async fn a_server_that_sends_none_shows_them_in_its_mailbox(domain: TestDomain) {
    let elsewhere = mail::mailbox(&domain.app, &Scope::SYSTEM).await;
    assert!(matches!(elsewhere, Err(domain::Error::NotFound(_))));
    let domain = sends_by(domain, Delivery::Mailbox).await;
    let app = &domain.app;
    assert!(!app.config.mail.must_prove());
    let user = ada(app).await;
    post(app, ADA, Letter::PasswordChanged).await;
    post_link(&domain, user, Purpose::Reset).await;
    runner(app).run_due().await.unwrap();
    let letters = mail::mailbox(app, &Scope::SYSTEM).await.unwrap();
    let subjects: Vec<_> = letters.iter().map(|letter| letter.subject.as_str()).collect();
    assert_eq!(subjects, ["Choose a new password for GameServer", "Your password at GameServer was changed"]);
    let letter = mail::in_mailbox(app, &Scope::SYSTEM, letters[0].id).await.unwrap();
    assert_eq!((letter.link.as_ref(), letter.state.as_str()), (letters[0].link.as_ref(), "sent"));
    let nowhere = mail::in_mailbox(app, &Scope::SYSTEM, 4711).await;
    assert!(matches!(nowhere, Err(domain::Error::NotFound(_))));
    for who in [Who::Nobody, Who::Guest(user), Who::Player(user)] {
        let scope = Scope { who, ..Scope::NOBODY };
        assert!(matches!(mail::mailbox(app, &scope).await, Err(domain::Error::NotFound(_))), "{who:?}");
        let letter = mail::in_mailbox(app, &scope, letters[0].id).await;
        assert!(matches!(letter, Err(domain::Error::NotFound(_))), "{who:?}");
    }
}

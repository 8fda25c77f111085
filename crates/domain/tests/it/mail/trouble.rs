//! A mail server that is slow, rude or gone.

use std::time::Duration;

use chrono::TimeDelta;
use domain::Delivery;
use domain::jobs::{self, Kinds, LEASE, Runner};
use domain::mail::Letter;
use testing::{TestDomain, both_engines};

use super::ADA;
use super::sending::{post, runner, sends_by, states};
use super::sink::{At, Sink, Then};

#[both_engines]
async fn a_server_that_falls_silent_anywhere_is_left_and_tried_again(domain: TestDomain) {
    let sink = Sink::open().await;
    let domain = sends_by(domain, sink.delivery()).await;
    let app = &domain.app;
    for at in At::ALL {
        sink.makes_trouble(at, Then::Stall);
        post(app, ADA, Letter::PasswordChanged).await;
        runner(app).run_due().await.unwrap();
        assert_eq!(jobs::count(app).await.unwrap(), (1, 0), "{at:?}");
        assert_eq!(states(&domain).await.last().unwrap(), "waiting", "{at:?}");
        let before = sink.taken().len();
        sink.makes_no_trouble();
        runner(app).run_due().await.unwrap();
        assert_eq!(sink.taken().len(), before, "not before its time");
        app.clock.advance(TimeDelta::minutes(1));
        runner(app).run_due().await.unwrap();
        assert_eq!(jobs::count(app).await.unwrap(), (0, 0), "{at:?}");
        assert_eq!(sink.taken().len(), before + 1, "{at:?}");
    }
    assert_eq!(states(&domain).await, ["sent"; 6]);
}

#[both_engines]
async fn a_server_that_says_not_now_or_hangs_up_is_tried_again(domain: TestDomain) {
    let sink = Sink::open().await;
    let domain = sends_by(domain, sink.delivery()).await;
    let app = &domain.app;
    for (n, (at, then)) in
        At::ALL.into_iter().flat_map(|at| [(at, Then::Say("451 later")), (at, Then::HangUp)]).enumerate()
    {
        sink.makes_trouble(at, then);
        post(app, ADA, Letter::PasswordChanged).await;
        runner(app).run_due().await.unwrap();
        assert_eq!(jobs::count(app).await.unwrap(), (1, 0), "{at:?} {then:?}");
        sink.makes_no_trouble();
        app.clock.advance(TimeDelta::minutes(1));
        runner(app).run_due().await.unwrap();
        assert_eq!((jobs::count(app).await.unwrap(), sink.taken().len()), ((0, 0), n + 1), "{at:?} {then:?}");
    }
}

#[both_engines]
async fn a_letter_that_is_refused_for_good_is_given_up_at_once_and_seen(domain: TestDomain) {
    let sink = Sink::open().await;
    let domain = sends_by(domain, sink.delivery()).await;
    let app = &domain.app;
    for (n, at) in (1..).zip([At::Mail, At::Rcpt, At::Data, At::Letter]) {
        sink.makes_trouble(at, Then::Say("550 no such mailbox"));
        post(app, ADA, Letter::PasswordChanged).await;
        runner(app).run_due().await.unwrap();
        assert_eq!(jobs::count(app).await.unwrap(), (0, n), "{at:?}");
        assert_eq!(domain.rows("jobs where last_error like '%550%no such mailbox%'").await, n);
    }
    sink.makes_no_trouble();
    app.clock.advance(TimeDelta::days(1));
    runner(app).run_due().await.unwrap();
    assert_eq!((states(&domain).await, sink.taken().len()), (vec!["refused".to_owned(); 4], 0));
}

#[both_engines]
async fn a_server_that_will_not_have_us_costs_no_letter(domain: TestDomain) {
    let sink = Sink::open().await;
    let domain = sends_by(domain, sink.delivery()).await;
    let app = &domain.app;
    for at in [At::Greeting, At::Ehlo] {
        sink.makes_trouble(at, Then::Say("554 go away"));
        post(app, ADA, Letter::PasswordChanged).await;
        runner(app).run_due().await.unwrap();
        assert_eq!(jobs::count(app).await.unwrap(), (1, 0), "{at:?}");
        sink.makes_no_trouble();
        app.clock.advance(TimeDelta::minutes(1));
        runner(app).run_due().await.unwrap();
        assert_eq!(jobs::count(app).await.unwrap(), (0, 0), "{at:?}");
    }
    assert_eq!(states(&domain).await, ["sent"; 2]);
}

#[both_engines]
async fn a_server_that_stays_away_is_tried_so_often_and_then_seen(domain: TestDomain) {
    let sink = Sink::open().await;
    sink.makes_trouble(At::Greeting, Then::HangUp);
    let domain = sends_by(domain, sink.delivery()).await;
    let app = &domain.app;
    post(app, ADA, Letter::PasswordChanged).await;
    let all = Runner::new(app.clone(), Kinds::of_the_product());
    for (before, minutes) in (0..).zip([0, 1, 5, 30, 120]) {
        app.clock.advance(TimeDelta::minutes(minutes) - TimeDelta::microseconds(1));
        all.run_due().await.unwrap();
        assert_eq!(sink.connections(), before, "not before its time");
        app.clock.advance(TimeDelta::microseconds(1));
        all.run_due().await.unwrap();
        assert_eq!(sink.connections(), before + 1, "after {minutes} minutes");
    }
    app.clock.advance(TimeDelta::days(1));
    all.run_due().await.unwrap();
    assert_eq!(sink.connections(), 5);
    assert_eq!((jobs::count(app).await.unwrap(), states(&domain).await), ((0, 1), vec!["waiting".to_owned()]));
}

#[both_engines]
async fn nobody_waits_for_a_server_that_is_silent(domain: TestDomain) {
    let sink = Sink::open().await;
    sink.makes_trouble(At::Greeting, Then::Stall);
    let mut smtp = sink.smtp();
    smtp.patience = Duration::from_hours(1);
    let domain = sends_by(domain, Delivery::Smtp(smtp)).await;
    let app = &domain.app;
    post(app, ADA, Letter::PasswordChanged).await;
    let (stuck, begun) = (runner(app), sink.connections());
    let sending = tokio::spawn(async move { stuck.run_due().await });
    while sink.connections() == begun {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // Posted and committed while the other one is on its way.
    post(app, "bea@games.example", Letter::PasswordChanged).await;
    assert_eq!(domain.letters("bea@games.example").await.len(), 1);
    assert!(!sending.is_finished());
    sending.abort();
}

#[both_engines]
async fn a_process_that_dies_after_the_last_dot_sends_a_letter_twice_at_most(domain: TestDomain) {
    let sink = Sink::open().await;
    let mut smtp = sink.smtp();
    smtp.patience = Duration::from_hours(1);
    let domain = sends_by(domain, Delivery::Smtp(smtp)).await;
    let app = &domain.app;
    post(app, ADA, Letter::PasswordChanged).await;
    // The server has it, and we never hear so.
    sink.makes_trouble(At::Letter, Then::TakeInSilence);
    let dying = runner(app);
    let dying = tokio::spawn(async move { dying.run_due().await });
    sink.takes_one().await;
    dying.abort();
    let _gone = dying.await;
    sink.makes_no_trouble();
    for _ in 0..5 {
        app.clock.advance(LEASE);
        runner(app).run_due().await.unwrap();
    }
    let taken = sink.taken();
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[0].bytes, taken[1].bytes, "the same letter, under the same name");
    assert_eq!((jobs::count(app).await.unwrap(), states(&domain).await), ((0, 0), vec!["sent".to_owned()]));
}

#[both_engines]
async fn without_a_server_letters_wait_and_that_is_seen(domain: TestDomain) {
    let app = &domain.app;
    post(app, ADA, Letter::PasswordChanged).await;
    runner(app).run_due().await.unwrap();
    assert_eq!((jobs::count(app).await.unwrap(), states(&domain).await), ((1, 0), vec!["waiting".to_owned()]));
    assert_eq!(domain.rows("jobs where last_error like '%no mail server is set (mail.host)%'").await, 1);
    // Somebody says by which, and starts it again.
    let (sink, passed) = (Sink::open().await, TimeDelta::minutes(1));
    let domain = sends_by(domain, sink.delivery()).await;
    domain.app.clock.advance(passed);
    runner(&domain.app).run_due().await.unwrap();
    assert_eq!((sink.taken().len(), states(&domain).await), (1, vec!["sent".to_owned()]));
}

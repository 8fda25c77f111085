use chrono::TimeDelta;
use domain::jobs::{Kinds, Runner};
use domain::mail::{self, Letter};
use domain::mail_tokens::{self, Purpose, Spent, Standing};
use domain::{App, Error, Scope, users};
use testing::{TestDomain, both_engines};
use tokio::task::JoinSet;
use wire::{NewAdmin, UserId};

const ADA: &str = "ada@games.example";
const PURPOSES: [Purpose; 4] = [Purpose::Confirm, Purpose::MagicLink, Purpose::Reset, Purpose::ChangeEmail];

async fn ada(app: &App) -> UserId {
    let input = NewAdmin { email: Some(ADA.into()), password: Some("correct horse".into()) };
    users::create_admin(app, &Scope::SYSTEM, input).await.unwrap()
}

/// Issues a token and posts it, as the verbs do; gives what its link ends in.
async fn mail(domain: &TestDomain, user: UserId, purpose: Purpose, to: &str) -> String {
    let app = &domain.app;
    let mut tx = app.db.begin().await.unwrap();
    let token = mail_tokens::issue(app, &mut tx, user, purpose, to).await.unwrap();
    let letter = match purpose {
        Purpose::Confirm => Letter::Confirm { token, name: None },
        Purpose::MagicLink => Letter::MagicLink { token },
        Purpose::Reset => Letter::Reset { token },
        Purpose::ChangeEmail => Letter::ChangeEmail { token },
    };
    assert!(mail::post(app, &mut tx, to, letter).await.unwrap());
    tx.commit().await.unwrap();
    app.clock.advance(TimeDelta::seconds(61));
    domain.mailed_token(to).await
}

async fn spend(app: &App, token: &str, purpose: Purpose) -> domain::Result<Spent> {
    let mut tx = app.db.begin().await?;
    let spent = mail_tokens::spend(app, &mut tx, token, purpose).await?;
    tx.commit().await?;
    Ok(spent)
}

async fn stands(app: &App, token: &str, purpose: Purpose) -> Standing {
    mail_tokens::look(app, token, purpose).await.unwrap()
}

fn is_gone(error: &Error) -> bool {
    matches!(error, Error::Gone(refusal) if refusal.code == "link_used")
}

#[both_engines]
async fn looking_at_a_link_uses_nothing_up_and_it_works_once(domain: TestDomain) {
    let app = &domain.app;
    let user = ada(app).await;
    let token = mail(&domain, user, Purpose::Reset, ADA).await;
    for _ in 0..5 {
        assert_eq!(stands(app, &token, Purpose::Reset).await, Standing::Good { sent_to: ADA.into() });
    }
    assert_eq!(spend(app, &token, Purpose::Reset).await.unwrap(), Spent { user, sent_to: ADA.into() });
    assert!(is_gone(&spend(app, &token, Purpose::Reset).await.unwrap_err()));
    assert_eq!(stands(app, &token, Purpose::Reset).await, Standing::Used);
}

#[both_engines]
async fn of_fifty_who_come_with_one_link_one_uses_it(domain: TestDomain) {
    let user = ada(&domain.app).await;
    let token = mail(&domain, user, Purpose::MagicLink, ADA).await;
    let mut crowd = JoinSet::new();
    for _ in 0..50 {
        let (app, token) = (domain.app.clone(), token.clone());
        crowd.spawn(async move { spend(&app, &token, Purpose::MagicLink).await });
    }
    let outcomes = crowd.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert!(outcomes.into_iter().filter_map(Result::err).all(|error| is_gone(&error)));
}

#[both_engines]
async fn what_was_not_committed_was_not_used(domain: TestDomain) {
    let app = &domain.app;
    let user = ada(app).await;
    let token = mail(&domain, user, Purpose::Confirm, ADA).await;
    let mut tx = app.db.begin().await.unwrap();
    mail_tokens::spend(app, &mut tx, &token, Purpose::Confirm).await.unwrap();
    drop(tx);
    assert!(spend(app, &token, Purpose::Confirm).await.is_ok());
}

#[both_engines]
async fn a_link_works_to_the_end_of_its_time_and_not_after(domain: TestDomain) {
    let app = &domain.app;
    let user = ada(app).await;
    for (purpose, seconds) in PURPOSES.into_iter().zip([86_400, 600, 1800, 86_400]) {
        let token = mail(&domain, user, purpose, ADA).await;
        // 61 of them have gone by.
        app.clock.advance(TimeDelta::seconds(seconds - 61 - 1));
        assert_eq!(stands(app, &token, purpose).await, Standing::Good { sent_to: ADA.into() }, "{purpose:?}");
        app.clock.advance(TimeDelta::seconds(1));
        assert_eq!(stands(app, &token, purpose).await, Standing::TooOld, "{purpose:?}");
        assert!(is_gone(&spend(app, &token, purpose).await.unwrap_err()), "{purpose:?}");
        app.clock.advance(TimeDelta::hours(3));
    }
}

#[both_engines]
async fn a_newer_link_ends_the_older_one_of_its_purpose_and_no_other(domain: TestDomain) {
    let app = &domain.app;
    let user = ada(app).await;
    let confirm = mail(&domain, user, Purpose::Confirm, ADA).await;
    let first = mail(&domain, user, Purpose::Reset, ADA).await;
    let second = mail(&domain, user, Purpose::Reset, ADA).await;
    assert_eq!(stands(app, &first, Purpose::Reset).await, Standing::Replaced);
    assert!(is_gone(&spend(app, &first, Purpose::Reset).await.unwrap_err()));
    assert!(spend(app, &second, Purpose::Reset).await.is_ok());
    assert!(spend(app, &confirm, Purpose::Confirm).await.is_ok());
}

#[both_engines]
async fn of_links_that_are_asked_for_at_once_one_is_left(domain: TestDomain) {
    let user = ada(&domain.app).await;
    let mut crowd = JoinSet::new();
    for _ in 0..10 {
        let app = domain.app.clone();
        crowd.spawn(async move {
            let mut tx = app.db.begin().await.unwrap();
            mail_tokens::issue(&app, &mut tx, user, Purpose::Reset, ADA).await.unwrap();
            tx.commit().await.unwrap();
        });
    }
    crowd.join_all().await;
    assert_eq!(domain.rows("mail_tokens").await, 10);
    assert_eq!(domain.rows("mail_tokens where ended_at is null").await, 1);
}

#[both_engines]
async fn every_link_of_a_user_ends_at_once_and_nobody_elses(domain: TestDomain) {
    let app = &domain.app;
    let user = ada(app).await;
    let input = NewAdmin { email: Some("bea@games.example".into()), password: Some("correct horse".into()) };
    let bea = users::create_admin(app, &Scope::SYSTEM, input).await.unwrap();
    let hers = mail(&domain, bea, Purpose::Confirm, "bea@games.example").await;
    let confirm = mail(&domain, user, Purpose::Confirm, ADA).await;
    let change = mail(&domain, user, Purpose::ChangeEmail, "new@games.example").await;
    let mut tx = app.db.begin().await.unwrap();
    mail_tokens::end_all(&mut tx, user, app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(stands(app, &confirm, Purpose::Confirm).await, Standing::Replaced);
    assert!(is_gone(&spend(app, &confirm, Purpose::Confirm).await.unwrap_err()));
    assert!(is_gone(&spend(app, &change, Purpose::ChangeEmail).await.unwrap_err()));
    assert!(spend(app, &hers, Purpose::Confirm).await.is_ok());
}

#[both_engines]
async fn a_link_to_an_address_that_is_the_users_no_more_does_not_work(domain: TestDomain) {
    let app = &domain.app;
    let user = ada(app).await;
    for purpose in [Purpose::Confirm, Purpose::MagicLink, Purpose::Reset] {
        let token = mail(&domain, user, purpose, "old@games.example").await;
        assert_eq!(stands(app, &token, purpose).await, Standing::Replaced, "{purpose:?}");
        assert!(is_gone(&spend(app, &token, purpose).await.unwrap_err()), "{purpose:?}");
    }
    // The address that is to be is not the user's yet.
    let token = mail(&domain, user, Purpose::ChangeEmail, "new@games.example").await;
    assert_eq!(spend(app, &token, Purpose::ChangeEmail).await.unwrap().sent_to, "new@games.example");
}

#[both_engines]
async fn a_link_is_good_for_its_own_purpose_only_and_a_forged_one_for_none(domain: TestDomain) {
    let app = &domain.app;
    let user = ada(app).await;
    let token = mail(&domain, user, Purpose::Confirm, ADA).await;
    for other in [Purpose::MagicLink, Purpose::Reset, Purpose::ChangeEmail] {
        assert_eq!(stands(app, &token, other).await, Standing::Unknown);
        assert!(is_gone(&spend(app, &token, other).await.unwrap_err()));
    }
    let (id, mac) = token.split_once('.').unwrap();
    for forged in [format!("{}.{mac}", id.parse::<i64>().unwrap() + 1), id.to_owned(), String::new(), "1.\0".into()] {
        assert_eq!(stands(app, &forged, Purpose::Confirm).await, Standing::Unknown, "{forged:?}");
    }
    assert!(spend(app, &token, Purpose::Confirm).await.is_ok());
}

#[both_engines]
async fn no_row_holds_what_a_link_ends_in(domain: TestDomain) {
    let user = ada(&domain.app).await;
    let token = mail(&domain, user, Purpose::Reset, ADA).await;
    let mac = token.split_once('.').unwrap().1;
    for (table, columns) in [
        ("mail_tokens", "cast(id as text) || purpose || sent_to || created_at || expires_at"),
        ("letters", "recipient || cast(letter as text)"),
        ("jobs", "kind || cast(payload as text)"),
    ] {
        assert!(domain.rows(table).await > 0);
        assert_eq!(domain.rows(&format!("{table} where {columns} like '%{mac}%'")).await, 0, "{table}");
    }
}

#[both_engines]
async fn tokens_are_swept_a_week_after_their_time(domain: TestDomain) {
    let app = &domain.app;
    let user = ada(app).await;
    let token = mail(&domain, user, Purpose::MagicLink, ADA).await;
    let runner = Runner::new(app.clone(), Kinds::of_the_product());
    app.clock.advance(TimeDelta::days(7));
    runner.run_due().await.unwrap();
    assert_eq!(stands(app, &token, Purpose::MagicLink).await, Standing::TooOld);
    app.clock.advance(TimeDelta::minutes(10));
    app.clock.advance(TimeDelta::hours(1));
    runner.run_due().await.unwrap();
    assert_eq!(domain.rows("mail_tokens").await, 0);
    assert_eq!(stands(app, &token, Purpose::MagicLink).await, Standing::Unknown);
}

use chrono::TimeDelta;
use domain::{Scope, accounts};
use testing::{TestDomain, both_engines};
use wire::{EmailChange, MailWanted};

use super::{ADA, PASSWORD, code, guest, link, opens, player, register, sign_in};

const NEW: &str = "lovelace@games.example";

fn change(email: &str, password: Option<&str>) -> EmailChange {
    EmailChange { email: Some(email.into()), current_password: password.map(Into::into) }
}

#[both_engines]
async fn a_new_address_counts_when_its_link_is_used_and_the_old_one_is_told(domain: TestDomain) {
    let app = &domain.app;
    let ada = player(&domain, ADA).await;
    accounts::change_email(app, &ada, change(NEW, None)).await.unwrap();
    assert!(sign_in(app, ADA, PASSWORD).await.is_ok());
    assert_eq!(code(sign_in(app, NEW, PASSWORD).await), "invalid_credentials");

    // What was mailed to the old address before works no more afterwards.
    app.clock.advance(TimeDelta::minutes(2));
    accounts::request_link(app, &Scope::NOBODY, MailWanted { email: Some(ADA.into()) }).await.unwrap();
    let old = link(&domain, ADA).await;
    let token = link(&domain, NEW).await;
    accounts::confirm_email(app, &Scope::NOBODY, token.clone()).await.unwrap();
    assert_eq!(code(accounts::sign_in_by_link(app, &Scope::NOBODY, old).await), "link_used");
    assert_eq!(code(accounts::confirm_email(app, &Scope::NOBODY, token).await), "link_used");
    assert_eq!(sign_in(app, NEW, PASSWORD).await.unwrap().user, ada.user().unwrap());
    assert_eq!(code(sign_in(app, ADA, PASSWORD).await), "invalid_credentials");
    let told = domain.letters(ADA).await.pop().unwrap();
    assert!(!opens(&told), "{}", told.text);
}

#[both_engines]
async fn an_address_changes_only_for_who_proves_who_they_are(domain: TestDomain) {
    let app = &domain.app;
    let ada = player(&domain, ADA).await;
    app.clock.advance(TimeDelta::minutes(10));
    accounts::change_email(app, &ada, change(NEW, None)).await.unwrap();
    app.clock.advance(TimeDelta::microseconds(1));
    assert_eq!(code(accounts::change_email(app, &ada, change(NEW, None)).await), "recent_login_required");
    assert_eq!(code(accounts::change_email(app, &ada, change(NEW, Some("wrong"))).await), "invalid_credentials");
    accounts::change_email(app, &ada, change(NEW, Some(PASSWORD))).await.unwrap();
    assert_eq!(code(accounts::change_email(app, &Scope::NOBODY, change(NEW, None)).await), "authentication_required");
}

#[both_engines]
async fn an_address_that_is_somebodys_cannot_be_moved_to_and_nobody_hears_so_but_its_owner(domain: TestDomain) {
    let app = &domain.app;
    let (ada, bob) = (player(&domain, ADA).await, player(&domain, NEW).await);
    app.clock.advance(TimeDelta::minutes(2));
    accounts::change_email(app, &ada, change(NEW, None)).await.unwrap();
    assert!(!opens(&domain.letters(NEW).await.pop().unwrap()));
    assert_eq!(sign_in(app, NEW, PASSWORD).await.unwrap().user, bob.user().unwrap());

    // Two move to one free address: the first to use their link has it.
    let free = "free@games.example";
    accounts::change_email(app, &ada, change(free, None)).await.unwrap();
    let of_ada = link(&domain, free).await;
    app.clock.advance(TimeDelta::minutes(2));
    accounts::change_email(app, &bob, change(free, None)).await.unwrap();
    let of_bob = link(&domain, free).await;
    accounts::confirm_email(app, &Scope::NOBODY, of_bob).await.unwrap();
    assert_eq!(code(accounts::confirm_email(app, &Scope::NOBODY, of_ada).await), "address_taken");
    assert_eq!(sign_in(app, ADA, PASSWORD).await.unwrap().user, ada.user().unwrap());
}

#[both_engines]
async fn a_pending_address_is_mailed_again_and_changed_at_once(domain: TestDomain) {
    let app = &domain.app;
    let ada = register(app, ADA).await;
    accounts::resend_confirmation(app, &ada).await.unwrap();
    assert_eq!(domain.letters(ADA).await.len(), 1, "not twice within a minute");
    app.clock.advance(TimeDelta::seconds(61));
    let first = link(&domain, ADA).await;
    accounts::resend_confirmation(app, &ada).await.unwrap();
    assert_eq!(domain.letters(ADA).await.len(), 2);
    assert_eq!(code(accounts::confirm(app, &Scope::NOBODY, first).await), "link_used", "a newer one was mailed");

    let second = link(&domain, ADA).await;
    accounts::change_email(app, &ada, change(NEW, None)).await.unwrap();
    assert_eq!(code(accounts::confirm(app, &Scope::NOBODY, second).await), "link_used", "it is another address now");
    accounts::confirm(app, &Scope::NOBODY, link(&domain, NEW).await).await.unwrap();
    assert_eq!(sign_in(app, NEW, PASSWORD).await.unwrap().user, ada.user().unwrap());
    assert_eq!(code(accounts::resend_confirmation(app, &ada).await), "nothing_to_confirm");
    assert_eq!(code(accounts::resend_confirmation(app, &guest(app).await).await), "nothing_to_confirm");
}

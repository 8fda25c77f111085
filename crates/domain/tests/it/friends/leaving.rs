use domain::jobs::{Kinds, Runner};
use domain::{friends, users};
use testing::{TestDomain, both_engines};
use wire::PageQuery;

use super::{ask, befriend, block, guests, names, own};
use crate::people::{code, user};

#[both_engines]
async fn what_was_between_a_deleted_account_and_others_goes_with_it_and_they_hear_of_it(domain: TestDomain) {
    let app = &domain.app;
    let [alice, bob, carol, dora, eve] = guests(app).await;
    befriend(app, &alice, &bob).await;
    let asked = ask(app, &carol, &alice).await.unwrap();
    block(app, &dora, &alice).await.unwrap();
    befriend(app, &bob, &carol).await;
    let mut heard = [own(app, &bob).await, own(app, &carol).await, own(app, &dora).await, own(app, &eve).await];
    users::delete(app, &alice).await.unwrap();
    let told = heard.each_mut().map(|subscription| names(subscription).join(" "));
    assert_eq!(told, ["friend_removed", "request_cancelled", "friend_unblocked", ""]);
    assert_eq!(domain.rows("friendships").await, 1, "what is between others stays");
    assert_eq!(code(&friends::remove(app, &carol, asked.id).await), "not_found");
    assert_eq!(code(&ask(app, &bob, &alice).await), "not_found");
    assert_eq!(friends::list(app, &bob, PageQuery::default()).await.unwrap().data[0].id, user(&carol));
}

#[both_engines]
async fn a_guest_with_a_friend_is_kept(domain: TestDomain) {
    let app = &domain.app;
    let [alice, bob, carol] = guests(app).await;
    befriend(app, &alice, &bob).await;
    ask(app, &carol, &alice).await.unwrap();
    app.clock.advance(chrono::TimeDelta::days(31));
    Runner::new(app.clone(), Kinds::of_the_product()).run_due().await.unwrap();
    assert_eq!(domain.rows("users").await, 2, "neither of two friends goes, whoever asked");
}

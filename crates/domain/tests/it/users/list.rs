use chrono::TimeDelta;
use domain::users;
use testing::{TestDomain, both_engines};
use wire::{NewBan, PageQuery, UserFilter, UserPatch};

use crate::people::{admin, code, guest, run, user};

#[both_engines]
async fn accounts_are_found_by_what_they_are_and_sorted(domain: TestDomain) {
    let app = &domain.app;
    let ada = admin(app, "ada").await;
    let (zoe, bob) = (guest(app, "zoe").await, guest(app, "bob").await);
    for (scope, name) in [(&zoe, "Zoe"), (&bob, "bob")] {
        let patch = UserPatch { display_name: Some(name.into()), ..UserPatch::default() };
        users::edit(app, &ada, user(scope), patch).await.unwrap();
    }
    users::ban(app, &ada, user(&bob), NewBan::default()).await.unwrap();
    run(
        &domain,
        "insert into users (email, created_at, updated_at)
                  select 'new@games.example', created_at, updated_at from users where is_admin",
    )
    .await;
    app.clock.advance(TimeDelta::hours(1));
    guest(app, "zoe").await;
    let found = async |role: &str, sort: &str| {
        let filter = UserFilter { q: None, role: Some(role.into()), sort: Some(sort.into()) };
        let page = users::list(app, &ada, filter, PageQuery::default()).await.unwrap();
        assert_eq!(page.meta.total_count, i64::try_from(page.data.len()).unwrap());
        page.data.iter().map(wire::AdminUser::name).collect::<Vec<_>>()
    };
    let (adas, new) = ("ada@games.example", "new@games.example");
    assert_eq!(found("", "").await, [new, "bob", "Zoe", adas]);
    assert_eq!(found("", "name").await, [adas, "bob", new, "Zoe"]);
    assert_eq!(found("", "seen").await[0], "Zoe");
    assert_eq!(found("admin", "").await, [adas]);
    assert_eq!(found("guest", "").await, ["bob", "Zoe"]);
    assert_eq!(found("device", "name").await, ["bob", "Zoe"]);
    assert_eq!(found("password", "").await, [adas]);
    assert_eq!(found("banned", "").await, ["bob"]);
    assert_eq!(found("unconfirmed", "").await, [new]);
    for bad in [
        UserFilter { role: Some("owner".into()), ..UserFilter::default() },
        UserFilter { sort: Some("oldest".into()), ..UserFilter::default() },
    ] {
        assert!(code(&users::list(app, &ada, bad, PageQuery::default()).await).starts_with("invalid: "));
    }
}

#[both_engines]
async fn an_edit_changes_what_it_names_and_writes_down_what_it_changed(domain: TestDomain) {
    let app = &domain.app;
    let (ada, eve) = (admin(app, "ada").await, guest(app, "eve").await);
    let metadata = serde_json::json!({ "level": 3 }).as_object().cloned();
    let patch = UserPatch { display_name: Some(" Eve ".into()), metadata, games_won: Some(2), ..UserPatch::default() };
    users::edit(app, &ada, user(&eve), patch).await.unwrap();
    let file = users::look_into(app, &ada, user(&eve)).await.unwrap();
    assert_eq!(file.user.display_name.as_deref(), Some("Eve"));
    assert_eq!((file.games_won, file.games_played, file.metadata["level"].as_i64()), (2, 0, Some(3)));
    let entry = &file.audit[0];
    assert_eq!(entry.was, Some(serde_json::json!({ "display_name": null, "games_won": 0 })));
    assert_eq!(entry.became, Some(serde_json::json!({ "display_name": "Eve", "games_won": 2, "metadata": "changed" })));
    assert_eq!(entry.actor_id, ada.user());
    let gone = UserPatch { display_name: Some(String::new()), ..UserPatch::default() };
    users::edit(app, &ada, user(&eve), gone).await.unwrap();
    let file = users::look_into(app, &ada, user(&eve)).await.unwrap();
    assert_eq!((file.user.display_name, file.games_won), (None, 2));

    let patch = || UserPatch { games_won: Some(3), ..UserPatch::default() };
    assert_eq!(code(&users::edit(app, &eve, user(&eve), patch()).await), "forbidden");
    assert_eq!(code(&users::look_into(app, &eve, user(&eve)).await), "forbidden");
    assert_eq!(code(&users::edit(app, &ada, wire::UserId(9999), patch()).await), "not_found");
    assert_eq!(code(&users::look_into(app, &ada, wire::UserId(9999)).await), "not_found");
    let bad = UserPatch { games_won: Some(-1), ..UserPatch::default() };
    assert!(code(&users::edit(app, &ada, user(&eve), bad).await).starts_with("invalid: games_won"));
}

#[both_engines]
async fn an_address_is_confirmed_for_one_account_only(domain: TestDomain) {
    let app = &domain.app;
    let (ada, eve) = (admin(app, "ada").await, guest(app, "eve").await);
    let confirmed = |is| UserPatch { email_confirmed: Some(is), ..UserPatch::default() };
    assert_eq!(code(&users::edit(app, &ada, user(&eve), confirmed(true)).await), "no_address");
    run(&domain, "update users set email = 'ada@games.example' where is_guest").await;
    let refused = users::edit(app, &ada, user(&eve), confirmed(true)).await;
    assert_eq!(code(&refused), "invalid: email has already been taken");
    run(&domain, "update users set email = 'eve@games.example' where is_guest").await;
    users::edit(app, &ada, user(&eve), confirmed(true)).await.unwrap();
    let file = users::look_into(app, &ada, user(&eve)).await.unwrap();
    assert_eq!((file.email_confirmed_at, file.user.is_guest), (Some(app.clock.now()), false));
    users::edit(app, &ada, user(&eve), confirmed(false)).await.unwrap();
    assert!(users::look_into(app, &ada, user(&eve)).await.unwrap().user.is_unconfirmed);
    assert_eq!(code(&users::edit(app, &ada, user(&ada), confirmed(false)).await), "admin_address");
}

#[both_engines]
async fn an_admin_has_a_reset_mailed_and_sees_no_password(domain: TestDomain) {
    let app = &domain.app;
    let (ada, bob, eve) = (admin(app, "ada").await, admin(app, "bob").await, guest(app, "eve").await);
    users::mail_reset(app, &ada, user(&bob)).await.unwrap();
    let letters = domain::mail::letters(app, &domain::Scope::SYSTEM, "bob@games.example").await.unwrap();
    assert_eq!(letters.len(), 1);
    assert!(letters[0].link.is_some());
    assert_eq!(domain.rows("audit_log where action = 'user.mail_reset' and outcome = 'done'").await, 1);
    // Another at once is held back, and nobody says it is on its way.
    assert_eq!(code(&users::mail_reset(app, &ada, user(&bob)).await), "held_back");
    assert_eq!(domain.rows("audit_log where action = 'user.mail_reset' and outcome = 'held_back'").await, 1);
    assert_eq!(code(&users::mail_reset(app, &ada, user(&eve)).await), "no_address");
    assert_eq!(code(&users::mail_reset(app, &eve, user(&bob)).await), "forbidden");
    assert_eq!(code(&users::mail_reset(app, &ada, wire::UserId(9999)).await), "not_found");
    assert_eq!(domain.rows("audit_log where action = 'user.mail_reset' and outcome = 'done'").await, 1);
}

#[both_engines]
async fn a_reset_that_cannot_be_mailed_is_not_written_down_as_done(domain: TestDomain) {
    let app = &domain.app;
    let (ada, bob) = (admin(app, "ada").await, admin(app, "bob").await);
    run(&domain, "alter table letters rename to letters_elsewhere").await;
    assert!(users::mail_reset(app, &ada, user(&bob)).await.is_err());
    assert_eq!(domain.rows("audit_log where action = 'user.mail_reset'").await, 0);
    assert_eq!(domain.rows("mail_tokens").await, 0, "and no link was made for it");
}

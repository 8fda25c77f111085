use chrono::TimeDelta;
use domain::{App, Error, Result, Scope, Who, sessions, setup, users};
use testing::{TestDomain, both_engines};
use wire::{FirstAdmin, NewAdmin, PasswordLogin};

async fn make(app: &App, token: &str, email: &str) -> Result<(wire::UserId, wire::SessionId)> {
    let password = Some("correct horse".into());
    let input = FirstAdmin { token: Some(token.into()), email: Some(email.into()), password };
    setup::make_first_admin(app, &Scope::NOBODY, input).await
}

fn new_admin(email: &str) -> NewAdmin {
    NewAdmin { email: Some(email.into()), password: Some("correct horse".into()) }
}

fn is_used_up(result: &Result<(wire::UserId, wire::SessionId)>) -> bool {
    matches!(result, Err(Error::Forbidden(refusal)) if refusal.code == "link_used")
}

#[both_engines]
async fn the_link_makes_one_admin_and_is_used_up(domain: TestDomain) {
    let app = &domain.app;
    let token = setup::open(app).await.unwrap().unwrap();
    assert!(setup::is_open(app, &token).await.unwrap());
    let (user, session) = make(app, &token, "Ada@games.example").await.unwrap();
    assert_eq!(sessions::resume(app, session, None).await.unwrap().who, Who::Admin(user));
    assert!(is_used_up(&make(app, &token, "eve@games.example").await));
    assert_eq!(setup::open(app).await.unwrap(), None, "there is an admin");

    let input = PasswordLogin {
        email: Some("ADA@games.example".into()),
        password: Some("correct horse".into()),
        device_id: None,
    };
    assert_eq!(sessions::sign_in(app, &Scope::NOBODY, input).await.unwrap().user, user);
}

#[both_engines]
async fn of_ten_who_use_the_link_at_once_one_becomes_admin(domain: TestDomain) {
    let token = setup::open(&domain.app).await.unwrap().unwrap();
    let tries = (0..10).map(|n| {
        let (app, token) = (domain.app.clone(), token.clone());
        tokio::spawn(async move { make(&app, &token, &format!("admin{n}@games.example")).await })
    });
    let mut made = 0;
    for result in tries.collect::<Vec<_>>() {
        match result.await.unwrap() {
            Ok(_) => made += 1,
            refused => assert!(is_used_up(&refused), "{refused:?}"),
        }
    }
    assert_eq!(made, 1);
}

#[both_engines]
async fn a_link_dies_of_age_of_a_newer_one_and_of_an_admin_made_otherwise(domain: TestDomain) {
    let app = &domain.app;
    let old = setup::open(app).await.unwrap().unwrap();
    let new = setup::open(app).await.unwrap().unwrap();
    assert!(is_used_up(&make(app, &old, "ada@games.example").await));
    app.clock.advance(TimeDelta::hours(24));
    assert!(is_used_up(&make(app, &new, "ada@games.example").await));
    let newest = setup::open(app).await.unwrap().unwrap();
    users::create_admin(app, &Scope::SYSTEM, new_admin("cli@games.example")).await.unwrap();
    assert!(is_used_up(&make(app, &newest, "ada@games.example").await));
}

#[both_engines]
async fn an_address_makes_one_admin(domain: TestDomain) {
    let create = || users::create_admin(&domain.app, &Scope::SYSTEM, new_admin("ada@games.example"));
    create().await.unwrap();
    let again = create().await;
    assert!(
        matches!(&again, Err(Error::Invalid(errors)) if errors.on("email") == ["has already been taken"]),
        "{again:?}"
    );
    let nobody = users::create_admin(&domain.app, &Scope::NOBODY, new_admin("eve@games.example")).await;
    assert!(matches!(nobody, Err(Error::Unauthenticated(_))));
}

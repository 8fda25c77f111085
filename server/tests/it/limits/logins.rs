use chrono::TimeDelta;
use reqwest::{Method, Response};
use serde_json::json;
use testing::both_engines;

use super::{number, server, standing, three};
use crate::app::{Answer, TestApp};

async fn login(app: &TestApp, email: &str, password: &str) -> Answer {
    app.nobody().post("/api/v1/login", &json!({ "email": email, "password": password })).await
}

async fn form(app: &TestApp, email: &str, password: &str) -> Response {
    let form = [("email", email), ("password", password), ("next", "/admin")];
    app.form("/users/log-in", &form).send().await.unwrap()
}

#[tokio::test]
async fn failures_count_and_successes_do_not() {
    let app = server(|limits| limits.rates = Some(three(1000))).await;
    app.admin().await;
    for _ in 0..10 {
        assert_eq!(login(&app, "ada@games.example", "correct horse").await.status, 200);
    }
    for _ in 0..3 {
        assert_eq!(login(&app, "ADA@games.example", "wrong").await.refusal(), "401 invalid_credentials");
    }
    assert_eq!(login(&app, "ada@games.example", "correct horse").await.refusal(), "429 rate_limited");
    assert_eq!(login(&app, "eve@games.example", "wrong").await.refusal(), "401 invalid_credentials", "another account");
    app.domain.app.clock.advance(TimeDelta::seconds(20));
    assert_eq!(login(&app, "ada@games.example", "correct horse").await.status, 200);
}

#[tokio::test]
async fn the_page_and_the_api_count_together_and_the_page_says_so_in_its_form() {
    let app = server(|limits| limits.rates = Some(three(1000))).await;
    app.admin().await;
    login(&app, "ada@games.example", "wrong").await;
    for _ in 0..2 {
        let wrong = form(&app, "ada@games.example", "wrong").await;
        assert!(wrong.headers()["location"].to_str().unwrap().contains("problem=invalid_credentials"));
    }
    let limited = form(&app, "ada@games.example", "correct horse").await;
    let location = limited.headers()["location"].to_str().unwrap();
    assert_eq!(location, "/users/log-in?problem=rate_limited&seconds=20&next=%2Fadmin");
    let page = app.request(Method::GET, location).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("You can try again in 20 seconds."), "{page}");
    assert_eq!(login(&app, "ada@games.example", "correct horse").await.refusal(), "429 rate_limited");
}

#[tokio::test]
async fn a_form_beyond_the_ceiling_of_its_address_says_so_too() {
    let app = server(|limits| limits.rates = Some(three(4))).await;
    let token = app.setup_token().await;
    for n in 0..4 {
        form(&app, &format!("{n}@games.example"), "wrong").await;
    }
    let limited = form(&app, "9@games.example", "wrong").await;
    assert_eq!(standing(&limited)[1], Some(0));
    let location = limited.headers()["location"].to_str().unwrap();
    assert_eq!(location, "/users/log-in?problem=rate_limited&seconds=15&next=%2Fadmin");
    let first = [("token", token.as_str()), ("email", "ada@games.example"), ("password", "correct horse")];
    let first = app.form("/users/first-admin", &first).send().await.unwrap();
    let location = first.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(location, format!("/users/first-admin?problem=rate_limited&seconds=15&token={token}"));
    let page = app.request(Method::GET, &location).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("You can try again in 15 seconds."), "{page}");
}

#[both_engines]
async fn an_account_that_is_guessed_at_waits_and_is_open_to_whoever_is_in_already(app: TestApp) {
    let (admin, browser) = (app.admin().await, app.admin_in_browser_again().await);
    for _ in 0..5 {
        assert_eq!(login(&app, "ada@games.example", "wrong").await.refusal(), "401 invalid_credentials");
    }
    let right = json!({ "email": "ada@games.example", "password": "correct horse" });
    let sixth = app.request(Method::POST, "/api/v1/login").json(&right).send().await.unwrap();
    assert_eq!((sixth.status().as_u16(), number(&sixth, "retry-after")), (429, Some(1)));
    let page = form(&app, "ada@games.example", "correct horse").await;
    let location = page.headers()["location"].to_str().unwrap();
    assert_eq!(location, "/users/log-in?problem=rate_limited&seconds=1&next=%2Fadmin");

    assert_eq!(admin.get("/api/v1/me").await.status, 200);
    assert_eq!(browser.get("/api/v1/me").await.status, 200);
    let refresh = json!({ "refresh_token": admin.refresh });
    assert_eq!(app.nobody().post("/api/v1/refresh", &refresh).await.status, 200);
    assert!(app.player().await.access.is_some());

    app.domain.app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(login(&app, "ada@games.example", "correct horse").await.status, 200);
}

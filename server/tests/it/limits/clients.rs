use reqwest::{Method, Response};
use serde_json::json;
use server::Limits;

use super::{server, standing, three};
use crate::app::TestApp;

async fn health(app: &TestApp, forwarded_for: &str) -> Response {
    app.request(Method::GET, "/api/v1/health").header("x-forwarded-for", forwarded_for).send().await.unwrap()
}

fn behind(proxies: &[&str]) -> impl FnOnce(&mut Limits) {
    let proxies = proxies.iter().map(|network| network.parse().unwrap()).collect();
    |limits| {
        limits.rates = Some(three(20));
        limits.trusted_proxies = proxies;
    }
}

#[tokio::test]
async fn a_hundred_logins_with_made_up_clients_are_still_limited() {
    let app = server(behind(&["192.0.2.0/24"])).await;
    let mut refused = 0;
    for n in 0..100 {
        let login = json!({ "email": format!("{n}@games.example"), "password": "wrong" });
        let request = app.request(Method::POST, "/api/v1/login").json(&login);
        let answer = request.header("x-forwarded-for", format!("203.0.113.{n}")).send().await.unwrap();
        refused += u32::from(answer.status() == 429);
    }
    assert_eq!(refused, 80);
}

#[tokio::test]
async fn clients_of_a_trusted_proxy_are_told_apart() {
    let app = server(behind(&["127.0.0.0/8", "192.0.2.0/24"])).await;
    for client in ["203.0.113.1", "203.0.113.2", "2001:db8:1:1::1", "2001:db8:1:2::1"] {
        for _ in 0..3 {
            assert_eq!(health(&app, &format!("{client}, 192.0.2.7")).await.status(), 200, "{client}");
        }
        // What a client writes itself stands to the left of what the proxy saw.
        assert_eq!(health(&app, &format!("198.51.100.1, {client}, 192.0.2.7")).await.status(), 429, "{client}");
    }
    assert_eq!(health(&app, "2001:db8:1:2:ffff::9").await.status(), 429, "the same network of 64 bits");
}

#[tokio::test]
async fn this_machine_is_counted_but_never_refused_while_the_game_is_made() {
    let app = server(|limits| {
        limits.rates = Some(three(3));
        limits.production = false;
        limits.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    })
    .await;
    let own = || app.request(Method::GET, "/api/v1/health").send();
    for remaining in [2, 1, 0, 0, 0] {
        let answer = own().await.unwrap();
        assert_eq!((answer.status().as_u16(), standing(&answer)[1]), (200, Some(remaining)));
    }
    for n in 0..10 {
        assert_eq!(app.player().await.get("/api/v1/me").await.status, 200, "{n}");
    }
    // A game on another machine is refused, as it will be.
    for expected in [200, 200, 200, 429] {
        assert_eq!(health(&app, "192.0.2.9").await.status(), expected);
    }
}

use reqwest::{Method, Response};
use testing::both_engines;

use crate::app::{Player, TestApp};

fn location(response: &Response) -> &str {
    response.headers()["location"].to_str().unwrap()
}

#[both_engines]
async fn whoever_fits_is_signed_in_and_whoever_does_not_is_told(app: TestApp) {
    app.admin().await;
    let submit = |password: &str, next: &str| {
        let form = [("email", "ada@games.example"), ("password", password), ("next", next)];
        app.form("/users/log-in", &form).send()
    };
    let wrong = submit("wrong", "/admin/lobbies").await.unwrap();
    assert_eq!(location(&wrong), "/users/log-in?problem=invalid_credentials&next=%2Fadmin%2Flobbies");
    // But for what was typed, the browser is given nothing.
    let given: Vec<_> = wrong.headers().get_all("set-cookie").iter().collect();
    assert!(matches!(given[..], [one] if one.to_str().unwrap().starts_with("__Host-typed=email=ada")), "{given:?}");
    let right = submit("correct horse", "/admin/lobbies").await.unwrap();
    assert_eq!((right.status().as_u16(), location(&right)), (303, "/admin/lobbies"));
    let elsewhere = submit("correct horse", "//evil.example").await.unwrap();
    assert_eq!(location(&elsewhere), "/admin", "an admin's home");
}

#[both_engines]
async fn a_cookie_planted_before_the_sign_in_is_worth_nothing_after_it(app: TestApp) {
    let admin = app.admin_in_browser().await;
    let before = admin.cookie.clone().unwrap();
    let form = [("email", "ada@games.example"), ("password", "correct horse")];
    let again = admin.submitted("/users/log-in", "/users/log-in", &form).await;
    let after = again.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    assert_ne!(before, after);
    assert_eq!(admin.get("/api/v1/me").await.refusal(), "401 authentication_required");
    let renewed = Player { cookie: Some(after), ..app.nobody() };
    assert_eq!(renewed.get("/api/v1/me").await.status, 200);
}

#[both_engines]
async fn signing_out_ends_the_session_behind_the_cookie(app: TestApp) {
    let admin = app.admin_in_browser().await;
    let out = || admin.request(Method::POST, "/users/log-out");
    let foreign = out().header("origin", "https://evil.example").send().await.unwrap();
    assert_eq!(foreign.status(), 403);
    assert_eq!(admin.get("/api/v1/me").await.status, 200);
    let host = format!("http://{}", app.address);
    assert_eq!(out().header("origin", host).send().await.unwrap().status(), 303);
    assert_eq!(admin.get("/api/v1/me").await.refusal(), "401 authentication_required");
}

#[both_engines]
async fn a_foreign_page_cannot_sign_its_visitor_in(app: TestApp) {
    app.admin().await;
    let form = [("email", "ada@games.example"), ("password", "correct horse")];
    for (name, value) in [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
        let answer = app.request(Method::POST, "/users/log-in").header(name, value).form(&form).send().await.unwrap();
        assert_eq!(answer.status(), 403, "{name}: {value}");
    }
}

#[both_engines]
async fn the_dashboard_is_for_admins(app: TestApp) {
    let nobody = app.nobody().request(Method::GET, "/admin/lobbies?title=a").send().await.unwrap();
    assert_eq!(location(&nobody), "/users/log-in?next=%2Fadmin%2Flobbies%3Ftitle%3Da");
    let player = app.player().await;
    let refused = player.request(Method::GET, "/admin/lobbies").send().await.unwrap();
    assert_eq!(refused.status(), 403);
    assert!(!refused.text().await.unwrap().contains("data-lobby"));
    let admin = app.admin_in_browser().await;
    assert_eq!(admin.request(Method::GET, "/admin/lobbies").send().await.unwrap().status(), 200);
}

#[both_engines]
async fn every_answer_carries_the_policy_with_a_nonce_of_its_own(app: TestApp) {
    let mut nonces = Vec::new();
    for path in ["/", "/users/log-in", "/nothing", "/api/v1/health", "/admin"] {
        let answer = app.request(Method::GET, path).send().await.unwrap();
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        let html = answer.text().await.unwrap();
        if html.contains("<script") {
            assert!(html.contains(&format!("nonce=\"{nonce}\"")), "{path}");
        }
        nonces.push(nonce);
    }
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), 5);
}

#[both_engines]
async fn a_page_that_is_not_there_is_a_404(app: TestApp) {
    let missing = app.request(Method::GET, "/nothing/here").send().await.unwrap();
    assert_eq!(missing.status(), 404);
    assert!(missing.text().await.unwrap().contains("<h1"));
    assert_eq!(app.request(Method::GET, "/pkg/gameserver.js").send().await.unwrap().status(), 404);
}

#[both_engines]
async fn the_theme_is_a_cookie_that_the_page_is_rendered_by(app: TestApp) {
    let form = [("theme", "dark"), ("back", "/users/log-in")];
    let set = app.request(Method::POST, "/theme").form(&form).send().await.unwrap();
    assert_eq!(location(&set), "/users/log-in");
    assert!(set.headers()["set-cookie"].to_str().unwrap().starts_with("theme=dark;"));
    let page = app.request(Method::GET, "/users/log-in").header("cookie", "theme=dark").send().await.unwrap();
    assert!(page.text().await.unwrap().contains("data-theme=\"gs-dark\""));
    let planted = app.request(Method::GET, "/users/log-in").header("cookie", "theme=\"><script>").send().await.unwrap();
    assert!(!planted.text().await.unwrap().contains("\"><script>"));
}

//! `/auth/*`, as a web game uses it: with cookies no script reads.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use server::Web;
use testing::{Engine, Fixture, TestDomain, both_engines};

use crate::app::{PASSWORD, TestApp, limits};

const ADA: &str = "ada@games.example";

/// A browser: it keeps what it is given, and sends it along from a page of ours.
struct Browser<'a> {
    app: &'a TestApp,
    jar: BTreeMap<String, String>,
}

impl<'a> Browser<'a> {
    fn new(app: &'a TestApp) -> Self {
        Self { app, jar: BTreeMap::new() }
    }

    async fn send(&mut self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let cookies: Vec<_> = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = self.app.request(method, path).header("origin", format!("http://{}", self.app.address));
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        let answer = match body {
            Some(body) => request.json(&body).send().await,
            None => request.send().await,
        };
        let answer = answer.unwrap();
        for (name, value) in set(&answer) {
            // A browser drops what is taken away.
            if value.is_empty() {
                self.jar.remove(&name)
            } else {
                self.jar.insert(name, value)
            };
        }
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    async fn post(&mut self, path: &str, body: Value) -> (u16, Value) {
        self.send(Method::POST, path, Some(body)).await
    }

    async fn me(&mut self) -> Value {
        self.send(Method::GET, "/auth/me", None).await.1
    }
}

/// What an answer sets: names and values.
fn set(answer: &Response) -> Vec<(String, String)> {
    let pairs = answer.headers().get_all("set-cookie").iter().map(|line| line.to_str().unwrap());
    let pairs = pairs.map(|line| line.split(';').next().unwrap().split_once('=').unwrap());
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn registration(email: &str) -> Value {
    json!({ "name": "Ada", "email": email, "password": PASSWORD })
}

#[both_engines]
async fn a_guest_becomes_a_player_and_comes_back(app: TestApp) {
    let mut browser = Browser::new(&app);
    assert_eq!(browser.me().await, json!({ "auth": null, "profile": null, "isAnonymous": false, "expiresAt": null }));

    let (status, guest) = browser.post("/auth/anonymous", json!({})).await;
    assert_eq!((status, &guest["isAnonymous"]), (201, &json!(true)));
    let id = guest["auth"]["id"].as_str().unwrap().to_owned();
    let me = browser.me().await;
    assert_eq!((&me["auth"]["id"], &me["isAnonymous"]), (&json!(id), &json!(true)));
    assert_eq!(me["profile"]["name"], guest["auth"]["user_metadata"]["name"]);
    assert_eq!(me["expiresAt"], app.domain.app.clock.now().timestamp() + 900);

    let (status, upgraded) = browser.post("/auth/upgrade", registration(ADA)).await;
    assert_eq!((status, &upgraded["user"]["id"]), (200, &json!(id)));
    let me = browser.me().await;
    assert_eq!((&me["profile"]["name"], &me["isAnonymous"]), (&json!("Ada"), &json!(false)));
    assert_eq!(browser.post("/auth/upgrade", registration(ADA)).await.1["error"], "not_anonymous");

    assert_eq!(browser.post("/auth/logout", json!({})).await.0, 200);
    assert!(browser.jar.is_empty(), "{:?}", browser.jar);
    assert_eq!(browser.me().await["auth"], Value::Null);

    let token = app.domain.mailed_token(ADA).await;
    assert_eq!(browser.post("/auth/confirm", json!({ "token": token })).await.0, 200);
    let (status, entered) = browser.post("/auth/login", json!({ "email": ADA, "password": PASSWORD })).await;
    assert_eq!((status, &entered["user"]["id"], &entered["isNewUser"]), (200, &json!(id), &json!(false)));
    assert!(entered["user"]["email_confirmed_at"].is_string());
    // Their cookies open the API as well.
    assert_eq!(browser.send(Method::GET, "/api/v1/me", None).await.1["email"], ADA);
}

#[both_engines]
async fn every_key_of_the_old_service_is_there(app: TestApp) {
    let answer = app.nobody().post("/auth/register", &registration(ADA)).await;
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&answer.body), ["isNewUser", "session", "user"]);
    assert_eq!(
        keys(&answer.body["user"]),
        [
            "app_metadata",
            "aud",
            "created_at",
            "email",
            "email_confirmed_at",
            "id",
            "is_anonymous",
            "role",
            "updated_at",
            "user_metadata"
        ]
    );
    assert_eq!(keys(&answer.body["session"]), ["access_token", "expires_in", "refresh_token", "token_type"]);
    let me = app.nobody().entered(&answer.body).get("/auth/me").await.body;
    assert_eq!(keys(&me), ["auth", "expiresAt", "isAnonymous", "profile"]);
    assert_eq!(
        keys(&me["profile"]),
        ["auth_user_id", "avatar_url", "created_at", "email", "games_played", "games_won", "id", "name"]
    );
}

#[both_engines]
async fn an_access_cookie_that_is_too_old_is_exchanged_on_the_way(app: TestApp) {
    let mut browser = Browser::new(&app);
    browser.post("/auth/anonymous", json!({})).await;
    let first = browser.jar.clone();
    app.domain.app.clock.advance(TimeDelta::minutes(16));
    let me = browser.me().await;
    assert_eq!(me["isAnonymous"], true);
    assert_eq!(me["expiresAt"], app.domain.app.clock.now().timestamp() + 900);
    assert_ne!(browser.jar, first, "both cookies are new");
    assert_eq!(browser.jar.len(), 2);

    // Requests that were sent at the same moment all go on, and none is signed out.
    app.domain.app.clock.advance(TimeDelta::minutes(16));
    let before = browser.jar.clone();
    for _ in 0..10 {
        let mut tab = Browser { app: &app, jar: before.clone() };
        assert_eq!(tab.send(Method::GET, "/api/v1/me", None).await.0, 200);
        browser.jar = tab.jar;
    }
    assert_eq!(app.domain.rows("sessions where generation = 3").await, 1, "one new generation");
    // Without its access cookie, as a browser has it after a quarter of an hour.
    browser.jar.remove("sb-access-token");
    assert_eq!(browser.me().await["isAnonymous"], true);
    assert_eq!(browser.jar.len(), 2);
}

#[both_engines]
async fn an_answer_that_did_not_arrive_signs_no_browser_out(app: TestApp) {
    let mut browser = Browser::new(&app);
    browser.post("/auth/anonymous", json!({})).await;
    app.domain.app.clock.advance(TimeDelta::minutes(16));
    let kept = browser.jar.clone();
    browser.me().await;
    // The answer was lost: an hour later the browser still has what it had.
    app.domain.app.clock.advance(TimeDelta::hours(1));
    browser.jar = kept.clone();
    assert_eq!(browser.me().await["isAnonymous"], true);
    // Once the newer pair was used, the older one is taken for stolen.
    browser.me().await;
    app.domain.app.clock.advance(TimeDelta::minutes(16));
    let mut thief = Browser { app: &app, jar: kept };
    assert_eq!(thief.me().await["auth"], Value::Null);
    assert!(thief.jar.is_empty(), "what is no good is taken away");
    assert_eq!(browser.me().await["auth"], Value::Null, "and the session has ended");
}

#[both_engines]
async fn cookies_that_are_no_good_are_nobodys_and_are_taken_away(app: TestApp) {
    for (access, refresh) in [("junk", "junk"), ("", "1.1.x"), ("junk", "")] {
        let jar = [("sb-access-token", access), ("sb-refresh-token", refresh)];
        let jar = jar.into_iter().filter(|(_, value)| !value.is_empty());
        let jar = jar.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let mut browser = Browser { app: &app, jar };
        assert_eq!(browser.me().await["auth"], Value::Null);
        assert!(!browser.jar.contains_key("sb-refresh-token"));
        assert_eq!(browser.send(Method::GET, "/api/v1/me", None).await.0, 401);
    }
    // A bearer token that is no good is never passed over for a cookie.
    let mut browser = Browser::new(&app);
    browser.post("/auth/anonymous", json!({})).await;
    let cookies: Vec<_> = browser.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let both = app.request(Method::GET, "/auth/me").bearer_auth("junk").header("cookie", cookies.join("; "));
    assert_eq!(both.send().await.unwrap().status(), 401);
}

/// A server whose players come by https.
struct Https(TestApp);

impl Fixture for Https {
    async fn on(engine: Engine) -> Self {
        let web = Web { https: true, ..Web::default() };
        Self(TestApp::of(TestDomain::on(engine).await, limits(), web).await)
    }
}

#[both_engines]
async fn by_https_the_cookies_are_this_very_hosts(app: Https) {
    let answer = app.0.request(Method::POST, "/auth/anonymous").json(&json!({})).send().await.unwrap();
    let lines: Vec<_> = answer.headers().get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).collect();
    let [access, refresh] = &lines[..] else { panic!("two cookies, not {lines:?}") };
    for (line, name, seconds) in
        [(access, "__Host-sb-access-token", 900), (refresh, "__Host-sb-refresh-token", 7 * 24 * 60 * 60)]
    {
        assert!(line.starts_with(&format!("{name}=")), "{line}");
        for part in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", &format!("Max-Age={seconds}")] {
            assert!(line.split("; ").any(|given| given == part), "{part}: {line}");
        }
        assert!(!line.contains("Domain"), "{line}");
    }
    assert_eq!(answer.headers()["cache-control"], "no-store");

    // A refresh cookie is kept no longer than its session lasts.
    app.0.domain.app.clock.advance(TimeDelta::days(6));
    let mut kept = set(&answer);
    for _ in 0..4 {
        let cookie: Vec<_> = kept.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = app.0.request(Method::GET, "/auth/me").header("cookie", cookie.join("; ")).send().await.unwrap();
        kept = set(&answer);
        assert_eq!(kept.len(), 2);
        if app.0.domain.rows("sessions where generation = 5").await == 1 {
            let refresh = answer.headers().get_all("set-cookie").iter().next_back().unwrap().to_str().unwrap();
            assert!(refresh.contains(&format!("Max-Age={}", 6 * 24 * 60 * 60)), "{refresh}");
        }
        app.0.domain.app.clock.advance(TimeDelta::days(6));
    }
}

#[tokio::test]
async fn a_domain_of_several_hosts_shares_the_cookies_when_it_is_set() {
    let web = Web { https: true, cookie_domain: Some("game.example".into()), ..Web::default() };
    let app = TestApp::of(TestDomain::on(Engine::Sqlite).await, limits(), web).await;
    let answer = app.request(Method::POST, "/auth/anonymous").json(&json!({})).send().await.unwrap();
    for line in answer.headers().get_all("set-cookie") {
        let line = line.to_str().unwrap();
        assert!(line.starts_with("sb-") && line.contains("Domain=game.example") && line.contains("Secure"), "{line}");
    }
}

#[both_engines]
async fn only_a_page_of_ours_may_do_things_with_the_cookies(app: TestApp) {
    let mut browser = Browser::new(&app);
    browser.post("/auth/anonymous", json!({})).await;
    let cookies: Vec<_> = browser.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let cookies = cookies.join("; ");
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("x-none", "at all"),
    ] {
        for path in ["/auth/upgrade", "/auth/logout", "/auth/anonymous", "/auth/login"] {
            let request = app.request(Method::POST, path).header("cookie", &cookies).header(name, value);
            assert_eq!(request.json(&json!({})).send().await.unwrap().status(), 403, "{path} with {name}: {value}");
        }
    }
    // Nor may a foreign page sign its visitor in as somebody else, without any cookie of theirs.
    let foreign = app.request(Method::POST, "/auth/anonymous").header("origin", "https://evil.example");
    assert_eq!(foreign.json(&json!({})).send().await.unwrap().status(), 403);
    // A game outside of browsers says nothing of the kind.
    let native = app.request(Method::POST, "/auth/anonymous").json(&json!({})).send().await.unwrap();
    assert_eq!(native.status(), 201);
}

#[both_engines]
async fn what_is_bound_is_what_is_asked_and_nothing_else(app: TestApp) {
    let input = json!({
        "name": "Eve", "email": "eve@games.example", "password": PASSWORD, "is_admin": true, "id": 1, "role": "admin",
        "email_confirmed_at": "2020-01-01T00:00:00Z", "games_won": 99, "is_guest": true, "banned_at": null,
    });
    let answer = app.nobody().post("/auth/register", &input).await;
    let user = &answer.body["user"];
    assert_eq!((&user["role"], &user["email_confirmed_at"]), (&json!("authenticated"), &Value::Null));
    let eve = app.nobody().entered(&answer.body);
    assert_eq!(eve.get("/auth/me").await.body["profile"]["games_won"], 0);
    assert_eq!(eve.get("/api/v1/me").await.body["is_admin"], false);
}

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use server::Rate;

use super::{number, server, standing, three};
use crate::access;
use crate::app::{Player, TestApp};
use crate::socket::client;

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn times(&self, words: &str) -> usize {
        String::from_utf8_lossy(&self.0.lock().unwrap()).matches(words).count()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn send(request: RequestBuilder) -> Response {
    request.send().await.unwrap()
}

/// Sends what `request` makes until one is refused for coming too often: how many were not, and the refusal.
async fn until_refused(request: impl Fn() -> RequestBuilder) -> (u32, Response) {
    for n in 0..2000 {
        let response = send(request()).await;
        if response.status() == 429 {
            return (n, response);
        }
    }
    panic!("never refused");
}

/// Checks that a refusal says all a client needs, and gives the seconds to wait.
async fn told(refusal: Response) -> u64 {
    let wait = number(&refusal, "retry-after").expect("when to come back");
    let [limit, remaining, reset] = standing(&refusal);
    assert!(limit > Some(0) && reset >= Some(wait), "{limit:?} {reset:?}");
    assert_eq!(remaining, Some(0));
    let body: Value = refusal.json().await.unwrap();
    assert_eq!(body["error"], "rate_limited");
    let sentence = body["message"].as_str().unwrap();
    let seconds = if wait == 1 { "a second".to_owned() } else { format!("{wait} seconds") };
    assert!(sentence.contains(&seconds) && sentence.ends_with('.'), "{sentence}");
    wait
}

#[tokio::test]
async fn each_class_passes_its_limit_and_refuses_one_more() {
    let app = server(|_| {}).await;
    let player = app.player().await;
    let admin = app.admin().await;
    let host = format!("http://{}", app.address);
    let login = |n: u32| json!({ "email": format!("{n}@games.example"), "password": "wrong" });
    let post = |path: &str, body: Value| app.request(Method::POST, path).json(&body);
    let wait = |count: u32, per_seconds: u32| u64::from(per_seconds.div_ceil(count));

    // Reads, writes and the dashboard: by who asks.
    let (passed, refusal) = until_refused(|| player.request(Method::GET, "/api/v1/me")).await;
    assert_eq!((passed, told(refusal).await), (1200, wait(1200, 60)));
    let leave = || player.request(Method::POST, "/api/v1/lobbies/leave");
    let (passed, refusal) = until_refused(leave).await;
    assert_eq!((passed, told(refusal).await), (240, wait(240, 60)));
    let page = json!({ "filter": {}, "page": {} });
    let users = || admin.request(Method::POST, "/_fn/users").header("origin", &host).json(&page);
    let (passed, refusal) = until_refused(users).await;
    assert_eq!((passed, told(refusal).await), (300, wait(300, 60)));

    // One device, one session.
    let device = || post("/api/v1/login/device", json!({ "device_id": "0123456789abcdef" }));
    let (passed, refusal) = until_refused(device).await;
    assert_eq!((passed, told(refusal).await), (30, 120));
    let refresh = || post("/api/v1/refresh", json!({ "refresh_token": player.refresh }));
    let (passed, refusal) = until_refused(refresh).await;
    assert_eq!((passed, told(refusal).await), (150, 2));

    // An address altogether, however many accounts are tried from it.
    let app = server(|_| {}).await;
    let tries = std::cell::Cell::new(0);
    let (passed, refusal) = until_refused(|| {
        tries.set(tries.get() + 1);
        app.request(Method::POST, "/api/v1/login").json(&login(tries.get()))
    })
    .await;
    assert_eq!((passed, told(refusal).await), (300, 1));
}

#[tokio::test]
async fn what_was_used_up_comes_back_one_by_one() {
    let app = server(|limits| limits.rates = Some(three(1000))).await;
    let player = app.player().await;
    let get = || player.request(Method::GET, "/api/v1/me");
    let first = send(get()).await;
    assert_eq!(standing(&first), [Some(3), Some(2), Some(20)]);
    let (passed, refusal) = until_refused(get).await;
    assert_eq!((passed, told(refusal).await), (2, 20));
    app.domain.app.clock.advance(TimeDelta::seconds(20));
    let (passed, refusal) = until_refused(get).await;
    assert_eq!((passed, told(refusal).await), (1, 20));
    // Whoever keeps asking is not shut out for longer.
    app.domain.app.clock.advance(TimeDelta::seconds(60));
    assert_eq!(until_refused(get).await.0, 3);
}

#[tokio::test]
async fn a_school_behind_one_address_can_play() {
    let app = server(|limits| limits.rates = Some(three(1000))).await;
    let mut players = Vec::new();
    for _ in 0..40 {
        players.push(app.player().await);
    }
    for player in &players {
        for _ in 0..3 {
            assert_eq!(player.get("/api/v1/me").await.status, 200);
        }
        assert_eq!(player.get("/api/v1/me").await.refusal(), "429 rate_limited");
    }
    // Whoever is nobody counts with nobody else there; a credential that is no good makes nobody of anybody.
    let forgers = (0..4).map(|n| Player { access: Some(format!("junk {n}")), ..app.nobody() });
    let mut told = Vec::new();
    for forger in forgers {
        told.push(forger.get("/api/v1/me").await.refusal());
    }
    assert_eq!(told, ["401 invalid_token", "401 invalid_token", "401 invalid_token", "429 rate_limited"]);
}

#[tokio::test]
async fn new_accounts_are_counted_by_address_and_known_devices_come_in_beyond_them() {
    let app = server(|limits| {
        let rates = limits.rates.as_mut().unwrap();
        rates.guests = Rate::new(2, 3600);
    })
    .await;
    let login = async |device: &str| app.nobody().post("/api/v1/login/device", &json!({ "device_id": device })).await;
    assert_eq!(login("short").await.refusal(), "422 validation_failed", "makes no account");
    for device in ["first-0123456789", "first-0123456789", "second-0123456789"] {
        assert_eq!(login(device).await.status, 200, "{device}");
    }
    assert_eq!(login("third-0123456789").await.refusal(), "429 rate_limited");
    assert_eq!(login("first-0123456789").await.status, 200);
    app.domain.app.clock.advance(TimeDelta::minutes(30));
    assert_eq!(login("third-0123456789").await.status, 200);
}

#[tokio::test]
async fn accounts_made_in_a_browser_count_with_those_of_devices() {
    let app = server(|limits| limits.rates.as_mut().unwrap().guests = Rate::new(2, 3600)).await;
    let post = async |path: &str, body: Value| app.nobody().post(path, &body).await;
    let ada = json!({ "name": "Ada", "email": "ada@games.example", "password": "correct horse battery" });
    assert_eq!(post("/auth/register", json!({})).await.refusal(), "422 validation_failed", "makes no account");
    assert_eq!(post("/auth/register", ada.clone()).await.status, 201);
    assert_eq!(post("/auth/anonymous", json!({})).await.status, 201);
    assert_eq!(post("/auth/anonymous", json!({})).await.refusal(), "429 rate_limited");
    assert_eq!(post("/auth/register", ada).await.refusal(), "429 rate_limited");
    let device = json!({ "device_id": "first-0123456789" });
    assert_eq!(post("/api/v1/login/device", device).await.refusal(), "429 rate_limited");
    app.domain.app.clock.advance(TimeDelta::minutes(30));
    assert_eq!(post("/auth/anonymous", json!({})).await.status, 201);
}

#[tokio::test]
async fn three_mails_an_hour_are_asked_for_to_one_account_and_no_fourth() {
    let app = server(|_| {}).await;
    let ask = async |path: &str, email: &str| app.nobody().post(path, &json!({ "email": email })).await;
    for path in ["/auth/reset-password", "/auth/magic-link", "/auth/reset-password"] {
        assert_eq!(ask(path, "ada@games.example").await.status, 202, "{path}");
    }
    for path in ["/auth/reset-password", "/auth/magic-link"] {
        assert_eq!(ask(path, " Ada@Games.Example ").await.refusal(), "429 rate_limited", "{path}");
    }
    assert_eq!(ask("/auth/magic-link", "eve@games.example").await.status, 202, "another account is another's");
    app.domain.app.clock.advance(TimeDelta::minutes(20));
    assert_eq!(ask("/auth/magic-link", "ada@games.example").await.status, 202);
}

#[tokio::test]
async fn thirty_links_in_five_minutes_are_tried_from_an_address_and_no_more() {
    let app = server(|_| {}).await;
    let paths =
        ["/auth/confirm", "/auth/magic-link/confirm", "/auth/reset-password/confirm", "/auth/change-email/confirm"];
    let junk = json!({ "token": "1.junk", "password": "a new correct horse" });
    for path in paths.iter().cycle().take(30) {
        assert_eq!(app.nobody().post(path, &junk).await.refusal(), "410 link_used", "{path}");
    }
    for path in paths {
        assert_eq!(app.nobody().post(path, &junk).await.refusal(), "429 rate_limited", "{path}");
    }
    app.domain.app.clock.advance(TimeDelta::seconds(10));
    assert_eq!(app.nobody().post(paths[0], &junk).await.refusal(), "410 link_used");
}

#[tokio::test]
async fn thirty_codes_in_five_minutes_are_tried_by_a_player_and_no_more() {
    let app = server(|_| {}).await;
    let (player, other) = (app.player().await, app.player().await);
    let code = json!({ "code": "K0D-1X7" });
    let guess = |who: &Player<'_>| who.request(Method::POST, "/api/v1/lobbies/join_by_code").json(&code);
    let (passed, refusal) = until_refused(|| guess(&player)).await;
    assert_eq!((passed, told(refusal).await), (30, 10));
    assert_eq!(other.post("/api/v1/lobbies/join_by_code", &code).await.refusal(), "404 not_found", "another's tries");
    assert_eq!(player.leave().await.refusal(), "400 not_in_lobby", "what else they do goes on");
    assert_eq!(app.nobody().post("/api/v1/lobbies/join_by_code", &code).await.status, 401);
    app.domain.app.clock.advance(TimeDelta::seconds(10));
    assert_eq!(player.post("/api/v1/lobbies/join_by_code", &code).await.refusal(), "404 not_found");
    assert_eq!(player.post("/api/v1/lobbies/join_by_code", &code).await.refusal(), "429 rate_limited");
}

#[tokio::test]
async fn a_code_counts_where_one_has_a_seat_already_and_where_it_fits() {
    let app = server(|limits| limits.rates.as_mut().unwrap().codes = Rate::new(2, 300)).await;
    let (host, player) = (app.player().await, app.player().await);
    let lobby = host.open(json!({})).await;
    let code = host.get(&format!("/api/v1/lobbies/{lobby}")).await.body["rules"]["code"].clone();
    let join = async || player.post("/api/v1/lobbies/join_by_code", &json!({ "code": code })).await;
    assert_eq!(join().await.status, 200);
    assert_eq!(join().await.refusal(), "403 already_in_lobby");
    assert_eq!(join().await.refusal(), "429 rate_limited");
}

#[tokio::test]
async fn lobbies_that_no_list_shows_are_tried_by_their_numbers_as_seldom_as_by_their_codes() {
    let app = server(|limits| limits.rates.as_mut().unwrap().codes = Rate::new(3, 300)).await;
    let (host, player) = (app.player().await, app.player().await);
    let listed = host.open(json!({})).await;
    let join = async |id: i64| player.post(&format!("/api/v1/lobbies/{id}/join"), &json!({})).await.refusal();
    for _ in 0..5 {
        assert_eq!(player.join(listed).await.status, 200);
        assert_eq!(join(listed).await, "403 already_in_lobby", "what is listed may be tried as often as one likes");
        player.leave().await;
    }
    host.leave().await;
    let hidden = host.open(json!({ "is_hidden": true, "password": "sesame" })).await;
    assert_eq!(join(hidden).await, "403 password_required");
    for _ in 0..2 {
        assert_eq!(join(hidden + 1).await, "404 not_found");
    }
    for id in [hidden, hidden + 1] {
        assert_eq!(join(id).await, "429 rate_limited", "which of the two there is can not be told");
    }
    let code = json!({ "code": "K0D-1X7" });
    assert_eq!(player.post("/api/v1/lobbies/join_by_code", &code).await.refusal(), "429 rate_limited", "one rate");
}

#[tokio::test]
async fn sockets_connect_so_often_and_no_more() {
    let app = server(|limits| limits.rates = Some(three(7))).await;
    let player = app.player().await;
    let query = format!("vsn=2.0.0&token={}", player.access.as_deref().unwrap());
    for expected in [None, None, None, Some(429)] {
        assert_eq!(client::connect(&app, &query, &[]).await.err(), expected);
    }
    // Nobody counts on their own, up to the ceiling of the address.
    for expected in [None, None, None, Some(429)] {
        assert_eq!(client::connect(&app, "vsn=2.0.0", &[]).await.err(), expected);
    }
    app.domain.app.clock.advance(TimeDelta::seconds(8));
    assert_eq!(client::connect(&app, "vsn=2.0.0&token=junk", &[]).await.err(), Some(429), "a wrong one, one too many");
}

#[tokio::test]
async fn a_browser_on_any_site_can_read_that_it_asked_too_often() {
    let app = server(|limits| limits.rates = Some(three(1000))).await;
    let get = || app.request(Method::GET, "/api/v1/lobbies").header("origin", "https://game.example");
    let (_, refusal) = until_refused(get).await;
    assert_eq!(refusal.headers()["access-control-allow-origin"], "*");
    let exposed = refusal.headers()["access-control-expose-headers"].to_str().unwrap().to_ascii_lowercase();
    for name in ["retry-after", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"] {
        assert!(exposed.contains(name), "{name}: {exposed}");
    }
}

#[tokio::test]
async fn limits_can_be_switched_off_and_the_log_says_so() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    let logging = tracing::subscriber::set_default(subscriber);
    drop(server(|_| {}).await);
    assert_eq!(log.times("rate limits are off"), 0);
    let app = server(|limits| limits.rates = None).await;
    drop(logging);
    assert_eq!(log.times("rate limits are off"), 1);
    for _ in 0..400 {
        let answer = send(app.request(Method::GET, "/api/v1/health")).await;
        assert_eq!((answer.status().as_u16(), standing(&answer)), (200, [None; 3]));
    }
}

/// Every route and server function: its path, and the methods it answers to. Probes are asked too often to count.
fn routes() -> BTreeMap<String, Vec<Method>> {
    let mut routes = BTreeMap::<_, Vec<_>>::new();
    let functions =
        leptos::server_fn::axum::server_fn_paths().map(|(path, method)| (method.to_string(), path.to_owned()));
    for (method, path) in access::routes().into_iter().chain(functions) {
        if path != "/livez" && path != "/readyz" {
            routes.entry(path).or_default().push(method.parse().unwrap());
        }
    }
    routes.insert("/nothing".to_owned(), vec![Method::GET]);
    routes
}

#[tokio::test]
async fn no_route_is_without_a_class() {
    let app = server(|_| {}).await;
    let routes = routes();
    assert!(routes.len() > 30, "{routes:?}");
    for (path, methods) in routes {
        for method in methods {
            let request = app.request(method.clone(), &path.replace("{id}", "1"));
            let request = if method == Method::GET { request } else { request.json(&json!({})) };
            let answer = send(request).await;
            assert!(standing(&answer)[0].is_some(), "{method} {path} ({}) is not counted", answer.status());
        }
    }
}

#[tokio::test]
async fn files_are_not_counted() {
    let app = server(|limits| limits.rates = Some(three(1000))).await;
    for _ in 0..10 {
        assert_eq!(file(&app).await.status(), 200);
    }
    assert_eq!(standing(&file(&app).await), [None; 3]);
}

async fn file(app: &TestApp) -> Response {
    send(app.request(Method::GET, "/favicon.svg")).await
}

//! That nobody learns from an answer, or from the work behind it, whose address is known.

use chrono::TimeDelta;
use domain::stats;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use testing::both_engines;

use crate::app::{PASSWORD, TestApp};

const KNOWN: &str = "ada@games.example";
const UNKNOWN: &str = "eve@games.example";

/// What can be seen of an answer, and what was done for it.
#[derive(Debug, PartialEq)]
struct Done {
    status: u16,
    headers: Vec<String>,
    leads_to: Option<String>,
    body: Value,
    /// Passwords that were hashed, each for as long as any other: the cost is one setting.
    hashes: u64,
    letters: usize,
}

/// Asks with an address, which no one asked with in the last minute.
async fn ask(app: &TestApp, address: &str, request: reqwest::RequestBuilder) -> Done {
    app.domain.app.clock.advance(TimeDelta::hours(4));
    let so_far = || stats::read(&app.domain.app).passwords.hashing.count;
    let (hashes, letters) = (so_far(), app.domain.letters(address).await.len());
    let answer = request.send().await.unwrap();
    let done = seen(answer).await;
    Done { hashes: so_far() - hashes, letters: app.domain.letters(address).await.len() - letters, ..done }
}

async fn seen(answer: Response) -> Done {
    let mut headers: Vec<_> = answer.headers().keys().map(ToString::to_string).collect();
    headers.sort();
    let leads_to = answer.headers().get("location").map(|location| location.to_str().unwrap().to_owned());
    Done {
        status: answer.status().as_u16(),
        headers,
        leads_to,
        body: answer.json().await.unwrap_or_default(),
        hashes: 0,
        letters: 0,
    }
}

/// The same with both: what was done for either.
async fn both(app: &TestApp, path: &str, input: impl Fn(&str) -> Value) -> Done {
    let of = async |address: &str| {
        let request = if path.starts_with("/users/") {
            let input = input(address);
            let fields =
                input.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap()));
            // Handed out a moment ago: the clock moves on before it is sent.
            app.domain.app.clock.advance(TimeDelta::hours(4));
            let sent = app.form(path, &fields.collect::<Vec<_>>());
            app.domain.app.clock.advance(-TimeDelta::hours(4));
            sent
        } else {
            app.request(Method::POST, path).json(&input(address))
        };
        ask(app, address, request).await
    };
    let (known, mut unknown) = (of(KNOWN).await, of(UNKNOWN).await);
    if path == "/auth/register" {
        for key in ["session", "user"] {
            // Ids, times and tokens are an account's own; what can be read into is not.
            let own = ["id", "email", "created_at", "updated_at", "access_token", "refresh_token"];
            let (known, unknown) = (known.body[key].as_object().unwrap(), unknown.body[key].as_object_mut().unwrap());
            for field in own.into_iter().filter(|field| known.contains_key(*field)) {
                unknown.insert(field.to_owned(), known[field].clone());
            }
        }
    }
    assert_eq!(known, unknown, "{path}");
    known
}

#[both_engines]
async fn an_address_is_treated_the_same_whether_or_not_it_is_known(app: TestApp) {
    app.registered(KNOWN).await;
    for (path, status) in [("/auth/login", 401), ("/api/v1/login", 401), ("/users/log-in", 303)] {
        let done = both(&app, path, |email| json!({ "email": email, "password": "a guess" })).await;
        assert_eq!((done.status, done.hashes, done.letters), (status, 1, 0), "{path}");
    }
    for (path, status) in [
        ("/auth/reset-password", 202),
        ("/auth/magic-link", 202),
        ("/users/reset-password", 303),
        ("/users/log-in/mail", 303),
    ] {
        let done = both(&app, path, |email| json!({ "email": email })).await;
        assert_eq!((done.status, done.hashes, done.letters), (status, 0, 1), "{path}");
    }
    for (path, status) in [("/auth/register", 201), ("/users/register", 303)] {
        let done = both(&app, path, |email| json!({ "name": "Eve", "email": email, "password": PASSWORD })).await;
        assert_eq!((done.status, done.hashes, done.letters), (status, 1, 1), "{path}");
    }
}

#[both_engines]
async fn a_wait_for_a_password_is_the_same_too(app: TestApp) {
    app.registered(KNOWN).await;
    let try_once = async |email: &str| {
        let request = app.request(Method::POST, "/auth/login").json(&json!({ "email": email, "password": "a guess" }));
        seen(request.send().await.unwrap()).await
    };
    for n in 0..7 {
        let (known, unknown) = (try_once(KNOWN).await, try_once(UNKNOWN).await);
        assert_eq!(known, unknown, "try {n}");
        assert_eq!(known.status, if n < 5 { 401 } else { 429 }, "try {n}");
    }
}

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use domain::{Argon2Cost, Config, stats};
use reqwest::{Client, Method, StatusCode};
use serde_json::json;
use testing::Engine;

use crate::app::{TestApp, limits};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_logins_at_once_leave_the_queue_bounded_and_the_server_alive() {
    let config =
        Config { argon2: Argon2Cost { memory_kib: 8 * 1024, passes: 2 }, password_queue: 16, ..testing::config() };
    let cores = thread::available_parallelism().unwrap().get();
    let app = TestApp::with(Engine::Sqlite, limits(), config).await;
    let client = Client::new();

    let done = Arc::new(AtomicBool::new(false));
    let watching = tokio::spawn({
        let (of, live, client, done) = (app.domain.app.clone(), app.url("/livez"), client.clone(), done.clone());
        async move {
            let (mut most, mut answered) = ((0, 0), 0_u64);
            while !done.load(Ordering::SeqCst) {
                let passwords = stats::read(&of).passwords;
                most = (passwords.working.max(most.0), passwords.waiting.max(most.1));
                assert_eq!(client.get(&live).send().await.unwrap().status(), StatusCode::OK);
                answered += u64::from(passwords.working > 0);
            }
            (most, answered)
        }
    });
    let logins = (0..500).map(|n| {
        let login = json!({ "email": format!("nobody-{n}@games.example"), "password": "a guess" });
        let request = app.request(Method::POST, "/api/v1/login").json(&login);
        tokio::spawn(async move {
            let answer = request.send().await.unwrap();
            let comes_back = answer.headers().contains_key("retry-after");
            (answer.status(), comes_back)
        })
    });
    let (mut looked_at, mut refused) = (0, 0);
    for login in logins.collect::<Vec<_>>() {
        match login.await.unwrap() {
            (StatusCode::UNAUTHORIZED, _) => looked_at += 1,
            (StatusCode::SERVICE_UNAVAILABLE, true) => refused += 1,
            other => panic!("{other:?}"),
        }
    }
    tokio::time::sleep(Duration::from_millis(10)).await;
    done.store(true, Ordering::SeqCst);
    let ((working, waiting), answered) = watching.await.unwrap();
    assert_eq!(looked_at + refused, 500);
    assert!(working <= cores && waiting <= 16 + cores, "{working} at work, {waiting} waiting");
    assert!(working > 0 && answered > 0, "it was watched at work");
    let after = stats::read(&app.domain.app).passwords;
    assert_eq!((after.working, after.waiting, after.hashing.count), (0, 0, looked_at));
    // The others waited too long for the database, which counts each try first.
    assert!(after.refused <= refused, "{} of {refused}", after.refused);
}

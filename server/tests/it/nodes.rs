//! Several servers on one database, where the engine bears them: refreshes that race, and what each knows of the others.

use std::collections::BTreeSet;
use std::process::Stdio;

use chrono::TimeDelta;
use domain::Database;
use domain::db::Db;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use server::Web;
use tempfile::TempDir;
use testing::{TestDomain, both_engines};

use crate::app::{Answer, Player, TestApp, limits};
use crate::cli::{Started, serve_with};

/// Two processes on one PostgreSQL, with the same keys; one on SQLite, which has one.
fn processes(folder: &TempDir, domain: &TestDomain) -> Vec<Started> {
    let keys = [
        ("GAMESERVER_SECRETS_ACCESS", "Zm9yLXRlc3RzLW9ubHktbm90LWEta2V5"),
        ("GAMESERVER_SECRETS_REFRESH", "YW5vdGhlciBrZXkgZm9yIHRlc3RzIG9u"),
    ];
    let start = |folder, url| serve_with(folder, url, &keys, Stdio::null());
    match &domain.database {
        Database::Postgres(url) => (0..2).map(|_| start(folder.path(), Some(url.as_str()))).collect(),
        Database::Sqlite(_) => vec![start(folder.path(), None)],
    }
}

#[both_engines]
async fn a_hundred_refreshes_of_one_token_make_one_generation_on_however_many_processes(domain: TestDomain) {
    let folder = TempDir::new().unwrap();
    let nodes = processes(&folder, &domain);
    let client = Client::new();
    let device = json!({ "device_id": "device-of-two-processes" });
    let tokens: Value =
        client.post(nodes[0].url("/api/v1/login/device")).json(&device).send().await.unwrap().json().await.unwrap();
    let refreshes = (0..100).map(|n| {
        let (client, url) = (client.clone(), nodes[n % nodes.len()].url("/api/v1/refresh"));
        let body = json!({ "refresh_token": tokens["refresh_token"] });
        tokio::spawn(async move {
            let answer = client.post(url).json(&body).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK);
            answer.json::<Value>().await.unwrap()
        })
    });
    let (mut successors, mut access) = (BTreeSet::new(), Vec::new());
    for refresh in refreshes.collect::<Vec<_>>() {
        let answer = refresh.await.expect("nobody is signed out");
        successors.insert(answer["refresh_token"].as_str().unwrap().to_owned());
        access.push(answer["access_token"].as_str().unwrap().to_owned());
    }
    assert_eq!(successors.len(), 1);
    for (n, token) in access.iter().enumerate() {
        let me = client.get(nodes[(n + 1) % nodes.len()].url("/api/v1/me")).bearer_auth(token).send().await.unwrap();
        assert_eq!(me.status(), StatusCode::OK, "each access token is good on the other node");
    }
    let database = match domain.database.clone() {
        Database::Sqlite(_) => Database::Sqlite(folder.path().join("data/gameserver.db")),
        postgres @ Database::Postgres(_) => postgres,
    };
    let found = TestDomain::at(database, TempDir::new().unwrap(), testing::config()).await;
    assert_eq!(found.rows("sessions where generation = 2 and ended_at is null").await, 1);
    assert_eq!(found.rows("session_rotations").await, 1);
}

/// Two servers in this process, each with an application of its own, under one clock that can be moved. On SQLite both are
/// one.
async fn two(domain: TestDomain) -> [TestApp; 2] {
    let app = match domain.database {
        Database::Sqlite(_) => domain.app.clone(),
        Database::Postgres(_) => domain.beside(Db::open(&domain.database).await.unwrap()),
    };
    let beside = TestDomain { app, database: domain.database.clone(), folder: TempDir::new().unwrap() };
    [TestApp::of(domain, limits(), Web::default()).await, TestApp::of(beside, limits(), Web::default()).await]
}

async fn refresh(node: &TestApp, token: &str) -> Answer {
    node.nobody().post("/api/v1/refresh", &json!({ "refresh_token": token })).await
}

/// Whether the access token of an answer is good there.
async fn is_good(node: &TestApp, answer: &Answer) -> bool {
    let access = answer.body["access_token"].as_str().map(str::to_owned);
    Player { access, ..node.nobody() }.get("/api/v1/me").await.status == StatusCode::OK
}

fn refresh_token(answer: &Answer) -> &str {
    answer.body["refresh_token"].as_str().unwrap_or_else(|| panic!("{answer:?}"))
}

#[both_engines]
async fn the_first_token_that_comes_back_after_four_generations_ends_the_session_on_every_node(domain: TestDomain) {
    let nodes = two(domain).await;
    let first = nodes[0].player().await.refresh;
    let mut newest = refresh(&nodes[1], &first).await;
    for n in 0..3 {
        nodes[0].domain.app.clock.advance(TimeDelta::seconds(11));
        assert!(is_good(&nodes[n % 2], &newest).await);
        newest = refresh(&nodes[n % 2], refresh_token(&newest)).await;
    }
    assert!(is_good(&nodes[0], &newest).await && is_good(&nodes[1], &newest).await);
    assert_eq!(refresh(&nodes[1], &first).await.refusal(), "401 token_reused");
    for node in &nodes {
        assert!(!is_good(node, &newest).await);
        assert_eq!(refresh(node, refresh_token(&newest)).await.refusal(), "401 invalid_refresh_token");
    }
}

#[both_engines]
async fn an_answer_that_was_lost_on_one_node_is_given_again_by_the_other(domain: TestDomain) {
    let nodes = two(domain).await;
    let first = nodes[0].player().await.refresh;
    let lost = refresh(&nodes[0], &first).await;
    nodes[0].domain.app.clock.advance(TimeDelta::minutes(10));
    let again = refresh(&nodes[1], &first).await;
    assert_eq!(refresh_token(&again), refresh_token(&lost));
    assert!(is_good(&nodes[0], &again).await);
    // From now on it is known to have arrived, on whichever node it was seen.
    assert_eq!(refresh(&nodes[1], &first).await.refusal(), "401 token_reused");
}

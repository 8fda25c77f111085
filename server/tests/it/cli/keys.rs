//! The keys of access tokens, by the command line and beside a running server.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{gameserver, serve, text};

fn keys(folder: &Path, what: &str) -> Vec<String> {
    let output = gameserver(folder, &["keys", what], None).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// The part of a token that says which key it is of.
fn head(tokens: &Value) -> String {
    tokens["access_token"].as_str().unwrap().split('.').next().unwrap().to_owned()
}

#[test]
fn keys_are_listed_and_rotated() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let none = gameserver(folder, &["keys", "list"], None).output().unwrap();
    assert!(!none.status.success() && text(&none).contains("the first start makes it"), "{}", text(&none));
    assert!(gameserver(folder, &["migrate"], None).output().unwrap().status.success());

    let [first] = &keys(folder, "list")[..] else { panic!("one key") };
    assert!(first.ends_with("  signs"), "{first}");
    let rotated = keys(folder, "rotate");
    let [second, old] = &rotated[..] else { panic!("{rotated:?}") };
    let id = first.trim_end_matches("  signs");
    assert!(second.ends_with("  signs") && second != first, "{rotated:?}");
    assert!(old.starts_with(id) && old.contains("  verifies until 20") && old.ends_with(" UTC"), "{rotated:?}");
    assert_eq!(keys(folder, "list"), rotated);

    let given = [
        ("GAMESERVER_SECRETS_ACCESS", "Zm9yLXRlc3RzLW9ubHktbm90LWEta2V5"),
        ("GAMESERVER_SECRETS_ACCESS_PREVIOUS", "b25lIG9mIGxhc3QgeWVhciBmb3IgdGVz"),
    ];
    let refused = gameserver(folder, &["keys", "rotate"], None).envs(given).output().unwrap();
    assert!(!refused.status.success() && text(&refused).contains("secrets.access_previous"), "{}", text(&refused));
    let listed = gameserver(folder, &["keys", "list"], None).envs(given).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&listed.stdout).lines().filter(|line| line.ends_with("  verifies")).count(), 1);
}

#[tokio::test]
async fn rotations_under_load_fail_nobody() {
    let folder = TempDir::new().unwrap();
    let server = serve(folder.path(), None);
    let (sign_in, refresh, me) =
        (server.url("/api/v1/login/device"), server.url("/api/v1/refresh"), server.url("/api/v1/me"));
    let done = Arc::new(AtomicBool::new(false));
    let players = (0..8).map(|n| {
        let (sign_in, refresh, me, done) = (sign_in.clone(), refresh.clone(), me.clone(), done.clone());
        tokio::spawn(async move {
            let client = Client::new();
            let device = json!({ "device_id": format!("device-of-a-rotation-{n}") });
            let post = async |url: &str, body: &Value| -> Value {
                let answer = client.post(url).json(body).send().await.unwrap();
                assert_eq!(answer.status(), StatusCode::OK);
                answer.json().await.unwrap()
            };
            let mut tokens = post(&sign_in, &device).await;
            let (mut heads, mut asked) = (BTreeSet::from([head(&tokens)]), 0);
            while !done.load(Ordering::SeqCst) {
                for _ in 0..5 {
                    let token = tokens["access_token"].as_str().unwrap();
                    let answer = client.get(&me).bearer_auth(token).send().await.unwrap();
                    assert_eq!(answer.status(), StatusCode::OK, "after {asked} requests");
                    asked += 1;
                }
                tokens = post(&refresh, &json!({ "refresh_token": tokens["refresh_token"] })).await;
                heads.insert(head(&tokens));
            }
            (heads, asked)
        })
    });
    let players: Vec<_> = players.collect();
    let tokens: Value = Client::new()
        .post(&sign_in)
        .json(&json!({ "device_id": "device-of-before" }))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    for _ in 0..5 {
        let at = folder.path().to_owned();
        tokio::task::spawn_blocking(move || keys(&at, "rotate")).await.unwrap();
    }
    done.store(true, Ordering::SeqCst);
    let (mut heads, mut asked) = (BTreeSet::new(), 0);
    for player in players {
        let (its, count) = player.await.expect("no request was refused");
        heads.extend(its);
        asked += count;
    }
    assert!(heads.len() > 1 && asked > 0, "{asked} requests under {} keys", heads.len());

    let ask =
        async || Client::new().get(&me).bearer_auth(tokens["access_token"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(ask().await.status(), StatusCode::OK, "five keys later");
    let public: Value =
        Client::new().get(server.url("/.well-known/jwks.json")).send().await.unwrap().json().await.unwrap();
    assert_eq!(public["keys"].as_array().unwrap().len(), 6);
    for entry in fs::read_dir(folder.path().join("data/secrets")).unwrap().map(Result::unwrap) {
        if entry.file_name().to_string_lossy().starts_with("access-until-") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
    // A sign-in makes the server look, as would a second that goes by: tokens of keys that are gone are nobody's.
    let new = Client::new().post(&sign_in).json(&json!({ "device_id": "device-of-after-all" })).send().await.unwrap();
    assert_eq!(new.status(), StatusCode::OK);
    assert_eq!(ask().await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_second_server_on_one_data_folder_does_not_start() {
    let folder = TempDir::new().unwrap();
    let _first = serve(folder.path(), None);
    let second = gameserver(folder.path(), &["serve", "--port", "0", "--host", "127.0.0.1"], None).output().unwrap();
    assert!(!second.status.success() && text(&second).contains("another server serves"), "{}", text(&second));
}

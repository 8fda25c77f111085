//! Server functions are public endpoints: each decides for itself.

use std::collections::BTreeSet;

use leptos::server_fn::axum::server_fn_paths;
use reqwest::Method;
use serde_json::{Value, json};
use testing::both_engines;

use crate::app::{Answer, Player, TestApp};

/// Every server function, and whether only admins may call it.
const FUNCTIONS: &[(&str, bool)] = &[
    ("/_fn/history", true),
    ("/_fn/lobbies", true),
    ("/_fn/overview", true),
    ("/_fn/users", true),
    ("/_fn/viewer", false),
    ("/_fn/link-works", false),
];

/// Calls a server function as a page of ours would.
async fn call(player: &Player<'_>, path: &str, arguments: &Value) -> Answer {
    let origin = format!("http://{}", player.app.address);
    player.send(player.request(Method::POST, path).header("origin", origin).json(arguments)).await
}

/// Arguments that fit every function: each takes its own.
fn arguments() -> Value {
    json!({ "filter": {}, "page": {}, "token": "x", "minutes": 60 })
}

#[both_engines]
async fn every_server_function_has_its_rule(app: TestApp) {
    let registered: BTreeSet<_> = server_fn_paths().map(|(path, _)| path).collect();
    let listed: BTreeSet<_> = FUNCTIONS.iter().map(|(path, _)| *path).collect();
    assert_eq!(registered, listed);
    let (nobody, player, admin) = (app.nobody(), app.player().await, app.admin_in_browser().await);
    for (path, admins_only) in FUNCTIONS {
        let mut statuses = Vec::new();
        for player in [&nobody, &player, &admin] {
            statuses.push(call(player, path, &arguments()).await.status.as_u16());
        }
        let expected = if *admins_only { [401, 403, 200] } else { [200, 200, 200] };
        assert_eq!(statuses, expected, "{path}");
    }
}

#[both_engines]
async fn no_server_function_answers_a_foreign_page(app: TestApp) {
    let admin = app.admin_in_browser().await;
    for (path, _) in FUNCTIONS {
        for (name, value) in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "same-site"),
            ("x-none", "at all"),
        ] {
            let answer =
                admin.request(Method::POST, path).header(name, value).form(&[("a", "b")]).send().await.unwrap();
            assert_eq!(answer.status(), 403, "{path} with {name}: {value}");
        }
        let read = admin.request(Method::GET, path).send().await.unwrap().status();
        assert!(read == 404 || read == 405, "{path} is no GET: {read}");
    }
}

#[both_engines]
async fn arguments_that_do_not_fit_are_told_apart_from_our_own_failures(app: TestApp) {
    let admin = app.admin_in_browser().await;
    for arguments in [json!({}), json!({ "filter": 5, "page": {} }), json!([])] {
        assert_eq!(call(&admin, "/_fn/lobbies", &arguments).await.refusal(), "400 invalid_json", "{arguments}");
    }
    let page = call(&admin, "/_fn/lobbies", &json!({ "filter": {}, "page": { "page": 0 } })).await;
    assert_eq!(page.refusal(), "422 validation_failed");
}

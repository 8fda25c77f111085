//! Who gets what from every route: one table, and a check that no route is missing from it.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::json;
use testing::both_engines;

use crate::app::TestApp;

/// A route, and its status for nobody, for the guest who hosts the hidden lobby, for another guest, and for an admin. The
/// rows are asked from top to bottom, so that each finds what those above it left.
const ROUTES: &[(&str, &str, [u16; 4])] = &[
    ("GET", "/health", [200, 200, 200, 200]),
    ("POST", "/login", [422, 422, 422, 422]),
    ("POST", "/login/device", [422, 422, 422, 422]),
    ("POST", "/refresh", [422, 422, 422, 422]),
    ("GET", "/me", [401, 200, 200, 200]),
    ("GET", "/lobbies", [200, 200, 200, 200]),
    ("GET", "/lobbies/{id}", [404, 200, 404, 200]),
    ("POST", "/lobbies/{id}/join", [401, 403, 200, 200]),
    ("POST", "/lobbies", [401, 403, 403, 403]),
    ("PATCH", "/lobbies", [401, 200, 403, 403]),
    ("POST", "/lobbies/kick", [401, 422, 422, 422]),
    ("POST", "/lobbies/quick_join", [401, 409, 409, 409]),
    ("POST", "/lobbies/leave", [401, 200, 200, 200]),
    ("DELETE", "/logout", [200, 200, 200, 200]),
];

#[both_engines]
async fn every_route_has_its_rule(app: TestApp) {
    let [host, other] = app.players().await;
    let (nobody, admin) = (app.nobody(), app.admin().await);
    let id = host.open(json!({ "is_hidden": true })).await;
    for (method, path, expected) in ROUTES {
        let method: Method = method.parse().unwrap();
        let url = format!("/api/v1{}", path.replace("{id}", &id.to_string()));
        let mut statuses = Vec::new();
        for player in [&nobody, &host, &other, &admin] {
            let request = player.request(method.clone(), &url);
            let request = if method == Method::GET { request } else { request.json(&json!({})) };
            statuses.push(player.send(request).await.status.as_u16());
        }
        assert_eq!(statuses, expected, "{method} {path}");
    }
}

#[test]
fn every_route_stands_in_the_table() {
    let source = include_str!("../../../src/router.rs");
    let (_, api) = source.split_once("let signing_in").unwrap();
    let (api, _) = api.split_once("Router::new()\n        .nest").unwrap();
    let routes: BTreeSet<_> = api.split(".route(\"").skip(1).map(|route| route.split('"').next().unwrap()).collect();
    let listed: BTreeSet<_> = ROUTES.iter().map(|(_, path, _)| *path).collect();
    assert_eq!(routes, listed);
}

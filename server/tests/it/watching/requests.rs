//! The id of a request.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::json;
use testing::both_engines;

use crate::app::{TestApp, limits};

#[both_engines]
async fn every_answer_has_an_id_of_its_own(app: TestApp) {
    let too_large = "x".repeat(limits().body + 1);
    let requests = [
        app.request(Method::GET, "/api/v1/health"),
        app.request(Method::GET, "/api/v1/me"),
        app.request(Method::GET, "/api/v1/nothing"),
        app.request(Method::PUT, "/api/v1/lobbies"),
        app.request(Method::OPTIONS, "/api/v1/lobbies").header("access-control-request-method", "POST"),
        app.request(Method::POST, "/users/log-in").header("origin", "https://evil.example"),
        app.request(Method::GET, "/users/log-in"),
        app.request(Method::GET, "/nothing"),
        app.request(Method::GET, "/favicon.svg"),
        app.request(Method::GET, "/socket/websocket"),
        app.request(Method::GET, "/metrics"),
        // The last: its connection is closed on what nobody reads.
        app.request(Method::POST, "/api/v1/login/device").body(too_large),
    ];
    let mut ids = BTreeSet::new();
    for (n, request) in requests.into_iter().enumerate() {
        let answer = request.send().await.unwrap();
        let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        assert_eq!(id.len(), 32, "request {n}: {id}");
        assert!(ids.insert(id), "request {n} has an id that was there before");
    }
}

#[both_engines]
async fn a_sane_id_is_kept_and_another_replaced(app: TestApp) {
    let id_for = async |given: &str| {
        let request = app.request(Method::GET, "/api/v1/health").header("x-request-id", given);
        request.send().await.unwrap().headers()["x-request-id"].to_str().unwrap().to_owned()
    };
    let (longest, too_long) = ("x".repeat(128), "x".repeat(129));
    for sane in ["a", "01J-frontend/7", &longest] {
        assert_eq!(id_for(sane).await, sane);
    }
    for insane in [&*too_long, "", "two words", "\u{fc}mlaut"] {
        let id = id_for(insane).await;
        assert!(id.len() == 32 && id != insane, "{insane:?} became {id}");
    }
}

#[both_engines]
async fn an_error_of_the_caller_carries_no_id_in_its_body(app: TestApp) {
    let refused = app.nobody().post("/api/v1/login/device", &json!({})).await;
    assert_eq!(refused.refusal(), "422 validation_failed");
    assert!(refused.body.get("request_id").is_none(), "{refused:?}");
}

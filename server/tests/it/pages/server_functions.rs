//! What server functions answer, beyond who may call them (`access.rs`).

use reqwest::Method;
use serde_json::{Value, json};
use testing::both_engines;

use crate::app::{Answer, Player, TestApp};

/// Calls a server function as a page of ours would.
async fn call(player: &Player<'_>, path: &str, arguments: &Value) -> Answer {
    let origin = format!("http://{}", player.app.address);
    player.send(player.request(Method::POST, path).header("origin", origin).json(arguments)).await
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

use reqwest::Method;
use serde_json::{Value, json};
use testing::both_engines;

use crate::app::{Answer, Player, TestApp};

/// Numbers as a client may write them, at the edges of what a double holds; PostgreSQL writes the first out in 309
/// digits. One whole number is beyond 64 bits, and becomes the nearest double.
const NUMBERS: &str = "[1.7976931348623157e308, -1.7976931348623157e308, 2.2250738585072014e-308, 5e-324, 1e-400, 0.1,
    -4.565547029654878e-141, 9007199254740993, -9223372036854775808, 18446744073709551615, 18446744073709551616]";

/// The same as they are read: what is too small for a double is none.
fn numbers() -> Value {
    let read: Value = serde_json::from_str(NUMBERS).unwrap();
    assert_eq!(read[4].as_f64(), Some(0.0));
    assert_eq!(read[10].as_f64(), Some(18_446_744_073_709_551_616.0));
    read
}

/// Sends JSON as it stands: `json!` could not write all of it.
async fn send(player: &Player<'_>, method: Method, path: &str, body: &str) -> Answer {
    let request = player.request(method, path).header("content-type", "application/json");
    player.send(request.body(body.to_owned())).await
}

/// As doubles: an engine may give `0` back where `0.0` was kept.
fn same(kept: &Value, sent: &Value) -> bool {
    let read = |it: &Value| it.as_array().unwrap().iter().map(Value::as_f64).collect::<Vec<_>>();
    read(kept) == read(sent)
}

#[both_engines]
async fn numbers_at_the_edge_are_kept_listed_and_found(app: TestApp) {
    let [alice, bob] = app.players().await;
    let body = format!(r#"{{"metadata":{{"a":{NUMBERS},"most":1.7976931348623157e308,"whole":9007199254740993}}}}"#);
    let opened = send(&alice, Method::POST, "/api/v1/lobbies", &body).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    let changed = send(&alice, Method::PATCH, "/api/v1/lobbies", &body).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let id = opened.body["id"].as_i64().unwrap();
    let got = app.nobody().get(&format!("/api/v1/lobbies/{id}")).await;
    let listed = app.nobody().get("/api/v1/lobbies").await;
    for lobby in [&opened.body, &changed.body, &got.body, &listed.body["data"][0]] {
        assert!(same(&lobby["metadata"]["a"], &numbers()), "{lobby}");
    }
    for (key, value, found) in [
        ("most", "1.7976931348623157e308", 1),
        ("most", "1.7976931348623155e308", 0),
        ("whole", "9007199254740993", 1),
        ("whole", "9007199254740992", 0),
        ("most", "1e400", 0),
        ("most", "-1e400", 0),
    ] {
        let page = app.nobody().get(&format!("/api/v1/lobbies?metadata_key={key}&metadata_value={value}")).await;
        assert_eq!(page.body["meta"]["total_count"], found, "{key} {value}: {page:?}");
    }
    let joined = send(&bob, Method::POST, "/api/v1/lobbies/quick_join", &body).await;
    assert_eq!((joined.status.as_u16(), &joined.body["id"]), (200, &json!(id)), "{joined:?}");
}

#[both_engines]
async fn a_number_that_no_double_holds_is_refused_and_nothing_is_kept(app: TestApp) {
    let player = app.player().await;
    for number in ["1e400", "-1e400", "1.8e308"] {
        let body = format!(r#"{{"metadata":{{"a":{number}}}}}"#);
        for (method, path) in [(Method::POST, "/api/v1/lobbies"), (Method::POST, "/api/v1/lobbies/quick_join")] {
            let answer = send(&player, method, path, &body).await;
            assert_eq!(answer.refusal(), "400 invalid_json", "{path} {body}");
        }
        let text = json!({ "metadata": format!(r#"{{"a":{number}}}"#) });
        let answer = player.post("/api/v1/lobbies/quick_join", &text).await;
        assert_eq!(answer.refusal(), "422 validation_failed", "as a text: {number}");
    }
    assert_eq!(app.nobody().get("/api/v1/lobbies").await.body["meta"]["total_count"], 0);

    player.open(json!({ "metadata": { "a": 1 } })).await;
    let answer = send(&player, Method::PATCH, "/api/v1/lobbies", r#"{"metadata":{"a":1e400}}"#).await;
    assert_eq!(answer.refusal(), "400 invalid_json");
    let kept = app.nobody().get("/api/v1/lobbies").await;
    assert_eq!(kept.body["data"][0]["metadata"], json!({ "a": 1 }));
}

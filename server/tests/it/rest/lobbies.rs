mod host;
mod metadata;
mod quick_join;
mod search;

use insta::{allow_duplicates, assert_json_snapshot};
use serde_json::{Value, json};
use testing::both_engines;

use crate::app::TestApp;

#[both_engines]
async fn a_lobby_is_opened_found_joined_and_left(app: TestApp) {
    let [alice, bob] = app.players().await;
    let dunes = json!({ "title": "Dunes", "max_users": 2, "metadata": { "mode": "ranked" } });
    let opened = alice.post("/api/v1/lobbies", &dunes).await;
    let mut shown = opened.body.clone();
    assert_eq!(shown["rules"]["code"].take().as_str().map(str::len), Some(6));
    allow_duplicates! {
        assert_json_snapshot!(shown, @r#"
        {
          "created_at": "2027-01-15T08:00:00Z",
          "host_id": 1,
          "hostless": false,
          "id": 1,
          "is_hidden": false,
          "is_locked": false,
          "is_passworded": false,
          "max_users": 2,
          "member_count": 1,
          "members": [
            {
              "display_name": null,
              "is_ready": false,
              "joined_at": "2027-01-15T08:00:00Z",
              "metadata": {},
              "seat": 1,
              "user_id": 1
            }
          ],
          "metadata": {
            "mode": "ranked"
          },
          "revision": 1,
          "rules": {
            "code": null,
            "grace_seconds": 30,
            "host_policy": "longest",
            "successor_id": null
          },
          "title": "Dunes"
        }
        "#);
    }
    let id = opened.body["id"].as_i64().unwrap();
    assert_eq!(alice.get("/api/v1/me").await.body["lobby_id"], id);

    let list = app.nobody().get("/api/v1/lobbies?title=DUNE").await;
    assert_eq!(list.body["data"][0]["id"], id);
    allow_duplicates! {
        assert_json_snapshot!(list.body["meta"], @r#"
        {
          "count": 1,
          "has_more": false,
          "next_cursor": null,
          "page": 1,
          "page_size": 25,
          "total_count": 1,
          "total_is_minimum": false,
          "total_pages": 1
        }
        "#);
    }

    assert_eq!(bob.get(&format!("/api/v1/lobbies/{id}")).await.body["members"], Value::Null);
    let joined = bob.join(id).await;
    assert_eq!((joined.status.as_u16(), joined.body["member_count"].as_i64()), (200, Some(2)));
    let members = bob.get(&format!("/api/v1/lobbies/{id}")).await.body["members"].clone();
    assert_eq!(members.as_array().unwrap().len(), 2);

    assert_eq!(alice.leave().await.body, json!({}));
    assert_eq!(bob.get(&format!("/api/v1/lobbies/{id}")).await.body["host_id"], bob.id);
    assert_eq!(alice.leave().await.refusal(), "400 not_in_lobby");
    bob.leave().await;
    assert_eq!(app.nobody().get(&format!("/api/v1/lobbies/{id}")).await.refusal(), "404 not_found");
}

#[both_engines]
async fn each_refusal_has_its_code(app: TestApp) {
    let [alice, bob, carol] = app.players().await;
    let small = alice.open(json!({ "max_users": 1 })).await;
    let secret = bob.open(json!({ "password": "sesame" })).await;
    assert_eq!(alice.post("/api/v1/lobbies", &json!({})).await.refusal(), "403 already_in_lobby");
    assert_eq!(alice.join(secret).await.refusal(), "403 already_in_lobby");
    assert_eq!(carol.join(small).await.refusal(), "403 full");
    assert_eq!(carol.join(secret).await.refusal(), "403 password_required");
    let join = format!("/api/v1/lobbies/{secret}/join");
    assert_eq!(carol.post(&join, &json!({ "password": "open" })).await.refusal(), "403 invalid_password");
    assert_eq!(carol.post(&join, &json!({ "password": "sesame" })).await.status, 200);
    assert_eq!(carol.join(999_999).await.refusal(), "404 not_found");
    assert_eq!(app.nobody().join(small).await.refusal(), "401 authentication_required");
    assert_eq!(app.nobody().leave().await.refusal(), "401 authentication_required");
    assert_eq!(app.nobody().post("/api/v1/lobbies", &json!({})).await.refusal(), "401 authentication_required");
}

#[both_engines]
async fn an_input_that_breaks_the_rules_opens_nothing(app: TestApp) {
    let player = app.player().await;
    for (input, field) in [
        (json!({ "title": "" }), "title"),
        (json!({ "title": "t".repeat(81) }), "title"),
        (json!({ "title": "a\u{202e}b" }), "title"),
        (json!({ "title": 5 }), "title"),
        (json!({ "max_users": 0 }), "max_users"),
        (json!({ "max_users": 129 }), "max_users"),
        (json!({ "max_users": 1.5 }), "max_users"),
        (json!({ "max_users": "8" }), "max_users"),
        (json!({ "is_hidden": "yes" }), "is_hidden"),
        (json!({ "password": "p".repeat(129) }), "password"),
        (json!({ "metadata": [] }), "metadata"),
        (json!({ "metadata": { "a": "\0" } }), "metadata"),
        (json!({ "metadata": { "a": "x".repeat(16 * 1024) } }), "metadata"),
        (json!({ "metadata": { "a": { "b": { "c": { "d": { "e": { "f": { "g": { "h": 1 } } } } } } } } }), "metadata"),
    ] {
        let answer = player.post("/api/v1/lobbies", &input).await;
        if field == "metadata" && input.to_string().contains("\"h\"") {
            // Eight levels are taken; this one is the deepest there may be.
            assert_eq!(answer.status, 201);
            player.leave().await;
            continue;
        }
        assert_eq!(answer.refusal(), "422 validation_failed", "{input}");
        assert!(answer.body["errors"][field][0].is_string(), "{field}: {answer:?}");
    }
    assert_eq!(app.nobody().get("/api/v1/lobbies").await.body["meta"]["total_count"], 0);
}

#[both_engines]
async fn fields_that_are_not_the_callers_are_never_bound(app: TestApp) {
    let [alice, bob] = app.players().await;
    let id = alice
        .open(json!({ "host_id": bob.id, "hostless": true, "id": 77, "password_hash": "x", "member_count": 5, "revision": 9 }))
        .await;
    let lobby = alice.get(&format!("/api/v1/lobbies/{id}")).await.body;
    assert_eq!((lobby["host_id"].as_i64(), lobby["hostless"].as_bool()), (Some(alice.id), Some(false)));
    assert_eq!((lobby["member_count"].as_i64(), lobby["is_passworded"].as_bool()), (Some(1), Some(false)));
    assert_ne!(id, 77);
}

#[both_engines]
async fn pages_are_clamped_above_and_refused_below(app: TestApp) {
    let get = async |query: &str| app.nobody().get(&format!("/api/v1/lobbies?{query}")).await;
    assert_eq!(get("page_size=101").await.body["meta"]["page_size"], 100);
    for query in [
        "page=0",
        "page_size=0",
        "page=-1",
        "page=x",
        "page_size=1.5",
        "page=99999999999999999999",
        "page=1&page=2",
        "state=x",
    ] {
        assert_eq!(get(query).await.refusal(), "422 validation_failed", "{query}");
    }
    assert_eq!(get("page=9223372036854775807").await.body["data"], json!([]));
}

#[both_engines]
async fn two_requests_race_for_the_last_seat_and_one_wins(app: TestApp) {
    let [host, bob, carol] = app.players().await;
    let id = host.open(json!({ "max_users": 2 })).await;
    let (bob, carol) = tokio::join!(bob.join(id), carol.join(id));
    let mut outcomes = [bob, carol].map(|answer| if answer.status == 200 { "seated".into() } else { answer.refusal() });
    outcomes.sort();
    assert_eq!(outcomes, ["403 full", "seated"]);
}

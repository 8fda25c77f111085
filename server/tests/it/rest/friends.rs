use insta::{allow_duplicates, assert_json_snapshot};
use reqwest::Method;
use serde_json::{Value, json};
use testing::both_engines;

use crate::app::{Answer, Player, TestApp};

impl Player<'_> {
    /// Asks a player to be friends.
    pub(crate) async fn befriend(&self, other: &Player<'_>) -> Answer {
        self.post("/api/v1/friends", &json!({ "target_user_id": other.id })).await
    }

    /// Blocks a player.
    pub(crate) async fn block(&self, other: &Player<'_>) -> Answer {
        self.post("/api/v1/friends/block", &json!({ "target_user_id": other.id })).await
    }

    /// Does something with what is between the player and another: `accept`, `reject`, `block` or `unblock`.
    pub(crate) async fn answer(&self, friendship: &Answer, what: &str) -> Answer {
        let id = friendship.body["id"].as_i64().unwrap();
        self.post(&format!("/api/v1/friends/{id}/{what}"), &json!({})).await
    }

    /// Ends a friendship, or cancels a request.
    pub(crate) async fn unfriend(&self, friendship: &Answer) -> Answer {
        let id = friendship.body["id"].as_i64().unwrap();
        self.send(self.request(Method::DELETE, &format!("/api/v1/friends/{id}"))).await
    }
}

#[both_engines]
async fn a_friendship_is_asked_for_listed_and_ended(app: TestApp) {
    let [alice, bob] = app.players().await;
    alice.patch("/api/v1/me/display_name", &json!({ "display_name": "Alice" })).await;
    let asked = alice.befriend(&bob).await;
    assert_eq!(asked.status, 201);
    let requests = bob.get("/api/v1/me/friend-requests").await;
    allow_duplicates! {
        assert_json_snapshot!(asked.body, @r#"
        {
          "id": 1,
          "requester_id": 1,
          "revision": 1,
          "status": "pending",
          "target_id": 2
        }
        "#);
        assert_json_snapshot!(requests.body, @r#"
        {
          "incoming": [
            {
              "id": 1,
              "inserted_at": "2027-01-15T08:00:00Z",
              "requester": {
                "display_name": "Alice",
                "id": 1
              },
              "status": "pending",
              "target": {
                "display_name": null,
                "id": 2
              }
            }
          ],
          "meta": {
            "counts": {
              "incoming": 1,
              "outgoing": 0
            },
            "has_more": {
              "incoming": false,
              "outgoing": false
            },
            "page": 1,
            "page_size": 25,
            "total_counts": {
              "incoming": 1,
              "outgoing": 0
            },
            "total_is_minimum": {
              "incoming": false,
              "outgoing": false
            },
            "total_pages": {
              "incoming": 1,
              "outgoing": 0
            }
          },
          "outgoing": []
        }
        "#);
    }
    assert_eq!(alice.get("/api/v1/me/friend-requests").await.body["outgoing"][0]["id"], 1);
    let accepted = bob.answer(&asked, "accept").await;
    assert_eq!((accepted.status.as_u16(), accepted.body), (200, json!({})));
    let lobby = alice.open(json!({})).await;
    let friends = bob.get("/api/v1/me/friends").await;
    assert_eq!(friends.body["data"][0]["lobby_id"], lobby);
    alice.leave().await;
    let friends = bob.get("/api/v1/me/friends").await;
    allow_duplicates! {
        assert_json_snapshot!(friends.body, @r#"
        {
          "data": [
            {
              "display_name": "Alice",
              "email": null,
              "friendship_id": 1,
              "id": 1,
              "is_online": false,
              "lobby_id": null,
              "profile_url": null,
              "since": "2027-01-15T08:00:00Z"
            }
          ],
          "meta": {
            "count": 1,
            "has_more": false,
            "next_cursor": null,
            "page": 1,
            "page_size": 25,
            "total_count": 1,
            "total_is_minimum": false,
            "total_pages": 1
          }
        }
        "#);
    }
    assert_eq!(alice.unfriend(&asked).await.body, json!({}));
    assert_eq!(bob.unfriend(&asked).await.refusal(), "404 not_found");
}

#[both_engines]
async fn whoever_is_blocked_is_listed_until_they_are_not(app: TestApp) {
    let [alice, bob] = app.players().await;
    let blocked = alice.block(&bob).await;
    assert_eq!(
        blocked.body,
        json!({ "id": 1, "requester_id": bob.id, "target_id": alice.id, "status": "blocked", "revision": 1 })
    );
    let listed = alice.get("/api/v1/me/blocked").await.body;
    let requester = json!({ "id": bob.id, "email": null, "display_name": null, "profile_url": null });
    assert_eq!(
        (&listed["data"], &listed["meta"]["total_count"]),
        (&json!([{ "id": 1, "requester": requester }]), &json!(1))
    );
    assert_eq!(bob.get("/api/v1/me/blocked").await.body["data"], json!([]));
    assert_eq!(alice.answer(&blocked, "unblock").await.body, json!({}));
    assert_eq!(alice.get("/api/v1/me/blocked").await.body["data"], json!([]));
}

#[both_engines]
async fn whom_it_is_not_about_is_told_that_it_is_not_there(app: TestApp) {
    let ([alice, bob, carol], admin) = (app.players().await, app.admin().await);
    let asked = alice.befriend(&bob).await;
    for stranger in [&carol, &admin] {
        for what in ["accept", "reject", "block", "unblock"] {
            assert_eq!(stranger.answer(&asked, what).await.refusal(), "404 not_found", "{what}");
        }
        assert_eq!(stranger.unfriend(&asked).await.refusal(), "404 not_found");
    }
    for path in ["/api/v1/friends/x", "/api/v1/friends/0", "/api/v1/friends/99999999999999999999"] {
        assert_eq!(bob.send(bob.request(Method::DELETE, path)).await.refusal(), "404 not_found", "{path}");
    }
    let wrong = [json!({ "target_user_id": "7" }), json!({ "target_user_id": null }), json!({ "target_user_id": 1.5 })];
    for body in &wrong {
        assert_eq!(bob.post("/api/v1/friends", body).await.refusal(), "422 validation_failed", "{body}");
    }
    // What is no field of the input is never bound.
    let bound = json!({ "target_user_id": carol.id, "status": "accepted", "requester_id": alice.id });
    let asked = bob.post("/api/v1/friends", &bound).await.body;
    assert_eq!((&asked["status"], &asked["requester_id"]), (&json!("pending"), &Value::from(bob.id)));
}

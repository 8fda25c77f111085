use futures_util::future::join_all;
use serde_json::{Value, json};
use testing::both_engines;

use crate::app::{Answer, Player, TestApp};

async fn quick(player: &Player<'_>, body: Value) -> Answer {
    player.post("/api/v1/lobbies/quick_join", &body).await
}

#[both_engines]
async fn a_player_is_seated_where_there_is_room_or_in_a_lobby_of_their_own(app: TestApp) {
    let [alice, bob, carol] = app.players().await;
    assert_eq!(quick(&app.nobody(), json!({})).await.refusal(), "401 authentication_required");
    let ask = json!({ "title": "Duel", "max_users": 2, "metadata": "{\"mode\":\"ranked\"}" });
    let made = quick(&alice, ask.clone()).await;
    assert_eq!((made.status.as_u16(), &made.body["title"]), (200, &json!("Duel")));
    assert_eq!((&made.body["max_users"], &made.body["metadata"]), (&json!(2), &json!({ "mode": "ranked" })));
    assert_eq!(quick(&alice, ask).await.refusal(), "409 already_in_lobby");

    let joined = quick(&bob, json!({ "metadata": { "mode": "ranked" } })).await;
    assert_eq!((joined.status.as_u16(), &joined.body["id"]), (200, &made.body["id"]));
    assert_eq!((&joined.body["member_count"], joined.body["members"].as_array().unwrap().len()), (&json!(2), 2));

    let own = quick(&carol, json!({ "metadata": null })).await;
    assert_eq!((&own.body["host_id"], &own.body["max_users"]), (&json!(carol.id), &json!(8)), "the other one is full");
    assert_eq!(own.body["metadata"], json!({}));
}

#[both_engines]
async fn a_quick_join_that_breaks_the_rules_seats_nobody(app: TestApp) {
    let player = app.player().await;
    for (input, field) in [
        (json!({ "title": "" }), "title"),
        (json!({ "title": "t".repeat(81) }), "title"),
        (json!({ "title": 5 }), "title"),
        (json!({ "max_users": 0 }), "max_users"),
        (json!({ "max_users": 129 }), "max_users"),
        (json!({ "max_users": "8" }), "max_users"),
        (json!({ "metadata": 7 }), "metadata"),
        (json!({ "metadata": [null] }), "metadata"),
        (json!({ "metadata": "ranked" }), "metadata"),
        (json!({ "metadata": { "a": "\0" } }), "metadata"),
        (json!({ "metadata": "{\"a\":\"\\u0000\"}" }), "metadata"),
        (json!({ "metadata": { "a": "x".repeat(16 * 1024) } }), "metadata"),
        (json!({ "metadata": { "a": { "b": { "c": { "d": { "e": { "f": { "g": { "h": {} } } } } } } } } }), "metadata"),
    ] {
        let answer = quick(&player, input.clone()).await;
        assert_eq!(answer.refusal(), "422 validation_failed", "{input}");
        assert!(answer.body["errors"][field][0].is_string(), "{field}: {answer:?}");
    }
    assert_eq!(app.nobody().get("/api/v1/lobbies").await.body["meta"]["total_count"], 0);
}

#[both_engines]
async fn twenty_at_once_are_all_seated_and_no_lobby_has_a_fifth(app: TestApp) {
    let players: [Player<'_>; 20] = app.players().await;
    let answers = join_all(players.iter().map(|player| quick(player, json!({ "max_users": 4 })))).await;
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.body["member_count"].as_i64() <= Some(4)));
    let list = app.nobody().get("/api/v1/lobbies?page_size=100").await.body;
    let counts: Vec<_> =
        list["data"].as_array().unwrap().iter().map(|it| it["member_count"].as_i64().unwrap()).collect();
    assert_eq!(counts, [4; 5]);
}

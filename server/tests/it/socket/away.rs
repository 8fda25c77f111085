//! Members whose sockets close: their seats are kept, and freed when they stay away.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;
use testing::both_engines;
use tokio::time::sleep;

use super::client::Socket;
use super::nodes::Nodes;
use crate::app::TestApp;

#[both_engines]
async fn a_seat_is_kept_for_whoever_is_back_in_time_and_freed_for_whoever_is_not(app: TestApp) {
    let [alice, bob] = app.players().await;
    let opened = alice.post("/api/v1/lobbies", &json!({ "grace_seconds": 30 })).await.body;
    let topic = format!("lobby:{}", opened["id"]);
    let code = json!({ "code": opened["rules"]["code"] });
    let (mut hers, his) = (alice.socket().await, bob.socket().await);
    hers.joined(&topic).await;
    bob.post("/api/v1/lobbies/join_by_code", &code).await;
    bob.patch("/api/v1/lobbies/me", &json!({ "is_ready": true })).await;
    for name in ["user_joined", "member_updated"] {
        assert_eq!(hers.event().await[1], name);
    }

    drop(his);
    let away = hers.event().await;
    assert_eq!(away, json!([topic, "member_away", { "user_id": bob.id, "held_until": "2027-01-15T08:00:30Z" }]));
    let kept = alice.get("/api/v1/lobbies/me").await.body["members"][1].clone();
    assert_eq!((&kept["held_until"], &kept["is_ready"]), (&json!("2027-01-15T08:00:30Z"), &json!(true)));
    let mut his = bob.socket().await;
    assert_eq!(hers.event().await, json!([topic, "member_back", { "user_id": bob.id }]));
    assert_eq!(his.joined(&topic).await["lobby"]["members"][1]["is_ready"], true);

    drop(his);
    assert_eq!(hers.event().await[1], "member_away");
    app.domain.app.clock.advance(TimeDelta::seconds(31));
    assert_eq!(hers.event().await, json!([topic, "user_left", { "user_id": bob.id, "reason": "dropped" }]));
    let why = "You were away for longer than a seat is kept, so yours was freed. Join again.";
    let mine = bob.get("/api/v1/lobbies/me").await;
    assert_eq!((mine.refusal().as_str(), &mine.body["message"]), ("404 not_in_lobby", &json!(why)));
    let refused = bob.socket().await.join(&topic).await.1;
    assert_eq!((&refused["reason"], &refused["message"]), (&json!("not_a_member"), &json!(why)));
    bob.post("/api/v1/lobbies/join_by_code", &code).await;
    assert_eq!(hers.event().await[1], "user_joined", "and it was freed once");
}

#[both_engines]
async fn an_old_socket_that_closes_late_takes_nothing_away(app: TestApp) {
    let [alice, bob] = app.players().await;
    let id = alice.post("/api/v1/lobbies", &json!({ "grace_seconds": 0 })).await.body["id"].as_i64().unwrap();
    let topic = format!("lobby:{id}");
    bob.join(id).await;
    let old = alice.socket().await;
    let mut his = bob.socket().await;
    his.joined(&topic).await;
    let _new = alice.socket().await;
    drop(old);
    // Longer than it takes to be looked at, twice.
    sleep(Duration::from_secs(2)).await;
    app.domain.app.clock.advance(TimeDelta::seconds(60));
    sleep(Duration::from_secs(2)).await;
    alice.patch("/api/v1/lobbies", &json!({ "title": "Harbour" })).await;
    assert_eq!(his.event().await[1], "lobby_updated", "still host, and nothing else was told");
}

/// What a member hears until they hear this, but for that.
async fn until(socket: &mut Socket, name: &str) -> Vec<String> {
    let mut heard = Vec::new();
    loop {
        let event = socket.event().await[1].as_str().unwrap().to_owned();
        if event == name {
            return heard;
        }
        heard.push(event);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_two_nodes_a_seat_is_kept_for_whom_either_lost_and_a_dead_nodes_players_are_missed() {
    let nodes = Nodes::start().await;
    let [alice, bob, carol] = nodes.here.players().await;
    let id = alice.open(json!({})).await;
    let topic = format!("lobby:{id}");
    for player in [&bob, &carol] {
        player.join(id).await;
    }
    let mut hers = alice.socket().await;
    hers.joined(&topic).await;
    let (bobs, _carols) = (bob.socket_on(&nodes.there).await, carol.socket_on(&nodes.there).await);
    // Until it is known who is there: see `SETTLES` in the domain.
    sleep(Duration::from_secs(9)).await;

    drop(bobs);
    assert_eq!(hers.event().await[1], "member_away");
    let bobs = bob.socket().await;
    assert_eq!(hers.event().await, json!([topic, "member_back", { "user_id": bob.id }]), "on the other node");
    let there = bob.socket_on(&nodes.there).await;
    drop(bobs);
    drop(there);
    let away = hers.event().await;
    assert_eq!((&away[1], &away[2]["user_id"]), (&json!("member_away"), &json!(bob.id)), "once the last is closed");
    nodes.here.domain.app.clock.advance(TimeDelta::seconds(31));
    assert_eq!(hers.event().await[1], "user_left", "by whichever node, once");

    drop(nodes.there);
    let away = hers.event().await;
    assert_eq!((&away[1], &away[2]["user_id"]), (&json!("member_away"), &json!(carol.id)), "her node is dead");
    nodes.here.domain.app.clock.advance(TimeDelta::seconds(31));
    assert_eq!(until(&mut hers, "user_left").await, [""; 0]);
    assert_eq!(alice.get("/api/v1/lobbies/me").await.body["member_count"], 1);
}

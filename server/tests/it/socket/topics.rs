use reqwest::Method;
use serde_json::json;
use testing::both_engines;

use super::client::connect;
use crate::app::{TestApp, limits};

#[both_engines]
async fn a_lobbys_life_is_heard_once_and_in_order(app: TestApp) {
    let [alice, bob] = app.players().await;
    let mut list = bob.socket().await;
    list.joined("lobbies").await;
    let id = alice.open(json!({ "title": "Dunes" })).await;
    let topic = format!("lobby:{id}");
    let mut inside = alice.socket().await;
    let response = inside.joined(&topic).await;
    assert!(response["epoch"].is_string() && response["seq"].is_u64());
    assert_eq!(response["lobby"]["members"][0]["user_id"], alice.id);
    let mut own = bob.socket().await;
    assert_eq!(own.joined(&format!("user:{}", bob.id)).await["lobby_id"], json!(null));

    bob.join(id).await;
    bob.leave().await;
    assert_eq!(inside.next().await, json!([null, null, topic, "user_joined", { "user_id": bob.id, "seq": 2 }]));
    assert_eq!(inside.event().await, json!([topic, "user_left", { "user_id": bob.id }]));
    assert_eq!(own.event().await, json!([format!("user:{}", bob.id), "lobby_changed", { "lobby_id": id }]));
    assert_eq!(own.event().await[2], json!({ "lobby_id": null }));
    alice.leave().await;
    let heard = [list.event().await, list.event().await, list.event().await, list.event().await];
    assert_eq!(heard[0][2]["title"], "Dunes");
    assert_eq!(
        heard[1],
        json!(["lobbies", "lobby_membership_changed", { "id": id, "member_count": 2, "revision": 2 }])
    );
    assert_eq!(heard[3], json!(["lobbies", "lobby_deleted", { "id": id }]));
    alice.open(json!({})).await;
    assert_eq!(list.event().await[1], "lobby_created", "the list goes on");
}

#[both_engines]
async fn whoever_leaves_a_lobby_hears_no_more_of_it(app: TestApp) {
    let [alice, bob] = app.players().await;
    let id = alice.open(json!({})).await;
    bob.join(id).await;
    let topic = format!("lobby:{id}");
    let mut socket = alice.socket().await;
    socket.joined(&topic).await;
    alice.leave().await;
    assert_eq!(socket.event().await[1], "user_left");
    assert_eq!(socket.next().await[3], "phx_close");
    bob.leave().await;
    assert_eq!(socket.join(&topic).await.1["reason"], "not_a_member", "the next frame is the reply: nothing else came");
}

#[both_engines]
async fn what_a_host_does_is_heard_once_and_in_order(app: TestApp) {
    let (admin, [alice, bob]) = (app.admin().await, app.players().await);
    let id = alice.open(json!({ "title": "Dunes" })).await;
    bob.join(id).await;
    let (topic, own) = (format!("lobby:{id}"), format!("user:{}", bob.id));
    let (mut list, mut admins) = (app.nobody().socket().await, admin.socket().await);
    let (mut hosts, mut kicked, mut bobs) = (alice.socket().await, bob.socket().await, bob.socket().await);
    list.joined("lobbies").await;
    admins.joined("admin:lobbies").await;
    hosts.joined(&topic).await;
    kicked.joined(&topic).await;
    bobs.joined(&own).await;

    let lobbies = "/api/v1/lobbies";
    let renamed = alice.patch(lobbies, &json!({ "title": "Harbour", "metadata": { "map": 3 } })).await.body;
    let hidden = alice.patch(lobbies, &json!({ "is_hidden": true })).await.body;
    alice.patch(lobbies, &json!({ "is_locked": true })).await;
    let shown = alice.patch(lobbies, &json!({ "is_hidden": false, "is_locked": false })).await.body;
    alice.post("/api/v1/lobbies/kick", &json!({ "target_user_id": bob.id })).await;
    assert_eq!(bob.get("/api/v1/me").await.body["lobby_id"], json!(null));
    alice.leave().await;

    // What a change says to members, who know one another, and what everybody may see.
    let inside = |answer: &serde_json::Value| {
        let mut lobby = answer.clone();
        lobby.as_object_mut().unwrap().remove("members").unwrap();
        lobby
    };
    let bare = |answer: &serde_json::Value| {
        let mut lobby = inside(answer);
        lobby.as_object_mut().unwrap().remove("rules").unwrap();
        lobby
    };
    assert_eq!(list.event().await, json!(["lobbies", "lobby_updated", bare(&renamed)]));
    assert_eq!(list.event().await, json!(["lobbies", "lobby_deleted", { "id": id }]));
    assert_eq!(list.event().await, json!(["lobbies", "lobby_created", bare(&shown)]));
    let left = shown["revision"].as_i64().unwrap() + 1;
    let membership = json!({ "id": id, "member_count": 1, "revision": left });
    assert_eq!(list.event().await, json!(["lobbies", "lobby_membership_changed", membership]));
    assert_eq!(list.event().await, json!(["lobbies", "lobby_deleted", { "id": id }]));

    for lobby in [&renamed, &hidden] {
        let event = admins.event().await;
        assert_eq!(event[1], "lobby_updated");
        assert_eq!(event[2]["host_name"], json!(null));
        for field in ["id", "title", "is_hidden", "revision", "metadata", "host_id"] {
            assert_eq!(event[2][field], lobby[field], "{field}");
        }
    }
    for (name, members) in [("lobby_updated", 2), ("lobby_updated", 2), ("lobby_membership_changed", 1)] {
        let event = admins.event().await;
        assert_eq!((&event[1], &event[2]["member_count"]), (&json!(name), &json!(members)));
    }
    assert_eq!(admins.event().await[1], "lobby_deleted");

    for socket in [&mut hosts, &mut kicked] {
        assert_eq!(socket.event().await, json!([topic, "lobby_updated", inside(&renamed)]));
        assert_eq!(socket.event().await, json!([topic, "lobby_updated", inside(&hidden)]));
        assert_eq!(socket.event().await[2]["is_locked"], true);
        assert_eq!(socket.event().await, json!([topic, "lobby_updated", inside(&shown)]));
        assert_eq!(socket.event().await, json!([topic, "user_kicked", { "user_id": bob.id }]));
    }
    assert_eq!(kicked.next().await[3], "phx_close", "whoever was put out hears no more");
    assert_eq!(kicked.join(&topic).await.1["reason"], "not_a_member", "the next frame is the reply: nothing else came");
    assert_eq!(hosts.event().await, json!([topic, "user_left", { "user_id": alice.id }]));
    assert_eq!(bobs.event().await, json!([own, "lobby_changed", { "lobby_id": null }]));
}

#[both_engines]
async fn topics_are_open_to_whom_they_concern(app: TestApp) {
    let (alice, bob, admin, nobody) = (app.player().await, app.player().await, app.admin().await, app.nobody());
    let id = alice.open(json!({})).await;
    let (own, lobby) = (format!("user:{}", alice.id), format!("lobby:{id}"));
    let table = [
        (own.as_str(), ["unauthorized", "ok", "unauthorized", "unauthorized"]),
        (&lobby, ["invalid_topic_or_unauthenticated", "ok", "not_a_member", "not_a_member"]),
        ("lobbies", ["ok", "ok", "ok", "ok"]),
        ("admin:lobbies", ["authentication_required", "forbidden", "forbidden", "ok"]),
        ("admin:users", ["authentication_required", "forbidden", "forbidden", "ok"]),
        ("session:1", ["unmatched topic", "unmatched topic", "unmatched topic", "unmatched topic"]),
        ("nothing", ["unmatched topic", "unmatched topic", "unmatched topic", "unmatched topic"]),
        ("user:x", ["invalid topic", "invalid topic", "invalid topic", "invalid topic"]),
    ];
    for (n, player) in [&nobody, &alice, &bob, &admin].into_iter().enumerate() {
        for (topic, expected) in &table {
            let (status, response) = player.socket().await.join(topic).await;
            let outcome = if status == "ok" { "ok" } else { response["reason"].as_str().unwrap() };
            assert_eq!(outcome, expected[n], "{topic} as number {n}");
        }
    }
}

#[both_engines]
async fn admins_hear_of_hidden_lobbies_and_of_people(app: TestApp) {
    let admin = app.admin().await;
    let mut lobbies = admin.socket().await;
    lobbies.joined("admin:lobbies").await;
    let mut users = admin.socket().await;
    users.joined("admin:users").await;
    let mut public = app.nobody().socket().await;
    public.joined("lobbies").await;

    let player = app.player().await;
    let id = player.open(json!({ "title": "Cellar", "is_hidden": true })).await;
    let created = lobbies.event().await;
    assert_eq!(
        (&created[1], &created[2]["id"], &created[2]["is_hidden"]),
        (&json!("lobby_created"), &json!(id), &json!(true))
    );
    // The sockets of this test come and go meanwhile.
    let mut heard = Vec::new();
    while heard.len() < 2 {
        let event = users.event().await;
        if event[1] != "presence_changed" {
            heard.push(event);
        }
    }
    assert_eq!((&heard[0][1], &heard[0][2]["id"]), (&json!("user_created"), &json!(player.id)));
    assert_eq!((&heard[1][1], &heard[1][2]["lobby"][1]), (&json!("user_updated"), &json!("Cellar")));
    player.leave().await;
    player.open(json!({ "title": "Terrace" })).await;
    assert_eq!(public.event().await[2]["title"], "Terrace", "the hidden one was not announced");
}

#[both_engines]
async fn a_socket_lives_as_long_as_its_session(app: TestApp) {
    let [alice, bob] = app.players().await;
    let (mut ends, mut stays) = (alice.socket().await, bob.socket().await);
    ends.joined("lobbies").await;
    stays.joined("lobbies").await;
    // Not as long as its access token.
    app.domain.app.clock.advance(chrono::TimeDelta::minutes(20));
    alice.send(alice.request(Method::DELETE, "/api/v1/logout")).await;
    assert_eq!(ends.close_code().await, 4501);
    stays.send(r#"[null,"9","phoenix","heartbeat",{}]"#).await;
    assert_eq!(stays.next().await, json!([null, "9", "phoenix", "phx_reply", { "status": "ok", "response": {} }]));
}

#[both_engines]
async fn a_socket_that_cannot_be_trusted_is_not_opened(app: TestApp) {
    let player = app.player().await;
    let refused = async |query: &str, headers: &[(&'static str, String)]| connect(&app, query, headers).await.err();
    assert_eq!(refused("vsn=2.0.0&token=junk", &[]).await, Some(403));
    assert_eq!(refused(&format!("vsn=2.0.0&token={}", player.refresh), &[]).await, Some(403));
    assert_eq!(refused("vsn=9.0.0", &[]).await, Some(403));
    app.domain.app.clock.advance(chrono::TimeDelta::minutes(16));
    assert_eq!(refused(&format!("vsn=2.0.0&token={}", player.access.unwrap()), &[]).await, Some(403));
}

#[both_engines]
async fn a_browsers_cookie_opens_the_socket_for_our_own_pages_only(app: TestApp) {
    let admin = app.admin_in_browser().await;
    let cookie = || ("cookie", admin.cookie.clone().unwrap());
    let ours = ("origin", format!("http://{}", app.address));
    let mut socket = connect(&app, "vsn=2.0.0", &[cookie(), ours]).await.ok().unwrap();
    socket.joined("admin:lobbies").await;
    for foreign in ["https://evil.example", "null", "http://127.0.0.1"] {
        let headers = [cookie(), ("origin", foreign.to_owned())];
        assert_eq!(connect(&app, "vsn=2.0.0", &headers).await.err(), Some(403), "{foreign}");
    }
    assert_eq!(connect(&app, "vsn=2.0.0", &[cookie()]).await.err(), Some(403), "no origin at all");
    // A game on another site has a token and no cookie: its origin does not matter.
    let player = app.player().await;
    let query = format!("vsn=2.0.0&token={}", player.access.as_ref().unwrap());
    assert!(connect(&app, &query, &[("origin", "https://game.example".into())]).await.is_ok());
}

#[both_engines]
async fn frames_that_are_too_large_or_malformed_harm_nobody_else(app: TestApp) {
    let [alice, bob] = app.players().await;
    let (mut bad, mut good) = (alice.socket().await, bob.socket().await);
    good.joined("lobbies").await;
    bad.send("not a frame").await;
    assert_eq!(bad.next().await[3], "phx_error");
    bad.joined("lobbies").await;
    bad.send(r#"["1","2","lobbies","shout",{}]"#).await;
    assert_eq!(bad.next().await[4]["response"]["reason"], "unknown_event");
    bad.send(&"x".repeat(limits().frame + 1)).await;
    assert_eq!(bad.close_code().await, 1009);
    alice.open(json!({ "title": "Dunes" })).await;
    assert_eq!(good.event().await[2]["title"], "Dunes");
}

#[both_engines]
async fn a_server_that_goes_away_says_so(app: TestApp) {
    let mut socket = app.nobody().socket().await;
    socket.joined("lobbies").await;
    app.go_away();
    assert_eq!(socket.close_code().await, 1001);
}

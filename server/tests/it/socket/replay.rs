use serde_json::{Value, json};
use testing::both_engines;

use super::client::Socket;
use crate::app::TestApp;

impl Socket {
    /// Joins a topic anew, saying what was seen of it: the response.
    async fn back(&mut self, topic: &str, epoch: &Value, seq: u64) -> Value {
        self.send(&json!(["2", "2", topic, "phx_join", { "epoch": epoch, "seq": seq }]).to_string()).await;
        let reply = self.next().await;
        assert_eq!((&reply[2], &reply[3], &reply[4]["status"]), (&json!(topic), &json!("phx_reply"), &json!("ok")));
        reply[4]["response"].clone()
    }
}

#[both_engines]
async fn whoever_says_what_they_saw_gets_what_they_missed(app: TestApp) {
    let [alice, bob] = app.players().await;
    let id = alice.open(json!({})).await;
    let topic = format!("lobby:{id}");
    let first = alice.socket().await.joined(&topic).await;
    assert_eq!((&first["seq"], &first["resync"]), (&json!(1), &Value::Null));

    bob.join(id).await;
    alice.patch("/api/v1/lobbies", &json!({ "title": "Harbour" })).await;
    let mut socket = alice.socket().await;
    let back = socket.back(&topic, &first["epoch"], 1).await;
    assert_eq!(back, json!({ "epoch": first["epoch"], "seq": 3, "resync": false }));
    assert_eq!(socket.numbered().await, (2, json!([topic, "user_joined", { "user_id": bob.id }])));
    let (seq, renamed) = socket.numbered().await;
    assert_eq!((seq, &renamed[1], &renamed[2]["title"]), (3, &json!("lobby_updated"), &json!("Harbour")));
    bob.leave().await;
    assert_eq!(socket.numbered().await, (4, json!([topic, "user_left", { "user_id": bob.id }])), "and then what comes");
}

#[both_engines]
async fn whoever_cannot_be_told_all_they_missed_is_told_how_things_are(app: TestApp) {
    let alice = app.player().await;
    let id = alice.open(json!({ "title": "Dunes" })).await;
    let (topic, own) = (format!("lobby:{id}"), format!("user:{}", alice.id));
    let epoch = alice.socket().await.joined(&topic).await["epoch"].clone();
    for (epoch, seq) in [(epoch.clone(), 0), (epoch.clone(), 2), (json!("1"), 1)] {
        let mut socket = alice.socket().await;
        let back = socket.back(&topic, &epoch, seq).await;
        if seq == 0 {
            assert_eq!(back["resync"], false, "the first event is there, too");
            assert_eq!(socket.event().await[1], "lobby_created");
        } else {
            assert_eq!(
                (&back["resync"], &back["seq"], &back["lobby"]["title"]),
                (&json!(true), &json!(1), &json!("Dunes"))
            );
        }
    }
    let mut socket = alice.socket().await;
    let back = socket.back(&own, &json!("no such"), 4).await;
    assert_eq!((&back["resync"], &back["lobby_id"]), (&json!(true), &json!(id)));
    let back = socket.back("lobbies", &json!(["not", "text"]), 4).await;
    assert_eq!(
        back["resync"],
        Value::Null,
        "what says nothing is passed over, as existing clients send all sorts of things"
    );
}

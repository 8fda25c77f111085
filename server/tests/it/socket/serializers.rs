//! Both versions of the protocol's serializer. What is written and read here knows nothing of the server's own codec.

use serde_json::{Value, json};
use testing::both_engines;
use tokio_tungstenite::tungstenite::Message;

use super::client::{Socket, connect};
use crate::app::{Player, TestApp};

/// How a client says which version it speaks, and whether that is version 1.
const VERSIONS: [(&str, bool); 3] = [("", true), ("vsn=1.0.0", true), ("vsn=2.0.0", false)];

/// A client of either version.
struct Speaker {
    socket: Socket,
    is_version_1: bool,
}

/// A frame, however it was written: its ref, topic, event and payload.
type Heard = (Value, Value, Value, Value);

fn heard(reference: &str, topic: &str, event: &str, payload: Value) -> Heard {
    (json!(reference), json!(topic), json!(event), payload)
}

fn ok(response: &Value) -> Value {
    json!({ "status": "ok", "response": response })
}

impl Speaker {
    async fn connect(player: &Player<'_>, (vsn, is_version_1): (&str, bool)) -> Self {
        let token = player.access.as_ref().map(|token| format!("&token={token}")).unwrap_or_default();
        Self { socket: connect(player.app, &format!("{vsn}{token}"), &[]).await.unwrap(), is_version_1 }
    }

    async fn says(&mut self, join_ref: Option<&str>, reference: &str, topic: &str, event: &str, payload: Value) {
        let frame = if self.is_version_1 {
            json!({ "topic": topic, "event": event, "payload": payload, "ref": reference, "join_ref": join_ref })
        } else {
            json!([join_ref, reference, topic, event, payload])
        };
        self.socket.send(&frame.to_string()).await;
    }

    async fn hears(&mut self) -> Heard {
        let frame = self.socket.next().await;
        if self.is_version_1 {
            let members: Vec<_> = frame.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(members, ["event", "payload", "ref", "topic"]);
            return (frame["ref"].clone(), frame["topic"].clone(), frame["event"].clone(), frame["payload"].clone());
        }
        assert_eq!(frame.as_array().unwrap().len(), 5);
        (frame[1].clone(), frame[2].clone(), frame[3].clone(), frame[4].clone())
    }

    /// Joins: the reply's payload.
    async fn joins(&mut self, reference: &str, topic: &str) -> Value {
        self.says(Some(reference), reference, topic, "phx_join", json!({ "token": "as existing clients send it" }))
            .await;
        let (of, about, event, payload) = self.hears().await;
        assert_eq!((of, about, event), (json!(reference), json!(topic), json!("phx_reply")));
        payload
    }
}

#[both_engines]
async fn a_client_of_either_version_can_do_everything(app: TestApp) {
    for version in VERSIONS {
        let [alice, bob] = app.players().await;
        let id = alice.open(json!({})).await;
        let lobby = format!("lobby:{id}");
        let mut speaker = Speaker::connect(&alice, version).await;

        speaker.says(None, "1", "phoenix", "heartbeat", json!({})).await;
        assert_eq!(speaker.hears().await, heard("1", "phoenix", "phx_reply", ok(&json!({}))));
        assert_eq!(speaker.joins("2", &format!("user:{}", alice.id)).await["response"]["lobby_id"], json!(id));
        let refused = speaker.joins("3", &format!("user:{}", bob.id)).await;
        assert_eq!((&refused["status"], &refused["response"]["reason"]), (&json!("error"), &json!("unauthorized")));
        assert_eq!(speaker.joins("4", &lobby).await["response"]["lobby"]["id"], json!(id));

        bob.join(id).await;
        let user_joined = (Value::Null, json!(lobby), json!("user_joined"), json!({ "user_id": bob.id, "seq": 2 }));
        assert_eq!(speaker.hears().await, user_joined);
        speaker.says(Some("4"), "5", &lobby, "wave", json!({})).await;
        let (reference, _, event, payload) = speaker.hears().await;
        assert_eq!((reference, event, &payload["status"]), (json!("5"), json!("phx_reply"), &json!("error")));
        assert_eq!(payload["response"]["reason"], "unknown_event");

        // Joining again replaces the first membership: its end carries the ref it began with.
        speaker.says(Some("6"), "6", &lobby, "phx_join", json!({})).await;
        assert_eq!(speaker.hears().await, heard("4", &lobby, "phx_close", json!({})));
        let (reference, _, _, payload) = speaker.hears().await;
        assert_eq!((reference, &payload["status"]), (json!("6"), &json!("ok")));
        speaker.says(Some("6"), "7", &lobby, "phx_leave", json!({})).await;
        assert_eq!(speaker.hears().await, heard("7", &lobby, "phx_reply", ok(&json!({}))));
        assert_eq!(speaker.hears().await, heard("6", &lobby, "phx_close", json!({})));

        // Whoever leaves the lobby itself hears that last, and then the end.
        speaker.joins("8", &lobby).await;
        alice.leave().await;
        let (_, _, event, _) = speaker.hears().await;
        let event = if event == "lobby_changed" { speaker.hears().await.2 } else { event };
        assert_eq!(event, "user_left");
        let mut last = speaker.hears().await;
        if last.2 == "lobby_changed" {
            last = speaker.hears().await;
        }
        assert_eq!(last, heard("8", &lobby, "phx_close", json!({})));
        bob.leave().await;
    }
}

#[both_engines]
async fn a_broadcast_reaches_each_listener_in_its_own_form(app: TestApp) {
    let mut speakers = Vec::new();
    for version in VERSIONS {
        let mut speaker = Speaker::connect(&app.nobody(), version).await;
        assert_eq!(speaker.joins("1", "lobbies").await["status"], "ok");
        speakers.push(speaker);
    }
    let alice = app.player().await;
    let id = alice.open(json!({})).await;
    alice.leave().await;
    for speaker in &mut speakers {
        assert_eq!(speaker.hears().await.2, "lobby_created");
        let Message::Text(text) = speaker.socket.next_message().await else { panic!("no text") };
        let expected = if speaker.is_version_1 {
            format!(r#"{{"topic":"lobbies","event":"lobby_deleted","payload":{{"id":{id},"seq":2}},"ref":null}}"#)
        } else {
            format!(r#"[null,null,"lobbies","lobby_deleted",{{"id":{id},"seq":2}}]"#)
        };
        assert_eq!(text.as_str(), expected);
    }
}

#[both_engines]
async fn a_frame_of_the_other_version_is_answered_by_a_complaint(app: TestApp) {
    for version in VERSIONS {
        let mut speaker = Speaker::connect(&app.nobody(), version).await;
        speaker.is_version_1 = !speaker.is_version_1;
        speaker.says(Some("1"), "1", "lobbies", "phx_join", json!({})).await;
        speaker.is_version_1 = version.1;
        let (reference, topic, event, payload) = speaker.hears().await;
        assert_eq!((reference, topic, event), (Value::Null, json!("phoenix"), json!("phx_error")));
        assert!(payload["reason"].as_str().unwrap().starts_with("malformed frame: expected "), "{payload}");
        assert_eq!(speaker.joins("2", "lobbies").await["status"], "ok");
    }
}

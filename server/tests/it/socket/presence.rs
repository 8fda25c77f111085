use serde_json::{Value, json};
use testing::both_engines;

use super::client::Socket;
use crate::app::TestApp;

impl Socket {
    /// The next frame about who is there: the event and its payload.
    pub(crate) async fn who_is_there(&mut self) -> (String, Value) {
        loop {
            let frame = self.any().await;
            if frame[3].as_str().is_some_and(|event| event.starts_with("presence_") && event != "presence_changed") {
                return (frame[3].as_str().unwrap().to_owned(), frame[4].clone());
            }
        }
    }
}

/// Whose keys are in there.
pub(crate) fn keys(state: &Value) -> Vec<&str> {
    state.as_object().unwrap().keys().map(String::as_str).collect()
}

#[both_engines]
async fn members_hear_who_listens_and_who_does_not_any_more(app: TestApp) {
    let [alice, bob] = app.players().await;
    let id = alice.open(json!({})).await;
    bob.join(id).await;
    let topic = format!("lobby:{id}");
    let (her, his) = (alice.id.to_string(), bob.id.to_string());

    let mut hers = alice.socket().await;
    hers.joined(&topic).await;
    let (event, there) = hers.who_is_there().await;
    assert_eq!((event.as_str(), keys(&there)), ("presence_state", vec![her.as_str()]));
    assert_eq!(there[&her]["metas"].as_array().unwrap().len(), 1);
    assert_eq!(there[&her]["metas"][0]["online_at"], app.domain.app.clock.now().timestamp().to_string());
    assert_eq!(
        keys(&hers.who_is_there().await.1["joins"]),
        [her.as_str()],
        "she hears herself come, as Phoenix has it"
    );

    let mut once = bob.socket().await;
    once.joined(&topic).await;
    assert_eq!(keys(&once.who_is_there().await.1), [her.as_str(), his.as_str()]);
    let (event, came) = hers.who_is_there().await;
    assert_eq!(
        (event.as_str(), keys(&came["joins"]), keys(&came["leaves"])),
        ("presence_diff", vec![his.as_str()], vec![])
    );
    let mut twice = bob.socket().await;
    twice.joined(&topic).await;
    let (_, there) = twice.who_is_there().await;
    assert_eq!(there[&his]["metas"].as_array().unwrap().len(), 2, "each of his sockets is there");
    assert_ne!(there[&his]["metas"][0]["phx_ref"], there[&his]["metas"][1]["phx_ref"]);
    hers.who_is_there().await;

    drop(once);
    let (_, went) = hers.who_is_there().await;
    assert_eq!((keys(&went["joins"]), keys(&went["leaves"])), (vec![], vec![his.as_str()]));
    assert_eq!(went["leaves"][&his]["metas"][0], came["joins"][&his]["metas"][0], "the one that came first");
    bob.leave().await;
    assert_eq!(
        keys(&hers.who_is_there().await.1["leaves"]),
        [his.as_str()],
        "whoever leaves the lobby is not there either"
    );
}

#[both_engines]
async fn only_members_are_told_who_is_there(app: TestApp) {
    let alice = app.player().await;
    alice.open(json!({})).await;
    let mut socket = alice.socket().await;
    for topic in ["lobbies".to_owned(), format!("user:{}", alice.id)] {
        socket.joined(&topic).await;
    }
    socket.send(&json!([null, "9", "phoenix", "heartbeat", {}]).to_string()).await;
    assert_eq!(socket.any().await[1], "9", "the next frame is the answer: nothing else came");
}

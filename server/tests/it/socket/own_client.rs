//! Our own client for programs, as the dashboard's is by the same session.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use channels::client::native::{Client, Door, PushError, Settings, Subscription};
use channels::client::{Heard, Status};
use reqwest::Method;
use serde_json::json;
use testing::both_engines;
use tokio::time::timeout;

use super::client::PATIENCE;
use crate::app::{Player, TestApp};

/// The way of this player to a server.
pub(super) fn door(player: &Player<'_>, app: &TestApp) -> Door {
    door_at(player, app.address)
}

fn door_at(player: &Player<'_>, address: SocketAddr) -> Door {
    let door = Door::to(&format!("ws://{address}/socket/websocket")).unwrap();
    door.with_token(player.access.as_deref().unwrap()).unwrap()
}

/// A client of this player that comes back at once.
pub(super) fn connect(player: &Player<'_>) -> Client {
    connect_to(player, player.app.address)
}

/// The same, to another address.
pub(super) fn connect_to(player: &Player<'_>, address: SocketAddr) -> Client {
    let settings = Settings { first_wait: Duration::from_millis(5), ..Settings::default() };
    Client::connect_with(door_at(player, address), settings)
}

pub(super) async fn next(subscription: &mut Subscription) -> Heard {
    timeout(PATIENCE, subscription.next()).await.expect("something is heard").expect("the client lives")
}

async fn ended(client: &Client) -> Status {
    let mut status = client.status();
    *timeout(PATIENCE, status.wait_for(|status| matches!(status, Status::Ended { .. }))).await.unwrap().unwrap()
}

#[both_engines]
async fn it_hears_a_lobby_and_is_refused_like_anybody(app: TestApp) {
    let [alice, bob] = app.players().await;
    let client = connect(&alice);
    let mut list = client.join("lobbies");
    assert!(matches!(next(&mut list).await, Heard::Joined(response) if response["seq"] == 0));
    let lobby = bob.open(json!({ "title": "Dunes" })).await;
    let Heard::Event { event, payload } = next(&mut list).await else { panic!("an event") };
    assert_eq!((event.as_str(), &payload["id"], &payload["title"]), ("lobby_created", &json!(lobby), &json!("Dunes")));

    let topic = format!("lobby:{lobby}");
    let mut inside = client.join(&topic);
    assert!(matches!(next(&mut inside).await, Heard::Refused(response) if response["reason"] == "not_a_member"));
    assert_eq!(client.push(&topic, "wave", json!({})).await, Err(PushError::NotJoined));
    let bytes = Bytes::from_static(b"\x00\xff");
    for refused in [client.push("lobbies", "wave", json!({})).await, client.push("lobbies", "wave", bytes).await] {
        assert!(matches!(refused, Err(PushError::Refused(response)) if response["reason"] == "unknown_event"));
    }
}

#[both_engines]
async fn it_stays_away_once_it_is_signed_out(app: TestApp) {
    let alice = app.player().await;
    let client = connect(&alice);
    let mut own = client.join(&format!("user:{}", alice.id));
    assert!(matches!(next(&mut own).await, Heard::Joined(_)));
    assert!(alice.send(alice.request(Method::DELETE, "/api/v1/logout").json(&json!({}))).await.status.is_success());
    assert_eq!(ended(&client).await, Status::Ended { code: 4501 });
    client.reconnect_now();
    let mut status = client.status();
    timeout(PATIENCE, status.wait_for(|status| *status == Status::Connecting)).await.unwrap().unwrap();
    assert_eq!(ended(&client).await, Status::Ended { code: 4501 });
}

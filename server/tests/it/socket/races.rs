//! What happens at the same moment on two nodes over one PostgreSQL: the database settles it, once.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::nodes::Nodes;
use crate::app::{Answer, Player, TestApp};

const ROUNDS: usize = 20;

/// The same player, who asks another node.
fn at<'a>(player: &Player<'_>, app: &'a TestApp) -> Player<'a> {
    Player { id: player.id, access: player.access.clone(), ..app.nobody() }
}

fn outcome(answer: &Answer) -> String {
    if answer.status.is_success() { "ok".to_owned() } else { answer.refusal() }
}

impl Player<'_> {
    async fn seats(&self) -> usize {
        self.get("/api/v1/lobbies/me").await.body["members"].as_array().map_or(0, Vec::len)
    }

    async fn asks(&self, other: &Player<'_>) -> Answer {
        self.post("/api/v1/friends", &json!({ "target_user_id": other.id })).await
    }

    /// Ends a friendship, a request or a block, however it stands.
    async fn ends(&self, friendship: &Value) -> Answer {
        self.send(self.request(Method::DELETE, &format!("/api/v1/friends/{friendship}"))).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_players_race_for_eight_seats() {
    let nodes = Nodes::start().await;
    let host = nodes.here.player().await;
    let mut players = Vec::new();
    for _ in 0..50 {
        players.push(nodes.here.player().await);
    }
    for _ in 0..10 {
        let id = host.open(json!({ "max_users": 9 })).await;
        let path = format!("/api/v1/lobbies/{id}/join");
        let joins = players.iter().enumerate().map(|(n, player)| {
            let node = if n % 2 == 0 { &nodes.here } else { &nodes.there };
            let (player, path) = (at(player, node), path.clone());
            async move { outcome(&player.post(&path, &json!({})).await) }
        });
        let mut outcomes = BTreeMap::<String, usize>::new();
        for outcome in join_all(joins).await {
            *outcomes.entry(outcome).or_default() += 1;
        }
        assert_eq!(outcomes, BTreeMap::from([("ok".to_owned(), 8), ("403 full".to_owned(), 42)]));
        assert_eq!(host.seats().await, 9);
        let leaves = players.iter().chain([&host]).map(|player| async move { player.leave().await.status.as_u16() });
        let left = join_all(leaves).await;
        assert_eq!(left.iter().filter(|status| **status == 200).count(), 9);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_and_the_last_member_who_leave_at_once_leave_nothing_behind() {
    let nodes = Nodes::start().await;
    let [host, guest] = nodes.here.players().await;
    let there = at(&guest, &nodes.there);
    for _ in 0..ROUNDS {
        let id = host.open(json!({})).await;
        guest.join(id).await;
        let (hers, his) = tokio::join!(host.leave(), there.leave());
        assert_eq!((outcome(&hers), outcome(&his)), ("ok".to_owned(), "ok".to_owned()));
        assert_eq!(host.get(&format!("/api/v1/lobbies/{id}")).await.refusal(), "404 not_found");
    }
    let rows = &nodes.here.domain;
    assert_eq!((rows.rows("lobbies").await, rows.rows("lobby_members").await), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_join_against_whatever_the_host_does_has_one_outcome() {
    let nodes = Nodes::start().await;
    let [host, guest] = nodes.here.players().await;
    let there = at(&guest, &nodes.there);
    for against in ["kick", "close", "lock", "password"] {
        for _ in 0..ROUNDS {
            let id = host.open(json!({ "max_users": 8 })).await;
            let hosting = async {
                match against {
                    "kick" => host.post("/api/v1/lobbies/kick", &json!({ "target_user_id": guest.id })).await,
                    "close" => host.leave().await,
                    "lock" => host.patch("/api/v1/lobbies", &json!({ "is_locked": true })).await,
                    _ => host.patch("/api/v1/lobbies", &json!({ "password": "sesame" })).await,
                }
            };
            let (joined, hosted) = tokio::join!(there.join(id), hosting);
            let is_seated = there.get("/api/v1/lobbies/me").await.status == 200;
            match (against, outcome(&joined).as_str(), outcome(&hosted).as_str()) {
                ("kick", "ok", kicked) => {
                    assert!(["ok", "422 not_in_lobby"].contains(&kicked) && is_seated == (kicked != "ok"));
                }
                ("close" | "lock" | "password", "ok", "ok") => assert!(is_seated, "in before it was shut"),
                ("close", "404 not_found", "ok")
                | ("lock", "403 locked", "ok")
                | ("password", "403 password_required" | "403 cannot_join", "ok") => assert!(!is_seated),
                other => panic!("{other:?}"),
            }
            tokio::join!(host.leave(), there.leave());
            let rows = &nodes.here.domain;
            assert_eq!((rows.rows("lobbies").await, rows.rows("lobby_members").await), (0, 0), "{against}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_friends_do_at_once_has_one_outcome() {
    let nodes = Nodes::start().await;
    let [alice, bob] = nodes.here.players().await;
    let there = at(&bob, &nodes.there);
    for _ in 0..ROUNDS {
        let (hers, his) = tokio::join!(alice.asks(&bob), there.asks(&alice));
        assert_eq!((outcome(&hers), outcome(&his), &hers.body["id"]), ("ok".into(), "ok".into(), &his.body["id"]));
        let accepted = [&hers, &his].iter().filter(|it| it.body["status"] == "accepted").count();
        assert_eq!((accepted, nodes.here.domain.rows("friendships").await), (1, 1), "one friendship, of two requests");
        assert_eq!(outcome(&alice.ends(&hers.body["id"]).await), "ok");
    }
    for _ in 0..ROUNDS {
        let block = json!({ "target_user_id": bob.id });
        let (blocked, asked) = tokio::join!(alice.post("/api/v1/friends/block", &block), there.asks(&alice));
        let asked = outcome(&asked);
        assert!(asked == "ok" || asked.ends_with(" blocked"), "{asked}");
        assert_eq!(outcome(&blocked), "ok");
        let standing = alice.get("/api/v1/me/blocked").await.body;
        assert_eq!(standing["data"].as_array().map(Vec::len), Some(1), "a block wins: {standing}");
        assert!(there.asks(&alice).await.refusal().ends_with(" blocked"));
        let unblock = format!("/api/v1/friends/{}/unblock", blocked.body["id"]);
        assert_eq!(outcome(&alice.post(&unblock, &json!({})).await), "ok");
    }
    for _ in 0..ROUNDS {
        let asked = alice.asks(&bob).await.body["id"].clone();
        let accept = format!("/api/v1/friends/{asked}/accept");
        let nothing = json!({});
        let (accepted, cancelled) = tokio::join!(there.post(&accept, &nothing), alice.ends(&asked));
        assert_eq!(outcome(&cancelled), "ok");
        assert!(["ok", "404 not_found"].contains(&outcome(&accepted).as_str()), "{accepted:?}");
        assert_eq!(nodes.here.domain.rows("friendships").await, 0);
    }
}

//! Two nodes over one PostgreSQL and one Redis.

use std::time::Duration;

use channels::client::Heard;
use channels::client::native::Subscription;
use reqwest::{Method, StatusCode};
use serde_json::json;
use server::Web;
use testing::{Redis, TestDomain};
use tokio::time::{Instant, sleep, timeout};

use super::client::{PATIENCE, Socket, connect};
use super::own_client;
use super::presence::keys;
use crate::app::{Player, TestApp, limits};
use crate::proxy::{Network, Proxy};

pub(super) struct Nodes {
    pub(super) redis: Redis,
    pub(super) here: TestApp,
    pub(super) there: TestApp,
}

impl Nodes {
    pub(super) async fn start() -> Self {
        let redis = Redis::start().await;
        let domain = TestDomain::node(&redis).await;
        let another = domain.another_node().await;
        let here = TestApp::of(domain, limits(), Web::default()).await;
        let there = TestApp::of(another, limits(), Web::default()).await;
        let nodes = Self { redis, here, there };
        nodes.are_told("ok").await;
        nodes
    }

    /// Waits until both nodes say so of Redis; they are ready all the same.
    pub(super) async fn are_told(&self, redis: &str) {
        for app in [&self.here, &self.there] {
            let told = async {
                loop {
                    let answer = app.nobody().get("/readyz").await;
                    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
                    if answer.body["checks"]["redis"] == redis {
                        return;
                    }
                    sleep(Duration::from_millis(50)).await;
                }
            };
            timeout(PATIENCE, told).await.unwrap_or_else(|_| panic!("a node never says that Redis is {redis}"));
        }
    }
}

impl Player<'_> {
    /// Signs out by bearer token.
    async fn signs_out(&self) {
        let answer = self.send(self.request(Method::DELETE, "/api/v1/logout").json(&json!({}))).await;
        assert_eq!(answer.status, StatusCode::OK);
    }

    /// Connects to another node.
    pub(super) async fn socket_on(&self, app: &TestApp) -> Socket {
        connect(app, &self.query(), &[]).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_on_one_node_is_heard_on_the_other_once_and_in_order() {
    let nodes = Nodes::start().await;
    let [alice, bob] = nodes.here.players().await;
    let mut list = nodes.there.nobody().socket().await;
    list.joined("lobbies").await;
    let id = alice.open(json!({})).await;
    let topic = format!("lobby:{id}");
    let (mut far, mut near, mut own) =
        (alice.socket_on(&nodes.there).await, alice.socket().await, bob.socket_on(&nodes.there).await);
    far.joined(&topic).await;
    near.joined(&topic).await;
    own.joined(&format!("user:{}", bob.id)).await;
    let mut expected = 2;
    for _ in 0..5 {
        bob.join(id).await;
        bob.leave().await;
        for event in ["user_joined", "user_left"] {
            for socket in [&mut far, &mut near] {
                let (seq, heard) = socket.numbered().await;
                assert_eq!((seq, &heard[1]), (expected, &json!(event)));
            }
            expected += 1;
            assert_eq!(own.event().await[1], "lobby_changed");
            assert_eq!(list.event().await[2]["id"], json!(id));
        }
    }
    let mut bobs = bob.socket_on(&nodes.there).await;
    bob.join(id).await;
    bobs.joined(&topic).await;
    bobs.send(&json!(["1", "7", topic, "message", "over here"]).to_string()).await;
    assert_eq!(near.event().await[1], "user_joined");
    assert_eq!(near.next().await[4], json!({ "user_id": bob.id, "data": "over here" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_client_goes_from_node_to_node_and_misses_nothing() {
    let nodes = Nodes::start().await;
    let alice = nodes.here.player().await;
    let id = alice.open(json!({})).await;
    let client = own_client::connect(&alice);
    let mut inside = client.join(&format!("lobby:{id}"));
    assert!(matches!(own_client::next(&mut inside).await, Heard::Joined(response) if response["seq"] == 1));
    let renames = async {
        for n in 0..60 {
            alice.patch("/api/v1/lobbies", &json!({ "title": n.to_string() })).await;
        }
    };
    let moves = async {
        for n in 0..20 {
            client.come_by(own_client::door(&alice, if n % 2 == 0 { &nodes.there } else { &nodes.here }));
            client.reconnect_now();
            sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::join!(renames, moves);
    let (mut seq, mut recovered) = (1, 0);
    while seq < 61 {
        match own_client::next(&mut inside).await {
            Heard::Event { event, .. } if event.starts_with("presence_") => {}
            Heard::Event { payload, .. } => {
                seq += 1;
                assert_eq!((&payload["seq"], &payload["title"]), (&json!(seq), &json!((seq - 2).to_string())));
            }
            Heard::Recovered => recovered += 1,
            other => panic!("nothing was too much to be told: {other:?}"),
        }
    }
    assert!(recovered > 0);
}

/// What a client of ours heard of a lobby: the numbers of the events in their order, how often it was told how things are
/// instead, and how often it came back and was told what it had missed.
async fn follow(inside: &mut Subscription, up_to: u64) -> (Vec<u64>, usize, usize) {
    let (mut seqs, mut told, mut recovered) = (Vec::new(), 0, 0);
    while seqs.last() < Some(&up_to) {
        match own_client::next(inside).await {
            Heard::Event { event, .. } if event.starts_with("presence_") || event == "message" => {}
            Heard::Event { payload, .. } => seqs.push(payload["seq"].as_u64().unwrap()),
            Heard::Joined(state) => {
                told += 1;
                seqs.push(state["seq"].as_u64().unwrap());
            }
            Heard::Recovered => recovered += 1,
            other => panic!("{other:?}"),
        }
    }
    (seqs, told, recovered)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_cuts_before_two_nodes_our_own_client_misses_nothing() {
    const CHANGES: u64 = 200;
    let nodes = Nodes::start().await;
    let alice = nodes.here.player().await;
    let id = alice.open(json!({})).await;
    let (proxy, address) =
        Proxy::in_front_of([&nodes.here, &nodes.there].map(|app| app.address.to_string()).into()).await;
    let client = own_client::connect_to(&alice, address);
    let mut inside = client.join(&format!("lobby:{id}"));
    assert!(matches!(own_client::next(&mut inside).await, Heard::Joined(response) if response["seq"] == 1));
    let changes = async {
        for n in 0..CHANGES {
            alice.patch("/api/v1/lobbies", &json!({ "title": n.to_string() })).await;
        }
    };
    let cuts = async {
        // The same moments each time (Knuth's generator), as far as a network has any.
        let mut seed = 20_261_128_u64;
        let mut moment = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            Duration::from_millis(seed >> 59)
        };
        for _ in 0..20 {
            sleep(moment()).await;
            proxy.becomes(Network::Cut);
            sleep(moment()).await;
            proxy.becomes(Network::There);
        }
    };
    tokio::join!(changes, cuts);
    let (seqs, told, recovered) = follow(&mut inside, 1 + CHANGES).await;
    assert_eq!(told, 0, "all of it was in the log");
    assert_eq!(seqs, (2..=1 + CHANGES).collect::<Vec<_>>(), "each once and in order");
    assert!(recovered > 0, "it was cut");
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_stops_under_load_and_comes_back_and_nobody_misses_anything() {
    const CHANGES: usize = 240;
    let mut nodes = Nodes::start().await;
    let [alice, bob] = nodes.here.players().await;
    let id = alice.open(json!({})).await;
    bob.join(id).await;
    let topic = format!("lobby:{id}");
    let (near, far) = (own_client::connect(&alice), own_client::connect_to(&bob, nodes.there.address));
    let (mut near_lobby, mut far_lobby) = (near.join(&topic), far.join(&topic));
    let (mut near_list, mut far_list) = (near.join("lobbies"), far.join("lobbies"));
    for subscription in [&mut near_lobby, &mut far_lobby, &mut near_list, &mut far_list] {
        assert!(matches!(own_client::next(subscription).await, Heard::Joined(_)));
    }
    let changes = async {
        for n in 0..CHANGES {
            let renamed = alice.patch("/api/v1/lobbies", &json!({ "title": n.to_string() })).await;
            assert_eq!(renamed.status, StatusCode::OK, "{renamed:?}");
            // Kept nowhere: while Redis is away it goes no further than its node.
            drop(far.push(&topic, "message", json!(n)).await);
            sleep(Duration::from_millis(10)).await;
        }
    };
    let outage = async {
        sleep(Duration::from_millis(600)).await;
        nodes.redis.go_away();
        sleep(Duration::from_secs(1)).await;
        nodes.redis.come_back().await;
    };
    tokio::join!(changes, outage);
    nodes.are_told("ok").await;
    let last = 2 + CHANGES as u64;
    for lobby in [&mut near_lobby, &mut far_lobby] {
        let (seqs, told, _) = follow(lobby, last).await;
        assert_eq!(told, 0, "all of it was in the log");
        assert_eq!(seqs, (3..=last).collect::<Vec<_>>(), "each once and in order");
    }
    for list in [&mut near_list, &mut far_list] {
        let told_anew = async { while !matches!(own_client::next(list).await, Heard::Joined(_)) {} };
        timeout(PATIENCE, told_anew).await.expect("of a topic without a log it is told to start anew");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_put_out_on_one_node_hears_no_more_on_the_other() {
    let nodes = Nodes::start().await;
    let [alice, bob] = nodes.here.players().await;
    let id = alice.open(json!({})).await;
    bob.join(id).await;
    let topic = format!("lobby:{id}");
    let mut far = bob.socket_on(&nodes.there).await;
    far.joined(&topic).await;
    alice.post("/api/v1/lobbies/kick", &json!({ "target_user_id": bob.id })).await;
    assert_eq!(far.event().await[1], "user_kicked");
    assert_eq!(far.next().await[3], "phx_close");
    bob.signs_out().await;
    assert_eq!(far.close_code().await, 4501, "and whoever signs out on one is out on the other");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_there_is_known_on_both_nodes_and_a_dead_one_is_forgotten() {
    let nodes = Nodes::start().await;
    let [alice, bob] = nodes.here.players().await;
    let id = alice.open(json!({})).await;
    bob.join(id).await;
    let topic = format!("lobby:{id}");
    let (her, his) = (alice.id.to_string(), bob.id.to_string());
    let mut near = alice.socket().await;
    near.joined(&topic).await;
    near.who_is_there().await;
    near.who_is_there().await;
    let mut far = bob.socket_on(&nodes.there).await;
    far.joined(&topic).await;
    assert_eq!(keys(&far.who_is_there().await.1), [her.as_str(), his.as_str()]);
    assert_eq!(keys(&near.who_is_there().await.1["joins"]), [his.as_str()]);
    assert_eq!((nodes.here.domain.app.online.users(), nodes.here.domain.app.online.sockets()), (2, 2));

    // It says nothing more, as one that was killed.
    let died = Instant::now();
    let Nodes { redis: _redis, here, there } = nodes;
    drop(there);
    assert_eq!(keys(&near.who_is_there().await.1["leaves"]), [his.as_str()]);
    assert!(died.elapsed() < Duration::from_secs(15), "within a lease, a busy machine granted");
    assert_eq!((here.domain.app.online.users(), here.domain.app.online.sockets()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn friends_on_two_nodes_hear_one_another_come() {
    let nodes = Nodes::start().await;
    let [alice, bob] = nodes.here.players().await;
    let asked = alice.befriend(&bob).await;
    let own = format!("user:{}", bob.id);
    let mut far = bob.socket_on(&nodes.there).await;
    far.joined(&own).await;
    bob.answer(&asked, "accept").await;
    assert_eq!(far.event().await[1], "friend_accepted");
    let _near = alice.socket().await;
    assert_eq!(far.event().await, json!([own, "friend_online", { "user_id": alice.id }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_player_has_ten_sockets_over_all_nodes() {
    let nodes = Nodes::start().await;
    let alice = nodes.here.player().await;
    let mut open = Vec::new();
    for n in 0..10 {
        open.push(alice.socket_on(if n % 2 == 0 { &nodes.here } else { &nodes.there }).await);
    }
    for app in [&nodes.here, &nodes.there] {
        let refused = async {
            while connect(app, &alice.query(), &[]).await.err() != Some(429) {
                sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(PATIENCE, refused).await.expect("an eleventh is refused once both nodes know of ten");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_each_node_goes_on_alone_and_is_right_again_when_it_is_back() {
    let mut nodes = Nodes::start().await;
    let [alice, bob, eve] = nodes.here.players().await;
    let id = alice.open(json!({})).await;
    let topic = format!("lobby:{id}");
    let mut far = alice.socket_on(&nodes.there).await;
    far.joined(&topic).await;
    let mut list = nodes.there.nobody().socket().await;
    list.joined("lobbies").await;
    let mut eves = eve.socket_on(&nodes.there).await;

    nodes.redis.go_away();
    nodes.are_told("unreachable").await;
    bob.join(id).await;
    assert_eq!(far.numbered().await, (2, json!([topic, "user_joined", { "user_id": bob.id }])), "by its log");
    eve.signs_out().await;
    assert_eq!(eves.close_code().await, 4501, "by its row");
    let mut near = nodes.here.nobody().socket().await;
    near.joined("lobbies").await;
    bob.leave().await;
    assert_eq!(near.event().await[2]["id"], json!(id), "whoever is on the same node hears of everything");
    assert_eq!(far.numbered().await.0, 3);

    nodes.redis.come_back().await;
    nodes.are_told("ok").await;
    for socket in [&mut list, &mut near] {
        let told = socket.next().await;
        assert_eq!((&told[2], &told[3]), (&json!("lobbies"), &json!("phx_error")), "nobody knows what was missed");
        socket.joined("lobbies").await;
    }
    bob.join(id).await;
    assert_eq!(far.numbered().await.0, 4);
    for socket in [&mut list, &mut near] {
        assert_eq!(socket.event().await[1], "lobby_membership_changed");
    }
    let metrics = nodes.here.request(Method::GET, "/metrics").send().await.unwrap().text().await.unwrap();
    assert!(metrics.contains("\ngameserver_bus_up 1\n"), "{metrics}");
}

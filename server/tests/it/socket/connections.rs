//! The open sockets, as admins see them; looking on at topics; and sockets that end with what opened them.

use std::time::Duration;

use chrono::TimeDelta;
use domain::{Error, Scope, connections, users};
use serde_json::{Value, json};
use server::Limits;
use testing::{Engine, both_engines};
use tokio::time::{sleep, timeout};
use wire::{Connection, ConnectionFilter, Page, PageQuery, UserId};

use super::client::{PATIENCE, connect};
use super::nodes::Nodes;
use super::presence::keys;
use crate::app::{Player, TestApp, limits};

/// The open sockets, as the first node's admins see them.
async fn list(app: &TestApp, q: &str, state: &str) -> Page<Connection> {
    let filter = ConnectionFilter { q: Some(q.to_owned()), state: Some(state.to_owned()) };
    connections::list(&app.domain.app, &Scope::SYSTEM, filter, PageQuery::default()).await.unwrap()
}

/// Those of a player, of which there must be one.
async fn one_of(app: &TestApp, player: &Player<'_>) -> Connection {
    let found = list(app, &player.id.to_string(), "users").await.data;
    <[_; 1]>::try_from(found).unwrap_or_else(|found| panic!("not one: {found:?}")).into_iter().next().unwrap()
}

fn code<T>(result: Result<T, Error>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(Error::Unauthenticated(refusal) | Error::Forbidden(refusal) | Error::NotFound(refusal)) => refusal.code,
        Err(error) => panic!("{error}"),
    }
}

/// Waits until something is so.
async fn until<F: Future<Output = bool>>(mut is_so: impl FnMut() -> F) {
    let waiting = async {
        while !is_so().await {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, waiting).await.expect("it comes to be so");
}

#[both_engines]
async fn admins_see_whose_a_socket_is_what_it_hears_and_what_went_over_it(app: TestApp) {
    let alice = app.player().await;
    let mut hers = alice.socket().await;
    hers.joined("lobbies").await;
    hers.joined(&format!("user:{}", alice.id)).await;
    let mut nobodys = connect(&app, "vsn=1.0.0", &[]).await.unwrap();
    nobodys.send(r#"{"topic":"lobbies","event":"phx_join","payload":{},"ref":"1"}"#).await;
    nobodys.next().await;

    let all = list(&app, "", "").await;
    assert_eq!((all.data.len(), all.meta.total_count, all.meta.total_is_minimum), (2, 2, false));
    assert!(all.data[0].connected_at >= all.data[1].connected_at, "the newest is first");
    let row = one_of(&app, &alice).await;
    assert_eq!(row.user_name, Some(format!("player-{}", alice.id)));
    assert_eq!((row.ip.as_deref(), row.version.as_str()), (Some("127.0.0.1"), "2.0.0"));
    assert_eq!(row.topics, ["lobbies".to_owned(), format!("user:{}", alice.id)]);
    assert_eq!((row.received, row.sent, row.queue), (2, 2, 0));
    assert_eq!(row.bytes_received, 2 * 33 + i64::try_from(alice.id.to_string().len()).unwrap() - 2);
    assert!(row.bytes_sent > 100, "{row:?}");
    let nobody = list(&app, "", "anonymous").await.data.remove(0);
    assert_eq!((nobody.user_id, nobody.version.as_str()), (None, "1.0.0"));
    assert_eq!(list(&app, "lobbies", "").await.meta.total_count, 2);
    assert_eq!(list(&app, &nobody.id, "").await.data.len(), 1);
    assert_eq!(list(&app, "", "waiting").await.data.len(), 0);

    hers.send(r#"["1","5","lobbies","phx_leave",{}]"#).await;
    hers.next().await;
    hers.next().await;
    assert_eq!(one_of(&app, &alice).await.topics, [format!("user:{}", alice.id)]);
    drop(hers);
    until(async || list(&app, "", "").await.data.len() == 1).await;
}

#[both_engines]
async fn only_admins_see_and_close_sockets(app: TestApp) {
    let (alice, admin) = (app.player().await, app.admin().await);
    let mut hers = alice.socket().await;
    hers.joined("lobbies").await;
    let id = one_of(&app, &alice).await.id;
    let domain = &app.domain.app;
    let scope = async |player: &Player<'_>| match &player.access {
        Some(token) => domain::sessions::authenticate(domain, token, None).await.unwrap(),
        None => Scope::NOBODY,
    };
    for (player, expected) in [(&app.nobody(), "authentication_required"), (&alice, "forbidden"), (&admin, "ok")] {
        let scope = scope(player).await;
        let filter = ConnectionFilter::default();
        assert_eq!(code(connections::list(domain, &scope, filter, PageQuery::default()).await), expected);
        assert_eq!(code(connections::close(domain, &scope, &id).await), expected);
    }
    let admins = scope(&admin).await;
    assert_eq!(code(connections::close(domain, &admins, &id).await), "not_found");
    assert_eq!(hers.close_code().await, 4003, "its client may come back");
    let node = id.split_once('.').unwrap().0.to_owned();
    for none in ["", "7", "elsewhere.1", &format!("{node}.999"), &format!("{node}.0x1"), &format!("{node}.01")] {
        assert_eq!(code(connections::close(domain, &admins, none).await), "not_found", "{none}");
    }
    assert_eq!(app.domain.rows("audit_log where action = 'connection.close' and outcome = 'done'").await, 1);
    assert_eq!(app.domain.rows("audit_log where action = 'connection.close' and outcome = 'forbidden'").await, 1);
}

#[both_engines]
async fn admins_hear_of_sockets_that_open_and_close(app: TestApp) {
    let admin = app.admin().await;
    let mut socket = admin.socket().await;
    socket.joined("admin:connections").await;
    let alice = app.player().await;
    let hers = alice.socket().await;
    let opened = socket.event().await;
    let id = one_of(&app, &alice).await.id;
    assert_eq!(opened, json!(["admin:connections", "connection_opened", { "id": id, "user_id": alice.id }]));
    drop(hers);
    assert_eq!(socket.event().await, json!(["admin:connections", "connection_closed", { "id": id }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn sockets_of_another_node_are_seen_and_closed_from_this_one() {
    let nodes = Nodes::start().await;
    let [alice, bob] = nodes.here.players().await;
    let (mut far, _near) = (alice.socket_on(&nodes.there).await, bob.socket().await);
    far.joined("lobbies").await;
    // Until each has heard that the other lives, it asks it nothing.
    until(async || list(&nodes.here, "", "users").await.data.len() == 2).await;
    let row = one_of(&nodes.here, &alice).await;
    assert_eq!(
        (row.topics.as_slice(), row.user_name),
        (["lobbies".to_owned()].as_slice(), Some(format!("player-{}", alice.id)))
    );
    assert_ne!(row.node, one_of(&nodes.here, &bob).await.node);
    connections::close(&nodes.here.domain.app, &Scope::SYSTEM, &row.id).await.unwrap();
    assert_eq!(far.close_code().await, 4003);
    until(async || list(&nodes.here, "", "users").await.data.len() == 1).await;
    let gone = connections::close(&nodes.here.domain.app, &Scope::SYSTEM, &row.id).await;
    assert_eq!(code(gone), "not_found");

    // A node that is killed is not waited for any longer than it counts as there.
    let Nodes { redis: _redis, here, there } = nodes;
    drop(there);
    let left = list(&here, "", "users").await;
    assert!(left.meta.total_is_minimum, "what it had is not known");
    until(async || !list(&here, "", "users").await.meta.total_is_minimum).await;
    assert_eq!(list(&here, "", "users").await.data.len(), 1);
}

impl super::client::Socket {
    /// Looks on at a topic: the reply's status and response.
    async fn observe(&mut self, topic: &str) -> (String, Value) {
        self.send(&json!(["1", "1", topic, "phx_join", { "observe": true }]).to_string()).await;
        let reply = loop {
            let frame = self.next().await;
            if frame[3] == "phx_reply" {
                break frame;
            }
        };
        (reply[4]["status"].as_str().unwrap().to_owned(), reply[4]["response"].clone())
    }
}

#[both_engines]
async fn an_admin_looks_on_at_a_topic_and_is_no_member_of_it(app: TestApp) {
    let ([alice, bob], admin) = (app.players().await, app.admin().await);
    let id = alice.open(json!({ "is_hidden": true })).await;
    let topic = format!("lobby:{id}");
    let mut hers = alice.socket().await;
    hers.joined(&topic).await;
    hers.who_is_there().await;
    hers.who_is_there().await;
    let mut watch = admin.socket().await;
    let (status, response) = watch.observe(&topic).await;
    assert_eq!((status.as_str(), &response["seq"], &response["lobby"]["id"]), ("ok", &json!(1), &json!(id)));
    assert_eq!(watch.observe(&format!("user:{}", bob.id)).await.0, "ok");
    bob.join(id).await;
    // Between two topics there is no order.
    let mut heard = [watch.numbered().await, watch.numbered().await];
    heard.sort_by_key(|(_, event)| event[0].to_string());
    assert_eq!(heard[0], (2, json!([topic, "user_joined", { "user_id": bob.id }])));
    assert_eq!(heard[1].1[1], "lobby_changed");

    watch.send(&json!(["1", "9", topic, "message", "hello"]).to_string()).await;
    let refused = watch.next().await;
    assert_eq!((&refused[1], &refused[4]["response"]["error"]), (&json!("9"), &json!("not_a_member")));
    let mut his = bob.socket().await;
    his.joined(&topic).await;
    let there = his.who_is_there().await.1;
    let mut expected = [alice.id, bob.id].map(|id| id.to_string());
    expected.sort();
    assert_eq!(keys(&there), expected, "who looks on is not there");

    // Going on is not written down again; nor is what concerns nobody.
    watch
        .send(
            &json!(["2", "2", topic, "phx_join", { "observe": true, "epoch": response["epoch"], "seq": 1 }])
                .to_string(),
        )
        .await;
    let closed = watch.next().await;
    assert_eq!(closed[3], "phx_close");
    assert_eq!(watch.next().await[4]["response"]["resync"], false);
    assert_eq!(watch.numbered().await.0, 2);
    assert_eq!(watch.observe("admin:users").await.0, "ok");
    let written = async |target: &str, id: i64| {
        let which =
            format!("audit_log where action = 'topic.observe' and target_kind = '{target}' and target_id = {id}");
        app.domain.rows(&which).await
    };
    assert_eq!((written("lobby", id).await, written("user", bob.id).await), (1, 1));
    assert_eq!(app.domain.rows("audit_log where action = 'topic.observe'").await, 2);

    for topic in [topic.as_str(), "lobbies", "admin:users"] {
        assert_eq!(his.observe(topic).await.1["error"], "forbidden", "{topic}");
    }
    assert_eq!(watch.observe("lobby:999999").await.1["error"], "not_found");
    assert_eq!(watch.observe("session:1").await.1["reason"], "unmatched topic");
}

#[both_engines]
async fn a_role_that_was_given_or_taken_sends_its_sockets_back(app: TestApp) {
    let (admin, eve) = (app.admin().await, app.player().await);
    let second = wire::NewAdmin { email: Some("bob@games.example".into()), password: Some("correct horse".into()) };
    users::create_admin(&app.domain.app, &Scope::SYSTEM, second).await.unwrap();
    let (mut hers, mut evens) = (admin.socket().await, eve.socket().await);
    hers.observe("admin:users").await;
    evens.joined("lobbies").await;
    let set =
        async |id, is_admin| users::set_admin(&app.domain.app, &Scope::SYSTEM, UserId(id), is_admin).await.unwrap();
    set(admin.id, false).await;
    assert_eq!(hers.close_code().await, 1001, "come back as who you are");
    set(eve.id, true).await;
    assert_eq!(evens.close_code().await, 1001);
    let (mut hers, mut evens) = (admin.socket().await, eve.socket().await);
    assert_eq!(hers.observe("admin:users").await.1["error"], "forbidden");
    assert_eq!(evens.observe("admin:users").await.0, "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_was_taken_elsewhere_ends_the_socket_without_redis_too() {
    let mut nodes = Nodes::start().await;
    let admin = nodes.here.admin().await;
    let second = wire::NewAdmin { email: Some("bob@games.example".into()), password: Some("correct horse".into()) };
    users::create_admin(&nodes.here.domain.app, &Scope::SYSTEM, second).await.unwrap();
    let mut far = admin.socket_on(&nodes.there).await;
    far.joined("admin:users").await;
    nodes.redis.go_away();
    nodes.are_told("unreachable").await;
    users::set_admin(&nodes.here.domain.app, &Scope::SYSTEM, UserId(admin.id), false).await.unwrap();
    assert_eq!(far.close_code().await, 1001);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_is_set_a_socket_ends_with_its_token_unless_a_fresh_one_comes() {
    let limits = Limits { socket_outlives_token: Some(Duration::from_secs(1)), ..limits() };
    let app = TestApp::with(Engine::Sqlite, limits, testing::config()).await;
    let [alice, bob] = app.players().await;
    // A second before the tokens expire.
    app.domain.app.clock.advance(TimeDelta::seconds(15 * 60 - 1));
    let (mut hers, mut his, mut nobodys) = (alice.socket().await, bob.socket().await, app.nobody().socket().await);
    for socket in [&mut hers, &mut his, &mut nobodys] {
        socket.joined("lobbies").await;
    }
    let refreshed = app.nobody().post("/api/v1/refresh", &json!({ "refresh_token": bob.refresh })).await.body;
    let tell = |payload: Value| json!([null, "5", "phoenix", "access_token", payload]).to_string();
    for (payload, refusal) in [
        (json!({ "access_token": "junk" }), "invalid_token"),
        (json!({ "access_token": alice.access }), "another_session"),
        (json!("junk"), "invalid_payload"),
    ] {
        his.send(&tell(payload)).await;
        let response = &his.next().await[4]["response"];
        assert_eq!((&response["reason"], &response["error"]), (&json!(refusal), &json!(refusal)));
    }
    his.send(r#"[null,"5","phoenix","other",{}]"#).await;
    assert_eq!(his.next().await[4]["response"]["reason"], "unmatched topic");
    his.send(&tell(json!({ "access_token": refreshed["access_token"] }))).await;
    let told = his.next().await;
    assert_eq!(
        (&told[4]["status"], &told[4]["response"]["expires_at"]),
        (&json!("ok"), &json!("2027-01-15T08:29:59Z"))
    );

    assert_eq!(hers.close_code().await, 4502);
    for socket in [&mut his, &mut nobodys] {
        socket.send(r#"[null,"6","phoenix","heartbeat",{}]"#).await;
        assert_eq!(socket.next().await[4]["status"], "ok", "it lives on");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_set_a_socket_lives_as_long_as_its_session() {
    let app = TestApp::with(Engine::Sqlite, Limits::default(), testing::config()).await;
    let alice = app.player().await;
    app.domain.app.clock.advance(TimeDelta::seconds(15 * 60 - 1));
    let mut hers = alice.socket().await;
    sleep(Duration::from_millis(1_500)).await;
    app.domain.app.clock.advance(TimeDelta::hours(1));
    hers.joined("lobbies").await;
}

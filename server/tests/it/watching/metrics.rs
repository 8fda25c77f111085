//! The numbers at `/metrics`: what they say, and to whom.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use reqwest::{Client, Method, StatusCode};
use serde_json::json;
use server::{Limits, Server, router};
use testing::{Engine, Fixture, TestDomain, both_engines};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::app::{METRICS_TOKEN, TestApp};

/// Every series by its name and labels. What is not as the format wants it fails the test.
struct Numbers(BTreeMap<String, f64>);

impl Numbers {
    fn parse(text: &str) -> Self {
        let (mut types, mut series) = (BTreeMap::new(), BTreeMap::new());
        let lines = text.strip_suffix("# EOF\n").expect("the end is said");
        for line in lines.lines() {
            if let Some(about) = line.strip_prefix("# ") {
                let (what, rest) = about.split_once(' ').unwrap();
                let (name, said) = rest.split_once(' ').unwrap();
                assert!(!said.is_empty(), "{line}");
                match what {
                    "HELP" => assert!(said.ends_with('.'), "{line}"),
                    "UNIT" => assert!(name.ends_with(&format!("_{said}")), "{line}"),
                    "TYPE" => assert!(types.insert(name.to_owned(), said.to_owned()).is_none(), "twice: {line}"),
                    _ => panic!("{line}"),
                }
                continue;
            }
            let (name, value) = line.rsplit_once(' ').unwrap();
            let bare = name.split('{').next().unwrap();
            let known = types.iter().any(|(family, kind)| {
                let suffixes: &[_] = match kind.as_str() {
                    "counter" => &["_total"],
                    "gauge" => &[""],
                    "histogram" => &["_sum", "_count", "_bucket"],
                    _ => panic!("{kind}"),
                };
                bare.strip_prefix(family.as_str()).is_some_and(|suffix| suffixes.contains(&suffix))
            });
            assert!(known, "no type was said of {line}");
            assert!(name == bare || name.ends_with("\"}"), "{line}");
            assert!(series.insert(name.to_owned(), value.parse().unwrap()).is_none(), "twice: {line}");
        }
        Self(series)
    }

    /// A series; nought, when it is not there yet.
    fn get(&self, name: &str) -> f64 {
        self.0.get(name).copied().unwrap_or(0.0)
    }

    /// All series of a name together.
    fn sum(&self, name: &str) -> f64 {
        self.0.iter().filter(|(series, _)| series.split('{').next() == Some(name)).map(|(_, value)| value).sum()
    }
}

async fn numbers(app: &TestApp) -> Numbers {
    let answer = app.request(Method::GET, "/metrics").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let kind = answer.headers()["content-type"].to_str().unwrap();
    assert_eq!(kind, "application/openmetrics-text; version=1.0.0; charset=utf-8");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    Numbers::parse(&answer.text().await.unwrap())
}

/// What a series grew by.
#[expect(clippy::cast_possible_truncation, reason = "counts are whole and small")]
fn grown(before: &Numbers, after: &Numbers, name: &str) -> i64 {
    (after.get(name) - before.get(name)) as i64
}

#[both_engines]
async fn a_request_is_counted_by_its_route_method_and_status(app: TestApp) {
    let player = app.player().await;
    let lobby = player.open(json!({})).await;
    let before = numbers(&app).await;
    for _ in 0..3 {
        assert_eq!(player.get(&format!("/api/v1/lobbies/{lobby}?token=anything")).await.status, 200);
    }
    assert_eq!(player.get("/api/v1/lobbies/99999").await.status, 404);
    let after = numbers(&app).await;
    let grown = |name: &str| grown(&before, &after, name);
    let labels = r#"method="GET",route="/api/v1/lobbies/{id}""#;
    assert_eq!(grown(&format!(r#"gameserver_http_requests_total{{{labels},status="200"}}"#)), 3);
    assert_eq!(grown(&format!(r#"gameserver_http_requests_total{{{labels},status="404"}}"#)), 1);
    assert_eq!(grown(&format!("gameserver_http_request_duration_seconds_count{{{labels}}}")), 4);
    let all = after.get(&format!(r#"gameserver_http_request_duration_seconds_bucket{{le="+Inf",{labels}}}"#));
    assert!((all - 4.0).abs() < f64::EPSILON, "{all}");
    let metrics = r#"gameserver_http_requests_total{method="GET",route="/metrics",status="200"}"#;
    assert_eq!(grown(metrics), 1, "itself, too, once it is answered");
    assert!((after.get("gameserver_http_requests_running") - 1.0).abs() < f64::EPSILON, "this one");
}

#[both_engines]
async fn no_path_and_no_method_can_add_a_label_of_its_own(app: TestApp) {
    let nobody = app.nobody();
    let before = numbers(&app).await;
    for n in 0..20 {
        for path in [format!("/hostile-{n}"), format!("/api/v1/hostile-{n}"), format!("/pkg/hostile-{n}.js")] {
            let status = nobody.send(nobody.request(Method::GET, &path)).await.status;
            assert_eq!(status, 404, "{path}");
        }
        nobody.get(&format!("/api/v1/lobbies/%22hostile-{n}%0a")).await;
        let method = Method::from_bytes(format!("HOSTILE{n}").as_bytes()).unwrap();
        nobody.send(nobody.request(method.clone(), "/api/v1/health")).await;
        nobody.send(nobody.request(method, &format!("/hostile-{n}"))).await;
    }
    let after = numbers(&app).await;
    let hostile: Vec<_> = after.0.keys().filter(|name| name.to_lowercase().contains("hostile")).collect();
    assert!(hostile.is_empty(), "{hostile:?}");
    let added = after.0.keys().filter(|name| !before.0.contains_key(*name)).filter(|name| name.contains("_requests_"));
    let added: Vec<_> = added.collect();
    assert!(added.len() <= 6, "{added:#?}");
    let unmatched = r#"gameserver_http_requests_total{method="GET",route="unmatched",status="404"}"#;
    assert_eq!(grown(&before, &after, unmatched), 60);
}

#[both_engines]
async fn sockets_passwords_and_the_database_are_counted(app: TestApp) {
    let before = numbers(&app).await;
    let admin = app.admin().await;
    let mut socket = admin.socket().await;
    socket.joined("lobbies").await;
    admin.open(json!({})).await;
    socket.event().await;
    let after = numbers(&app).await;
    let now = |name: &str| after.get(name);
    for (name, expected) in
        [("gameserver_sockets", 1.0), ("gameserver_users_online", 1.0), ("gameserver_passwords_working", 0.0)]
    {
        assert!((now(name) - expected).abs() < f64::EPSILON, "{name} is {}", now(name));
    }
    assert!(now("gameserver_topics") >= 1.0, "the lobbies, and the session");
    let grown = |name: &str| grown(&before, &after, name);
    assert!(grown("gameserver_events_pushed_total") >= 1);
    assert!(grown("gameserver_socket_frames_received_total") >= 1, "the join");
    assert!(grown("gameserver_socket_frames_sent_total") >= 2, "its reply, and the lobby");
    assert!((now("gameserver_socket_topics") - 1.0).abs() < f64::EPSILON);
    assert!(now(r#"gameserver_sockets_closed_total{end="4501"}"#).abs() < f64::EPSILON, "none has closed yet");
    assert!(after.0.contains_key(r#"gameserver_sockets_closed_total{end="left"}"#));
    assert_eq!(grown("gameserver_password_hash_seconds_count"), 2, "made once, checked once");
    let (readers, writer) = match app.domain.app.db.engine() {
        "SQLite" => ("readers", "writer"),
        _ => ("all", "all"),
    };
    for name in [
        format!(r#"gameserver_database_statement_seconds_count{{pool="{readers}",kind="read"}}"#),
        format!(r#"gameserver_database_statement_seconds_count{{pool="{writer}",kind="write"}}"#),
        format!(r#"gameserver_database_transaction_seconds_count{{pool="{writer}"}}"#),
        format!(r#"gameserver_database_wait_seconds_count{{pool="{readers}"}}"#),
    ] {
        assert!(grown(&name) > 0, "{name}");
    }
    assert!(after.sum("gameserver_database_connections") >= 1.0);
    assert!(after.sum("gameserver_database_refused_total").abs() < f64::EPSILON);
    assert!(now("process_resident_memory_bytes") > 1e6 && now("process_open_fds") > 3.0);
    assert!((now("process_start_time_seconds") - 1_800_000_000.0).abs() < f64::EPSILON, "the clock of tests");
    let version = env!("CARGO_PKG_VERSION");
    let engine = app.domain.app.db.engine();
    let build = format!(r#"gameserver_build_info{{version="{version}",database="{engine}"}}"#);
    assert!((now(&build) - 1.0).abs() < f64::EPSILON);
}

#[both_engines]
async fn every_number_is_explained(app: TestApp) {
    app.player().await;
    let text = app.request(Method::GET, "/metrics").send().await.unwrap().text().await.unwrap();
    let told: BTreeSet<_> =
        text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' ')).map(|(name, _)| name).collect();
    let page = include_str!("../../../../docs/watching.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`')).map(|(name, _)| name);
    let explained: BTreeSet<_> = rows
        .filter(|name| name.starts_with("gameserver_") || name.starts_with("process_"))
        .map(|name| name.strip_suffix("_total").unwrap_or(name))
        .collect();
    assert_eq!(told, explained, "docs/watching.md has a row for each number, and for no other");
}

#[both_engines]
async fn a_proxy_needs_the_token_and_a_wrong_one_is_refused(app: TestApp) {
    let read = async |token: Option<&str>| {
        let request = app.request(Method::GET, "/metrics").header("x-forwarded-for", "127.0.0.1");
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        app.nobody().send(request).await
    };
    assert_eq!(read(None).await.refusal(), "401 invalid_token");
    let admin = app.admin().await;
    let (wrong, longer) = (METRICS_TOKEN.replace('a', "b"), format!("{METRICS_TOKEN}a"));
    for token in ["", &wrong, &longer, admin.access.as_deref().unwrap()] {
        assert_eq!(read(Some(token)).await.refusal(), "401 invalid_token", "{token}");
    }
    assert_eq!(read(Some(METRICS_TOKEN)).await.status, StatusCode::OK);
    let post = app.nobody().post("/metrics", &json!({})).await;
    assert_eq!(post.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn without_a_token_there_is_nothing_to_see_from_elsewhere() {
    let domain = TestDomain::on(Engine::Sqlite).await;
    let (_staying, going_away) = watch::channel(false);
    let service = router(Server::new(domain.app.clone(), Limits::default(), true, going_away));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/metrics", listener.local_addr().unwrap());
    let service = service.into_make_service_with_connect_info::<SocketAddr>();
    let serving = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    let request = || Client::new().get(&url);
    assert_eq!(request().send().await.unwrap().status(), 200);
    for header in ["forwarded", "x-forwarded-for"] {
        let status = request().header(header, "for=127.0.0.1").bearer_auth("").send().await.unwrap().status();
        assert_eq!(status, 404, "{header}");
    }
    serving.abort();
}

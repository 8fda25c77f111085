//! No secret reaches a log line: the real binary says all it can say, is shown secrets on every way in, and none of them
//! is found in what it wrote.

use std::fs;
use std::path::Path;

use domain::Database;
use futures_util::{SinkExt, StreamExt};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use testing::{TestDomain, both_engines};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

use super::running::Running;

/// What a caller keeps secret. None of them is a word of ours.
const DEVICE: &str = "canary-device-0123456789";
const PASSWORD: &str = "canary-password-correct";
const WRONG_PASSWORD: &str = "canary-password-wrong";
const LOBBY_PASSWORD: &str = "canary-password-lobby";
const MALFORMED: &str = "canary-malformed";
const IN_A_FRAME: &str = "canary-frame";
const BAD_TOKEN: &str = "canary-token-bad";
const DATABASE: &str = "canary-password-database";

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap()
}

/// The value of an answer's session cookie.
fn cookie(answer: &reqwest::Response) -> (String, String) {
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let value = cookie.split_once('=').unwrap().1.to_owned();
    (cookie, value)
}

#[both_engines]
async fn no_secret_reaches_a_log_line(domain: TestDomain) {
    // The server of tests asks for no password, and takes whatever it is given.
    let url = match &domain.database {
        Database::Postgres(url) => {
            let (who, at) = url.split_once('@').unwrap();
            Some(format!("{who}:{DATABASE}@{at}"))
        }
        Database::Sqlite(_) => None,
    };
    let format = if url.is_some() { "json" } else { "text" };
    let filter = "trace,tungstenite=trace,hyper=trace";
    let server = Running::start(url.as_deref(), &[("GAMESERVER_LOG", filter), ("GAMESERVER_LOG_FORMAT", format)]).await;
    let pid = server.pid();
    let mut secrets: Vec<String> =
        [DEVICE, PASSWORD, WRONG_PASSWORD, LOBBY_PASSWORD, MALFORMED, IN_A_FRAME, BAD_TOKEN, DATABASE]
            .map(Into::into)
            .into();

    let (status, tokens) = server.post("/api/v1/login/device", &json!({ "device_id": DEVICE })).await;
    assert_eq!(status, 200);
    let (status, refreshed) =
        server.post("/api/v1/refresh", &json!({ "refresh_token": text(&tokens, "refresh_token") })).await;
    assert_eq!(status, 200);
    let greeting = server.read("stdout");
    let setup = greeting.split_once("first-admin?token=").unwrap().1.trim().to_owned();
    let cookies = browse(&server, &setup).await;
    play(&server, text(&refreshed, "access_token")).await;
    stumble(&server).await;
    let logout = server.request(Method::DELETE, "/api/v1/logout").bearer_auth(text(&refreshed, "access_token"));
    assert_eq!(logout.send().await.unwrap().status(), 200);

    for answer in [&tokens, &refreshed] {
        secrets.extend(["access_token", "refresh_token"].map(|name| text(answer, name).to_owned()));
    }
    secrets.extend(cookies);
    for key in ["access.key", "refresh.key"] {
        secrets.push(fs::read_to_string(server.path("data/secrets").join(key)).unwrap().trim().to_owned());
    }
    let command_line = fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("cmdline")).unwrap();
    let (greeting, log) = server.stop();
    assert!(log.contains("TRACE") && log.contains("/api/v1/login/device") && log.contains("sqlx"), "all was said");
    assert_eq!(greeting.matches(&setup).count(), 1, "the link is shown once, to whoever starts the server");
    assert!(!log.contains(&setup));
    for secret in secrets {
        assert!(secret.len() >= 12, "{secret:?} would be found by chance");
        for (place, said) in [("log", &log), ("greeting", &greeting), ("command line", &command_line)] {
            if let Some(line) = said.lines().find(|line| line.contains(&secret)) {
                panic!("{secret} in the {place}: {line}");
            }
        }
    }
}

/// The ways of a browser; gives the values of its cookies.
async fn browse(server: &Running, setup: &str) -> Vec<String> {
    let link = format!("/users/first-admin?token={setup}");
    assert_eq!(server.request(Method::GET, &link).send().await.unwrap().status(), 200);
    let account = [("token", setup), ("email", "ada@games.example"), ("password", PASSWORD)];
    let made = server.form("/users/first-admin", &account).await;
    assert_eq!(made.status(), StatusCode::SEE_OTHER);
    let wrong = [("email", "ada@games.example"), ("password", WRONG_PASSWORD)];
    assert_eq!(server.form("/users/log-in", &wrong).await.status(), StatusCode::SEE_OTHER);
    let right = [("email", "ada@games.example"), ("password", PASSWORD)];
    let entered = server.form("/users/log-in", &right).await;
    let (whole, value) = cookie(&entered);
    for page in ["/admin", "/admin/users", "/nothing"] {
        server.request(Method::GET, page).header("cookie", &whole).send().await.unwrap();
    }
    let asked = server.request(Method::POST, "/_fn/link-works").header("cookie", &whole).header("origin", &server.base);
    assert_eq!(asked.json(&json!({ "token": setup })).send().await.unwrap().status(), 200);
    let out = server.request(Method::POST, "/users/log-out").header("cookie", &whole).header("origin", &server.base);
    assert_eq!(out.send().await.unwrap().status(), StatusCode::SEE_OTHER);
    vec![cookie(&made).1, value]
}

/// The ways of a game.
async fn play(server: &Running, access: &str) {
    for (password, expected) in [(PASSWORD, 200), (WRONG_PASSWORD, 401)] {
        let login = json!({ "email": "ada@games.example", "password": password });
        assert_eq!(server.post("/api/v1/login", &login).await.0, expected);
    }
    let open = server.request(Method::POST, "/api/v1/lobbies").bearer_auth(access);
    let opened = open.json(&json!({ "password": LOBBY_PASSWORD })).send().await.unwrap();
    assert_eq!(opened.status(), 201);
    let lobby: Value = opened.json().await.unwrap();
    let join = format!("/api/v1/lobbies/{}/join", lobby["id"]);
    let (_, other) = server.post("/api/v1/login/device", &json!({ "device_id": format!("{DEVICE}-other") })).await;
    let join = server.request(Method::POST, &join).bearer_auth(text(&other, "access_token"));
    assert_eq!(join.json(&json!({ "password": WRONG_PASSWORD })).send().await.unwrap().status(), 403);

    let socket =
        |token: &str| format!("{}/socket/websocket?vsn=2.0.0&token={token}", server.base.replace("http", "ws"));
    assert!(connect_async(socket(BAD_TOKEN)).await.is_err());
    let (mut socket, _) = connect_async(socket(access)).await.unwrap();
    let frames = [
        json!(["1", "1", "lobbies", "phx_join", { "password": IN_A_FRAME }]).to_string(),
        json!(["1", "2", "lobbies", IN_A_FRAME, { "password": IN_A_FRAME }]).to_string(),
        json!(["1", "3", IN_A_FRAME, "phx_join", {}]).to_string(),
        format!("[\"{IN_A_FRAME}"),
    ];
    let sent = frames.len();
    for frame in frames {
        socket.send(Message::Text(frame.into())).await.unwrap();
    }
    for _ in 0..sent {
        socket.next().await.unwrap().unwrap();
    }
    socket.close(None).await.unwrap();
}

/// What goes wrong.
async fn stumble(server: &Running) {
    let json = "application/json";
    for (path, kind, body) in [
        ("/api/v1/login", json, format!("{{\"password\": \"{MALFORMED}")),
        ("/api/v1/login", json, format!("{{\"email\": \"a@b.example\", \"password\": [\"{MALFORMED}\"]}}")),
        ("/api/v1/login/device", json, format!("{{\"device_id\": {{\"{MALFORMED}\": 1}}}}")),
        ("/api/v1/login/device", json, format!("{{\"device_id\": \"{}\"}}", MALFORMED.repeat(20))),
        ("/api/v1/login", "application/x-www-form-urlencoded", format!("password={MALFORMED}")),
        ("/api/v1/refresh", json, format!("{{\"refresh_token\": \"{BAD_TOKEN}\"}}")),
        ("/users/log-in", "application/x-www-form-urlencoded", format!("password={MALFORMED}&password={MALFORMED}")),
        ("/users/log-in", json, format!("{{\"password\": \"{MALFORMED}\"}}")),
        ("/_fn/link-works", json, format!("{{\"token\": [\"{MALFORMED}\"]}}")),
    ] {
        let request = server.request(Method::POST, path).header("content-type", kind).header("origin", &server.base);
        let status = request.body(body).send().await.unwrap().status();
        assert!(status.is_client_error(), "{path}: {status}");
    }
    let me = || server.request(Method::GET, "/api/v1/me");
    for request in [
        me().bearer_auth(BAD_TOKEN),
        me().header("authorization", format!("Basic {BAD_TOKEN}")),
        me().header("cookie", format!("__Host-gameserver={BAD_TOKEN}; sb-access-token={BAD_TOKEN}")),
        server.request(Method::GET, &format!("/api/v1/me?access_token={BAD_TOKEN}")),
    ] {
        assert_eq!(request.send().await.unwrap().status(), 401);
    }
}

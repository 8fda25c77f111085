//! Clients that are slow or greedy, as bytes on a connection.

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use server::listener::Listener;
use server::{Limits, Server, router};
use tempfile::TempDir;
use testing::{Engine, Fixture, TestDomain};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::app::{TestApp, limits};
use crate::cli::{Started, started};

async fn app(limits: Limits) -> TestApp {
    TestApp::with(Engine::Sqlite, limits, testing::config()).await
}

/// Sends bytes and reads what comes until the server closes.
async fn say(address: SocketAddr, bytes: impl AsRef<[u8]>) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // Refused before all was sent: what was answered counts.
    let _refused = stream.write_all(bytes.as_ref()).await;
    heard(&mut stream).await
}

async fn heard(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let _reset = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// A request that the connection ends with.
fn get(path: &str, headers: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n")
}

async fn assert_others_are_served(app: &TestApp) {
    let answer = say(app.address, get("/api/v1/health", "")).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// Sends a byte every now and then until the server has enough of it, and gives its answer.
async fn trickle(app: &TestApp, beginning: &str) -> String {
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    stream.write_all(beginning.as_bytes()).await.unwrap();
    let (mut reader, mut writer) = stream.split();
    let mut answer = Vec::new();
    let dripping = async {
        while writer.write_all(b" ").await.is_ok() {
            sleep(Duration::from_millis(50)).await;
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        _reset = reader.read_to_end(&mut answer) => {}
        () = dripping => {}
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_head_that_trickles_is_not_waited_for() {
    let app = app(Limits { header_seconds: 1, ..limits() }).await;
    let slow = trickle(&app, "GET /api/v1/health HTTP/1.1\r\nhost: localhost\r\nx-slow: ");
    let (answer, ()) = tokio::join!(slow, assert_others_are_served(&app));
    assert!(!answer.contains("200"), "{answer}");
}

#[tokio::test]
async fn a_connection_at_rest_is_closed_in_the_end() {
    let app = app(Limits { header_seconds: 1, ..limits() }).await;
    let answer = say(app.address, "GET /api/v1/health HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(say(app.address, "").await, "", "one that never says a word");
}

#[tokio::test]
async fn a_request_may_have_as_many_headers_as_the_limit_and_no_more() {
    let app = app(limits()).await;
    // Two stand there already.
    let of = |count: usize| get("/api/v1/health", &"x: y\r\n".repeat(count - 2));
    let most = say(app.address, of(100)).await;
    assert!(most.starts_with("HTTP/1.1 200"), "{most}");
    let more = say(app.address, of(101)).await;
    assert!(more.starts_with("HTTP/1.1 431"), "{more}");
    assert_others_are_served(&app).await;
}

#[tokio::test]
async fn a_head_may_have_as_many_bytes_as_the_limit_and_no_more() {
    let app = app(limits()).await;
    let least = get("/api/v1/health", "x: \r\n").len();
    let of = |bytes: usize| get("/api/v1/health", &format!("x: {}\r\n", "y".repeat(bytes - least)));
    assert_eq!(of(16 * 1024).len(), 16 * 1024);
    let most = say(app.address, of(16 * 1024)).await;
    assert!(most.starts_with("HTTP/1.1 200"), "{most}");
    let more = say(app.address, of(16 * 1024 + 1)).await;
    assert!(more.starts_with("HTTP/1.1 431"), "{more}");
    // A flood that never becomes a head ends with the limit, not with the memory.
    let mut flood = TcpStream::connect(app.address).await.unwrap();
    let mut sent = 0;
    while sent < 64 * 1024 * 1024 && flood.write_all(&[b'y'; 64 * 1024]).await.is_ok() {
        sent += 64 * 1024;
    }
    assert!(sent < 64 * 1024 * 1024, "all of it was taken in");
    assert_others_are_served(&app).await;
}

#[tokio::test]
async fn a_body_that_trickles_is_not_waited_for() {
    let app = app(Limits { body_seconds: 1, ..limits() }).await;
    for (path, kind) in [
        ("/api/v1/login/device", "application/json"),
        ("/users/log-in", "application/x-www-form-urlencoded"),
        ("/_fn/lobbies", "application/json"),
    ] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {kind}\r\ncontent-length: 4000\r\n\r\n{{"
        );
        let (answer, ()) = tokio::join!(trickle(&app, &head), assert_others_are_served(&app));
        assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("request_timeout"), "{path}: {answer}");
        assert!(answer.contains("no-store") && answer.ends_with('}'), "{path}: {answer}");
    }
}

#[tokio::test]
async fn a_body_that_arrives_in_pieces_is_whole() {
    let app = app(Limits { body_seconds: 10, ..limits() }).await;
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    let head = "POST /api/v1/login/device HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
                content-type: application/json\r\ncontent-length: 32\r\n\r\n";
    for piece in [head, r#"{"device_id":"#, r#""0123456789abcdef"}"#] {
        stream.write_all(piece.as_bytes()).await.unwrap();
        sleep(Duration::from_millis(50)).await;
    }
    let answer = heard(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn a_body_is_also_waited_for_no_longer_than_a_request_may_take() {
    let app = app(Limits { body_seconds: 60, seconds: 1, ..limits() }).await;
    let head = "POST /api/v1/login/device HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4000\r\n\r\n{";
    let answer = trickle(&app, head).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[tokio::test]
async fn who_does_not_take_the_answers_in_is_cut() {
    let app = app(Limits { stall_seconds: 1, ..limits() }).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4 * 1024).unwrap();
    let mut stream = socket.connect(app.address).await.unwrap();
    // Far more than the machine's own buffers hold.
    let asked = 4_000;
    let request = "GET /icons.svg HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let _cut = timeout(Duration::from_secs(3), stream.write_all(request.repeat(asked).as_bytes())).await;
    sleep(Duration::from_secs(2)).await;
    let answers = heard(&mut stream).await.matches("HTTP/1.1 200").count();
    assert!(0 < answers && answers < asked, "{answers} of {asked}");
    assert_others_are_served(&app).await;
}

#[tokio::test]
async fn connections_past_the_limit_wait_until_another_one_ends() {
    let app = app(Limits { connections: 2, ..limits() }).await;
    let mut socket = TcpStream::connect(app.address).await.unwrap();
    let upgrade = "GET /socket/websocket?vsn=2.0.0 HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\n\
                   upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    socket.write_all(upgrade.as_bytes()).await.unwrap();
    let mut begin = [0; 12];
    socket.read_exact(&mut begin).await.unwrap();
    assert_eq!(&begin, b"HTTP/1.1 101", "a socket keeps its place");
    let mut second = TcpStream::connect(app.address).await.unwrap();
    second.write_all(b"GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    second.read_exact(&mut begin).await.unwrap();
    assert_eq!(&begin, b"HTTP/1.1 200");

    let mut third = TcpStream::connect(app.address).await.unwrap();
    third.write_all(get("/livez", "").as_bytes()).await.unwrap();
    let mut byte = [0];
    assert!(timeout(Duration::from_millis(300), third.read(&mut byte)).await.is_err(), "there is no place for it");
    drop(second);
    assert!(heard(&mut third).await.starts_with("HTTP/1.1 200"));
    drop(socket);
    assert_others_are_served(&app).await;
}

#[tokio::test]
async fn whoever_is_in_the_queue_when_the_port_closes_is_served() {
    let domain = TestDomain::on(Engine::Sqlite).await;
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = tcp.local_addr().unwrap();
    let (_go_away, going_away) = watch::channel(false);
    let server = Server::new(domain.app.clone(), limits(), true, going_away);
    let listener = Listener::new(tcp, router(server), &limits());
    let mut queue = Vec::new();
    for _ in 0..5 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /api/v1/health HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
        queue.push(stream);
    }
    let silent = TcpStream::connect(address).await.unwrap();
    let open = listener.accept_until(std::future::ready(())).await;
    assert!(TcpStream::connect(address).await.is_err(), "the port is closed");
    assert!(open.finish(Duration::from_secs(20)).await, "every connection came to its end");
    for mut stream in queue {
        let answer = heard(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    drop(silent);
}

/// Hundredths of a second a process has computed.
fn computed(process: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<_> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

/// A started server that may have so many files open: at most, or to begin with.
fn started_with_files(folder: &TempDir, limit: &str) -> (Started, SocketAddr) {
    let mut command = Command::new("sh");
    let start = format!("ulimit {limit} && exec \"$0\" serve --port 0 --host 127.0.0.1");
    command.env_clear().current_dir(folder.path()).args(["-c", &start, env!("CARGO_BIN_EXE_gameserver")]);
    let server = started(command);
    let address = server.socket().parse().unwrap();
    (server, address)
}

async fn hold(address: SocketAddr, count: usize) -> Vec<TcpStream> {
    let mut held = Vec::new();
    for _ in 0..count {
        held.push(TcpStream::connect(address).await.unwrap());
    }
    held
}

#[tokio::test]
async fn a_server_out_of_file_descriptors_rests_and_comes_back() {
    let folder = TempDir::new().unwrap();
    let (server, address) = started_with_files(&folder, "-n 64");
    let held = hold(address, 100).await;
    let mut waiting = TcpStream::connect(address).await.unwrap();
    waiting.write_all(get("/livez", "").as_bytes()).await.unwrap();
    let before = computed(server.0.id());
    let mut byte = [0];
    assert!(timeout(Duration::from_secs(2), waiting.read(&mut byte)).await.is_err(), "there is room for it");
    let share = computed(server.0.id()) - before;
    assert!(share < 100, "it computed {share} hundredths of two seconds");
    drop(held);
    assert!(heard(&mut waiting).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_server_takes_as_many_file_descriptors_as_it_may_have() {
    let folder = TempDir::new().unwrap();
    let (_server, address) = started_with_files(&folder, "-Sn 64");
    let held = hold(address, 100).await;
    let answer = say(address, get("/livez", "")).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    drop(held);
}

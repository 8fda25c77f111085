//! The server on its way out, as the binary and its signals.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;

use crate::cli::{Started, serve_with};

/// The whole answer to a request on a connection of its own; nothing, where the port is closed.
fn get(server: &Started, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(server.socket()).ok()?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

/// A connection that has begun to say something, and is taken in.
fn begun(server: &Started, bytes: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.socket()).unwrap();
    stream.write_all(bytes.as_bytes()).unwrap();
    // Connections are taken in their order: once another one is answered, this one is in.
    assert!(get(server, "/livez").unwrap().starts_with("HTTP/1.1 200"));
    stream
}

#[test]
fn a_server_that_leaves_says_so_first_and_finishes_what_was_begun() {
    let folder = TempDir::new().unwrap();
    let mut server = serve_with(folder.path(), None, &["--shutdown-delay", "3"]);
    let head = "POST /api/v1/login/device HTTP/1.1\r\nhost: localhost\r\n\
                content-type: application/json\r\ncontent-length: 32\r\n\r\n";
    let mut open = begun(&server, head);
    assert!(get(&server, "/readyz").unwrap().starts_with("HTTP/1.1 200"));
    server.signal("TERM");
    let refusal = loop {
        let answer = get(&server, "/readyz").expect("the port is open while it says so");
        if !answer.starts_with("HTTP/1.1 200") {
            break answer;
        }
        sleep(Duration::from_millis(10));
    };
    assert!(refusal.starts_with("HTTP/1.1 503") && refusal.contains(r#""serving":"leaving""#), "{refusal}");
    assert!(get(&server, "/livez").unwrap().starts_with("HTTP/1.1 200"));
    assert!(get(&server, "/api/v1/health").unwrap().starts_with("HTTP/1.1 200"), "who still comes is served");
    while get(&server, "/livez").is_some() {
        sleep(Duration::from_millis(10));
    }
    // Told to finish by now, and closed after it.
    sleep(Duration::from_millis(500));
    open.write_all(br#"{"device_id":"0123456789abcdef"}"#).unwrap();
    let mut answer = String::new();
    open.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with('}'), "{answer}");
    assert_eq!(server.0.wait().unwrap().code(), Some(0));
}

#[test]
fn a_request_that_never_ends_does_not_keep_the_server_from_stopping() {
    let folder = TempDir::new().unwrap();
    let mut server = serve_with(folder.path(), None, &["--shutdown-grace", "1"]);
    let stalled = begun(&server, "GET /api/v1/hea");
    server.signal("INT");
    // Not a measurement: without an end of its own it would hang here for ever.
    assert_eq!(server.0.wait().unwrap().code(), Some(0));
    drop(stalled);
}

#[test]
fn a_second_signal_ends_the_server_at_once() {
    for (second, code) in [("TERM", 143), ("INT", 130)] {
        let folder = TempDir::new().unwrap();
        let mut server = serve_with(folder.path(), None, &["--shutdown-delay", "60"]);
        server.signal("TERM");
        while get(&server, "/readyz").unwrap().starts_with("HTTP/1.1 200") {
            sleep(Duration::from_millis(10));
        }
        server.signal(second);
        assert_eq!(server.0.wait().unwrap().code(), Some(code));
    }
}

#[test]
fn sockets_are_told_to_come_back_elsewhere() {
    let folder = TempDir::new().unwrap();
    let mut server = serve_with(folder.path(), None, &[]);
    let upgrade = "GET /socket/websocket?vsn=2.0.0 HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\n\
                   upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    let mut socket = begun(&server, upgrade);
    server.signal("TERM");
    let mut said = Vec::new();
    let _reset = socket.read_to_end(&mut said);
    assert!(said.starts_with(b"HTTP/1.1 101"));
    let close = said.windows(4).any(|frame| frame[0] == 0x88 && frame[2..] == 1001_u16.to_be_bytes());
    assert!(close, "{}", String::from_utf8_lossy(&said));
    assert_eq!(server.0.wait().unwrap().code(), Some(0));
}

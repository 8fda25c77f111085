//! What the binary says of its requests.

use std::process::Command;

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::running::Running;

/// What it logs while a player signs in, looks at themselves and asks for what is not there.
async fn log(environment: &[(&str, &str)]) -> (Value, String) {
    let server = Running::start(None, environment).await;
    let (_, tokens) = server.post("/api/v1/login/device", &json!({ "device_id": "0123456789abcdef" })).await;
    let me = server.request(Method::GET, "/api/v1/me?page=1").header("x-request-id", "of-a-test");
    let me = me.bearer_auth(tokens["access_token"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(me.status(), 200);
    assert_eq!(server.request(Method::GET, "/api/v1/nothing/here").send().await.unwrap().status(), 404);
    let (_, log) = server.stop();
    (tokens["user_id"].clone(), log)
}

#[tokio::test]
async fn a_request_has_a_line_where_that_is_wanted() {
    let (user, log) = log(&[("GAMESERVER_LOG", "info,requests=debug"), ("GAMESERVER_LOG_FORMAT", "json")]).await;
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let lines: Vec<_> = lines.filter(|line| line["target"] == "requests").collect();
    let [_, me, nothing] = &lines[..] else { panic!("one line for each request: {log}") };
    for (name, expected) in [("method", json!("GET")), ("route", json!("/api/v1/me")), ("status", json!(200))] {
        assert_eq!(me[name], expected, "{me}");
    }
    assert!(me["ms"].as_f64().unwrap() > 0.0, "{me}");
    assert_eq!((&me["span"]["id"], &me["span"]["user"]), (&json!("of-a-test"), &user), "{me}");
    assert_eq!((&nothing["route"], &nothing["status"]), (&json!("unmatched"), &json!(404)), "{nothing}");
    assert!(!log.contains("page=1") && !log.contains("/here"), "{log}");
}

#[tokio::test]
async fn without_being_asked_only_what_failed_or_was_slow_is_told() {
    let (_, log) = log(&[("GAMESERVER_LOG_FORMAT", "json")]).await;
    assert!(log.contains("stopping"), "something is told: {log}");
    for line in log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        // A busy machine may be slow.
        let was_slow = line["ms"].as_f64().is_some_and(|ms| ms >= 1_000.0);
        assert!(line["target"] != "requests" || was_slow, "{line}");
    }
}

#[test]
fn a_setting_of_the_log_that_cannot_be_read_is_told() {
    for (name, value, told) in
        [("GAMESERVER_LOG", "=,=", "info,requests=debug"), ("GAMESERVER_LOG_FORMAT", "yaml", "text or json")]
    {
        let folder = TempDir::new().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_gameserver"));
        let output = command.env_clear().current_dir(&folder).arg("migrate").env(name, value).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(told) && said.lines().count() == 1, "{name}: {said}");
    }
}

//! The binary, by its command line.

mod doctor;
mod keys;
mod settings;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use domain::Database;
use futures_util::StreamExt;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use testing::{TestDomain, both_engines};
use tokio_tungstenite::tungstenite::Message;

/// The binary on a data folder, with nothing in its environment but what is given.
pub(crate) fn gameserver(folder: &Path, arguments: &[&str], database: Option<&str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gameserver"));
    command.env_clear().current_dir(folder).args(arguments);
    if let Some(url) = database {
        command.env("DATABASE_URL", url);
    }
    command
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn create_admin(folder: &Path, database: Option<&str>, password: &str) -> Output {
    let mut command = gameserver(folder, &["admin", "create", "--email", "ada@games.example"], database);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{password}\n").as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// A started server: its address, and the lines it greeted with.
pub(crate) struct Started(pub(crate) Child, String, Vec<String>);

impl Started {
    /// Its address, as it greeted with.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.1)
    }

    /// Where to connect to.
    pub(crate) fn socket(&self) -> String {
        self.1.replace("http://localhost", "127.0.0.1")
    }

    /// Sends a signal, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.0.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }
}

fn serve(folder: &Path, database: Option<&str>) -> Started {
    serve_with(folder, database, &[], Stdio::null())
}

/// A started server with more in its environment, and a log that goes somewhere.
pub(crate) fn serve_with(folder: &Path, database: Option<&str>, variables: &[(&str, &str)], log: Stdio) -> Started {
    let mut command = gameserver(folder, &["serve", "--port", "0", "--host", "127.0.0.1"], database);
    command.envs(variables.iter().copied()).stderr(log);
    started(command)
}

/// A command that starts the server, once it has greeted.
pub(crate) fn started(mut command: Command) -> Started {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let greeting: Vec<_> = lines.take_while(|line| !line.contains("token=") && !line.contains("ada")).collect();
    let address = greeting[0].rsplit_once(' ').unwrap().1.to_owned();
    Started(child, address, greeting)
}

impl Drop for Started {
    fn drop(&mut self) {
        let _gone_already = self.0.kill();
        let _gone_already = self.0.wait();
    }
}

#[both_engines]
async fn the_binary_migrates_makes_an_admin_and_serves(domain: TestDomain) {
    let url = match &domain.database {
        Database::Postgres(url) => Some(url.clone()),
        Database::Sqlite(_) => None,
    };
    let folder = TempDir::new().unwrap();
    let (folder, url) = (folder.path(), url.as_deref());

    let migrated = gameserver(folder, &["migrate"], url).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&migrated.stdout), "The database is up to date.\n", "{}", text(&migrated));
    let weak = create_admin(folder, url, "short");
    assert!(!weak.status.success() && text(&weak).contains("should be at least 8 character(s)"), "{}", text(&weak));
    let server = serve(folder, url);
    let greeting = server.2.join("\n");
    assert!(greeting.contains("curl http://localhost:") && greeting.contains("/api/v1/login/device"), "{greeting}");
    let secret = std::fs::read_to_string(folder.join("data/secrets/access.key")).unwrap();
    assert!(!greeting.contains(secret.trim()), "secrets are never shown");

    let made = create_admin(folder, url, "correct horse");
    assert!(made.status.success(), "{}", text(&made));
    let login = json!({ "email": "ada@games.example", "password": "correct horse" });
    let answer = Client::new().post(format!("{}/api/v1/login", server.1)).json(&login).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let tokens: Value = answer.json().await.unwrap();
    assert_eq!(tokens["expires_in"], 900);
}

#[both_engines]
async fn nodes_that_could_keep_their_pictures_apart_are_told_so_at_the_start(domain: TestDomain) {
    let url = match &domain.database {
        Database::Postgres(url) => Some(url.clone()),
        Database::Sqlite(_) => None,
    };
    let bucket = [
        ("GAMESERVER_STORAGE_BUCKET", "pictures"),
        ("GAMESERVER_STORAGE_ENDPOINT", "http://127.0.0.1:1"),
        ("GAMESERVER_STORAGE_KEY_ID", "ada"),
        ("GAMESERVER_STORAGE_KEY", "a-key-of-a-test"),
    ];
    for (variables, is_told) in [(&[][..], url.is_some()), (&bucket[..], false)] {
        let folder = TempDir::new().unwrap();
        let log = folder.path().join("log");
        let file = std::fs::File::create(&log).unwrap();
        let mut server = serve_with(folder.path(), url.as_deref(), variables, file.into());
        server.signal("TERM");
        assert!(server.0.wait().unwrap().success());
        let log = std::fs::read_to_string(log).unwrap();
        assert_eq!(log.contains("set storage.bucket"), is_told, "{log}");
    }
}

#[test]
fn what_cannot_be_used_is_told_in_one_line() {
    let folder = TempDir::new().unwrap();
    let refused = gameserver(folder.path(), &["migrate"], Some("postgres://nobody@127.0.0.1:1/none")).output().unwrap();
    assert!(!refused.status.success());
    let told = String::from_utf8_lossy(&refused.stderr);
    assert!(told.starts_with("gameserver: The database cannot be opened") && told.lines().count() == 1, "{told}");
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_tells_its_sockets_to_come_back() {
    let folder = TempDir::new().unwrap();
    let mut server = serve(folder.path(), None);
    let url = format!("{}/socket/websocket", server.1.replace("http://localhost", "ws://127.0.0.1"));
    let mut sockets = Vec::new();
    for vsn in ["", "?vsn=1.0.0", "?vsn=2.0.0"] {
        sockets.push(tokio_tungstenite::connect_async(format!("{url}{vsn}")).await.unwrap().0);
    }
    let terminated = Command::new("kill").args(["-TERM", &server.0.id().to_string()]).status().unwrap();
    assert!(terminated.success());
    for mut socket in sockets {
        let Some(Ok(Message::Close(Some(close)))) = socket.next().await else { panic!("it is not closed in order") };
        assert_eq!((u16::from(close.code), close.reason.as_str()), (1001, "the server is going away, connect again"));
        // The answer to it, and the end.
        assert!(socket.next().await.is_none());
    }
    assert!(server.0.wait().unwrap().success());
}

#[both_engines]
async fn a_server_does_what_recurs(domain: TestDomain) {
    let url = match &domain.database {
        Database::Postgres(url) => Some(url.clone()),
        Database::Sqlite(_) => None,
    };
    let folder = TempDir::new().unwrap();
    let server = serve(folder.path(), url.as_deref());
    // On SQLite it has a file of its own.
    let database = match domain.database.clone() {
        Database::Sqlite(_) => Database::Sqlite(folder.path().join("data/gameserver.db")),
        postgres @ Database::Postgres(_) => postgres,
    };
    let found = TestDomain::at(database, TempDir::new().unwrap(), testing::config()).await;
    // Not a measurement: it looks once a second.
    while found.rows("jobs where state = 'done'").await < 3 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    drop(server);
}

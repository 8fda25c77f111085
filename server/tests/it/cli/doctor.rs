//! `gameserver doctor`, by the binary.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;

use domain::Database;
use tempfile::TempDir;
use testing::{Redis, TestDomain, both_engines, new_postgres_database};

use super::{create_admin, gameserver, serve, text};

/// What the doctor says, on a free port unless the test chooses one.
fn doctor(folder: &Path, variables: &[(&str, &str)], database: Option<&str>) -> Output {
    let mut command = gameserver(folder, &["doctor"], database);
    command.env("PORT", "0").envs(variables.iter().copied()).output().unwrap()
}

/// The verdict on a thing, and what is told of it.
fn on(output: &Output, what: &str) -> String {
    let told = text(output);
    let line = told.lines().find(|line| line[4..].trim_start().starts_with(what));
    line.unwrap_or_else(|| panic!("nothing about {what}: {told}")).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_all_green(output: &Output) -> bool {
    output.status.code() == Some(0) && text(output).lines().all(|line| line.starts_with("ok "))
}

/// The same on either engine: nodes that share PostgreSQL should share their pictures, too, and are told so.
fn is_green_on(url: Option<&str>, output: &Output) -> bool {
    let told = text(output);
    let (storage, others): (Vec<_>, Vec<_>) =
        told.lines().partition(|line| line[4..].trim_start().starts_with("storage"));
    let verdict = if url.is_some() { "warn" } else { "ok " };
    output.status.code() == Some(0)
        && others.iter().all(|line| line.starts_with("ok "))
        && matches!(storage[..], [line] if line.starts_with(verdict) && line.contains("storage.bucket") == url.is_some())
}

#[test]
fn a_fresh_folder_is_all_green_and_stays_empty() {
    let folder = TempDir::new().unwrap();
    let found = doctor(folder.path(), &[], None);
    assert!(is_all_green(&found), "{}", text(&found));
    assert_eq!(text(&found).lines().count(), 10, "{}", text(&found));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "a doctor leaves nothing behind");
}

#[both_engines]
async fn a_server_that_started_before_is_all_green(domain: TestDomain) {
    let url = match &domain.database {
        Database::Postgres(_) => Some(new_postgres_database().await),
        Database::Sqlite(_) => None,
    };
    let (folder, url) = (TempDir::new().unwrap(), url.as_deref());
    let folder = folder.path();
    let before = doctor(folder, &[], url);
    assert!(is_green_on(url, &before), "{}", text(&before));
    assert!(!on(&before, "database").contains("up to date") || on(&before, "database").contains("steps"));
    let migrated = gameserver(folder, &["migrate"], url).output().unwrap();
    assert!(migrated.status.success(), "{}", text(&migrated));
    let files = || -> Vec<_> {
        let entries = fs::read_dir(folder.join("data")).unwrap();
        let mut files: Vec<_> = entries
            .map(|entry| entry.unwrap())
            // Where an object was put and taken away again.
            .filter(|entry| entry.file_name() != "storage")
            .map(|entry| (entry.file_name(), entry.metadata().unwrap().modified().unwrap()))
            .collect();
        files.sort();
        files
    };
    let untouched = files();
    let after = doctor(folder, &[], url);
    assert!(is_green_on(url, &after), "{}", text(&after));
    assert!(on(&after, "database").ends_with("writable, up to date"), "{}", text(&after));
    assert!(on(&after, "secrets").contains("all there"), "{}", text(&after));
    assert_eq!(files(), untouched, "a doctor leaves everything as it was");
}

#[test]
fn a_server_that_runs_is_not_disturbed() {
    let folder = TempDir::new().unwrap();
    let mut server = serve(folder.path(), None);
    let found = doctor(folder.path(), &[], None);
    assert!(is_all_green(&found), "{}", text(&found));
    assert!(on(&found, "database").ends_with("writable, up to date"), "{}", text(&found));
    let made = create_admin(folder.path(), None, "correct horse");
    assert!(made.status.success(), "it can be written as before: {}", text(&made));
    assert!(server.0.try_wait().unwrap().is_none(), "it still runs");
}

#[test]
fn what_is_wrong_is_told_with_its_cure() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let migrated = gameserver(folder, &["migrate"], None).output().unwrap();
    assert!(migrated.status.success(), "{}", text(&migrated));

    let key = folder.join("data/secrets/access.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let found = doctor(folder, &[], None);
    assert_eq!(found.status.code(), Some(1), "{}", text(&found));
    assert!(
        on(&found, "secrets").starts_with("fail") && on(&found, "secrets").contains("chmod 600"),
        "{}",
        text(&found)
    );
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();

    fs::write(folder.join("theme.json"), "{").unwrap();
    let wrong = [("THEME_CONFIG", "theme.json"), ("GAMESERVER_PUBLIC_ULR", "x"), ("GAMESERVER_HOST", "192.0.2.1")];
    let found = doctor(folder, &[&wrong[..], &[("PORT", "4321")]].concat(), None);
    assert_eq!(found.status.code(), Some(1), "{}", text(&found));
    assert!(on(&found, "settings").contains("did you mean GAMESERVER_PUBLIC_URL?"), "{}", text(&found));
    assert!(on(&found, "theme").starts_with("fail theme theme.json is not JSON"), "{}", text(&found));
    assert!(on(&found, "port").contains("no address of this machine"), "{}", text(&found));

    fs::write(folder.join("data/gameserver.db"), "this is no database, but some text that is long enough".repeat(99))
        .unwrap();
    let found = doctor(folder, &[], None);
    assert!(on(&found, "database").starts_with("fail database SQLite cannot be opened"), "{}", text(&found));
}

#[test]
fn the_storage_is_tried_and_left_as_it_was() {
    let folder = TempDir::new().unwrap();
    let storage = folder.path().join("data/storage");
    let found = doctor(folder.path(), &[], None);
    assert!(on(&found, "storage").starts_with("ok storage the first start makes"), "{}", text(&found));
    fs::create_dir_all(&storage).unwrap();
    fs::write(storage.join("of somebody else"), "theirs").unwrap();
    let found = doctor(folder.path(), &[], None);
    assert!(on(&found, "storage").ends_with("takes, shows and lets go of an object"), "{}", text(&found));
    assert_eq!(fs::read_dir(&storage).unwrap().count(), 1, "nothing is left of it");

    fs::remove_dir_all(&storage).unwrap();
    fs::write(&storage, "no folder").unwrap();
    let found = doctor(folder.path(), &[], None);
    let told = on(&found, "storage");
    assert!(told.starts_with("fail storage") && told.contains("the right to write there"), "{told}");
    let gone = [
        ("GAMESERVER_STORAGE_BUCKET", "pictures"),
        ("GAMESERVER_STORAGE_ENDPOINT", "http://127.0.0.1:1"),
        ("GAMESERVER_STORAGE_KEY_ID", "ada"),
        ("GAMESERVER_STORAGE_KEY", "canary-4712"),
    ];
    let found = doctor(folder.path(), &gone, None);
    let told = on(&found, "storage");
    assert!(told.starts_with("fail storage the bucket pictures") && told.contains("storage.*"), "{told}");
    assert!(!text(&found).contains("canary"), "{}", text(&found));
    assert_eq!(found.status.code(), Some(1));
}

#[test]
fn what_should_be_looked_at_is_a_warning_and_no_failure() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("data")).unwrap();
    let file = folder.join("data/gameserver.toml");
    fs::write(&file, "[secrets]\naccess = 'w8WvHnK2pQz5LdYbXr3TfMs7GjCu4NaE'").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let variables =
        [("PORT", &*port), ("GAMESERVER_HOST", "127.0.0.1"), ("GAMESERVER_PUBLIC_URL", "http://play.example")];
    let found = doctor(folder, &variables, None);
    assert_eq!(found.status.code(), Some(0), "{}", text(&found));
    assert!(on(&found, "settings").starts_with("warn settings others may read secrets.access"), "{}", text(&found));
    assert!(on(&found, "port").starts_with("warn port"), "{}", text(&found));
    assert!(on(&found, "public URL").starts_with("warn public URL"), "{}", text(&found));
}

#[test]
fn a_database_that_does_not_answer_fails() {
    let folder = TempDir::new().unwrap();
    let found = doctor(folder.path(), &[], Some("postgres://nobody:canary-4711@127.0.0.1:1/none"));
    assert_eq!(found.status.code(), Some(1));
    assert!(on(&found, "database").starts_with("fail database PostgreSQL cannot be opened"), "{}", text(&found));
    assert!(!text(&found).contains("canary"), "{}", text(&found));
}

#[test]
fn a_mail_server_is_asked_whether_it_answers_and_nothing_more() {
    let folder = TempDir::new().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let heard = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut answers = &stream;
        answers.write_all(b"220 here\r\n").unwrap();
        let mut heard = Vec::new();
        for line in BufReader::new(&stream).lines() {
            let line = line.unwrap();
            let is_last = line == "QUIT";
            heard.push(line);
            answers.write_all(if is_last { b"221 bye\r\n" } else { b"250 well\r\n" }).unwrap();
            if is_last {
                break;
            }
        }
        heard
    });
    let set = [("SMTP_HOST", "127.0.0.1"), ("SMTP_PORT", &*port), ("SMTP_FROM", "noreply@play.example")];
    let found = doctor(folder.path(), &set, None);
    assert!(on(&found, "mail").starts_with(&format!("ok mail 127.0.0.1:{port}")), "{}", text(&found));
    assert_eq!(heard.join().unwrap(), ["EHLO play.example", "QUIT"]);

    // Nobody listens there any more.
    let found = doctor(folder.path(), &set, None);
    assert_eq!(found.status.code(), Some(1));
    assert!(on(&found, "mail").starts_with("fail mail") && on(&found, "mail").contains("mail.*"), "{}", text(&found));
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port().to_string();
    let set = [set[0], ("SMTP_PORT", &port), set[2], ("GAMESERVER_MAIL_TIMEOUT", "1 s")];
    let found = doctor(folder.path(), &set, None);
    assert!(on(&found, "mail").contains("silent for 1 s"), "{}", text(&found));
    let found = doctor(folder.path(), &[("GAMESERVER_PUBLIC_URL", "https://play.example")], None);
    assert!(on(&found, "mail").starts_with("warn mail"), "{}", text(&found));
}

#[tokio::test]
async fn redis_is_asked_where_it_is_set() {
    let (folder, database, mut redis) = (TempDir::new().unwrap(), new_postgres_database().await, Redis::start().await);
    let ask = |url: &str| on(&doctor(folder.path(), &[("REDIS_URL", url)], Some(&database)), "redis");
    let found = ask(&redis.url());
    assert!(found.starts_with("ok redis version ") && found.ends_with(" answers"), "{found}");
    redis.go_away();
    let found = ask(&redis.url().replace("redis://", "redis://:canary-word@"));
    assert!(found.starts_with("warn redis does not answer") && found.contains("redis.url"), "{found}");
    assert!(!found.contains("canary-word"), "{found}");
    let found = on(&doctor(folder.path(), &[], Some(&database)), "redis");
    assert!(found.starts_with("ok redis not set"), "{found}");
}

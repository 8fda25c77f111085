//! What the binary makes of its settings.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use testing::new_postgres_database;

use super::{gameserver, serve_with, text};

const UNUSABLE: Option<i32> = Some(78);
/// A database that is never reached: settings are refused before.
const POSTGRES: (&str, &str) = ("DATABASE_URL", "postgres://game@127.0.0.1:1/none");
const ACCESS: (&str, &str) = ("GAMESERVER_SECRETS_ACCESS", "w8WvHnK2pQz5LdYbXr3TfMs7GjCu4NaE");
const REFRESH: (&str, &str) = ("GAMESERVER_SECRETS_REFRESH", "k9ZtBm4VxJq6RcPwHs2NfLd8YgQa3UeT");
const HTTPS: (&str, &str) = ("GAMESERVER_PUBLIC_URL", "https://play.example");
const PRODUCTION: (&str, &str) = ("GAMESERVER_ENV", "production");

fn run(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    gameserver(folder, arguments, None).envs(variables.iter().copied()).output().unwrap()
}

/// What a start says that is refused for its settings. It leaves nothing behind, and shows no value.
fn refused(variables: &[(&str, &str)]) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let output = run(folder.path(), &["serve", "--port", "0"], variables);
    assert_eq!(output.status.code(), UNUSABLE, "{}", text(&output));
    assert!(!folder.path().join("data").exists(), "a refused start makes nothing");
    let told = text(&output);
    // The names of the settings say "secret" themselves.
    let said = told.replace("secrets.", "");
    for (name, value) in variables.iter().filter(|(name, _)| name.contains("SECRETS") || name.contains("TOKEN")) {
        assert!(!said.contains(value), "{name} is shown: {told}");
    }
    told.lines().map(|line| line.strip_prefix("gameserver: ").expect("one line each").to_owned()).collect()
}

/// Refused for exactly this: the setting that is named, and a part of what is said.
fn refused_for(setting: &str, why: &str, variables: &[(&str, &str)]) {
    let told = refused(variables);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with(&format!("{setting}: ")) && told[0].contains(why), "{told:?}");
}

#[test]
fn production_refuses_on_postgres_to_start_without_an_access_secret() {
    refused_for("secrets.access", "missing", &[HTTPS, POSTGRES, REFRESH]);
}

#[test]
fn production_refuses_on_postgres_to_start_without_a_refresh_secret() {
    refused_for("secrets.refresh", "missing", &[PRODUCTION, POSTGRES, ACCESS]);
}

#[test]
fn production_refuses_a_short_access_secret() {
    let short = ("GAMESERVER_SECRETS_ACCESS", &ACCESS.1[1..]);
    refused_for("secrets.access", "shorter than 32", &[HTTPS, POSTGRES, short, REFRESH]);
}

#[test]
fn production_refuses_a_short_refresh_secret_on_sqlite_too() {
    refused_for("secrets.refresh", "shorter than 32", &[HTTPS, ("GAMESERVER_SECRETS_REFRESH", &REFRESH.1[1..])]);
}

#[test]
fn production_refuses_a_short_metrics_token() {
    refused_for("metrics.token", "shorter than 32", &[HTTPS, ("GAMESERVER_METRICS_TOKEN", "scrape-me-7315")]);
}

#[test]
fn production_refuses_secrets_that_stand_in_examples() {
    for word in ["changeme", "secret", "password", "changemechangemechangemechangemechangeme"] {
        refused_for("secrets.access", "everybody knows", &[PRODUCTION, ("GAMESERVER_SECRETS_ACCESS", word)]);
    }
}

#[test]
fn production_refuses_secrets_that_other_servers_are_shipped_with() {
    let shipped =
        ["defaultkey", "defaulthttpkey", "defaultsigningkey", "defaultencryptionkey", "defaultrefreshencryptionkey"];
    for word in shipped {
        refused_for("secrets.refresh", "everybody knows", &[HTTPS, ("GAMESERVER_SECRETS_REFRESH", word)]);
    }
}

#[test]
fn production_refuses_a_long_secret_of_few_letters() {
    let few = "abcabcabcabcabcabcabcabcabcabcabcabcabc";
    refused_for("secrets.access", "same few letters", &[HTTPS, ("GAMESERVER_SECRETS_ACCESS", few)]);
}

#[test]
fn production_refuses_two_secrets_that_are_the_same() {
    let same = ("GAMESERVER_SECRETS_REFRESH", ACCESS.1);
    refused_for("secrets.refresh", "the same as secrets.access", &[HTTPS, POSTGRES, ACCESS, same]);
    let token = ("GAMESERVER_METRICS_TOKEN", REFRESH.1);
    refused_for("secrets.refresh", "the same as metrics.token", &[HTTPS, POSTGRES, ACCESS, REFRESH, token]);
}

#[test]
fn production_refuses_a_public_url_of_plain_http() {
    let http = ("GAMESERVER_PUBLIC_URL", "http://play.example");
    refused_for("public_url", "by https", &[PRODUCTION, http]);
}

#[test]
fn production_refuses_to_let_in_every_page() {
    for origins in ["*", "https://game.example, *"] {
        refused_for("allowed_origins (ALLOWED_ORIGINS)", "every page", &[HTTPS, ("ALLOWED_ORIGINS", origins)]);
    }
}

#[test]
fn production_tells_everything_that_is_wrong_at_once() {
    let http = ("GAMESERVER_PUBLIC_URL", "http://play.example");
    let token = ("GAMESERVER_METRICS_TOKEN", "defaulthttpkey");
    let told = refused(&[PRODUCTION, POSTGRES, http, token, ("ALLOWED_ORIGINS", "*"), ("GAMESERVER_PROT", "1")]);
    let settings: Vec<_> = told.iter().map(|line| line.split([':', ' ']).next().unwrap()).collect();
    let expected =
        ["GAMESERVER_PROT", "allowed_origins", "public_url", "metrics.token", "secrets.access", "secrets.refresh"];
    assert_eq!(settings, expected, "{told:?}");
}

#[test]
fn production_takes_good_secrets_by_value_and_by_file() {
    let folder = TempDir::new().unwrap();
    let good = run(folder.path(), &["config"], &[HTTPS, POSTGRES, ACCESS, REFRESH]);
    assert!(good.status.success(), "{}", text(&good));
    fs::write(folder.path().join("refresh"), format!("{}\n", REFRESH.1)).unwrap();
    let by_file = ("GAMESERVER_SECRETS_REFRESH_FILE", "refresh");
    let good = run(folder.path(), &["config"], &[HTTPS, POSTGRES, ACCESS, by_file]);
    assert!(
        good.status.success() && text(&good).contains("GAMESERVER_SECRETS_REFRESH_FILE (refresh)"),
        "{}",
        text(&good)
    );
    let on_sqlite = run(folder.path(), &["migrate"], &[HTTPS]);
    assert!(on_sqlite.status.success(), "those made at the first start suffice: {}", text(&on_sqlite));
}

#[test]
fn development_takes_what_production_refuses() {
    let folder = TempDir::new().unwrap();
    let weak = [("GAMESERVER_SECRETS_ACCESS", "secret"), ("GAMESERVER_SECRETS_REFRESH", "secret")];
    let migrated = run(folder.path(), &["migrate"], &weak);
    assert!(migrated.status.success(), "{}", text(&migrated));
    assert!(!folder.path().join("data/secrets").exists(), "given keys are kept nowhere");
}

#[test]
fn config_shows_values_and_sources_and_no_secret() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("data/gameserver.toml"), "[limits]\nbody = '2 MiB'\n").unwrap();
    let variables = [("PORT", "5000"), ("DATABASE_URL", "postgres://game:canary-4711@127.0.0.1:1/none")];
    let shown = run(folder.path(), &["config", "--host", "127.0.0.1"], &variables);
    assert!(shown.status.success(), "{}", text(&shown));
    let shown = text(&shown);
    let line = |setting: &str| -> Vec<String> {
        let line = shown.lines().find(|line| line.starts_with(&format!("{setting} "))).expect(setting);
        line.split("  ").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    assert_eq!(line("port"), ["port", "5000", "PORT"]);
    assert_eq!(line("host"), ["host", "127.0.0.1", "--host"]);
    assert_eq!(line("limits.body"), ["limits.body", "2 MiB", "data/gameserver.toml"]);
    assert_eq!(line("limits.sign_in_body"), ["limits.sign_in_body", "16 KiB", "default"]);
    assert_eq!(line("database.url"), ["database.url", "(set)", "DATABASE_URL"]);
    assert!(!shown.contains("canary"), "{shown}");
    let json: Value = serde_json::from_slice(&run(folder.path(), &["config", "--format", "json"], &[]).stdout).unwrap();
    assert_eq!(json[0]["setting"], "data");
}

#[test]
fn config_shows_what_it_can_of_settings_that_cannot_be_used() {
    let folder = TempDir::new().unwrap();
    let shown = run(folder.path(), &["config"], &[("PORT", "70000"), ("GAMESERVER_HOST", "127.0.0.1")]);
    assert_eq!(shown.status.code(), UNUSABLE);
    assert!(String::from_utf8_lossy(&shown.stdout).contains("GAMESERVER_HOST"));
    let told = String::from_utf8_lossy(&shown.stderr);
    assert_eq!(told, "gameserver: port (PORT): \"70000\" is not allowed; give 0 to 65535\n");
}

#[test]
fn the_file_that_is_named_is_read_and_must_be_there() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("my.toml"), "data = 'elsewhere'\nport = 4711").unwrap();
    let shown = text(&run(folder.path(), &["config", "--config", "my.toml"], &[]));
    assert!(shown.contains("elsewhere") && shown.contains("4711"), "{shown}");
    let by_variable = text(&run(folder.path(), &["config"], &[("GAMESERVER_CONFIG", "my.toml")]));
    assert_eq!(by_variable, shown);
    let missing = run(folder.path(), &["config", "--config", "none.toml"], &[]);
    assert_eq!(missing.status.code(), UNUSABLE);
    assert!(text(&missing).contains("none.toml cannot be read"), "{}", text(&missing));
}

#[test]
fn a_wrong_command_line_ends_with_2_and_help_teaches() {
    let folder = TempDir::new().unwrap();
    assert_eq!(run(folder.path(), &["serve", "--prot", "1"], &[]).status.code(), Some(2));
    let help = text(&run(folder.path(), &["--help"], &[]));
    for word in ["First steps", "gameserver admin create", "gameserver doctor", "--database-url", "DATABASE_URL; "] {
        assert!(help.contains(word.trim_end_matches("; ")), "{word}: {help}");
    }
    for command in ["serve", "migrate", "config", "doctor", "completions"] {
        assert!(text(&run(folder.path(), &[command, "--help"], &[])).contains("Example"), "{command}");
    }
}

#[test]
fn completions_know_commands_and_flags() {
    let folder = TempDir::new().unwrap();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run(folder.path(), &["completions", shell], &[]);
        assert!(script.status.success(), "{}", text(&script));
        let script = text(&script);
        assert!(script.contains("doctor") && script.contains("device-login"), "{shell}: {script}");
    }
    let script = run(folder.path(), &["completions", "bash"], &[]).stdout;
    fs::write(folder.path().join("completions"), script).unwrap();
    let asked = "source ./completions; COMP_WORDS=(gameserver doc); COMP_CWORD=1; _gameserver gameserver doc; \
                 echo \"${COMPREPLY[@]}\"";
    let bash = Command::new("bash").current_dir(folder.path()).args(["-c", asked]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&bash.stdout).trim(), "doctor", "{}", text(&bash));
}

#[tokio::test]
async fn limits_and_the_form_of_the_log_reach_the_server() {
    let folder = TempDir::new().unwrap();
    let log = fs::File::create(folder.path().join("log")).unwrap();
    let variables = [("GAMESERVER_LIMITS_SIGN_IN_BODY", "1 KiB"), ("GAMESERVER_LOG_FORMAT", "json")];
    let mut server = serve_with(folder.path(), None, &variables, log.into());
    let sign_in = async |size: usize| {
        let body = json!({ "device_id": "a-device-of-a-test", "rest": "" }).to_string();
        let body = body.replace("\"\"", &format!("\"{}\"", "x".repeat(size - body.len())));
        let request = Client::new().post(format!("{}/api/v1/login/device", server.1)).body(body);
        request.header("content-type", "application/json").send().await.unwrap().status()
    };
    assert_eq!(sign_in(1024).await, StatusCode::OK);
    assert_eq!(sign_in(1025).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(Command::new("kill").args(["-TERM", &server.0.id().to_string()]).status().unwrap().success());
    assert!(server.0.wait().unwrap().success());
    let log = fs::read_to_string(folder.path().join("log")).unwrap();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
    assert!(lines.iter().any(|line| line["level"] == "INFO"), "{log}");
}

#[tokio::test]
async fn two_nodes_on_postgres_with_the_same_secrets_take_each_others_tokens() {
    let url = new_postgres_database().await;
    let (one, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let start = |folder: &TempDir| serve_with(folder.path(), Some(&url), &[ACCESS, REFRESH], Stdio::null());
    let (one, other) = (start(&one), start(&other));
    let login = json!({ "device_id": "a-device-of-a-test" });
    let answer = Client::new().post(format!("{}/api/v1/login/device", one.1)).json(&login).send().await.unwrap();
    let tokens: Value = answer.json().await.unwrap();
    let me = Client::new().get(format!("{}/api/v1/me", other.1)).bearer_auth(tokens["access_token"].as_str().unwrap());
    assert_eq!(me.send().await.unwrap().status(), StatusCode::OK);
    let refresh = json!({ "refresh_token": tokens["refresh_token"] });
    let answer = Client::new().post(format!("{}/api/v1/refresh", other.1)).json(&refresh).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
}

const MAIL: [(&str, &str); 2] = [("SMTP_HOST", "mail.example"), ("SMTP_FROM", "noreply@play.example")];

#[test]
fn mail_that_could_not_go_out_is_refused() {
    refused_for("mail.from", "missing", &MAIL[..1]);
    refused_for("mail.password", "missing", &[&MAIL[..], &[("SMTP_USERNAME", "ada")]].concat());
    refused_for("mail.username", "missing", &[&MAIL[..], &[("SMTP_PASSWORD", "canary-8")]].concat());
    refused_for("mail.port", "without mail.host", &[("SMTP_PORT", "25")]);
    let both = [("SMTP_USERNAME", "ada"), ("SMTP_PASSWORD", "canary-8")];
    refused_for("mail.username", "without mail.host", &both);
    let wrong = [("SMTP_PORT", "465"), ("GAMESERVER_MAIL_SECURITY", "starttls")];
    refused_for("mail.security", "speak TLS from the start", &[&MAIL[..], &wrong].concat());
    for (variable, bad) in [
        ("SMTP_FROM", "Ada <ada@play.example>"),
        ("SMTP_FROM", "ada@play.example\r\nBcc: eve@play.example"),
        ("SMTP_HOST", "mail.example:587"),
        ("SMTP_HOST", "smtp://mail.example"),
        ("SMTP_FROM_NAME", "Game\r\nBcc: eve@play.example"),
        ("GAMESERVER_MAIL_TIMEOUT", "0"),
        ("GAMESERVER_MAIL_TIMEOUT", "61 s"),
    ] {
        let told = refused(&[&MAIL[..], &[(variable, bad)]].concat());
        assert!(told.len() == 1 && told[0].contains("is not allowed"), "{variable}={bad:?}: {told:?}");
    }
}

#[test]
fn production_sends_no_mail_that_can_be_read_on_the_way() {
    let plain = ("GAMESERVER_MAIL_SECURITY", "plain");
    refused_for("mail.security", "anybody on the way", &[&MAIL[..], &[HTTPS, plain]].concat());
    let folder = TempDir::new().unwrap();
    // To this machine itself it may, and elsewhere while the game is made.
    let here = [HTTPS, plain, ("SMTP_HOST", "localhost"), MAIL[1]];
    for fine in [&here[..], &[&MAIL[..], &[plain]].concat()] {
        let shown = run(folder.path(), &["config"], fine);
        assert_eq!(shown.status.code(), Some(0), "{}", text(&shown));
    }
}

#[test]
fn the_password_of_a_mail_server_is_read_from_a_file_judged_by_nobody_and_shown_nowhere() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("smtp");
    fs::write(&file, "canary-8\n").unwrap();
    let set = [HTTPS, ("SMTP_USERNAME", "ada"), ("SMTP_PASSWORD_FILE", file.to_str().unwrap())];
    for format in ["text", "json", "toml"] {
        let shown = run(folder.path(), &["config", "--format", format], &[&MAIL[..], &set].concat());
        assert_eq!(shown.status.code(), Some(0), "{}", text(&shown));
        assert!(!text(&shown).contains("canary"), "{}", text(&shown));
    }
    let shown = run(folder.path(), &["config"], &[&MAIL[..], &set].concat());
    let line = text(&shown);
    let line = line.lines().find(|line| line.starts_with("mail.password")).unwrap();
    assert!(line.contains("(set)") && line.contains("SMTP_PASSWORD_FILE"), "{line}");
}

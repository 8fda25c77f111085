mod fields;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;

use clap::Parser;
use ipnet::IpNet;
use tempfile::TempDir;

use super::kind::Kind;
use super::setting::Setting;
use super::table::GROUPS;
use super::*;
use crate::Rate;

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    flags: Flags,
}

/// What the command line, the environment and `gameserver.toml` in a data folder of the test's own give.
fn load(flags: &[&str], variables: &[(&str, &str)], file: &str) -> Loaded {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("gameserver.toml"), file).unwrap();
    let data = folder.path().to_str().unwrap();
    let flags = Cli::parse_from([&["gameserver", "--data", data], flags].concat()).flags;
    Loaded::new(&flags, variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))))
}

fn settings(flags: &[&str], variables: &[(&str, &str)], file: &str) -> Settings {
    load(flags, variables, file).checked().unwrap()
}

/// What is wrong, with the folder of the test left out.
fn faults(flags: &[&str], variables: &[(&str, &str)], file: &str) -> String {
    let loaded = load(flags, variables, file);
    let folder = loaded.file.as_deref().unwrap().parent().unwrap().display().to_string();
    loaded.checked().unwrap_err().to_string().replace(&folder, "data")
}

#[test]
fn names_are_used_once_and_the_keys_of_a_group_begin_alike() {
    let mut names: Vec<String> = environment::names().collect();
    names.sort_unstable();
    let twice: Vec<_> = names.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(twice.is_empty(), "{twice:?}");
    let begin = |setting: &Setting| setting.key.split_once('.').map_or("", |(begin, _)| begin);
    for group in GROUPS {
        let begins = begin(&group.settings[0]);
        for setting in table::all() {
            let is_here = group.settings.iter().any(|here| here.key == setting.key);
            assert_eq!(begin(setting) == begins, is_here, "{} and the group {}", setting.key, group.title);
            assert!(setting.about.ends_with('.'), "a sentence: {}", setting.key);
        }
    }
}

#[test]
fn defaults_are_allowed_and_read_as_themselves() {
    for setting in table::all() {
        let mut settings = Settings::default();
        let Some(default) = setting.show(&settings) else { continue };
        assert!(setting.kind.set(&mut settings, &default).is_some(), "{} = {default}", setting.key);
        assert_eq!(setting.show(&settings), Some(default), "{}", setting.key);
    }
}

#[test]
fn bounds_can_be_reached_and_not_be_passed() {
    for setting in table::all() {
        let Kind::Number(_, least, most, _) = setting.kind else { continue };
        let mut settings = Settings::default();
        for within in [least, most] {
            assert!(setting.kind.set(&mut settings, &within.to_string()).is_some(), "{} = {within}", setting.key);
        }
        let beyond = [least.checked_sub(1), most.checked_add(1)];
        for beyond in beyond.into_iter().flatten() {
            assert!(setting.kind.set(&mut settings, &beyond.to_string()).is_none(), "{} = {beyond}", setting.key);
        }
    }
}

#[test]
fn a_flag_goes_before_the_environment_before_a_file_of_a_secret_before_the_settings_file() {
    let file = "port = 1\nhost = '127.0.0.1'\n[database]\nurl = 'postgres://file'";
    let folder = TempDir::new().unwrap();
    let secret = folder.path().join("url");
    fs::write(&secret, "postgres://mounted\n").unwrap();
    let mounted = ("DATABASE_URL_FILE", secret.to_str().unwrap());
    let url = |settings: Settings| settings.database_url.unwrap().reveal().to_owned();
    assert_eq!(settings(&[], &[], file).port, 1);
    assert_eq!(settings(&[], &[("PORT", "2")], file).port, 2);
    assert_eq!(settings(&[], &[("PORT", "2"), ("GAMESERVER_PORT", "3")], file).port, 3, "its own name goes first");
    assert_eq!(settings(&["--port", "4"], &[("PORT", "2"), ("GAMESERVER_PORT", "3")], file).port, 4);
    assert_eq!(url(settings(&[], &[], file)), "postgres://file");
    assert_eq!(url(settings(&[], &[mounted], file)), "postgres://mounted");
    assert_eq!(url(settings(&[], &[mounted, ("DATABASE_URL", "postgres://set")], file)), "postgres://set");
    assert_eq!(settings(&[], &[("GAMESERVER_HOST", "")], file).host.to_string(), "127.0.0.1", "empty is not set");
    assert_eq!(settings(&[], &[], "").port, 4000);
}

#[test]
fn names_known_from_elsewhere_are_heard() {
    let variables = [
        ("DEVICE_AUTH_ENABLED", "False"),
        ("POOL_SIZE", "7"),
        ("THEME_CONFIG", "theme/game.json"),
        ("FRONTEND_URL", "https://Game.example:443/, http://localhost:5173"),
        ("TRUSTED_PROXIES", "10.1.2.3/8,::1"),
        ("GAMESERVER_LOG", "warn,server=debug"),
    ];
    let settings = settings(&[], &variables, "");
    assert!(!settings.config().device_login);
    assert_eq!(settings.connections.postgres, 7);
    assert_eq!(settings.theme, Some("theme/game.json".into()));
    assert_eq!(settings.allowed_origins, ["https://game.example", "http://localhost:5173"]);
    assert_eq!(
        settings.limits().trusted_proxies.iter().map(IpNet::to_string).collect::<Vec<_>>(),
        ["10.0.0.0/8", "::1/128"]
    );
    assert_eq!(settings.log().filter, "warn,server=debug");
}

#[test]
fn device_login_is_switched_as_existing_servers_do() {
    for (text, is_on) in [("1", true), ("true", true), ("TRUE", true), ("0", false), ("false", false), ("False", false)]
    {
        assert_eq!(settings(&[], &[("DEVICE_AUTH_ENABLED", text)], "").config().device_login, is_on, "{text}");
    }
    assert!(!settings(&["--device-login", "false"], &[], "").config().device_login);
}

#[test]
fn a_file_may_write_values_as_it_is_easiest_to_read() {
    let file = "device_login = false\nallowed_origins = ['https://a.example', 'https://b.example']\n\
                limits.body = '2 MiB'\n[limits]\nrequest_time = 5\n[socket]\nunjoined = '1 min'\n[log]\nformat = 'json'";
    let file = file.replace("limits.body = '2 MiB'\n[limits]\n", "[limits]\nbody = '2 MiB'\n");
    let settings = settings(&[], &[], &file);
    assert!(!settings.config.device_login);
    assert_eq!(settings.allowed_origins.len(), 2);
    assert_eq!((settings.limits.body, settings.limits.seconds), (2 << 20, 5));
    assert_eq!(settings.limits.socket.unjoined, Some(Duration::from_mins(1)));
    assert_eq!(settings.log.format, LogFormat::Json);
}

#[test]
fn whatever_is_wrong_is_told_a_line_each_with_its_source_and_what_is_allowed() {
    let variables = [
        ("GAMESERVER_LIMTS_BODY", "1"),
        ("GAMESERVER_HOST_FILE", "/x"),
        ("GAMESERVER_LIMITS_BODY", "100 MiB"),
        ("GAMESERVER_METRICS_TOKEN_FILE", "/nowhere/at/all"),
        ("DATABASE_URL", "mysql://root:canary@host"),
    ];
    let file = "prot = 1\nbody = 5\ncolour = 'red'\ndata = '/else'\nhost = 3.5\n[log]\nformat = 'xml'";
    let told = faults(&["--port", "http", "--public-url", "https://play.example/game"], &variables, file);
    insta::assert_snapshot!(told, @r#"
    GAMESERVER_HOST_FILE: only secrets are read from files; set GAMESERVER_HOST itself
    GAMESERVER_LIMTS_BODY: there is no such variable; did you mean GAMESERVER_LIMITS_BODY?
    body (data/gameserver.toml): there is no such setting; did you mean limits.body?
    colour (data/gameserver.toml): there is no such setting; `gameserver config` lists them
    data (data/gameserver.toml): a file in the data folder cannot say where that is; use --data or GAMESERVER_DATA, or name the file by --config
    prot (data/gameserver.toml): there is no such setting; did you mean port?
    host (data/gameserver.toml): this is not allowed; give an IP address of this machine
    port (--port): "http" is not allowed; give 0 to 65535
    public_url (--public-url): "https://play.example/game" is not allowed; give an address as https://play.example, without a path
    database.url (DATABASE_URL): the value is not allowed; give an address as postgres://user:password@host/database
    log.format (data/gameserver.toml): "xml" is not allowed; give text or json
    metrics.token (GAMESERVER_METRICS_TOKEN_FILE): /nowhere/at/all cannot be read: No such file or directory (os error 2)
    limits.body (GAMESERVER_LIMITS_BODY): "100 MiB" is not allowed; give 1 KiB to 64 MiB
    "#);
}

#[test]
fn a_file_that_is_not_toml_is_told_by_its_line_and_nothing_of_what_it_says() {
    insta::assert_snapshot!(faults(&[], &[], "port = 1\n[secrets]\naccess = canary-4711"), @"data/gameserver.toml is not TOML in line 3: string values must be quoted, expected literal string");
}

#[test]
fn a_level_of_the_log_that_is_misspelled_is_refused() {
    for filter in ["info", "WARN", "off", "info,requests=debug", "server=trace", "warn,server[request]=debug"] {
        assert_eq!(settings(&[], &[("GAMESERVER_LOG", filter)], "").log().filter, filter);
    }
    for filter in ["inof", "info,debgu", "server=loud", "warning"] {
        assert!(
            faults(&[], &[("GAMESERVER_LOG", filter)], "").starts_with("log.filter (GAMESERVER_LOG): "),
            "{filter}"
        );
    }
}

#[test]
fn what_our_tools_and_kubernetes_set_is_passed_over() {
    let variables = [
        ("GAMESERVER_TEST_POSTGRES", "postgres://"),
        ("GAMESERVER_BIN", "/bin/gameserver"),
        ("GAMESERVER_TARGET_DIR", "/target"),
        ("GAMESERVER_SERVICE_HOST", "10.0.0.1"),
        ("GAMESERVER_SERVICE_PORT_HTTP", "4000"),
        ("GAMESERVER_PORT", "tcp://10.0.0.1:4000"),
        ("GAMESERVER_PORT_4000_TCP_ADDR", "10.0.0.1"),
    ];
    assert_eq!(settings(&[], &variables, "").port, 4000);
}

#[test]
fn settings_that_contradict_one_another_are_refused() {
    let file = "[socket]\nping = 60\nsilence = 60\n[limits]\nbody = 2048\nsign_in_body = 4096";
    insta::assert_snapshot!(faults(&[], &[], file), @r"
    socket.ping: nobody would be asked in time; make it shorter than socket.silence
    limits.sign_in_body: more than limits.body allows any request; make it smaller
    ");
}

#[test]
fn rates_are_so_many_in_so_long_and_can_be_switched_off() {
    let rates = |file: &str| settings(&[], &[], file).limits().rates;
    let given = rates("[rates]\nlogin = '3 / 2 min'\nreads = '1000000/24h'").unwrap();
    assert_eq!((given.login, given.reads), (Rate::new(3, 120), Rate::new(1_000_000, 86_400)));
    assert_eq!(given.writes, Rates::default().writes);
    assert!(rates("rates.on = false").is_none());
    for rate in ["3", "0 / 1 s", "1000001 / 1 s", "1 / 0 s", "1 / 86401 s", "1 / 2 days", "-1 / 1 s"] {
        assert!(faults(&[], &[], &format!("rates.login = '{rate}'")).starts_with("rates.login "), "{rate}");
    }
}

#[test]
fn only_behind_https_is_a_load_balancer_waited_for() {
    let delay = |flags: &[&str], file| settings(flags, &[], file).stop_delay().as_secs();
    assert_eq!(delay(&[], ""), 0);
    assert_eq!(delay(&["--public-url", "http://localhost"], ""), 0);
    assert_eq!(delay(&["--public-url", "https://play.example"], ""), 5);
    assert_eq!(delay(&["--public-url", "https://play.example"], "shutdown.delay = 2"), 2);
}

#[test]
fn this_machine_is_spared_until_players_depend_on_the_server() {
    let limits = settings(&[], &[], "").limits();
    assert!(!limits.production && limits.sockets_spare_loopback);
    let limits = settings(&[], &[("GAMESERVER_ENV", "production")], "").limits();
    assert!(limits.production && !limits.sockets_spare_loopback);
}

#[test]
fn production_is_said_or_told_by_the_public_url() {
    assert!(!settings(&[], &[], "").is_production());
    assert!(!settings(&["--public-url", "http://play.example"], &[], "").is_production());
    assert!(settings(&["--public-url", "https://play.example"], &[], "").is_production());
    assert!(settings(&[], &[("GAMESERVER_ENV", "production")], "").is_production());
}

#[test]
fn cookies_are_secure_unless_players_come_over_plain_http_from_elsewhere() {
    let secure = |url| settings(&["--public-url", url], &[], "").secure_cookies();
    for url in ["https://play.example", "http://localhost:4000", "http://127.0.0.1", "http://[::1]:4000"] {
        assert!(secure(url), "{url}");
    }
    for url in ["http://192.168.0.7:4000", "http://play.example", "http://[2001:db8::1]"] {
        assert!(!secure(url), "{url}");
    }
    assert!(settings(&[], &[], "").secure_cookies());
}

#[test]
fn what_is_no_address_of_a_site_is_refused() {
    for url in ["play.example", "ftp://play.example", "https://", "https://a:b@play.example", "https://play.example/x"]
    {
        let told = faults(&["--public-url", url], &[], "");
        assert!(told.starts_with("public_url (--public-url): ") && !told.contains("a:b"), "{told}");
    }
    for origin in ["*", "https://*", "https://*.example", "https://a.example, *", "null"] {
        assert!(faults(&[], &[("ALLOWED_ORIGINS", origin)], "").starts_with("allowed_origins (ALLOWED"), "{origin}");
    }
}

#[test]
fn no_list_of_settings_shows_a_secret() {
    let variables = [
        ("DATABASE_URL", "postgres://me:canary-4711@host/db"),
        ("GAMESERVER_SECRETS_ACCESS", "canary-4711"),
        ("GAMESERVER_METRICS_TOKEN", "canary-4711"),
    ];
    let loaded = load(&[], &variables, "[secrets]\nrefresh = 'canary-4711'");
    let debug = format!("{:?}", loaded.settings);
    for shown in [loaded.as_text(), loaded.as_json(), loaded.as_toml(), debug] {
        assert!(!shown.contains("canary"), "{shown}");
    }
    assert_eq!(loaded.as_text().matches("(set)").count(), 4);
}

#[test]
fn the_file_that_is_printed_says_the_same() {
    let variables = [("PORT", "5000"), ("ALLOWED_ORIGINS", "https://a.example,https://b.example")];
    let loaded = load(&["--device-login", "0"], &variables, "limits.body = '2 MiB'\nlog.filter = 'info,a=debug'");
    let again = load(&[], &[], &loaded.as_toml());
    let shown = |loaded: &Loaded| -> BTreeMap<_, _> {
        table::all().map(|setting| (setting.key, setting.show(&loaded.settings))).filter(|it| it.0 != "data").collect()
    };
    assert_eq!(shown(&again), shown(&loaded));
    assert!(again.faults.is_empty(), "{:?}", again.faults);
}

#[test]
fn the_page_about_settings_is_in_step_with_the_table() {
    let page = include_str!("../../../docs/settings.md");
    assert!(page == docs(), "make it anew: cargo run -p server -- config --docs > docs/settings.md");
}

#[test]
fn pictures_lie_in_the_data_folder_or_in_a_bucket_that_can_be_opened() {
    let domain::Storage::Folder(folder) = settings(&[], &[], "").config().storage else { panic!("a folder") };
    assert!(folder.ends_with("storage"));

    let file = "[storage]\nbucket = \"pictures\"\nendpoint = \"http://127.0.0.1:9000\"\nkey_id = \"ada\"";
    // As short as some who rent storage out make them: that is theirs to say.
    let key = ("GAMESERVER_STORAGE_KEY", "a-short-key");
    let domain::Storage::S3(bucket) = settings(&[], &[key], file).config().storage else { panic!("a bucket") };
    assert_eq!((bucket.name.as_str(), bucket.region.as_str()), ("pictures", "us-east-1"));
    assert_eq!(bucket.endpoint.as_deref(), Some("http://127.0.0.1:9000"));
    assert_eq!((bucket.access_key.as_str(), bucket.secret_key.as_str()), ("ada", "a-short-key"));

    assert!(faults(&[], &[], file).starts_with("storage.bucket: nobody could open it"));
    assert!(faults(&[], &[key], "").starts_with("storage.bucket: missing"));
    assert!(faults(&[], &[("GAMESERVER_STORAGE_BUCKET", "a/b")], "").contains("a name of letters"));
}

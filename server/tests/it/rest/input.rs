//! What a body may be, wherever it goes: the API, a server function, a form.

use reqwest::{Method, RequestBuilder};
use serde_json::{Map, Value, json};
use testing::both_engines;

use crate::app::{Answer, FORMS, Player, TestApp, limits};

/// A body of the API, as a player sends it.
fn api(player: &Player<'_>, body: impl Into<String>) -> RequestBuilder {
    player.request(Method::POST, "/api/v1/lobbies").header("content-type", "application/json").body(body.into())
}

/// The same body for a server function, as a page of ours sends it.
fn function(player: &Player<'_>, body: impl Into<String>) -> RequestBuilder {
    let request = player.request(Method::POST, "/_fn/viewer").header("content-type", "application/json");
    request.header("origin", format!("http://{}", player.app.address)).body(body.into())
}

/// A form, as a browser sends it.
fn form(app: &TestApp, body: impl AsRef<str>) -> RequestBuilder {
    let request = app.form_request("/users/log-in", FORMS);
    let body = format!("form_token={}&{}", app.form_token(), body.as_ref());
    request.header("content-type", "application/x-www-form-urlencoded").body(body)
}

/// A body whose objects are `levels` deep, in a field that nobody reads.
fn nested(levels: usize) -> String {
    format!("{{\"x\":{}{}}}", "[".repeat(levels - 1), "]".repeat(levels - 1))
}

/// A body of `values` values, in a field that nobody reads.
fn many(values: usize) -> String {
    format!("{{\"x\":[{}]}}", vec!["1"; values - 1].join(","))
}

fn message(answer: &Answer) -> &str {
    answer.body["message"].as_str().unwrap()
}

#[both_engines]
async fn json_is_so_deep_and_has_so_many_values_and_no_more(app: TestApp) {
    let (player, admin) = (app.player().await, app.admin_in_browser().await);
    for fits in [nested(32), many(10_000)] {
        assert_eq!(player.send(api(&player, fits.as_str())).await.status, 201);
        player.leave().await;
        assert_eq!(admin.send(function(&admin, fits.as_str())).await.status, 200);
    }
    for (beyond, limit) in [(nested(33), "32 levels"), (many(10_001), "10000 values")] {
        for answer in
            [player.send(api(&player, beyond.as_str())).await, admin.send(function(&admin, beyond.as_str())).await]
        {
            assert_eq!(answer.refusal(), "400 invalid_json");
            assert!(message(&answer).contains(limit), "{answer:?}");
        }
    }
}

#[both_engines]
async fn huge_nests_and_key_rings_are_refused_before_anything_is_made_of_them(app: TestApp) {
    let admin = app.admin_in_browser().await;
    let player = app.player().await;
    let keys: Vec<String> = (0..5_500).map(|n| format!("\"{n}\":[]")).collect();
    for huge in ["[".repeat(60_000), "{\"a\":".repeat(12_000), format!("{{{}}}", keys.join(","))] {
        assert_eq!(player.send(api(&player, huge.as_str())).await.refusal(), "400 invalid_json");
        assert_eq!(admin.send(function(&admin, huge.as_str())).await.refusal(), "400 invalid_json");
    }
}

#[both_engines]
async fn a_field_that_is_given_twice_is_refused_and_metadata_takes_the_last(app: TestApp) {
    let player = app.player().await;
    let twice = player.send(api(&player, r#"{"title":"a","title":"b"}"#)).await;
    assert_eq!(twice.refusal(), "422 validation_failed");
    assert_eq!(twice.body["errors"]["title"][0], "must be given once");
    let twice = player.send(api(&player, r#"{"metadata":{"a":1,"a":2}}"#)).await;
    assert_eq!((twice.status.as_u16(), &twice.body["metadata"]), (201, &json!({ "a": 2 })));
}

#[both_engines]
async fn a_body_that_is_packed_is_refused_wherever_it_goes(app: TestApp) {
    let admin = app.admin_in_browser().await;
    let player = app.player().await;
    for encoding in ["gzip", "br", "deflate", "zstd", "x-nothing", "identity, gzip"] {
        let packed = |request: RequestBuilder| request.header("content-encoding", encoding);
        for request in [packed(api(&player, "{}")), packed(function(&admin, "{}")), packed(form(&app, "email=a"))] {
            assert_eq!(player.send(request).await.refusal(), "415 unsupported_media_type", "{encoding}");
        }
    }
    let identity = function(&admin, "{}").header("content-encoding", "identity");
    assert_eq!(admin.send(identity).await.status, 200);
}

#[both_engines]
async fn a_body_that_is_too_large_is_refused_wherever_it_goes(app: TestApp) {
    let admin = app.admin_in_browser().await;
    let padded = |bytes: usize| format!("{{{}}}", " ".repeat(bytes - 2));
    assert_eq!(admin.send(function(&admin, padded(limits().body))).await.status, 200);
    assert_eq!(admin.send(function(&admin, padded(limits().body + 1))).await.refusal(), "413 too_large");
    let token = format!("form_token={}&", app.form_token()).len();
    let email = |bytes: usize| format!("email={}", "a".repeat(bytes - token - 6));
    let fits = form(&app, email(limits().sign_in_body)).send().await.unwrap();
    assert_eq!(fits.status(), 303);
    assert_eq!(admin.send(form(&app, email(limits().sign_in_body + 1))).await.refusal(), "413 too_large");
}

#[both_engines]
async fn a_body_of_another_kind_is_told_what_is_taken(app: TestApp) {
    let admin = app.admin_in_browser().await;
    let origin = format!("http://{}", app.address);
    let function = admin.request(Method::POST, "/_fn/viewer").header("origin", origin).form(&[("a", "b")]);
    assert_eq!(admin.send(function).await.refusal(), "415 unsupported_media_type");
    let nobody = app.nobody();
    for path in ["/users/log-in", "/users/first-admin", "/theme"] {
        let json = app.request(Method::POST, path).json(&json!({}));
        assert_eq!(nobody.send(json).await.refusal(), "415 unsupported_media_type", "{path}");
    }
    assert_eq!(nobody.send(form(&app, "email=a&email=b")).await.refusal(), "422 validation_failed");
}

#[both_engines]
async fn a_flood_of_headers_is_refused(app: TestApp) {
    let mut request = app.request(Method::GET, "/api/v1/health");
    for n in 0..200 {
        request = request.header(format!("x-{n}"), "x");
    }
    assert_eq!(request.send().await.unwrap().status(), 431);
    assert_eq!(app.nobody().get("/api/v1/health").await.status, 200);
}

/// Every column of every table, out of the migrations, with a value that would do harm.
fn columns() -> Map<String, Value> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations/sqlite");
    let mut columns = Map::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let sql = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for line in sql.lines().filter_map(|line| line.strip_prefix("    ")) {
            let mut words = line.split([' ', ',']);
            let (Some(name), Some(kind)) = (words.next(), words.next()) else { continue };
            let value = match kind {
                "integer" => json!(1),
                "text" if name.ends_with("_at") || name.ends_with("_until") => json!("2020-01-01T00:00:00Z"),
                "text" => json!("x"),
                _ => continue,
            };
            columns.insert(name.to_owned(), value);
        }
    }
    columns
}

#[both_engines]
async fn no_column_is_bound_from_a_body_unless_it_is_the_callers_to_set(app: TestApp) {
    let mut columns = columns();
    for known in ["is_admin", "host_id", "member_count", "password_hash", "email_confirmed_at", "user_id", "ended_at"] {
        assert!(columns.contains_key(known), "{known} is found in the migrations");
    }
    // What a lobby's host may set.
    for own in ["title", "max_users", "is_hidden", "is_locked", "metadata"] {
        columns.remove(own);
    }
    let with = |fields: Value| {
        let mut body = columns.clone();
        body.extend(fields.as_object().unwrap().clone());
        Value::Object(body)
    };
    let admin = app.admin().await;
    let first = app.player().await;
    let login = json!({ "device_id": "0123456789abcdef" });
    let login = app.nobody().post("/api/v1/login/device", &with(login)).await;
    let refresh = json!({ "refresh_token": login.body["refresh_token"] });
    let refresh = app.nobody().post("/api/v1/refresh", &with(refresh)).await;
    let player = app.player_of(&refresh.body);
    assert!(player.id > first.id && player.id > admin.id);
    let me = player.get("/api/v1/me").await.body;
    assert_eq!((&me["is_admin"], &me["email"], &me["display_name"]), (&json!(false), &Value::Null, &Value::Null));

    let theirs = first.open(json!({})).await;
    let lobby = player.post("/api/v1/lobbies", &with(json!({}))).await.body;
    assert_eq!((lobby["host_id"].as_i64(), lobby["member_count"].as_i64()), (Some(player.id), Some(1)));
    assert!(lobby["id"].as_i64() > Some(theirs) && lobby["revision"] == 1 && lobby["hostless"] == false);
    assert_eq!((&lobby["is_passworded"], &lobby["created_at"]), (&json!(false), &json!("2027-01-15T08:00:00Z")));
    assert_eq!(player.post("/api/v1/lobbies/leave", &with(json!({}))).await.status, 200);
    let joined = player.post(&format!("/api/v1/lobbies/{theirs}/join"), &with(json!({}))).await.body;
    assert_eq!((joined["id"].as_i64(), joined["member_count"].as_i64()), (Some(theirs), Some(2)));
    assert_eq!(joined["members"][1]["user_id"].as_i64(), Some(player.id));
    assert_eq!(first.get("/api/v1/me").await.body["is_admin"], false);
}

/// Names somebody may try, and what is kept of them; nothing, where they are refused.
fn names() -> Vec<(String, Option<&'static str>)> {
    let kept = [
        ("Dunes", "Dunes"),
        ("  Dunes\u{a0}", "Dunes"),
        ("Dunes  of  old", "Dunes  of  old"),
        ("Zoë", "Zoë"),
        ("Zoe\u{308}", "Zoë"),
        ("\u{212b}ngström", "Ångström"),
        ("\u{1112}\u{1161}\u{11ab}", "한"),
        ("ﬁne", "ﬁne"),
        ("Ünïcödé", "Ünïcödé"),
        ("Ждём", "Ждём"),
        ("ابتثج", "ابتثج"),
        ("שָׁלוֹם", "ש\u{5b8}\u{5c1}לוֹם"),
        ("می\u{200c}خواهم", "می\u{200c}خواهم"),
        ("क्\u{200d}ष", "क्\u{200d}ष"),
        ("สวัสดี", "สวัสดี"),
        ("日本語", "日本語"),
        ("🎲 night", "🎲 night"),
        ("👩\u{200d}👩\u{200d}👧", "👩\u{200d}👩\u{200d}👧"),
        ("❤\u{fe0f}", "❤\u{fe0f}"),
        ("🇩🇪", "🇩🇪"),
        ("a'; drop table users; --", "a'; drop table users; --"),
        ("100%_!\\", "100%_!\\"),
        ("<b>&amp;\"", "<b>&amp;\""),
        ("{{7*7}} ${x}", "{{7*7}} ${x}"),
        ("null", "null"),
    ];
    let refused = [
        "",
        "   ",
        "\u{a0}\u{3000}",
        "a\0b",
        "a\nb",
        "a\tb",
        "\u{1b}[31mred",
        "a\u{7f}b",
        "a\u{85}b",
        "\u{202e}evil",
        "a\u{2066}b\u{2069}",
        "a\u{200f}b",
        "\u{feff}name",
        "a\u{200b}b",
        "a\u{2060}b",
        "a\u{ad}b",
        "a\u{2028}b",
        "\u{3164}",
        "\u{2800}",
        "a\u{e0041}b",
        "a\u{fffe}b",
        "\u{10ffff}",
        "a\u{200d}\u{200d}b",
        "a\u{200d}",
        "\u{301}a",
        "x\u{325}\u{325}\u{325}\u{325}\u{325}",
    ];
    let mut names: Vec<_> = kept.into_iter().map(|(name, kept)| (name.to_owned(), Some(kept))).collect();
    names.extend(refused.into_iter().map(|name| (name.to_owned(), None)));
    names.push((format!("x{}", "\u{325}".repeat(20_000)), None));
    names.push(("👩\u{200d}".repeat(41), None));
    names.push(("t".repeat(81), None));
    names
}

#[both_engines]
async fn names_are_kept_in_one_spelling_or_refused(app: TestApp) {
    let player = app.player().await;
    let names = names();
    assert!(names.len() >= 40);
    for (name, kept) in names {
        let answer = player.post("/api/v1/lobbies", &json!({ "title": name })).await;
        let Some(kept) = kept else {
            assert_eq!(answer.refusal(), "422 validation_failed", "{name:?}");
            assert!(answer.body["errors"]["title"][0].is_string());
            continue;
        };
        assert_eq!((answer.status.as_u16(), &answer.body["title"]), (201, &json!(kept)), "{name:?}");
        let id = &answer.body["id"];
        assert_eq!(player.get(&format!("/api/v1/lobbies/{id}")).await.body["title"], kept, "as it was written");
        // Found by the spelling it was given in, too. (SQLite knows no capitals outside of ASCII, see docs/sql.md.)
        if kept.chars().any(|c| !c.is_ascii() && c.is_uppercase()) {
            player.leave().await;
            continue;
        }
        let title: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
        let found = player.get(&format!("/api/v1/lobbies?title={title}")).await;
        assert_eq!(&found.body["data"][0]["id"], id, "{name:?}");
        player.leave().await;
    }
    // Half of a pair of surrogates is no character.
    let half = player.send(api(&player, r#"{"title":"\ud800"}"#)).await;
    assert_eq!(half.refusal(), "400 invalid_json");
}

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::avatars::SIZE;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use server::Web;
use testing::pictures::png;
use testing::{Engine, Fixture, TestDomain, both_engines};

use crate::app::{Player, TestApp, limits};

/// Both routes that take a picture.
const ROUTES: [&str; 2] = ["/auth/avatar", "/api/v1/me/avatar"];
/// Bytes of a body that is taken there.
const BODY: usize = 14 * 1024 * 1024 / 10;

fn base64() -> Value {
    json!({ "avatar": STANDARD.encode(png()) })
}

/// A part of a form: its name, and what is in it.
type Part<'a> = (&'a str, &'a [u8]);

/// A form, as browsers send one with files in it.
fn form(player: &Player<'_>, path: &str, parts: &[Part<'_>]) -> RequestBuilder {
    let mut body = Vec::new();
    for (name, content) in parts {
        body.extend_from_slice(b"--edge\r\nContent-Disposition: form-data; name=\"");
        body.extend_from_slice(name.as_bytes());
        body.extend_from_slice(b"\"; filename=\"../../me.html\"\r\nContent-Type: text/html\r\n\r\n");
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    of_form(player, path, body)
}

fn of_form(player: &Player<'_>, path: &str, body: Vec<u8>) -> RequestBuilder {
    let request = player.request(Method::POST, path);
    request.header("content-type", "multipart/form-data; boundary=edge").body(body)
}

async fn remove(player: &Player<'_>, path: &str) -> Value {
    let answer = player.send(player.request(Method::DELETE, path)).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    answer.body
}

/// Uploads a picture and gives the path at which it is shown.
async fn upload(player: &Player<'_>) -> String {
    let answer = player.post("/auth/avatar", &base64()).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    answer.body["avatarUrl"].as_str().unwrap().to_owned()
}

#[both_engines]
async fn a_picture_is_uploaded_shown_and_taken_away(app: TestApp) {
    let player = app.player().await;
    let answer = player.post("/auth/avatar", &base64()).await;
    assert_eq!((answer.status.as_u16(), &answer.body["message"]), (200, &json!("This is your picture now.")));
    let url = answer.body["avatarUrl"].as_str().unwrap();
    assert_eq!(player.get("/api/v1/me").await.body["profile_url"], url);
    assert_eq!(player.get("/auth/me").await.body["profile"]["avatar_url"], url);
    assert_eq!(app.request(Method::GET, url).send().await.unwrap().status(), 200, "to anybody");
    let gone = json!({ "message": "You have no picture any more.", "avatarUrl": null });
    assert_eq!(remove(&player, "/auth/avatar").await, gone);
    assert_eq!(player.get("/api/v1/me").await.body["profile_url"], Value::Null);

    let mine = player.post("/api/v1/me/avatar", &base64()).await;
    assert!(mine.body["profile_url"].as_str().unwrap().starts_with("/avatars/"), "{mine:?}");
    let mine = remove(&player, "/api/v1/me/avatar").await;
    assert_eq!((&mine["id"], &mine["profile_url"]), (&json!(player.id), &Value::Null));
}

#[both_engines]
async fn a_picture_may_come_as_a_form(app: TestApp) {
    let player = app.player().await;
    for path in ROUTES {
        assert_eq!(player.send(form(&player, path, &[("avatar", &png())])).await.status, 200, "{path}");
    }
    let nobody = app.nobody();
    let refused = nobody.send(form(&nobody, "/auth/avatar", &[("avatar", &png())])).await;
    assert_eq!(refused.refusal(), "401 authentication_required");
}

#[both_engines]
async fn a_form_with_anything_else_in_it_is_refused(app: TestApp) {
    let player = app.player().await;
    let picture = png();
    let avatar = ("avatar", picture.as_slice());
    for (parts, field) in [
        (&[][..], "avatar"),
        (&[("", picture.as_slice())], "form"),
        (&[("picture", &picture)], "form"),
        (&[avatar, ("name", b"Ada")], "form"),
        (&[("name", b"Ada"), avatar], "form"),
        (&[avatar, avatar], "avatar"),
        (&[("avatar", b"<html><script>alert(1)</script>")], "avatar"),
    ] {
        let refused = player.send(form(&player, "/auth/avatar", parts)).await;
        assert_eq!(refused.refusal(), "422 validation_failed");
        assert!(refused.body["errors"][field].is_array(), "{parts:?}: {refused:?}");
    }
    for broken in [&b"--edge\r\nContent-Disposition: form-data; name=\"avatar\"\r\n\r\nno end"[..], b"nonsense", b""] {
        let refused = player.send(of_form(&player, "/auth/avatar", broken.into())).await;
        assert_eq!(refused.refusal(), "422 validation_failed", "{}", String::from_utf8_lossy(broken));
    }
    let without_edge = player.request(Method::POST, "/auth/avatar").header("content-type", "multipart/form-data");
    assert_eq!(player.send(without_edge.body("--edge--")).await.refusal(), "422 validation_failed");
    let packed = form(&player, "/auth/avatar", &[avatar]).header("content-encoding", "gzip");
    assert_eq!(player.send(packed).await.refusal(), "415 unsupported_media_type");
    assert_eq!(player.get("/api/v1/me").await.body["profile_url"], Value::Null);
}

#[both_engines]
async fn a_body_and_a_picture_are_so_large_and_no_larger(app: TestApp) {
    let player = app.player().await;
    let json = |path: &str, body: String| {
        player.request(Method::POST, path).header("content-type", "application/json").body(body)
    };
    let small = base64().to_string();
    for path in ROUTES {
        let padded = |size: usize| small.clone() + &" ".repeat(size - small.len());
        assert_eq!(player.send(json(path, padded(BODY))).await.status, 200, "{path}");
        assert_eq!(player.send(json(path, padded(BODY + 1))).await.refusal(), "413 too_large", "{path}");

        let of = |size: usize| json!({ "avatar": STANDARD.encode(vec![0; size]) });
        assert_eq!(player.post(path, &of(SIZE)).await.refusal(), "422 validation_failed", "no picture, but no more");
        assert_eq!(player.post(path, &of(SIZE + 1)).await.refusal(), "413 picture_too_large", "{path}");
        let part = |size: usize| form(&player, path, &[("avatar", &vec![0; size])]);
        assert_eq!(player.send(part(SIZE)).await.refusal(), "422 validation_failed", "no picture, but no more");
        assert_eq!(player.send(part(SIZE + 1)).await.refusal(), "413 picture_too_large", "{path}");
        assert_eq!(player.send(part(BODY)).await.refusal(), "413 too_large", "{path}");
    }
}

#[both_engines]
async fn the_eleventh_picture_of_a_day_is_refused_and_told_when_to_come_again(app: TestApp) {
    let player = app.player().await;
    for _ in 0..10 {
        upload(&player).await;
    }
    let refused = player.request(Method::POST, "/auth/avatar").json(&base64()).send().await.unwrap();
    assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].to_str().unwrap()), (429, "86400"));
    assert_eq!(player.post("/api/v1/me/avatar", &base64()).await.refusal(), "429 rate_limited", "by any route");
    upload(&app.player().await).await;
}

#[both_engines]
async fn a_picture_is_served_as_a_picture_and_nothing_else(app: TestApp) {
    let url = upload(&app.player().await).await;
    let name = url.rsplit('/').next().unwrap();
    let get = |method: Method| app.request(method, &url);
    let answer = get(Method::GET).send().await.unwrap();
    let exactly = [
        ("content-type", "image/png"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("access-control-allow-origin", "*"),
        ("cache-control", "public, max-age=31536000, immutable"),
    ];
    for (header, value) in exactly {
        assert_eq!(answer.headers()[header], value, "{header}");
    }
    assert_eq!(answer.headers()["content-disposition"], format!("inline; filename=\"{name}\""));
    let tag = answer.headers()["etag"].clone();
    let length = answer.headers()["content-length"].clone();
    let bytes = answer.bytes().await.unwrap();
    assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"), "{bytes:?}");

    let head = get(Method::HEAD).send().await.unwrap();
    assert_eq!((head.status().as_u16(), &head.headers()["content-length"]), (200, &length));
    assert_eq!((&head.headers()["etag"], &head.headers()["content-type"]), (&tag, &"image/png".parse().unwrap()));
    let again = get(Method::GET).header("if-none-match", &tag).send().await.unwrap();
    assert_eq!((again.status().as_u16(), &again.headers()["etag"]), (304, &tag));
    assert_eq!(again.bytes().await.unwrap().len(), 0);
    let other = get(Method::GET).header("if-none-match", "\"another\"").send().await.unwrap();
    assert_eq!(other.status(), 200);
    assert_eq!(app.nobody().post(&url, &json!({})).await.refusal(), "405 method_not_allowed");
}

#[both_engines]
async fn nothing_but_pictures_is_there(app: TestApp) {
    let url = upload(&app.player().await).await;
    std::fs::write(app.domain.folder.path().join("storage/avatars/notes.png"), "not ours").unwrap();
    let nobody = app.nobody();
    for path in [
        "/avatars",
        "/avatars/",
        "/avatars/nothing",
        "/avatars/notes.png",
        "/avatars/00000000000000000000000000000000.png",
        "/avatars/..%2f..%2fgameserver.db",
        "/avatars/%2e%2e%2f%2e%2e%2fgameserver.db",
        "/avatars/..%5c..%5cgameserver.db",
        "/avatars/%00.png",
        "/avatars/%ff.png",
        &format!("{url}%00"),
        &format!("{url}/"),
        &format!("{url}/x"),
        &url.replace("/avatars/", "/avatars//"),
        &url.replace("/avatars/", "/avatars/./.%2f"),
        &url.replace(".png", ".PNG"),
        &url.replace(".png", ".gif"),
    ] {
        let answer = nobody.get(path).await;
        assert_eq!(answer.refusal(), "404 not_found", "{path}");
    }
}

/// A server that allows an origin.
struct Allowing(TestApp);

impl Fixture for Allowing {
    async fn on(engine: Engine) -> Self {
        let web = Web { allowed_origins: "https://game.example".parse().unwrap(), ..Web::default() };
        Self(TestApp::of(TestDomain::on(engine).await, limits(), web).await)
    }
}

#[both_engines]
async fn a_cookie_uploads_for_our_pages_and_allowed_ones_only(Allowing(app): Allowing) {
    let admin = app.admin_in_browser().await;
    for path in ROUTES {
        for (header, value, expected) in [
            ("x-none", "at all", "403 foreign_origin"),
            ("origin", "https://evil.example", "403 foreign_origin"),
            ("sec-fetch-site", "cross-site", "403 foreign_origin"),
            ("origin", "https://game.example", "200"),
            ("sec-fetch-site", "same-origin", "200"),
        ] {
            let answer = admin.send(admin.request(Method::POST, path).header(header, value).json(&base64())).await;
            let told = if answer.status == 200 { "200".to_owned() } else { answer.refusal() };
            assert_eq!(told, expected, "{path} with {header}: {value}");
            let form = form(&admin, path, &[("avatar", &png())]).header(header, value);
            let told = admin.send(form).await.status.as_u16();
            assert_eq!(told.to_string(), expected[..3], "{path}, a form with {header}: {value}");
        }
    }
}

//! Each documented refusal is brought about and must read as its example does, to the letter.

mod accounts;
mod friends;
mod members;

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::Config;
use domain::avatars::SIZE;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use testing::pictures::png;
use testing::{Engine, Fixture, both_engines};

use super::document::{Operation, operations};
use crate::app::{Answer, Player, TestApp, limits};

/// What a test cannot bring about over a connection, and why.
const OUT_OF_REACH: [(&str, &str); 8] = [
    ("internal", "nothing here fails"),
    ("busy", "the machine would have to be; domain/tests/it has it"),
    ("database_unavailable", "the database would have to be away; away.rs has it"),
    ("timeout", "it takes ten seconds of a request that hangs"),
    ("rate_limited", "each class of route has its own limit; the tests of the limits have them"),
    ("already_upgraded", "two upgrades of a guest must meet in one moment; domain/tests/it has it"),
    ("too_many_invitations", "128 friends would have to be made and invited; domain/tests/it has it"),
    ("cannot_join", "a lobby must change between two statements of one request; domain/tests/it has it"),
];

/// The refusals that were seen, by operation and code.
#[derive(Default)]
struct Seen(BTreeSet<(&'static str, &'static str)>);

impl Seen {
    /// An answer must be the example of this refusal.
    fn see(&mut self, id: &str, code: &str, answer: &Answer) {
        let operation = operations().find(|operation| operation.id() == id).unwrap();
        let is_it = |(status, documented, _): &(u16, &str, _)| *documented == code && *status == answer.status.as_u16();
        let documented = operation.refusals().find(is_it);
        let (status, code, example) = documented.unwrap_or_else(|| panic!("{id} has no {code}"));
        assert_eq!((answer.status.as_u16(), &answer.body), (status, example), "{id} {code}");
        self.0.insert((operation.id(), code));
    }
}

fn documents(operation: Operation, code: &str) -> bool {
    operation.refusals().any(|(_, documented, _)| documented == code)
}

/// A request to an operation, on a lobby.
fn to(player: &Player<'_>, operation: Operation, lobby: i64) -> RequestBuilder {
    player.request(operation.method.parse().unwrap(), &operation.path.replace("{id}", &lobby.to_string()))
}

#[both_engines]
async fn every_refusal_reads_as_its_example(app: TestApp) {
    let mut seen = Seen::default();
    what_any_route_refuses(&app, &mut seen).await;
    signing_in(&app, &mut seen).await;
    lobbies(&app, &mut seen).await;
    friends::bring_about(&app, &mut seen).await;
    members::bring_about(&app, &mut seen).await;
    accounts::bring_about(&app, &mut seen).await;
    avatars(&app, &mut seen).await;
    ends(&app, &mut seen).await;
    let documented = operations()
        .flat_map(|operation| operation.refusals().map(move |(_, code, _)| (operation.id(), code)).collect::<Vec<_>>());
    let in_reach = documented.filter(|(_, code)| OUT_OF_REACH.iter().all(|(out, _)| out != code));
    let unseen: Vec<_> = in_reach.filter(|refusal| !seen.0.contains(refusal)).collect();
    assert!(unseen.is_empty(), "documented, and not brought about here: {unseen:?}");
}

/// What depends on no noun: who asks, from where, and in what form.
async fn what_any_route_refuses(app: &TestApp, seen: &mut Seen) {
    let [host, player] = app.players().await;
    let lobby = host.open(json!({})).await;
    let admin = app.admin_in_browser().await;
    let stranger = Player { access: Some("nonsense".into()), ..app.nobody() };
    for operation in operations() {
        let id = operation.id();
        if documents(operation, "authentication_required") {
            let nobody = app.nobody();
            seen.see(id, "authentication_required", &nobody.send(to(&nobody, operation, lobby)).await);
        }
        if documents(operation, "invalid_token") {
            seen.see(id, "invalid_token", &stranger.send(to(&stranger, operation, lobby)).await);
        }
        if documents(operation, "foreign_origin") {
            let foreign = to(&admin, operation, lobby).header("origin", "https://evil.example");
            seen.see(id, "foreign_origin", &admin.send(foreign).await);
        }
        if documents(operation, "not_found") && operation.path.contains("{id}") {
            seen.see(id, "not_found", &player.send(to(&player, operation, 999_999)).await);
        }
        let json = || to(&player, operation, lobby).header("content-type", "application/json");
        if documents(operation, "invalid_json") {
            seen.see(id, "invalid_json", &player.send(json().body("{")).await);
        }
        if documents(operation, "too_large") {
            // One byte too many and no more: a server that has answered does not read on, and the client would notice.
            let is_sign_in = ["Authentication", "Accounts"].iter().any(|tag| operation.value["tags"][0] == *tag);
            let limit = if operation.path.ends_with("/avatar") {
                14 * 1024 * 1024 / 10
            } else if is_sign_in {
                limits().sign_in_body
            } else {
                limits().body
            };
            seen.see(id, "too_large", &player.send(json().body(" ".repeat(limit + 1))).await);
        }
        if documents(operation, "unsupported_media_type") {
            let plain = to(&player, operation, lobby).body("hello");
            seen.see(id, "unsupported_media_type", &player.send(plain).await);
        }
    }
}

/// What an account can be refused, and what it is refused for good.
async fn ends(app: &TestApp, seen: &mut Seen) {
    let eve = app.sign_in("a-device-that-is-banned").await;
    let wrong = eve.send(eve.request(Method::DELETE, "/api/v1/me/sessions?all=perhaps")).await;
    seen.see("end_sessions", "validation_failed", &wrong);
    // The admin there is, and one who will be banned.
    let scope = domain::Scope::SYSTEM;
    let login = async |email: &str| {
        app.nobody().post("/api/v1/login", &json!({ "email": email, "password": "correct horse" })).await
    };
    let bob = wire::NewAdmin { email: Some("bob@games.example".into()), password: Some("correct horse".into()) };
    let bob = domain::users::create_admin(&app.domain.app, &scope, bob).await.unwrap();
    for user in [bob, wire::UserId(eve.id)] {
        let ban = wire::NewBan { reason: Some("Spam".into()) };
        domain::users::ban(&app.domain.app, &scope, user, ban).await.unwrap();
    }
    seen.see("login", "banned", &login("bob@games.example").await);
    let bobs = json!({ "email": "bob@games.example", "password": "correct horse" });
    seen.see("auth_login", "banned", &app.nobody().post("/auth/login", &bobs).await);
    let wanted = app.nobody().post("/auth/magic-link", &json!({ "email": "bob@games.example" })).await;
    assert_eq!(wanted.status, 202);
    let link = json!({ "token": app.domain.mailed_token("bob@games.example").await });
    let by_link = app.nobody().post("/auth/magic-link/confirm", &link).await;
    seen.see("auth_sign_in_by_link", "banned", &by_link);
    let device = json!({ "device_id": "a-device-that-is-banned" });
    seen.see("device_login", "banned", &app.nobody().post("/api/v1/login/device", &device).await);
    let last = app.player_of(&login("ada@games.example").await.body);
    let delete = async || last.send(last.request(Method::DELETE, "/api/v1/me")).await;
    seen.see("delete_current_user", "last_admin", &delete().await);
    app.domain.app.clock.advance(chrono::TimeDelta::minutes(11));
    seen.see("delete_current_user", "recent_login_required", &delete().await);
}

async fn signing_in(app: &TestApp, seen: &mut Seen) {
    let nobody = app.nobody();
    let post = async |path: &str, body: Value| nobody.post(&format!("/api/v1{path}"), &body).await;
    seen.see("device_login", "validation_failed", &post("/login/device", json!({ "device_id": "short" })).await);
    seen.see("login", "validation_failed", &post("/login", json!({})).await);
    let unknown = json!({ "email": "nobody@games.example", "password": "a guess" });
    seen.see("login", "invalid_credentials", &post("/login", unknown).await);
    seen.see("refresh_token", "validation_failed", &post("/refresh", json!({})).await);
    let foreign = json!({ "refresh_token": "nonsense" });
    seen.see("refresh_token", "invalid_refresh_token", &post("/refresh", foreign).await);

    // Used again when its successor's successor is there and the ten seconds are over.
    let first = app.player().await.refresh;
    let mut newest = first.clone();
    for _ in 0..2 {
        newest =
            post("/refresh", json!({ "refresh_token": newest })).await.body["refresh_token"].as_str().unwrap().into();
    }
    app.domain.app.clock.advance(chrono::TimeDelta::seconds(11));
    seen.see("refresh_token", "token_reused", &post("/refresh", json!({ "refresh_token": first })).await);

    let config = Config { device_login: false, ..testing::config() };
    let closed = TestApp::with(Engine::Sqlite, limits(), config).await;
    let refused = closed.nobody().post("/api/v1/login/device", &json!({ "device_id": "d".repeat(16) })).await;
    seen.see("device_login", "device_auth_disabled", &refused);
}

async fn avatars(app: &TestApp, seen: &mut Seen) {
    let player = app.player().await;
    let of = |bytes: Vec<u8>| json!({ "avatar": STANDARD.encode(bytes) });
    let config = Config { guest_avatars: false, ..testing::config() };
    let strict = TestApp::with(Engine::Sqlite, limits(), config).await;
    let guest = strict.player().await;
    let away = TestApp::on(Engine::Sqlite).await;
    let unlucky = away.player().await;
    let storage = away.domain.folder.path().join("storage");
    std::fs::remove_dir_all(&storage).unwrap();
    std::fs::write(&storage, "no folder").unwrap();
    for (id, path) in [("upload_avatar", "/auth/avatar"), ("upload_current_user_avatar", "/api/v1/me/avatar")] {
        seen.see(id, "validation_failed", &player.post(path, &json!({})).await);
        seen.see(id, "picture_too_large", &player.post(path, &of(vec![0; SIZE + 1])).await);
        seen.see(id, "full_account_required", &guest.post(path, &of(png())).await);
        seen.see(id, "storage_unavailable", &unlucky.post(path, &of(png())).await);
    }
}

async fn lobbies(app: &TestApp, seen: &mut Seen) {
    let [alice, bob, carol, guest] = app.players().await;
    let too_many_seats = guest.post("/api/v1/lobbies", &json!({ "max_users": 129 })).await;
    seen.see("create_lobby", "validation_failed", &too_many_seats);
    seen.see("list_lobbies", "validation_failed", &guest.get("/api/v1/lobbies?page=0").await);
    seen.see("leave_lobby", "not_in_lobby", &guest.leave().await);

    let full = alice.open(json!({ "max_users": 1 })).await;
    let locked = bob.open(json!({ "is_locked": true })).await;
    let secret = carol.open(json!({ "password": "sesame" })).await;
    seen.see("create_lobby", "already_in_lobby", &alice.post("/api/v1/lobbies", &json!({})).await);
    seen.see("join_lobby", "already_in_lobby", &alice.join(secret).await);
    seen.see("join_lobby", "full", &guest.join(full).await);
    seen.see("join_lobby", "locked", &guest.join(locked).await);
    seen.see("join_lobby", "password_required", &guest.join(secret).await);
    for (password, code) in [("open".to_owned(), "invalid_password"), ("p".repeat(129), "validation_failed")] {
        let path = format!("/api/v1/lobbies/{secret}/join");
        seen.see("join_lobby", code, &guest.post(&path, &json!({ "password": password })).await);
    }
    let patch = async |player: &Player<'_>, body: Value| player.patch("/api/v1/lobbies", &body).await;
    let kick = async |player: &Player<'_>, body: Value| player.post("/api/v1/lobbies/kick", &body).await;
    let quick = async |player: &Player<'_>, body: Value| player.post("/api/v1/lobbies/quick_join", &body).await;
    for (id, answer) in [
        ("update_lobby", patch(&carol, json!({ "max_users": 129 })).await),
        ("kick_user", kick(&carol, json!({})).await),
        ("quick_join", quick(&guest, json!({ "max_users": 129 })).await),
    ] {
        seen.see(id, "validation_failed", &answer);
    }
    seen.see("update_lobby", "not_in_lobby", &patch(&guest, json!({})).await);
    seen.see("kick_user", "not_in_lobby", &kick(&guest, json!({ "target_user_id": carol.id })).await);
    seen.see("quick_join", "already_in_lobby", &quick(&carol, json!({})).await);
    seen.see("kick_user", "cannot_kick_self", &kick(&carol, json!({ "target_user_id": carol.id })).await);
    seen.see("kick_user", "not_found", &kick(&carol, json!({ "target_user_id": 999_999 })).await);
    seen.see("kick_user", "not_in_lobby", &kick(&carol, json!({ "target_user_id": alice.id })).await);
    let sesame = json!({ "password": "sesame" });
    assert_eq!(guest.post(&format!("/api/v1/lobbies/{secret}/join"), &sesame).await.status, 200);
    seen.see("update_lobby", "not_host", &patch(&guest, json!({})).await);
    seen.see("kick_user", "not_host", &kick(&guest, json!({ "target_user_id": carol.id })).await);
    seen.see("update_lobby", "too_small", &patch(&carol, json!({ "max_users": 1 })).await);
    seen.see("update_lobby", "no_successor", &patch(&carol, json!({ "successor_id": guest.id })).await);
    assert_eq!(guest.request(Method::GET, "/api/v1/me").send().await.unwrap().status(), 200, "and none of them harmed");
}

//! What members, codes and invitations refuse.

use reqwest::Method;
use serde_json::{Value, json};

use super::Seen;
use crate::app::{Player, TestApp};

pub(super) async fn bring_about(app: &TestApp, seen: &mut Seen) {
    let [alice, bob, carol, guest] = app.players().await;
    seen.see("get_my_lobby", "not_in_lobby", &guest.get("/api/v1/lobbies/me").await);
    let me = async |body: Value| guest.patch("/api/v1/lobbies/me", &body).await;
    seen.see("update_my_lobby_member", "not_in_lobby", &me(json!({ "is_ready": true })).await);
    seen.see("update_my_lobby_member", "validation_failed", &me(json!({ "seat": 129 })).await);

    let open = async |host: &Player<'_>, lobby: Value| {
        let opened = host.post("/api/v1/lobbies", &lobby).await.body;
        (opened["id"].as_i64().unwrap(), opened["rules"]["code"].as_str().unwrap().to_owned())
    };
    let by = async |code: &str, password: Value| {
        guest.post("/api/v1/lobbies/join_by_code", &json!({ "code": code, "password": password })).await
    };
    let (_, full) = open(&alice, json!({ "max_users": 1 })).await;
    let (_, locked) = open(&bob, json!({ "is_locked": true })).await;
    let (secret_id, secret) = open(&carol, json!({ "password": "sesame", "max_users": 2 })).await;
    for (refusal, code, password) in [
        ("validation_failed", "", Value::Null),
        ("not_found", "000000", Value::Null),
        ("full", &full, Value::Null),
        ("locked", &locked, Value::Null),
        ("password_required", &secret, Value::Null),
        ("invalid_password", &secret, json!("open")),
    ] {
        seen.see("join_lobby_by_code", refusal, &by(code, password).await);
    }
    alice.post("/api/v1/friends/block", &json!({ "target_user_id": guest.id })).await;
    seen.see("join_lobby_by_code", "blocked", &by(&full, Value::Null).await);
    assert_eq!(by(&secret, json!("sesame")).await.status, 200);
    seen.see("join_lobby_by_code", "already_in_lobby", &by(&secret, json!("sesame")).await);
    seen.see("update_my_lobby_member", "seat_taken", &me(json!({ "seat": 1 })).await);

    let invite = async |body: Value| guest.post("/api/v1/lobbies/invitations", &body).await;
    seen.see("list_lobby_invitations", "validation_failed", &guest.get("/api/v1/lobbies/invitations?page=0").await);
    seen.see("invite_to_lobby", "validation_failed", &invite(json!({})).await);
    seen.see("invite_to_lobby", "already_in_lobby", &invite(json!({ "target_user_id": carol.id })).await);
    seen.see("invite_to_lobby", "not_friends", &invite(json!({ "target_user_id": bob.id })).await);
    let declining = guest.request(Method::DELETE, &format!("/api/v1/lobbies/invitations/{secret_id}"));
    seen.see("decline_lobby_invitation", "not_found", &guest.send(declining).await);
    guest.leave().await;
    seen.see("invite_to_lobby", "not_in_lobby", &invite(json!({ "target_user_id": carol.id })).await);
}

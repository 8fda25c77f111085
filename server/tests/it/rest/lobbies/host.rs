use serde_json::{Value, json};
use testing::both_engines;

use crate::app::{Answer, Player, TestApp};

async fn update(player: &Player<'_>, patch: Value) -> Answer {
    player.patch("/api/v1/lobbies", &patch).await
}

async fn kick(player: &Player<'_>, target: impl Into<Value>) -> Answer {
    player.post("/api/v1/lobbies/kick", &json!({ "target_user_id": target.into() })).await
}

#[both_engines]
async fn a_host_changes_their_lobby(app: TestApp) {
    let [alice, bob] = app.players().await;
    let id = alice.open(json!({ "title": "Dunes", "metadata": { "mode": "ranked", "map": 3 } })).await;
    let lobby = update(&alice, json!({ "title": "Harbour", "max_users": 2, "metadata": { "map": 4 } })).await;
    assert_eq!((lobby.status.as_u16(), lobby.body["id"].as_i64()), (200, Some(id)));
    assert_eq!((&lobby.body["title"], &lobby.body["max_users"]), (&json!("Harbour"), &json!(2)));
    assert_eq!((&lobby.body["metadata"], &lobby.body["revision"]), (&json!({ "map": 4 }), &json!(2)));
    assert_eq!(lobby.body["members"][0]["user_id"], alice.id);

    assert_eq!(update(&alice, json!({ "password": "sesame" })).await.body["is_passworded"], true);
    let nothing = json!({ "title": null, "max_users": null, "is_hidden": null, "is_locked": null, "password": null,
                          "metadata": null });
    for leaves in [json!({}), nothing] {
        let kept = update(&alice, leaves).await.body;
        assert_eq!((&kept["title"], &kept["max_users"]), (&json!("Harbour"), &json!(2)));
        assert_eq!((&kept["metadata"], &kept["is_passworded"]), (&json!({ "map": 4 }), &json!(true)));
    }
    assert_eq!(bob.join(id).await.refusal(), "403 password_required");
    assert_eq!(update(&alice, json!({ "password": "" })).await.body["is_passworded"], false);
    assert_eq!(update(&alice, json!({ "is_locked": true })).await.body["is_locked"], true);
    assert_eq!(bob.join(id).await.refusal(), "403 locked");
    assert_eq!(update(&alice, json!({ "is_locked": false, "is_hidden": true })).await.body["is_hidden"], true);
    assert_eq!(bob.join(id).await.status, 200);
    assert_eq!(app.nobody().get("/api/v1/lobbies").await.body["data"], json!([]));
}

#[both_engines]
async fn a_change_that_is_refused_has_its_code(app: TestApp) {
    let [alice, bob, carol] = app.players().await;
    let id = alice.open(json!({ "title": "Dunes" })).await;
    bob.join(id).await;
    assert_eq!(update(&app.nobody(), json!({})).await.refusal(), "401 authentication_required");
    assert_eq!(update(&carol, json!({ "title": "x" })).await.refusal(), "400 not_in_lobby");
    assert_eq!(update(&bob, json!({ "title": "x" })).await.refusal(), "403 not_host");
    assert_eq!(update(&alice, json!({ "max_users": 1 })).await.refusal(), "422 too_small");
    for (patch, field) in [
        (json!({ "title": "" }), "title"),
        (json!({ "title": "t".repeat(81) }), "title"),
        (json!({ "title": "a\u{202e}b" }), "title"),
        (json!({ "max_users": 0 }), "max_users"),
        (json!({ "max_users": 129 }), "max_users"),
        (json!({ "max_users": "8" }), "max_users"),
        (json!({ "is_locked": "yes" }), "is_locked"),
        (json!({ "password": "p".repeat(129) }), "password"),
        (json!({ "metadata": "{}" }), "metadata"),
        (json!({ "metadata": { "a": "\0" } }), "metadata"),
        (json!({ "metadata": { "a": "x".repeat(16 * 1024) } }), "metadata"),
        (json!({ "metadata": { "a": { "b": { "c": { "d": { "e": { "f": { "g": { "h": {} } } } } } } } } }), "metadata"),
    ] {
        let answer = update(&alice, patch.clone()).await;
        assert_eq!(answer.refusal(), "422 validation_failed", "{patch}");
        assert!(answer.body["errors"][field][0].is_string(), "{field}: {answer:?}");
    }
    let lobby = alice.get(&format!("/api/v1/lobbies/{id}")).await.body;
    assert_eq!((&lobby["title"], &lobby["revision"]), (&json!("Dunes"), &json!(2)), "nothing was changed");
}

#[both_engines]
async fn a_host_puts_a_member_out(app: TestApp) {
    let [alice, bob, carol] = app.players().await;
    let id = alice.open(json!({})).await;
    bob.join(id).await;
    assert_eq!(kick(&app.nobody(), bob.id).await.refusal(), "401 authentication_required");
    assert_eq!(kick(&carol, bob.id).await.refusal(), "400 not_in_lobby");
    assert_eq!(kick(&bob, bob.id).await.refusal(), "403 not_host");
    assert_eq!(kick(&alice, alice.id).await.refusal(), "403 cannot_kick_self");
    assert_eq!(kick(&alice, 999_999).await.refusal(), "404 not_found");
    assert_eq!(kick(&alice, carol.id).await.refusal(), "422 not_in_lobby");
    for nobody in [json!(null), json!("x"), json!(1.5), json!({})] {
        let answer = kick(&alice, nobody.clone()).await;
        assert_eq!(answer.refusal(), "422 validation_failed", "{nobody}");
        assert!(answer.body["errors"]["target_user_id"][0].is_string(), "{answer:?}");
    }
    let kicked = kick(&alice, bob.id).await;
    assert_eq!((kicked.status.as_u16(), &kicked.body), (200, &json!({})));
    assert_eq!(kick(&alice, bob.id).await.refusal(), "422 not_in_lobby");
    assert_eq!(bob.leave().await.refusal(), "400 not_in_lobby");
    assert_eq!(alice.get(&format!("/api/v1/lobbies/{id}")).await.body["member_count"], 1);
    assert_eq!(bob.join(id).await.status, 200, "a kick is no ban");
}

#[both_engines]
async fn fields_that_are_not_the_hosts_are_never_bound(app: TestApp) {
    let [alice, bob] = app.players().await;
    let id = alice.open(json!({ "password": "sesame" })).await;
    let foreign = json!({
        "id": 77, "host_id": bob.id, "hostless": true, "password_hash": "", "is_passworded": false, "member_count": 5,
        "revision": 99, "created_at": "2000-01-01T00:00:00Z", "members": [], "lobby_id": 77, "user_id": bob.id,
    });
    let before = alice.get(&format!("/api/v1/lobbies/{id}")).await.body;
    let mut after = update(&alice, foreign.clone()).await.body;
    assert_eq!(after["revision"], 2);
    after["revision"] = before["revision"].clone();
    assert_eq!(after, before);
    assert_eq!(bob.join(id).await.refusal(), "403 password_required", "the password is what it was");

    let mut target = foreign.clone();
    target["target_user_id"] = json!(alice.id);
    assert_eq!(bob.post("/api/v1/lobbies/kick", &target).await.refusal(), "400 not_in_lobby");

    let mut more = foreign;
    for (field, value) in [("is_hidden", json!(true)), ("is_locked", json!(true)), ("password", json!("x"))] {
        more[field] = value;
    }
    more["host_id"] = json!(alice.id);
    let made = bob.post("/api/v1/lobbies/quick_join", &more).await.body;
    assert_eq!(
        (&made["host_id"], &made["hostless"], &made["member_count"]),
        (&json!(bob.id), &json!(false), &json!(1))
    );
    assert_eq!((&made["is_hidden"], &made["is_locked"]), (&json!(false), &json!(false)));
    assert_eq!((&made["is_passworded"], &made["revision"]), (&json!(false), &json!(1)));
    assert_ne!(made["id"], 77);
}

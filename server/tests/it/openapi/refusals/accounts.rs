//! The refusals of accounts.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::Seen;
use crate::app::{Player, TestApp};

pub(super) async fn bring_about(app: &TestApp, seen: &mut Seen) {
    fields(app, seen).await;
    proofs(app, seen).await;
    links(app, seen).await;
}

/// Fields that break their rules, and who may not.
async fn fields(app: &TestApp, seen: &mut Seen) {
    let [nobody, guest] = [app.nobody(), app.player().await];
    let player = app.registered("carol@games.example").await;
    for (id, path) in [
        ("auth_register", "/auth/register"),
        ("auth_login", "/auth/login"),
        ("auth_reset_password", "/auth/reset-password"),
        ("auth_magic_link", "/auth/magic-link"),
        ("auth_confirm", "/auth/confirm"),
        ("auth_sign_in_by_link", "/auth/magic-link/confirm"),
        ("auth_set_new_password", "/auth/reset-password/confirm"),
        ("auth_confirm_email", "/auth/change-email/confirm"),
    ] {
        seen.see(id, "validation_failed", &nobody.post(path, &json!({})).await);
    }
    seen.see("auth_upgrade", "validation_failed", &guest.post("/auth/upgrade", &json!({})).await);
    seen.see("auth_upgrade", "not_anonymous", &player.post("/auth/upgrade", &json!({})).await);
    seen.see("auth_change_email", "validation_failed", &player.post("/auth/change-email", &json!({})).await);
    let rename = player.patch("/api/v1/me/display_name", &json!({})).await;
    seen.see("update_current_user_display_name", "validation_failed", &rename);
    let password = player.patch("/api/v1/me/password", &json!({})).await;
    seen.see("update_current_user_password", "validation_failed", &password);
    seen.see("search_users", "validation_failed", &nobody.get("/api/v1/users?page=0").await);
    let unknown = json!({ "email": "nobody@games.example", "password": "a guess" });
    seen.see("auth_login", "invalid_credentials", &nobody.post("/auth/login", &unknown).await);
    seen.see("auth_resend_confirmation", "nothing_to_confirm", &guest.post("/auth/confirm/resend", &json!({})).await);
}

/// Whoever does not prove who they are.
async fn proofs(app: &TestApp, seen: &mut Seen) {
    let player = app.registered("dave@games.example").await;
    app.domain.app.clock.advance(TimeDelta::minutes(11));
    for (current, code) in [(Value::Null, "recent_login_required"), (json!("a guess"), "invalid_credentials")] {
        let email = json!({ "email": "dave@new.example", "current_password": current });
        seen.see("auth_change_email", code, &player.post("/auth/change-email", &email).await);
        let password = json!({ "password": "a new correct horse", "current_password": current });
        seen.see("update_current_user_password", code, &player.patch("/api/v1/me/password", &password).await);
    }
}

/// Links that do not work, or come too late.
async fn links(app: &TestApp, seen: &mut Seen) {
    let nobody = app.nobody();
    let junk = json!({ "token": "1.junk", "password": "a new correct horse" });
    for (id, path) in [
        ("auth_confirm", "/auth/confirm"),
        ("auth_sign_in_by_link", "/auth/magic-link/confirm"),
        ("auth_set_new_password", "/auth/reset-password/confirm"),
        ("auth_confirm_email", "/auth/change-email/confirm"),
    ] {
        seen.see(id, "link_used", &nobody.post(path, &junk).await);
    }

    // Two wait for one address; one of them moves to it first.
    let mover = app.registered("erin@games.example").await;
    let wanted = "wanted@games.example";
    let register = json!({ "name": "Frank", "email": wanted, "password": "correct horse battery" });
    assert_eq!(nobody.post("/auth/register", &register).await.status, 201);
    let pending = newest(app, wanted).await;
    app.domain.app.clock.advance(TimeDelta::minutes(2));
    let first = move_to(app, &mover, wanted).await;
    let second = move_to(app, &app.registered("grace@games.example").await, wanted).await;
    assert_eq!(nobody.post("/auth/change-email/confirm", &first).await.status, 200);
    seen.see("auth_confirm", "address_taken", &nobody.post("/auth/confirm", &pending).await);
    seen.see("auth_confirm_email", "address_taken", &nobody.post("/auth/change-email/confirm", &second).await);
}

/// Asks to move to an address; gives the link that is mailed.
async fn move_to(app: &TestApp, player: &Player<'_>, email: &str) -> Value {
    let asked = player.post("/auth/change-email", &json!({ "email": email })).await;
    assert_eq!(asked.status, 202, "{asked:?}");
    let link = newest(app, email).await;
    app.domain.app.clock.advance(TimeDelta::minutes(2));
    link
}

async fn newest(app: &TestApp, email: &str) -> Value {
    json!({ "token": app.domain.mailed_token(email).await })
}

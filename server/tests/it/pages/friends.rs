//! The friends in one's settings, by plain forms.

use testing::both_engines;

use crate::app::{Player, TestApp};

/// A guest of this name in a browser.
async fn guest<'a>(app: &'a TestApp, name: &str) -> Player<'a> {
    let entered = app.form("/users/log-in/guest", &[]).send().await.unwrap();
    let mut guest = app.in_browser(&entered);
    guest.submit("/users/settings", "/users/settings/name", &[("display_name", name)]).await;
    guest.id = guest.get("/api/v1/me").await.body["id"].as_i64().unwrap();
    guest
}

/// Sends a form of the settings: what it leads back to.
async fn send(player: &Player<'_>, what: &str, field: (&str, &str)) -> String {
    let led = player.submit("/users/settings", &format!("/users/settings/friends/{what}"), &[field]).await;
    let led = led.strip_prefix("/users/settings?").unwrap_or(&led);
    led.strip_suffix("&part=friends#friends").unwrap_or(led).to_owned()
}

/// What the settings show.
async fn page(player: &Player<'_>, query: &str) -> String {
    player.request(reqwest::Method::GET, &format!("/users/settings{query}")).send().await.unwrap().text().await.unwrap()
}

#[both_engines]
async fn friends_are_made_and_lost_by_plain_forms(app: TestApp) {
    let (mira, pike) = (guest(&app, "Mira <b>bold</b>").await, guest(&app, "Pike").await);
    let (her, his) = (mira.id.to_string(), pike.id.to_string());
    let found = page(&mira, "?q=pik").await;
    assert!(found.contains("Ask Pike to be friends") && !found.contains("Ask Mira"), "{found}");
    assert!(page(&mira, "?q=nobody").await.contains("Nobody else is called"));

    assert_eq!(send(&mira, "ask", ("target_user_id", &his)).await, "done=friend_asked");
    assert_eq!(send(&mira, "ask", ("target_user_id", &his)).await, "problem=already_requested");
    assert_eq!(send(&mira, "accept", ("id", "1")).await, "problem=forbidden");
    assert!(page(&mira, "").await.contains("has not answered yet"));
    let asked = page(&pike, "").await;
    assert!(asked.contains("wants to be friends") && asked.contains("Mira &lt;b&gt;bold"), "{asked}");
    assert!(!asked.contains("<b>bold"), "a name is never more than text");
    assert_eq!(send(&pike, "reject", ("id", "1")).await, "done=friend_rejected");
    assert_eq!(send(&pike, "ask", ("target_user_id", &her)).await, "done=friend_asked");
    assert_eq!(
        send(&mira, "ask", ("target_user_id", &his)).await,
        "done=friend_accepted",
        "who asks whoever asked accepts"
    );
    assert!(page(&pike, "").await.contains("offline"));
    assert_eq!(send(&pike, "remove", ("id", "1")).await, "done=friend_removed");

    assert_eq!(send(&mira, "ask", ("target_user_id", &his)).await, "done=friend_asked");
    let asked = mira.get("/api/v1/me/friend-requests").await.body["outgoing"][0]["id"].to_string();
    assert_eq!(send(&pike, "block", ("id", &asked)).await, "done=friend_blocked");
    assert!(page(&pike, "").await.contains("Unblock Mira"));
    assert_eq!(send(&mira, "ask", ("target_user_id", &his)).await, "problem=blocked");
    assert_eq!(send(&pike, "unblock", ("id", &asked)).await, "done=friend_unblocked");
    assert_eq!(send(&pike, "block-user", ("target_user_id", &her)).await, "done=friend_blocked");
    assert_eq!(send(&pike, "unblock", ("nothing", "")).await, "problem=validation_failed");
}

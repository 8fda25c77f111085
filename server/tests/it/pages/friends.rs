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

#[both_engines]
async fn a_form_of_the_settings_leads_back_to_the_view_it_stood_on(app: TestApp) {
    let (mira, pike) = (guest(&app, "Mira").await, guest(&app, "Pike").await);
    let shown = page(&mira, "?q=pik&blocked=2").await;
    assert!(shown.contains("name=\"back\" value=\"/users/settings?q=pik&amp;blocked=2\""), "{shown}");
    let his = pike.id.to_string();
    let fields = [("target_user_id", his.as_str()), ("back", "/users/settings?q=pik&blocked=2&next=//evil")];
    let led = mira.submit("/users/settings", "/users/settings/friends/ask", &fields).await;
    assert_eq!(led, "/users/settings?done=friend_asked&q=pik&blocked=2&part=friends#friends");
    let elsewhere = [("target_user_id", his.as_str()), ("back", "https://evil.example/users/settings?q=pik")];
    let led = mira.submit("/users/settings", "/users/settings/friends/block-user", &elsewhere).await;
    assert_eq!(led, "/users/settings?done=friend_blocked&part=friends#friends");
    let found = page(&mira, "?q=pik").await;
    assert!(found.contains("you block them") && !found.contains("Ask Pike to be friends"), "{found}");
    for n in 0..11 {
        guest(&app, &format!("Pikelet {n}")).await;
    }
    assert!(page(&mira, "?q=pik").await.contains("The first 10 players of 12."));
    // A page that has emptied says so, and leads back; the rest of the address stays.
    let emptied = page(&mira, "?q=pik&friends=2&outgoing=2").await;
    assert!(emptied.contains("Nobody is on this page any more.") && !emptied.contains("None yet"), "{emptied}");
    assert!(emptied.contains("?q=pik&amp;friends=1&amp;outgoing=2#friends"), "{emptied}");
    assert!(emptied.contains("Pages of friends") && emptied.contains("Pages of whom you asked"), "{emptied}");
}

#[both_engines]
async fn a_refused_name_is_there_again(app: TestApp) {
    let mira = guest(&app, "Mira").await;
    let refused =
        mira.submitted("/users/settings", "/users/settings/name", &[("display_name", "bad\u{202e}name")]).await;
    let cookie = refused.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let back = refused.headers()["location"].to_str().unwrap().split('#').next().unwrap().to_owned();
    let cookies = format!("{}; {cookie}", mira.cookie.clone().unwrap());
    let again = app.request(reqwest::Method::GET, &back).header("cookie", cookies).send().await.unwrap();
    let html = again.text().await.unwrap();
    assert!(html.contains("value=\"bad\u{202e}name\""), "{html}");
}

#[both_engines]
async fn a_friend_in_ones_own_lobby_is_beside_one_and_not_to_be_joined(app: TestApp) {
    let (mira, pike) = (guest(&app, "Mira").await, guest(&app, "Pike").await);
    for (by, whom) in [(&mira, &pike), (&pike, &mira)] {
        send(by, "ask", ("target_user_id", &whom.id.to_string())).await;
    }
    mira.submit("/lobbies", "/lobbies/new", &[("title", "Dunes"), ("max_users", "3")]).await;
    let lobby = mira.get("/api/v1/me").await.body["lobby_id"].as_i64().unwrap();
    let seen = page(&pike, "").await;
    assert!(seen.contains("in Dunes, 1 of 3 seats taken") && seen.contains("Join Mira"), "{seen}");
    pike.submit("/lobbies", &format!("/lobbies/{lobby}/join"), &[]).await;
    let seen = page(&pike, "").await;
    assert!(seen.contains("in your lobby") && !seen.contains("Join Mira"), "{seen}");
}

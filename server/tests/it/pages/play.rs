//! The page for players, by plain forms.

use reqwest::{Method, StatusCode};
use server::{Limits, Rate, Rates};
use testing::{Engine, both_engines};

use crate::app::{Player, TestApp, limits};

const PAGE: &str = "/lobbies";

/// A guest of this name in a browser.
async fn guest<'a>(app: &'a TestApp, name: &str) -> Player<'a> {
    let entered = app.form("/users/log-in/guest", &[]).send().await.unwrap();
    let mut guest = app.in_browser(&entered);
    guest.submit("/users/settings", "/users/settings/name", &[("display_name", name)]).await;
    guest.id = guest.get("/api/v1/me").await.body["id"].as_i64().unwrap();
    guest
}

/// Sends a form of the page: what it leads back to.
async fn send(player: &Player<'_>, what: &str, fields: &[(&str, &str)]) -> String {
    let led = player.submit(PAGE, &format!("/lobbies/{what}"), fields).await;
    led.strip_prefix("/lobbies").unwrap_or(&led).to_owned()
}

/// What the page shows.
async fn page(player: &Player<'_>, query: &str) -> String {
    player.request(Method::GET, &format!("{PAGE}{query}")).send().await.unwrap().text().await.unwrap()
}

/// The lobby a player sits in.
async fn seat(player: &Player<'_>) -> i64 {
    player.get("/api/v1/me").await.body["lobby_id"].as_i64().unwrap_or_default()
}

#[both_engines]
async fn a_lobby_is_opened_found_and_left_by_plain_forms(app: TestApp) {
    let (mira, pike) = (guest(&app, "Mira <b>bold</b>").await, guest(&app, "Pike").await);
    let odd = [("title", "\u{202e}evil"), ("max_users", "many")];
    assert!(send(&mira, "new", &odd).await.contains("max_users=must+be+a+whole+number&act=new&part=new#new"));
    let odd = send(&mira, "new", &[("title", "\u{202e}evil"), ("max_users", "129"), ("grace_seconds", "601")]).await;
    for field in ["wrong_title=", "max_users=must+be+less", "grace_seconds=must+be+less"] {
        assert!(odd.contains(field), "{field}: {odd}");
    }
    let refused = page(&mira, &odd.replace("#new", "")).await;
    assert!(refused.contains("Seats must be less than or equal to 128."), "{refused}");
    let fields = [("title", "<i>Dunes</i>"), ("max_users", "2"), ("host_policy", "longest"), ("grace_seconds", "5")];
    assert_eq!(send(&mira, "new", &fields).await, "?done=opened");
    let (lobby, room) = (seat(&mira).await, page(&mira, "").await);
    assert!(
        room.contains("&lt;i&gt;Dunes") && room.contains("Mira &lt;b&gt;bold") && room.contains("data-code"),
        "{room}"
    );
    assert!(!room.contains("<i>Dunes") && !room.contains("<b>bold"), "a title and a name are never more than text");

    let found = page(&pike, "").await;
    assert!(found.contains("One lobby has a free seat.") && found.contains("Join &lt;i&gt;Dunes"), "{found}");
    assert!(page(&pike, "?title=nowhere").await.contains("No lobby fits"));
    let emptied = page(&guest(&app, "Nobody").await, "?title=").await;
    assert!(emptied.contains("Join &lt;i&gt;Dunes") && !emptied.contains("Show those with a free seat"), "{emptied}");
    assert!(page(&pike, "?show=friends").await.contains("No friend sits where you could join"));
    assert_eq!(send(&pike, &format!("{lobby}/join"), &[]).await, "");
    assert_eq!(send(&pike, "ready", &[("is_ready", "true")]).await, "");
    assert!(page(&mira, "").await.contains("1 ready"));
    for (seat, led) in [("1", "?problem=seat_taken"), ("3", "?problem=validation_failed"), ("2", "")] {
        assert!(send(&pike, "sit", &[("seat", seat)]).await.starts_with(led), "seat {seat}");
    }
    assert_eq!(send(&pike, "sit", &[]).await, "", "to ask for nothing changes nothing");
    let other = guest(&app, "Olga").await;
    assert!(!page(&other, "").await.contains("Dunes"), "a full one is not among those with a free seat");
    assert!(page(&other, "?show=all").await.contains("Full"));
    assert_eq!(send(&other, &format!("{lobby}/join"), &[]).await, format!("?problem=full&act=join&lobby={lobby}"));
    assert!(page(&other, "?problem=full").await.contains("That seat was just taken. Quick join finds you another."));

    assert_eq!(send(&pike, "update", &[("title", "Mine")]).await, "?problem=not_host&act=update&part=manage#manage");
    assert_eq!(send(&pike, "kick", &[("target_user_id", &mira.id.to_string())]).await, "?problem=not_host&act=kick");
    let fields = [("title", "Harbour"), ("max_users", "3"), ("is_locked", "true"), ("password", "sesame")];
    assert_eq!(send(&mira, "update", &fields).await, "?done=saved");
    assert_eq!(send(&other, &format!("{lobby}/join"), &[]).await, format!("?problem=locked&act=join&lobby={lobby}"));
    assert_eq!(
        send(&mira, "update", &[("title", "Harbour"), ("max_users", "1")]).await,
        "?problem=too_small&act=update&part=manage#manage"
    );
    assert_eq!(send(&mira, "update", &[("title", "Harbour"), ("max_users", "3")]).await, "?done=saved");
    assert_eq!(
        send(&other, &format!("{lobby}/join"), &[]).await,
        format!("?problem=password_required&act=join&lobby={lobby}")
    );
    let asked = page(&other, &format!("?enter={lobby}")).await;
    assert!(asked.contains("Harbour") && asked.contains("asks for a password"), "{asked}");
    let wrong = send(&other, &format!("{lobby}/join"), &[("password", "open")]).await;
    assert_eq!(wrong, format!("?problem=invalid_password&act=join&lobby={lobby}"));
    let asked = page(&other, &wrong).await;
    assert!(asked.contains("That is not the password. Ask Mira &lt;b&gt;bold"), "{asked}");
    assert_eq!(send(&other, &format!("{lobby}/join"), &[("password", "sesame")]).await, "");
    assert_eq!(
        send(&mira, "update", &[("title", "Harbour"), ("max_users", "3"), ("no_password", "on")]).await,
        "?done=saved"
    );
    assert!(!page(&mira, "").await.contains("No password any more"));

    assert_eq!(send(&mira, "kick", &[("target_user_id", &pike.id.to_string())]).await, "?done=kicked");
    let out = page(&pike, "").await;
    assert!(out.contains("The host of Harbour, or an admin, freed your seat."), "{out}");
    assert_eq!(send(&pike, "leave", &[]).await, "?problem=not_in_lobby&act=leave");
    assert!(page(&mira, "").await.contains("Free seat 2, sit there"));
    assert_eq!(send(&mira, "sit", &[("seat", "2")]).await, "");
    assert!(page(&mira, "").await.contains("Free seat 1, sit there"));
    assert_eq!(send(&mira, "leave", &[]).await, "?done=left");
    assert!(page(&other, "").await.contains("Manage this lobby"), "they are host now");
    assert_eq!(send(&pike, "quick-join", &[]).await, "");
    assert_eq!(seat(&pike).await, lobby);
    assert_eq!(send(&pike, "quick-join", &[]).await, "?problem=already_in_lobby&act=quick_join");
}

#[both_engines]
async fn a_code_lets_in_and_another_one_no_more(app: TestApp) {
    let (mira, pike) = (guest(&app, "Mira").await, guest(&app, "Pike").await);
    assert_eq!(send(&mira, "new", &[("title", "Vault"), ("is_hidden", "true")]).await, "?done=opened");
    let lobby = seat(&mira).await;
    assert!(!page(&pike, "?show=all").await.contains("Vault"));
    let path = format!("/api/v1/lobbies/{lobby}");
    let code = mira.get(&path).await.body["rules"]["code"].as_str().unwrap().to_owned();
    assert_eq!(send(&mira, "new-code", &[]).await, "?done=new_code");
    let old = send(&pike, "join-by-code", &[("code", &code)]).await;
    assert_eq!(old, format!("?problem=not_found&act=code&code={code}"));
    assert!(page(&pike, &old).await.contains("No lobby has that code."));
    assert!(
        page(&pike, &send(&pike, "join-by-code", &[("code", "nonsense")]).await)
            .await
            .contains("No lobby has that code.")
    );
    let code = mira.get(&path).await.body["rules"]["code"].as_str().unwrap().to_lowercase();
    assert_eq!(send(&pike, "join-by-code", &[("code", &format!("{}-{}", &code[..3], &code[3..]))]).await, "");
    assert_eq!(seat(&pike).await, lobby);
}

#[both_engines]
async fn whoever_has_a_seat_elsewhere_can_leave_it_for_another(app: TestApp) {
    let (mira, pike) = (guest(&app, "Mira").await, guest(&app, "Pike").await);
    for (host, title) in [(&mira, "Dunes"), (&pike, "Cove")] {
        assert_eq!(send(host, "new", &[("title", title)]).await, "?done=opened");
    }
    let (dunes, cove) = (seat(&mira).await, seat(&pike).await);
    let refused = send(&pike, &format!("{dunes}/join"), &[]).await;
    assert_eq!(refused, format!("?problem=already_in_lobby&act=join&lobby={dunes}"));
    let asked = page(&pike, &refused).await;
    assert!(asked.contains("You have a seat in Cove. Leave it to sit there?"), "{asked}");
    assert_eq!(
        send(&pike, "switch", &[("lobby_id", &cove.to_string())]).await,
        format!("?problem=already_in_lobby&act=switch&lobby={cove}")
    );
    assert_eq!(send(&pike, "switch", &[("lobby_id", &dunes.to_string())]).await, "");
    assert_eq!(seat(&pike).await, dunes);
    assert_eq!(
        send(&pike, "switch", &[("lobby_id", &cove.to_string())]).await,
        format!("?problem=not_found&act=switch&lobby={cove}")
    );
    let olga = guest(&app, "Olga").await;
    assert_eq!(send(&olga, "new", &[("title", "Vault"), ("password", "sesame")]).await, "?done=opened");
    let vault = seat(&olga).await.to_string();
    let asked = send(&pike, "switch", &[("lobby_id", &vault)]).await;
    assert_eq!(asked, format!("?problem=password_required&act=switch&lobby={vault}"));
    let asked = page(&pike, &asked).await;
    assert!(asked.contains("Leave it to sit there?") && asked.contains("Its password"), "{asked}");
    let wrong = send(&pike, "switch", &[("lobby_id", &vault), ("password", "open")]).await;
    assert!(page(&pike, &wrong).await.contains("Its password does not fit."));
    assert_eq!(seat(&pike).await, dunes, "nobody loses their seat to one that is not there");
}

#[tokio::test]
async fn codes_are_tried_so_often_by_either_form_and_the_page_says_so() {
    let rates = Rates { codes: Rate::new(3, 300), ..Rates::default() };
    let limits = Limits { production: true, rates: Some(rates), ..limits() };
    let app = TestApp::with(Engine::Sqlite, limits, testing::config()).await;
    let (mira, pike) = (guest(&app, "Mira").await, guest(&app, "Pike").await);
    let code = [("code", "K0D1X7")];
    assert_eq!(send(&pike, "join-by-code", &code).await, "?problem=not_found&act=code&code=K0D1X7");
    // One that is named by its number is guessed as well, unless it is there for everybody to see.
    assert_eq!(send(&mira, "new", &[("title", "Dunes")]).await, "?done=opened");
    let listed = seat(&mira).await.to_string();
    for _ in 0..3 {
        assert_eq!(send(&pike, "switch", &[("lobby_id", &listed)]).await, "");
        assert_eq!(send(&pike, "leave", &[]).await, "?done=left");
    }
    let named = [("lobby_id", "999"), ("code", "K0D1X7")];
    assert_eq!(send(&pike, "switch", &named).await, "?problem=not_found&act=switch&lobby=999&code=K0D1X7");
    assert_eq!(send(&pike, "switch", &code).await, "?problem=not_found&act=code&code=K0D1X7");
    assert_eq!(send(&pike, "999/join", &[]).await, "?problem=rate_limited&seconds=100&act=join&lobby=999");
    for form in ["join-by-code", "switch"] {
        let limited = send(&pike, form, &code).await;
        assert_eq!(limited, "?problem=rate_limited&seconds=100&act=code&code=K0D1X7", "{form}");
        assert!(page(&pike, &limited).await.contains("Too many tries. You can try again in 100 seconds."), "{form}");
    }
    assert_eq!(send(&mira, "join-by-code", &code).await, "?problem=not_found&act=code&code=K0D1X7", "another's tries");
}

#[both_engines]
async fn a_friend_is_invited_past_the_password_or_declines(app: TestApp) {
    let (mira, pike) = (guest(&app, "Mira").await, guest(&app, "Pike").await);
    let (her, his) = (mira.id.to_string(), pike.id.to_string());
    let vault = [("title", "Vault"), ("is_hidden", "true"), ("password", "sesame")];
    assert_eq!(send(&mira, "new", &vault).await, "?done=opened");
    let lobby = seat(&mira).await;
    assert_eq!(send(&mira, "invite", &[("target_user_id", &his)]).await, "?problem=not_friends&act=invite");
    for (by, whom) in [(&mira, &his), (&pike, &her)] {
        by.submit("/users/settings", "/users/settings/friends/ask", &[("target_user_id", whom)]).await;
    }
    assert_eq!(send(&mira, "invite", &[("target_user_id", &his)]).await, "?done=invited");
    assert_eq!(send(&pike, "invite", &[("target_user_id", &her)]).await, "?problem=not_in_lobby&act=invite");
    assert!(page(&pike, "").await.contains("Take a seat in Vault"));
    assert_eq!(send(&pike, "decline", &[("lobby_id", &lobby.to_string())]).await, "?done=declined");
    assert_eq!(send(&pike, "decline", &[("lobby_id", &lobby.to_string())]).await, "?problem=not_found&act=decline");
    assert!(!page(&pike, "").await.contains("Take a seat in Vault"));
    assert_eq!(send(&mira, "invite", &[("target_user_id", &his)]).await, "?done=invited");
    assert_eq!(send(&pike, &format!("{lobby}/join"), &[]).await, "");
    assert_eq!(seat(&pike).await, lobby);
}

/// What a page shows that is loaded with what a refused form kept.
async fn again(player: &Player<'_>, form: &str, fields: &[(&str, &str)]) -> (String, String) {
    let refused = player.submitted(PAGE, &format!("/lobbies/{form}"), fields).await;
    let back = refused.headers()["location"].to_str().unwrap().to_owned();
    let kept = refused.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let page = player.app.request(Method::GET, back.split('#').next().unwrap());
    let session = player.cookie.clone().unwrap();
    let page = page.header("cookie", format!("{session}; {kept}")).send().await.unwrap();
    (back, page.text().await.unwrap())
}

#[both_engines]
async fn what_was_typed_into_a_refused_form_is_there_again_but_for_the_password(app: TestApp) {
    let mira = guest(&app, "Mira").await;
    let fields = [
        ("title", "Dunes & \"co\"; a=b"),
        ("max_users", "129"),
        ("password", "sesame"),
        ("host_policy", "successor"),
        ("grace_seconds", "7"),
        ("is_hidden", "true"),
    ];
    let (back, html) = again(&mira, "new", &fields).await;
    assert!(!back.contains("Dunes") && !back.contains("sesame") && !html.contains("sesame"), "{back} {html}");
    for there in [
        "value=\"Dunes &amp; &quot;co&quot;; a=b\"",
        "value=\"129\"",
        "value=\"7\"",
        "Seats must be less than or equal to 128.",
        "<option value=\"successor\" selected",
        "name=\"is_hidden\" value=\"true\" checked",
    ] {
        assert!(html.contains(there), "{there}: {html}");
    }
    let pike = guest(&app, "Pike").await;
    assert_eq!(send(&pike, "new", &[("title", "Harbour"), ("max_users", "2")]).await, "?done=opened");
    let fields = [("title", "Cove"), ("max_users", "0"), ("is_locked", "true"), ("password", "sesame")];
    let (back, html) = again(&pike, "update", &fields).await;
    assert!(back.ends_with("&part=manage#manage") && !html.contains("sesame"), "{back} {html}");
    let manage = html.split("id=\"manage\"").nth(1).unwrap();
    for there in [
        "open",
        "value=\"Cove\"",
        "value=\"0\"",
        "Seats must be greater than or equal to 1.",
        "name=\"is_locked\" value=\"true\" checked",
    ] {
        assert!(manage.contains(there), "{there}: {manage}");
    }
    let (_, html) = again(&pike, "update", &[("title", " "), ("max_users", "2")]).await;
    assert!(html.contains("Title can&#x27;t be blank.") || html.contains("Title can't be blank."), "{html}");
}

#[both_engines]
async fn a_form_leads_back_to_the_view_it_stood_on_and_nowhere_else(app: TestApp) {
    let (mira, pike) = (guest(&app, "Mira").await, guest(&app, "Pike").await);
    assert_eq!(send(&mira, "new", &[("title", "Dunes"), ("max_users", "1")]).await, "?done=opened");
    let join = format!("{}/join", seat(&mira).await);
    let shown = page(&pike, "?show=all&title=du").await;
    assert!(shown.contains("name=\"back\" value=\"/lobbies?show=all&amp;title=du\""), "{shown}");
    let lobby = seat(&mira).await;
    let view = [("back", "/lobbies?show=all&title=du&done=opened")];
    assert_eq!(send(&pike, &join, &view).await, format!("?problem=full&act=join&lobby={lobby}&show=all&title=du"));
    assert_eq!(send(&pike, "quick-join", &view).await, "?show=all&title=du");
    for elsewhere in ["https://evil.example/lobbies?show=all", "//evil.example?show=all", "/admin?show=all"] {
        assert_eq!(send(&pike, "leave", &[("back", elsewhere)]).await, "?done=left", "{elsewhere}");
        assert_eq!(send(&pike, "quick-join", &[("back", elsewhere)]).await, "", "{elsewhere}");
    }
}

#[both_engines]
async fn a_refusal_says_of_each_act_what_is_true_of_it(app: TestApp) {
    let (mira, pike) = (guest(&app, "Mira").await, guest(&app, "Pike").await);
    let his = pike.id.to_string();
    assert_eq!(send(&mira, "new", &[("title", "Dunes"), ("max_users", "3")]).await, "?done=opened");
    let dunes = seat(&mira).await.to_string();
    for (by, whom) in [(&mira, &his), (&pike, &mira.id.to_string())] {
        by.submit("/users/settings", "/users/settings/friends/ask", &[("target_user_id", whom)]).await;
    }
    assert_eq!(send(&pike, &format!("{dunes}/join"), &[]).await, "");
    let own_code =
        mira.get(&format!("/api/v1/lobbies/{dunes}")).await.body["rules"]["code"].as_str().unwrap().to_lowercase();
    for (who, form, fields, says) in [
        (&mira, "invite", vec![("target_user_id", his.as_str())], "They sit in your lobby already."),
        (&mira, "quick-join", vec![], "You have a seat already: this is your lobby."),
        (&mira, "new", vec![("title", "Cove")], "You have a seat already: this is your lobby."),
        (&mira, "switch", vec![("lobby_id", dunes.as_str())], "This is where you sit."),
        (&mira, "join-by-code", vec![("code", own_code.as_str())], "This is where you sit."),
        (&mira, "decline", vec![("lobby_id", dunes.as_str())], "That invitation is over already."),
        (&mira, "kick", vec![("target_user_id", "999999")], "There is no such player any more"),
        (&mira, "sit", vec![("seat", "9")], "There is no such seat any more."),
    ] {
        let led = send(who, form, &fields).await;
        let html = page(who, led.split('#').next().unwrap()).await;
        assert!(html.contains(says), "{form}: {led} {html}");
        assert!(!html.contains("Leave it to sit there?"), "{form}: {led}");
    }
    assert_eq!(send(&mira, "kick", &[("target_user_id", &his)]).await, "?done=kicked");
    for (form, fields) in [("ready", vec![("is_ready", "true")]), ("sit", vec![("seat", "1")])] {
        let html = page(&pike, &send(&pike, form, &fields).await).await;
        assert!(html.contains("You have no seat there any more."), "{form}: {html}");
    }
}

#[both_engines]
async fn players_load_a_module_of_their_own_and_not_the_dashboard(app: TestApp) {
    let (mira, admin) = (guest(&app, "Mira").await, app.admin_in_browser().await);
    for (player, path, module, other) in [
        (&mira, "/lobbies", "parts", "gameserver"),
        (&mira, "/users/settings", "parts", "gameserver"),
        (&admin, "/lobbies", "parts", "gameserver"),
        (&admin, "/admin/lobbies", "gameserver", "parts"),
    ] {
        let html = player.request(Method::GET, path).send().await.unwrap().text().await.unwrap();
        for ending in ["js", "wasm"] {
            let named = html.split('"').find(|text| text.ends_with(&format!("/{module}.{ending}"))).unwrap_or_default();
            assert!(!named.is_empty(), "{module}.{ending} on {path}: {html}");
            let file = player.request(Method::GET, named).send().await.unwrap();
            assert_eq!(file.status(), StatusCode::OK, "{named} of {path}");
            assert!(!file.bytes().await.unwrap().is_empty(), "{named} of {path}");
            assert!(!html.contains(&format!("/{other}.{ending}")), "{other}.{ending} on {path}");
        }
    }
}

#[both_engines]
async fn nobody_is_sent_to_sign_in_and_a_foreign_page_does_nothing(app: TestApp) {
    let there = app.request(Method::GET, "/lobbies?show=all").send().await.unwrap();
    assert_eq!(there.status(), StatusCode::SEE_OTHER);
    assert_eq!(there.headers()["location"], "/users/log-in?next=%2Flobbies%3Fshow%3Dall");
    let mira = guest(&app, "Mira").await;
    for form in ["quick-join", "new", "1/join", "join-by-code", "switch", "leave", "ready", "sit", "update", "kick"] {
        let path = format!("/lobbies/{form}");
        let sent = app.form(&path, &[]).send().await.unwrap();
        assert_eq!(sent.headers()["location"], "/users/log-in?next=%2Flobbies", "{form}");
        let foreign = mira.request(Method::POST, &path).header("origin", "https://evil.example").form(&[("a", "b")]);
        assert_eq!(foreign.send().await.unwrap().status(), StatusCode::FORBIDDEN, "{form}");
    }
    assert_eq!(seat(&mira).await, 0);
}

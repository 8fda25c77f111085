//! The pages and forms of players' accounts, as a browser without scripts uses them.

use chrono::TimeDelta;
use domain::avatars::SIZE;
use reqwest::{Method, Response};
use testing::both_engines;
use testing::pictures::png;

use crate::app::{Player, TestApp};

const EMAIL: &str = "mira@players.example";

async fn page(player: &Player<'_>, path: &str) -> (u16, String) {
    let answer = player.request(Method::GET, path).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

fn leads_to(answer: &Response) -> &str {
    answer.headers()["location"].to_str().unwrap()
}

/// Somebody who made an account in their browser, and has not confirmed its address.
async fn registered(app: &TestApp) -> Player<'_> {
    let form = [("name", "Mira"), ("email", EMAIL), ("password", "a fine sentence")];
    let made = app.form("/users/register", &form).send().await.unwrap();
    assert_eq!(leads_to(&made), "/users/confirm");
    app.in_browser(&made)
}

/// The same, confirmed.
async fn confirmed(app: &TestApp) -> Player<'_> {
    let player = registered(app).await;
    let link = format!("/users/confirm/{}", app.domain.mailed_token(EMAIL).await);
    assert_eq!(player.submit(&link, &link, &[]).await, "/users/confirm?done=confirmed");
    // Mails that are asked for are a minute apart.
    app.domain.app.clock.advance(TimeDelta::minutes(1));
    player
}

#[both_engines]
async fn a_guest_becomes_a_player_who_comes_back_by_their_password(app: TestApp) {
    let guest = app.form("/users/log-in/guest", &[]).send().await.unwrap();
    assert_eq!(leads_to(&guest), "/lobbies");
    let guest = app.in_browser(&guest);
    let id = guest.get("/api/v1/me").await.body["id"].clone();
    assert!(page(&guest, "/users/settings").await.1.contains("Keep this account"));

    let form = [("name", "Mira"), ("email", EMAIL), ("password", "a fine sentence")];
    let kept = guest.submitted("/users/register", "/users/register", &form).await;
    assert_eq!(leads_to(&kept), "/users/confirm");
    let player = app.in_browser(&kept);
    assert_eq!(player.get("/api/v1/me").await.body["id"], id, "the same account");
    assert!(page(&player, "/users/confirm").await.1.contains(EMAIL));

    let link = format!("/users/confirm/{}", app.domain.mailed_token(EMAIL).await);
    for _ in 0..3 {
        let (status, html) = page(&app.nobody(), &link).await;
        assert!(status == 200 && html.contains("Confirm your address"), "looking uses nothing up: {html}");
    }
    assert_eq!(player.submit(&link, &link, &[]).await, "/users/confirm?done=confirmed");
    let (status, html) = page(&player, &link).await;
    assert!(status == 410 && html.contains("This link was used."), "{html}");

    let out = player.submit("/users/settings", "/users/log-out", &[]).await;
    assert_eq!(out, "/users/log-in");
    let back = app.form("/users/log-in", &[("email", EMAIL), ("password", "a fine sentence")]).send().await.unwrap();
    assert_eq!(app.in_browser(&back).get("/api/v1/me").await.body["id"], id);
}

#[both_engines]
async fn what_breaks_the_rules_is_said_beside_its_field_and_makes_nobody(app: TestApp) {
    let before = app.domain.rows("users").await;
    let refused = app.form("/users/register", &[("name", "Mira"), ("email", "mira"), ("password", "short")]);
    let refused = refused.send().await.unwrap();
    let (_, html) = page(&app.nobody(), leads_to(&refused)).await;
    for said in ["E-mail ", "Password ", "value=\"Mira\"", "aria-invalid"] {
        assert!(html.contains(said), "{said} in {html}");
    }
    assert_eq!(app.domain.rows("users").await, before);
}

#[both_engines]
async fn a_sign_in_link_is_asked_for_and_used_once(app: TestApp) {
    confirmed(&app).await;
    for address in [EMAIL, "nobody@players.example"] {
        let asked = app.form("/users/log-in/mail", &[("email", address)]).send().await.unwrap();
        assert_eq!(leads_to(&asked), "/users/log-in?done=link_sent", "{address}");
    }
    assert!(page(&app.nobody(), "/users/log-in?done=link_sent").await.1.contains("a link is on its way"));
    let link = format!("/users/log-in/{}", app.domain.mailed_token(EMAIL).await);
    let entered = app.form(&link, &[]).send().await.unwrap();
    assert_eq!(leads_to(&entered), "/lobbies");
    assert_eq!(app.in_browser(&entered).get("/api/v1/me").await.body["email"], EMAIL);
    let again = app.form(&link, &[]).send().await.unwrap();
    assert_eq!(leads_to(&again), link);
    assert!(again.headers().get("set-cookie").is_none());
}

#[both_engines]
async fn a_link_says_how_it_stands_with_it(app: TestApp) {
    confirmed(&app).await;
    let ask = async || {
        app.form("/users/reset-password", &[("email", EMAIL)]).send().await.unwrap();
        app.domain.app.clock.advance(TimeDelta::minutes(5));
        format!("/users/reset-password/{}", app.domain.mailed_token(EMAIL).await)
    };
    let (first, second) = (ask().await, ask().await);
    assert_ne!(first, second);
    let nobody = app.nobody();
    let (status, html) = page(&nobody, &first).await;
    assert!(status == 410 && html.contains("There is a newer link."), "{html}");
    assert_eq!(page(&nobody, &second).await.0, 200);
    for junk in ["/users/reset-password/x", "/users/reset-password/1.AAAA", "/users/log-in/%3Cscript%3E"] {
        let (status, html) = page(&nobody, junk).await;
        assert!(status == 404 && html.contains("This is no link of ours."), "{junk}: {html}");
    }
    app.domain.app.clock.advance(TimeDelta::minutes(30));
    let (status, html) = page(&nobody, &second).await;
    assert!(status == 410 && html.contains("This link is too old."), "{html}");
}

#[both_engines]
async fn a_forgotten_password_is_set_anew_and_the_link_outlives_a_bad_one(app: TestApp) {
    let player = confirmed(&app).await;
    app.form("/users/reset-password", &[("email", EMAIL)]).send().await.unwrap();
    let link = format!("/users/reset-password/{}", app.domain.mailed_token(EMAIL).await);
    let short = app.nobody().submit(&link, &link, &[("password", "short")]).await;
    assert!(short.starts_with(&format!("{link}?problem=validation_failed&password=")), "{short}");
    let set = app.nobody().submit(&short, &link, &[("password", "another sentence")]).await;
    assert_eq!(set, "/users/log-in?done=password_set");
    assert_eq!(player.get("/api/v1/me").await.refusal(), "401 authentication_required", "signed out everywhere");
    let back = app.form("/users/log-in", &[("email", EMAIL), ("password", "another sentence")]).send().await.unwrap();
    assert_eq!(leads_to(&back), "/lobbies");
}

#[both_engines]
async fn each_part_of_the_settings_says_how_it_went(app: TestApp) {
    let player = confirmed(&app).await;
    let send = async |path: &str, fields: &[(&str, &str)]| player.submit("/users/settings", path, fields).await;
    let renamed = send("/users/settings/name", &[("display_name", "Mira the second")]).await;
    assert_eq!(renamed, "/users/settings?done=renamed&part=profile#profile");
    let nameless = send("/users/settings/name", &[("display_name", " ")]).await;
    assert!(nameless.contains("problem=validation_failed&display_name="), "{nameless}");

    app.domain.app.clock.advance(TimeDelta::minutes(11));
    let stale = send("/users/settings/email", &[("email", "mira@new.example")]).await;
    assert_eq!(stale, "/users/settings?problem=recent_login_required&part=email#email");
    assert!(page(&player, &stale).await.1.contains("Type your password as well."));
    let proven = [("email", "mira@new.example"), ("current_password", "a fine sentence")];
    assert_eq!(send("/users/settings/email", &proven).await, "/users/settings?done=email_asked&part=email#email");
    let link = format!("/users/confirm-email/{}", app.domain.mailed_token("mira@new.example").await);
    assert_eq!(player.submit(&link, &link, &[]).await, "/users/settings?done=moved");
    assert!(page(&player, "/users/settings").await.1.contains("mira@new.example"));

    let twice = [("password", "another sentence"), ("password_confirmation", "another")];
    let differs = send("/users/settings/password", &twice).await;
    assert!(differs.contains("password_confirmation="), "{differs}");
    let both = [("password", "another sentence"), ("password_confirmation", "another sentence")];
    assert_eq!(
        send("/users/settings/password", &both).await,
        "/users/settings?done=password_changed&part=password#password"
    );
}

#[both_engines]
async fn the_settings_are_for_whoever_is_signed_in(app: TestApp) {
    let nobody = app.request(Method::GET, "/users/settings").send().await.unwrap();
    assert_eq!(leads_to(&nobody), "/users/log-in?next=%2Fusers%2Fsettings");
    let form = app.form("/users/settings/name", &[("display_name", "Mira")]).send().await.unwrap();
    assert_eq!(leads_to(&form), "/users/log-in?next=%2Fusers%2Fsettings");
    let resend = app.form("/users/confirm", &[]).send().await.unwrap();
    assert_eq!(leads_to(&resend), "/users/log-in?next=%2Fusers%2Fconfirm");
}

/// A form of parts, as browsers send one with a file in it.
async fn picture(player: &Player<'_>, token: Option<&str>, forms: &str, content: &[u8]) -> Response {
    let mut body = Vec::new();
    if let Some(token) = token {
        let part = format!("--edge\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n{token}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let head = "--edge\r\nContent-Disposition: form-data; name=\"avatar\"; filename=\"a.png\"\r\n\r\n";
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(content);
    body.extend_from_slice(b"\r\n--edge--\r\n");
    let cookies = format!("{}; {forms}", player.cookie.as_deref().unwrap_or_default());
    let request = player.app.form_request("/users/settings/avatar", &cookies);
    request.header("content-type", "multipart/form-data; boundary=edge").body(body).send().await.unwrap()
}

#[both_engines]
async fn a_picture_is_taken_with_its_token_and_not_without(app: TestApp) {
    let player = confirmed(&app).await;
    let (forms, token) = player.loaded("/users/settings").await;
    for token in [None, Some("1800000000.AAAA")] {
        assert_eq!(picture(&player, token, &forms, &png()).await.status(), 403);
    }
    let large = picture(&player, Some(&token), &forms, &vec![0; SIZE + 1]).await;
    assert_eq!(leads_to(&large), "/users/settings?problem=picture_too_large&part=profile#profile");
    let none = picture(&player, Some(&token), &forms, b"").await;
    assert!(leads_to(&none).contains("problem=validation_failed&avatar="), "{none:?}");
    let taken = picture(&player, Some(&token), &forms, &png()).await;
    assert_eq!(leads_to(&taken), "/users/settings?done=pictured&part=profile#profile");
    assert!(page(&player, "/users/settings").await.1.contains("alt=\"Your picture\""));
    let gone = player.submit("/users/settings", "/users/settings/avatar/remove", &[]).await;
    assert_eq!(gone, "/users/settings?done=unpictured&part=profile#profile");
}

#[both_engines]
async fn sessions_are_seen_and_ended(app: TestApp) {
    let player = confirmed(&app).await;
    let sign_in = [("email", EMAIL), ("password", "a fine sentence")];
    let elsewhere = app.in_browser(&app.form("/users/log-in", &sign_in).send().await.unwrap());
    let third = app.in_browser(&app.form("/users/log-in", &sign_in).send().await.unwrap());
    let listed = player.get("/api/v1/me/sessions").await.body["data"].clone();
    let other = listed.as_array().unwrap().iter().find(|it| it["is_current"] == false).unwrap()["id"].to_string();
    let (_, html) = page(&player, "/users/settings").await;
    assert!(html.contains("this one") && html.contains(&format!("name=\"id\" value=\"{other}\"")), "{html}");

    let ended = player.submit("/users/settings", "/users/settings/sessions/end", &[("id", &other)]).await;
    assert_eq!(ended, "/users/settings?done=session_ended&part=sessions#sessions");
    let [first, second] = [elsewhere.get("/api/v1/me").await.status, third.get("/api/v1/me").await.status];
    assert_eq!([first, second].map(|status| status.as_u16()).iter().filter(|status| **status == 401).count(), 1);
    let none = player.submit("/users/settings", "/users/settings/sessions/end", &[("id", "999")]).await;
    assert!(none.contains("problem=not_found"), "{none}");
    let rest = player.submit("/users/settings", "/users/settings/sessions/end-others", &[]).await;
    assert_eq!(rest, "/users/settings?done=others_ended&part=sessions#sessions");
    assert_eq!(player.get("/api/v1/me/sessions").await.body["data"].as_array().unwrap().len(), 1);
}

#[both_engines]
async fn a_device_is_seen_and_unlinked_where_there_is_another_way_in(app: TestApp) {
    const DEVICE: &str = "the-phone-of-mira-0123";
    const UNLINK: &str = "/users/settings/device/unlink";
    let player = confirmed(&app).await;
    assert!(page(&player, "/users/settings").await.1.contains("No device is linked."));
    let none = player.submit("/users/settings", UNLINK, &[]).await;
    assert_eq!(none, "/users/settings?problem=no_device&part=device#device");

    let login = serde_json::json!({ "email": EMAIL, "password": "a fine sentence", "device_id": DEVICE });
    assert_eq!(app.nobody().post("/api/v1/login", &login).await.status, 200);
    let phone = app.sign_in(DEVICE).await;
    let (_, html) = page(&player, "/users/settings").await;
    assert!(html.contains("A device is linked: the game on it signs you in by itself."), "{html}");
    app.domain.app.clock.advance(TimeDelta::minutes(11));
    let stale = player.submit("/users/settings", UNLINK, &[]).await;
    assert_eq!(stale, "/users/settings?problem=recent_login_required&part=device#device");
    assert!(page(&player, &stale).await.1.contains("Type your password as well."));
    let proven = [("current_password", "a fine sentence")];
    let unlinked = player.submit("/users/settings", UNLINK, &proven).await;
    assert_eq!(unlinked, "/users/settings?done=device_unlinked&part=device#device");
    assert!(page(&player, &unlinked).await.1.contains("The device is unlinked"));
    assert_eq!(phone.get("/api/v1/me").await.refusal(), "401 invalid_token", "it is signed out");
    assert_ne!(app.sign_in(DEVICE).await.id, phone.id, "and a new guest when it comes again");
}

#[both_engines]
async fn a_device_that_is_the_only_way_in_is_kept_and_the_page_says_why(app: TestApp) {
    let phone = app.sign_in("the-phone-of-mira-0123").await;
    let (_, html) = page(&phone, "/users/settings").await;
    assert!(html.contains("It is the only way into this account") && !html.contains("device/unlink"), "{html}");
    let (cookie, token) = phone.loaded("/users/settings").await;
    let form = phone.request(Method::POST, "/users/settings/device/unlink").header("cookie", cookie);
    let kept = form.form(&[("form_token", token)]).send().await.unwrap();
    assert_eq!(leads_to(&kept), "/users/settings?problem=only_way_in&part=device#device");
    assert!(page(&phone, leads_to(&kept)).await.1.contains("It stays until there is another."));
    assert_eq!(app.sign_in("the-phone-of-mira-0123").await.id, phone.id);
}

#[both_engines]
async fn an_account_is_taken_along_and_deleted_by_typing_its_name(app: TestApp) {
    let player = confirmed(&app).await;
    let export = player.request(Method::GET, "/users/settings/export").send().await.unwrap();
    assert_eq!(export.headers()["content-disposition"], "attachment; filename=\"account.json\"");
    assert!(export.text().await.unwrap().contains(EMAIL));

    let delete =
        async |typed: &str| player.submit("/users/settings", "/users/settings/delete", &[("confirm", typed)]).await;
    assert!(delete("mira").await.contains("confirm=must+be+the+name"), "another name");
    assert_eq!(player.get("/api/v1/me").await.status, 200);
    app.domain.app.clock.advance(TimeDelta::minutes(11));
    let stale = delete("Mira").await;
    assert_eq!(stale, "/users/log-in?problem=recent_login_required&next=%2Fusers%2Fsettings");
    let again = [("email", EMAIL), ("password", "a fine sentence")];
    let player = app.in_browser(&player.submitted("/users/log-in", "/users/log-in", &again).await);
    let gone = player.submit("/users/settings", "/users/settings/delete", &[("confirm", "Mira")]).await;
    assert_eq!(gone, "/users/log-in?done=deleted");
    assert_eq!(player.get("/api/v1/me").await.refusal(), "401 authentication_required");
    assert_eq!(app.domain.rows("users").await, 0);
}

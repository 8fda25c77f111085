//! That a form is taken only from the browser it was handed out to, within the hour.

use chrono::TimeDelta;
use domain::form_tokens;
use reqwest::{Response, StatusCode};
use testing::both_engines;

use crate::app::{FORMS, Player, TestApp};

const SIGN_IN: [(&str, &str); 2] = [("email", "ada@games.example"), ("password", "correct horse")];

/// The log-in form with a token, in a browser with these cookies.
async fn send(app: &TestApp, cookies: &str, token: Option<&str>) -> Response {
    let fields: Vec<_> = SIGN_IN.into_iter().chain(token.map(|token| ("form_token", token))).collect();
    let request = app.form_request("/users/log-in", cookies).header("accept", "text/html");
    request.form(&fields).send().await.unwrap()
}

#[both_engines]
async fn a_form_that_was_not_handed_out_to_this_browser_is_refused_with_a_page(app: TestApp) {
    app.admin().await;
    let token = app.form_token();
    let other = FORMS.replace("secret-1234", "secret-5678");
    let foreign = form_tokens::issue(&app.domain.app, other.split_once('=').unwrap().1, None);
    let (cut, short) = (&token[..token.len() - 1], FORMS.trim_end_matches('4'));
    for (cookies, token) in [
        (FORMS, None),
        (FORMS, Some("")),
        (FORMS, Some("1800000000.AAAA")),
        (FORMS, Some(cut)),
        (FORMS, Some(foreign.as_str())),
        ("", Some(token.as_str())),
        (other.as_str(), Some(token.as_str())),
        (short, Some(token.as_str())),
    ] {
        let refused = send(&app, cookies, token).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{cookies} {token:?}");
        assert!(refused.headers().get("set-cookie").is_none());
        let page = refused.text().await.unwrap();
        assert!(page.contains("Load this form again.") && page.contains("Nothing was changed."), "{page}");
    }
    assert_eq!(send(&app, FORMS, Some(&token)).await.status(), StatusCode::SEE_OTHER);
    let program = app.form_request("/users/log-in", FORMS).form(&SIGN_IN);
    assert_eq!(app.nobody().send(program).await.refusal(), "403 stale_form");
}

#[both_engines]
async fn a_form_is_good_for_an_hour(app: TestApp) {
    app.admin().await;
    let token = app.form_token();
    app.domain.app.clock.advance(TimeDelta::minutes(59));
    assert_eq!(send(&app, FORMS, Some(&token)).await.status(), StatusCode::SEE_OTHER);
    app.domain.app.clock.advance(TimeDelta::minutes(2));
    assert_eq!(send(&app, FORMS, Some(&token)).await.status(), StatusCode::FORBIDDEN);
}

#[both_engines]
async fn a_form_of_one_session_is_not_taken_in_another(app: TestApp) {
    let admin = app.admin_in_browser().await;
    let session = admin.cookie.clone().unwrap();
    let token = app.form_token();
    let refused = send(&app, &format!("{session}; {FORMS}"), Some(&token)).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN, "it was loaded before signing in");
    let renamed = admin.submit("/users/settings", "/users/settings/name", &[("display_name", "Ada")]).await;
    assert_eq!(renamed, "/users/settings?done=renamed&part=profile#profile");
}

#[both_engines]
async fn the_page_leads_back_to_the_one_the_form_was_on_and_nowhere_else(app: TestApp) {
    for (referer, back) in [
        ("http://play.example/users/settings?a=b", "/users/settings"),
        ("http://evil.example//evil.example/", ""),
        ("nonsense", ""),
    ] {
        let request = app.form_request("/users/settings/name", FORMS).header("referer", referer);
        let page =
            request.header("accept", "text/html").form(&[("a", "b")]).send().await.unwrap().text().await.unwrap();
        assert!(page.contains(&format!("href=\"{back}\">Load again")), "{referer}: {page}");
    }
}

#[both_engines]
async fn a_browser_keeps_the_cookie_it_has(app: TestApp) {
    let first = app.request(reqwest::Method::GET, "/users/log-in").send().await.unwrap();
    let cookie = first.headers()["set-cookie"].to_str().unwrap();
    for part in ["__Host-forms=", "HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    let known = Player { cookie: cookie.split(';').next().map(str::to_owned), ..app.nobody() };
    let again = known.request(reqwest::Method::GET, "/users/register").send().await.unwrap();
    assert!(again.headers().get("set-cookie").is_none());
}

#[both_engines]
async fn a_refused_form_keeps_the_address_for_the_next_page_and_out_of_every_url(app: TestApp) {
    const TYPED: &str = "Ada+\"1\"; x=y@games.example";
    let name = [("name", "Ada"), ("password", "short")];
    for (form, page, more) in [
        ("/users/log-in", "/users/log-in", &[("password", "a guess")][..]),
        ("/users/log-in/mail", "/users/log-in", &[]),
        ("/users/register", "/users/register", &name),
        ("/users/reset-password", "/users/reset-password", &[]),
    ] {
        let fields: Vec<_> = more.iter().copied().chain([("email", TYPED)]).collect();
        let refused = app.form(form, &fields).send().await.unwrap();
        let back = refused.headers()["location"].to_str().unwrap();
        assert!(back.starts_with(&format!("{page}?problem=")) && !back.contains("games"), "{back}");
        let cookie = refused.headers()["set-cookie"].to_str().unwrap();
        for part in ["__Host-typed=", "HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=60"] {
            assert!(cookie.contains(part), "{part}: {cookie}");
        }
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let again = app.request(reqwest::Method::GET, back).header("cookie", format!("{FORMS}; {cookie}"));
        let again = again.send().await.unwrap();
        let forgets = again.headers()["set-cookie"].to_str().unwrap();
        assert!(forgets.starts_with("__Host-typed=;") && forgets.contains("Max-Age=0"), "{forgets}");
        let html = again.text().await.unwrap();
        assert!(html.contains("value=\"Ada+&quot;1&quot;; x=y@games.example\""), "{form}: {html}");
        // A page that says nothing of a form does not show it either.
        let page = app.request(reqwest::Method::GET, page).header("cookie", cookie).send().await.unwrap();
        assert!(!page.text().await.unwrap().contains("games.example"), "{form}");
    }
    let long = format!("{}@games.example", "a".repeat(307));
    let refused = app.form("/users/reset-password", &[("email", &long)]).send().await.unwrap();
    assert!(refused.headers().get("set-cookie").is_none(), "no address is that long");
}

//! The cookies a browser is given.

use std::collections::BTreeMap;

use reqwest::{Method, Response};
use testing::both_engines;

use crate::app::{Player, TestApp};

/// A `Set-Cookie` header, taken apart.
#[derive(Debug)]
struct SetCookie {
    name: String,
    value: String,
    attributes: BTreeMap<String, String>,
}

fn cookies(answer: &Response) -> Vec<SetCookie> {
    assert_eq!(answer.headers()["cache-control"], "no-store", "nobody keeps a cookie for others");
    let all = answer.headers().get_all("set-cookie").iter();
    all.map(|header| {
        let text = header.to_str().unwrap();
        let mut parts = text.split(';').map(|part| part.trim().split_once('=').unwrap_or((part.trim(), "")));
        let (name, value) = parts.next().unwrap();
        // Beyond that, browsers drop it. Source: RFC 6265bis, section 5.6.
        assert!(name.len() + value.len() <= 4096);
        let attributes = parts.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        SetCookie { name: name.to_owned(), value: value.to_owned(), attributes }
    })
    .collect()
}

impl SetCookie {
    fn pair(&self) -> String {
        format!("{}={}", self.name, self.value)
    }

    fn is(&self, attribute: &str, value: &str) -> bool {
        self.attributes.get(attribute).is_some_and(|given| given == value)
    }

    /// What a `__Host-` cookie of a session must have.
    fn assert_guarded(&self) {
        assert_eq!(self.name, "__Host-gameserver");
        assert!(self.is("secure", "") && self.is("httponly", "") && self.is("path", "/"), "{self:?}");
        assert!(self.is("samesite", "Lax") && !self.attributes.contains_key("domain"), "{self:?}");
    }
}

async fn sign_in(app: &TestApp, cookie: Option<&str>, stay: bool) -> Response {
    let mut form = vec![("email", "ada@games.example"), ("password", "correct horse")];
    form.extend(stay.then_some(("stay", "on")));
    let player = Player { cookie: cookie.map(str::to_owned), ..app.nobody() };
    player.submitted("/users/log-in", "/users/log-in", &form).await
}

#[both_engines]
async fn a_session_is_a_guarded_cookie_that_lasts_as_long_as_was_asked(app: TestApp) {
    app.admin().await;
    let for_now = cookies(&sign_in(&app, None, false).await);
    let [for_now] = &for_now[..] else { panic!("one cookie, not {for_now:?}") };
    for_now.assert_guarded();
    assert!(!for_now.attributes.contains_key("max-age") && !for_now.attributes.contains_key("expires"));
    let stay = cookies(&sign_in(&app, None, true).await);
    stay[0].assert_guarded();
    assert!(stay[0].is("max-age", "1209600"), "{stay:?}");
}

#[both_engines]
async fn a_cookie_is_taken_away_as_it_was_given(app: TestApp) {
    app.admin().await;
    let given = cookies(&sign_in(&app, None, true).await);
    let ways = [(Method::POST, "/users/log-out"), (Method::DELETE, "/api/v1/logout")];
    for (method, path) in ways {
        let request = app.request(method, path).header("cookie", given[0].pair());
        let answer = request.header("origin", format!("http://{}", app.address)).send().await.unwrap();
        let taken = cookies(&answer);
        let [taken] = &taken[..] else { panic!("{path}: one cookie, not {taken:?}") };
        taken.assert_guarded();
        assert!(taken.value.is_empty() && taken.is("max-age", "0"), "{path}: {taken:?}");
    }
    let nobody = Player { cookie: Some(given[0].pair()), ..app.nobody() };
    assert_eq!(nobody.get("/api/v1/me").await.refusal(), "401 authentication_required");
}

#[both_engines]
async fn a_cookie_of_an_attackers_choosing_never_becomes_a_session(app: TestApp) {
    app.admin().await;
    let planted = "__Host-gameserver=AAAAAAAAAAAAAAAAAAAAAA";
    let given = cookies(&sign_in(&app, Some(planted), false).await);
    assert_ne!(given[0].pair(), planted);
    let attacker = Player { cookie: Some(planted.to_owned()), ..app.nobody() };
    assert_eq!(attacker.get("/api/v1/me").await.refusal(), "401 authentication_required");
    let signed_in = Player { cookie: Some(given[0].pair()), ..app.nobody() };
    assert_eq!(signed_in.get("/api/v1/me").await.status, 200);
}

#[both_engines]
async fn whoever_becomes_the_first_admin_gets_a_cookie_of_their_own(app: TestApp) {
    let token = app.setup_token().await;
    let planted = "__Host-gameserver=AAAAAAAAAAAAAAAAAAAAAA";
    let form = [("token", &*token), ("email", "ada@games.example"), ("password", "correct horse")];
    let player = Player { cookie: Some(planted.to_owned()), ..app.nobody() };
    let page = format!("/users/first-admin?token={token}");
    let answer = player.submitted(&page, "/users/first-admin", &form).await;
    let given = cookies(&answer);
    given[0].assert_guarded();
    assert_ne!(given[0].pair(), planted);
}

#[both_engines]
async fn the_theme_is_no_secret_but_stays_on_this_site(app: TestApp) {
    let answer = app.request(Method::POST, "/theme").form(&[("theme", "dark")]).send().await.unwrap();
    let theme = cookies(&answer);
    assert_eq!(theme[0].pair(), "theme=dark");
    assert!(theme[0].is("secure", "") && theme[0].is("samesite", "Lax") && theme[0].is("path", "/"), "{theme:?}");
}

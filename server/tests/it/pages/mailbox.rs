//! `/dev/mailbox`: where a server for development keeps what it would mail.

use chrono::TimeDelta;
use domain::Delivery;
use domain::mail::{self, Letter};
use domain::mail_tokens::{self, Purpose};
use reqwest::{Method, StatusCode};
use serde_json::json;
use server::Web;
use testing::{TestDomain, both_engines};
use wire::UserId;

use crate::app::{TestApp, limits};

async fn in_development(domain: TestDomain) -> TestApp {
    let domain = domain.anew(|config| config.mail.delivery = Delivery::Mailbox).await;
    TestApp::of(domain, limits(), Web::default()).await
}

/// Posts a letter with a link; gives the link.
async fn post(app: &TestApp, user: i64) -> String {
    let domain = &app.domain.app;
    let mut tx = domain.db.begin().await.unwrap();
    let to = "eve+<u>@games.example";
    let token = mail_tokens::issue(domain, &mut tx, UserId(user), Purpose::ChangeEmail, to).await.unwrap();
    mail::post(domain, &mut tx, to, Letter::ChangeEmail { token }).await.unwrap();
    tx.commit().await.unwrap();
    app.domain.letters(to).await.pop().unwrap().link.unwrap()
}

async fn page(app: &TestApp, path: &str, headers: &[(&str, &str)]) -> (StatusCode, String) {
    let request =
        headers.iter().fold(app.request(Method::GET, path), |request, (name, value)| request.header(*name, *value));
    let answer = request.send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

#[both_engines]
async fn this_machine_reads_the_mails_and_follows_their_links(domain: TestDomain) {
    let app = in_development(domain).await;
    let (status, empty) = page(&app, "/dev/mailbox", &[]).await;
    assert!(status == StatusCode::OK && empty.contains("No mails yet"), "{status} {empty}");
    let link = post(&app, app.player().await.id).await;

    let (status, list) = page(&app, "/dev/mailbox", &[]).await;
    assert_eq!(status, StatusCode::OK);
    assert!(list.contains("Confirm your new address for GameServer") && list.contains("/dev/mailbox/1"), "{list}");
    let (status, letter) = page(&app, "/dev/mailbox/1", &[]).await;
    assert_eq!(status, StatusCode::OK);
    assert!(letter.contains(&format!("href=\"{link}\"")), "{letter}");
    assert!(letter.contains("&lt;!doctype html&gt;"), "the HTML is text: {letter}");
    assert!(!letter.contains("<u>") && !list.contains("<u>"), "an address is text");
    for nothing in ["/dev/mailbox/4711", "/dev/mailbox/x", "/dev/mailbox/-1", "/dev"] {
        let (status, told) = page(&app, nothing, &[]).await;
        assert!(status == StatusCode::NOT_FOUND && told.contains("There is no such page."), "{nothing}: {status}");
    }
}

#[both_engines]
async fn nobody_elsewhere_reads_them_but_an_admin(domain: TestDomain) {
    let app = in_development(domain).await;
    let link = post(&app, app.player().await.id).await;
    for elsewhere in [
        // By a proxy on this machine, for somebody.
        ("x-forwarded-for", "192.0.2.7"),
        // By a page whose own name leads here.
        ("host", "evil.example"),
        ("host", "localhost.evil.example:4000"),
    ] {
        for path in ["/dev/mailbox", "/dev/mailbox/1"] {
            let (status, told) = page(&app, path, &[elsewhere]).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path} {elsewhere:?}");
            assert!(!told.contains(&link), "{path} {elsewhere:?}");
        }
    }
    let admin = app.admin_in_browser().await;
    let request = admin.request(Method::GET, "/dev/mailbox").header("x-forwarded-for", "192.0.2.7");
    assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
}

#[both_engines]
async fn where_mails_are_sent_there_is_no_mailbox(app: TestApp) {
    post(&app, app.player().await.id).await;
    for path in ["/dev/mailbox", "/dev/mailbox/1"] {
        assert_eq!(page(&app, path, &[]).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    let admin = app.admin_in_browser().await;
    let asked = admin.request(Method::GET, "/dev/mailbox").send().await.unwrap();
    assert_eq!(asked.status(), StatusCode::NOT_FOUND);
}

/// Only the configured public URL goes into a link.
#[both_engines]
async fn no_header_leads_a_link_elsewhere(app: TestApp) {
    let player = app.player().await;
    let body = json!({ "email": "ada@games.example" });
    for (header, value) in [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-server", "evil.example"),
        ("forwarded", "host=evil.example"),
        ("referer", "https://evil.example/"),
    ] {
        let before = app.domain.letters("ada@games.example").await.len();
        let request = player.request(Method::POST, "/auth/magic-link").header(header, value).json(&body);
        let status = request.send().await.unwrap().status();
        let letters = app.domain.letters("ada@games.example").await;
        assert!(status.is_success() && letters.len() == before + 1, "{header}: {status}");
        let letter = &letters[before];
        assert!(letter.link.as_deref().unwrap().starts_with("https://play.example/users/"), "{header}: {letter:?}");
        assert!(!format!("{letter:?}").contains("evil"), "{header}: {letter:?}");
        app.domain.app.clock.advance(TimeDelta::hours(1));
    }
}

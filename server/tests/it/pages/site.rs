//! The pages that the server writes alone, by the words of a theme.

use std::fs;

use chrono::TimeDelta;
use reqwest::{Method, Response};
use testing::{TestDomain, both_engines};

use crate::app::TestApp;

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

async fn get(app: &TestApp, path: &str) -> Response {
    app.request(Method::GET, path).header("accept", BROWSER).send().await.unwrap()
}

fn kind(response: &Response) -> String {
    response.headers()["content-type"].to_str().unwrap().to_owned()
}

#[both_engines]
async fn every_site_has_its_small_print_and_loads_no_module_for_it(app: TestApp) {
    for (path, heading) in [
        ("/", "A game server runs here."),
        ("/privacy", "Privacy"),
        ("/terms", "Terms"),
        ("/data-deletion", "Delete your data"),
        ("/users/log-in", "Sign in"),
    ] {
        let page = get(&app, path).await;
        assert_eq!((page.status().as_u16(), kind(&page).as_str()), (200, "text/html; charset=utf-8"), "{path}");
        let html = page.text().await.unwrap();
        assert!(html.contains(&format!(">{heading}<")), "{heading} on {path}");
        assert!(!html.contains(".wasm") && !html.contains("type=\"module\""), "{path}");
        for link in ["href=\"/privacy\"", "href=\"/terms\"", "href=\"/data-deletion\""] {
            assert!(html.contains(link), "{link} on {path}");
        }
    }
}

#[both_engines]
async fn what_is_not_there_is_a_page_for_readers_and_an_error_for_programs(app: TestApp) {
    for path in ["/nothing", "/nothing/here.png", "/apis", "/users", "/pkg/gameserver.js"] {
        let page = get(&app, path).await;
        assert_eq!((page.status().as_u16(), kind(&page).as_str()), (404, "text/html; charset=utf-8"), "{path}");
        assert!(page.text().await.unwrap().contains("There is no such page."), "{path}");
    }
    for path in ["/api", "/api/", "/api/v2/me", "/api/v1/nothing", "/_fn/nothing", "/socket"] {
        let answer = get(&app, path).await;
        assert_eq!((answer.status().as_u16(), kind(&answer).as_str()), (404, "application/json"), "{path}");
    }
    let posted = app.nobody().send(app.request(Method::POST, "/nothing")).await;
    assert_eq!(posted.refusal(), "404 not_found");
}

#[both_engines]
async fn an_address_of_the_dashboard_that_is_none_is_a_404_for_admins_too(app: TestApp) {
    let admin = app.admin_in_browser().await;
    let missing = admin.request(Method::GET, "/admin/nothing").send().await.unwrap();
    assert_eq!(missing.status(), 404);
    assert!(missing.text().await.unwrap().contains("There is no such page."));
}

#[both_engines]
async fn a_page_that_fails_says_what_is_safe_and_how_to_go_on(app: TestApp) {
    let player = app.player().await;
    app.domain.app.db.close().await;
    let ask = |accept: &'static str| {
        player.request(Method::GET, "/").header("accept", accept).header("x-request-id", "0a-1b").send()
    };
    let page = ask(BROWSER).await.unwrap();
    assert!(page.status().is_server_error(), "{}", page.status());
    assert_eq!(kind(&page), "text/html; charset=utf-8");
    assert!(page.headers().contains_key("content-security-policy"));
    let html = page.text().await.unwrap();
    for part in ["are safe.", "Load again", "<code>0a-1b</code>"] {
        assert!(html.contains(part), "{part}");
    }
    assert!(!html.contains("style=") && !html.contains("<script"), "nothing the policy would stop");
    assert_eq!(kind(&ask("application/json").await.unwrap()), "application/json");
    let style = html.split('"').find(|part| part.contains("/gameserver.css")).unwrap();
    assert!(style.starts_with("/pkg/"), "{style}");
    let files = ["/favicon.svg", style].map(|path| player.request(Method::GET, path).send());
    for file in files {
        // (A checkout whose site is not built has none.)
        assert!(!file.await.unwrap().status().is_server_error(), "files need no database");
    }
}

#[both_engines]
async fn a_theme_dresses_the_pages_and_follows_its_file(domain: TestDomain) {
    let folder = domain.folder.path().join("theme");
    fs::create_dir_all(folder.join("art")).unwrap();
    let file = folder.join("theme.json");
    let theme = r#"{
        "title": "Starfall <Arena>", "tagline": "Eight seats.", "logo": "art/logo.svg", "favicon": "/icon.png",
        "useful_links": [{ "title": "News", "url": "https://starfall.example/?a=1&b=2" }], "privacy_url": "/rules"
    }"#;
    fs::write(&file, theme).unwrap();
    fs::write(folder.join("art/logo.svg"), "<svg/>").unwrap();
    fs::write(folder.join("secret.svg"), "<svg/>").unwrap();
    let app = TestApp::themed(domain, file.clone()).await;

    let html = get(&app, "/").await.text().await.unwrap();
    for part in [
        "<title>Starfall &lt;Arena&gt;</title>",
        ">Eight seats.<",
        "src=\"/art/logo.svg\"",
        "href=\"/icon.png\"",
        "href=\"https://starfall.example/?a=1&amp;b=2\"",
        "href=\"/rules\"",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert!(!html.contains("<Arena>"));
    let logo = get(&app, "/art/logo.svg").await;
    assert_eq!((logo.status().as_u16(), kind(&logo).as_str()), (200, "image/svg+xml"));
    for path in ["/icon.png", "/secret.svg", "/theme.json", "/art/../theme.json", "/art/%2e%2e/secret.svg"] {
        assert_eq!(get(&app, path).await.status(), 404, "{path}");
    }

    fs::write(&file, r#"{ "title": "Starfall" }"#).unwrap();
    app.domain.app.clock.advance(TimeDelta::seconds(1));
    let html = get(&app, "/users/log-in").await.text().await.unwrap();
    assert!(html.contains("<title>Sign in · Starfall</title>"));
    assert_eq!(get(&app, "/art/logo.svg").await.status(), 404, "it is not named any more");
}

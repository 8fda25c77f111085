//! `/api/docs`: everything that the document says, readable without a script.

use reqwest::Method;
use testing::both_engines;

use crate::app::TestApp;
use crate::openapi::{operations, schemas};

#[both_engines]
async fn the_page_shows_every_route_every_refusal_and_every_schema(app: TestApp) {
    let answer = app.request(Method::GET, "/api/docs").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let page = answer.text().await.unwrap();
    for operation in operations() {
        let anchor = operation.id().replace('_', "-");
        let at = page.find(&format!("<section id=\"{anchor}\"")).unwrap_or_else(|| panic!("no section {anchor}"));
        let section = page[at..].split("</section>").next().unwrap();
        assert!(section.contains(operation.path), "{anchor} names its path");
        let up_to_an_id = operation.path.split('{').next().unwrap_or_default();
        assert!(section.contains(&format!("http://{}{up_to_an_id}", app.address)), "{anchor} shows a call");
        for (status, code, _) in operation.refusals() {
            assert!(
                section.contains(code) && section.contains(&status.to_string()),
                "{anchor} tells of {status} {code}"
            );
        }
        assert_eq!(page.matches(&format!("href=\"#{anchor}\"")).count(), 2, "{anchor} is linked, wide and narrow");
    }
    for name in schemas() {
        assert!(page.contains(&format!("id=\"schema-{name}\"")), "no schema {name}");
    }
}

/// The content policy would break what the page had of these.
#[both_engines]
async fn the_page_has_no_script_no_style_and_nothing_from_elsewhere(app: TestApp) {
    let page = app.request(Method::GET, "/api/docs").send().await.unwrap().text().await.unwrap();
    for forbidden in
        ["<script", "<style", " style=", "javascript:", " onclick", "href=\"http", "src=\"http", "href=\"//"]
    {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
}

#[both_engines]
async fn the_page_is_lit_as_its_reader_chose(app: TestApp) {
    for (cookie, attribute) in [("theme=dark", "data-theme=\"gs-dark\""), ("theme=light", "data-theme=\"gs-light\"")] {
        let page = app.request(Method::GET, "/api/docs").header("cookie", cookie).send().await.unwrap();
        assert!(page.text().await.unwrap().contains(attribute), "{cookie}");
    }
    let back =
        app.request(Method::POST, "/theme").form(&[("theme", "dark"), ("back", "/api/docs")]).send().await.unwrap();
    assert_eq!(back.headers()["location"], "/api/docs");
}

//! Who gets what from every route and server function: one table, and checks that nothing is missing from it.

mod passwords;
mod source;
mod table;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use leptos::server_fn::axum::server_fn_paths;
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use testing::both_engines;

use crate::app::{Player, TestApp};
use crate::openapi::{in_step, operations};
pub(crate) use source::routes;
use table::{RULES, Rule, WHO};

/// Those who ask, in the order of [`WHO`], and the lobby that the first guest hosts: a hidden one. They have asked the
/// other guest to be friends, by a row of the same number.
async fn people(app: &TestApp) -> ([Player<'_>; WHO.len()], i64) {
    let [host, other] = app.players().await;
    let lobby = host.open(json!({ "is_hidden": true })).await;
    let asked = host.post("/api/v1/friends", &json!({ "target_user_id": other.id })).await;
    assert_eq!(asked.body["id"], lobby);
    ([app.nobody(), host, other, app.registered("bob@games.example").await, app.admin().await], lobby)
}

/// Forms that want no token: light or dark, and signing out.
const SPARED: [&str; 2] = ["/theme", "/users/log-out"];

/// The forms of the pages, players' and admins'.
fn is_form(rule: &Rule) -> bool {
    rule.method == "POST" && !["/_fn/", "/api/", "/auth/"].iter().any(|start| rule.path.starts_with(start))
}

/// A request with nothing in it, in the form that the route reads.
async fn request(player: &Player<'_>, rule: &Rule, lobby: i64) -> RequestBuilder {
    let request = player.request(rule.method.parse().unwrap(), &rule.path.replace("{id}", &lobby.to_string()));
    if rule.method == "GET" {
        request
    } else if rule.path.starts_with("/_fn/") {
        // As a page of ours would. These arguments fit every function: each takes its own.
        let arguments = json!({
            "filter": {}, "page": {}, "token": "x", "minutes": 60, "id": 1, "lobby": lobby, "pages": {},
        });
        request.header("origin", format!("http://{}", player.app.address)).json(&arguments)
    } else if rule.path.starts_with("/api/") || rule.path.starts_with("/auth/") {
        request.json(&json!({}))
    } else if !is_form(rule) || SPARED.contains(&rule.path) || player.is_out().await {
        request.header("origin", format!("http://{}", player.app.address)).form(&[("nothing", "at all")])
    } else {
        let (cookie, token) = player.loaded("/users/log-in").await;
        let request = request.header("origin", format!("http://{}", player.app.address));
        let cookies = player.cookie.iter().chain([&cookie]).map(String::as_str).collect::<Vec<_>>().join("; ");
        // What the player's own header said is part of these.
        let (client, request) = request.form(&[("form_token", token)]).build_split();
        let mut request = request.unwrap();
        request.headers_mut().insert("cookie", cookies.parse().unwrap());
        RequestBuilder::from_parts(client, request)
    }
}

#[both_engines]
async fn everything_has_its_rule(app: TestApp) {
    let (people, lobby) = people(&app).await;
    for rule in RULES {
        let mut statuses = Vec::new();
        for player in &people {
            statuses.push(player.send(request(player, rule, lobby).await).await.status.as_u16());
        }
        assert_eq!(statuses, rule.statuses, "{} {}, for {WHO:?}", rule.method, rule.path);
    }
}

/// Light or dark and signing out are all that a form does without its token.
#[both_engines]
async fn every_form_is_taken_only_with_its_token(app: TestApp) {
    let admin = app.admin_in_browser().await;
    for rule in RULES.iter().filter(|rule| is_form(rule)) {
        let expected = match rule.path {
            path if SPARED.contains(&path) => 303,
            // Another kind of form; its own tests send one.
            "/users/settings/avatar" => 415,
            _ => 403,
        };
        let cookie = admin.cookie.as_deref().unwrap();
        let answer = app
            .form_request(&rule.path.replace("{id}", "1"), cookie)
            .form(&[("nothing", "at all")])
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status().as_u16(), expected, "{}", rule.path);
    }
}

/// The pages are for browsers, which come with a cookie.
#[both_engines]
async fn an_admins_cookie_opens_the_dashboard_as_their_token_does(app: TestApp) {
    let admin = app.admin_in_browser().await;
    let column = WHO.iter().position(|who| *who == "an admin").unwrap();
    let [host] = app.players().await;
    let lobby = host.open(json!({})).await;
    let rules = RULES.iter().filter(|rule| rule.path.starts_with("/_fn/") || rule.path.starts_with("/admin"));
    for rule in rules {
        let status = admin.send(request(&admin, rule, lobby).await).await.status.as_u16();
        assert_eq!(status, rule.statuses[column], "{} {}", rule.method, rule.path);
    }
}

#[test]
fn every_route_and_server_function_stands_in_the_table() {
    let mut registered = routes();
    registered.extend(server_fn_paths().map(|(path, method)| (method.to_string(), path.to_owned())));
    let listed: BTreeSet<_> = RULES.iter().map(|rule| (rule.method.to_owned(), rule.path.to_owned())).collect();
    assert_eq!(listed.len(), RULES.len(), "a rule stands there twice");
    let missing: Vec<_> = registered.difference(&listed).collect();
    assert!(missing.is_empty(), "give it its rule in server/tests/it/access/table.rs: {missing:?}");
    let gone: Vec<_> = listed.difference(&registered).collect();
    assert!(gone.is_empty(), "there is no such route: {gone:?}");
}

#[test]
fn every_route_of_the_api_is_documented_and_no_other() {
    let is_api = |path: &str| ["/api/v1/", "/auth/", "/.well-known/"].iter().any(|start| path.starts_with(start));
    let routes = routes().into_iter().filter(|(_, path)| is_api(path));
    let routes: BTreeSet<_> = routes.collect();
    let documented: BTreeSet<_> =
        operations().map(|operation| (operation.method.to_owned(), operation.path.to_owned())).collect();
    let missing: Vec<_> = routes.difference(&documented).collect();
    assert!(missing.is_empty(), "describe it in server/src/openapi/: {missing:?}");
    let gone: Vec<_> = documented.difference(&routes).collect();
    assert!(gone.is_empty(), "documented, and there is no such route: {gone:?}");
}

#[test]
fn the_table_in_the_docs_is_in_step() {
    let mut page = "# Who gets what\n\n\
        The status of each route and server function for each who asks, with nothing in the body. Generated from the table \
        that the tests hold the server against (`server/tests/it/access/table.rs`); what the API's routes take and give is \
        in [openapi.json](openapi.json), and on a running server at `/api/docs`.\n\n\
        The first guest hosts a hidden lobby, which is the `{id}` in the paths, and has asked the other guest to be friends, \
        under the same number; the routes are asked from top to bottom.\n\n"
        .to_owned();
    writeln!(page, "| | | {} |\n|---|---|{}", WHO.join(" | "), "---|".repeat(WHO.len())).unwrap();
    for rule in RULES {
        let statuses = rule.statuses.map(|status| status.to_string()).join(" | ");
        writeln!(page, "| `{} {}` | {} | {statuses} |", rule.method, rule.path, rule.what).unwrap();
    }
    in_step("access.md", &page);
}

#[both_engines]
async fn no_server_function_answers_a_foreign_page(app: TestApp) {
    let admin = app.admin_in_browser().await;
    for (path, _) in server_fn_paths() {
        for (name, value) in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "same-site"),
            ("x-none", "at all"),
        ] {
            let answer =
                admin.request(Method::POST, path).header(name, value).form(&[("a", "b")]).send().await.unwrap();
            assert_eq!(answer.status(), 403, "{path} with {name}: {value}");
        }
        let read = admin.request(Method::GET, path).send().await.unwrap().status();
        assert!(read == 404 || read == 405, "{path} is no GET: {read}");
    }
}

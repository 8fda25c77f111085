//! The OpenAPI document tells the truth: it is held against the routes, against every answer the other tests get, and
//! against the API that games were written for.

mod contract;
mod document;
mod examples;
mod refusals;

use std::fs;
use std::path::Path;

use reqwest::{Method, StatusCode};
use serde_json::Value;
use server::openapi::{Version, text};
use testing::both_engines;

use crate::app::TestApp;

pub(crate) use document::{conforms, operations, resolve, schemas};

/// A document that the tests keep in step with the code. `UPDATE_DOCS=1` writes it anew.
pub(crate) fn in_step(name: &str, now: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
    if std::env::var_os("UPDATE_DOCS").is_some_and(|update| !update.is_empty()) {
        fs::write(&file, now).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        kept == now,
        "docs/{name} is not in step. Write it anew: UPDATE_DOCS=1 cargo test -p server --test it in_step"
    );
}

#[test]
fn the_document_in_the_docs_is_in_step() {
    in_step("openapi.json", text(Version::V31));
}

#[both_engines]
async fn the_document_is_served_in_both_versions_and_only_once(app: TestApp) {
    for (path, version, says) in [
        ("/api/openapi", Version::V31, "3.1.0"),
        ("/api/openapi.json", Version::V31, "3.1.0"),
        ("/api/openapi.json?v=3.1", Version::V31, "3.1.0"),
        ("/api/openapi?v=3.0", Version::V30, "3.0.3"),
        ("/api/openapi.json?v=3.0", Version::V30, "3.0.3"),
    ] {
        let answer = app.request(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "application/json");
        assert_eq!(answer.headers()["access-control-allow-origin"], "*");
        let tag = answer.headers()["etag"].clone();
        let body = answer.text().await.unwrap();
        assert_eq!(body, text(version), "{path}");
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["openapi"], says);
        let again = app.request(Method::GET, path).header("if-none-match", tag.clone()).send().await.unwrap();
        assert_eq!((again.status(), &again.headers()["etag"]), (StatusCode::NOT_MODIFIED, &tag));
        assert_eq!(again.bytes().await.unwrap().len(), 0);
        let other = app.request(Method::GET, path).header("if-none-match", "W/\"other\"").send().await.unwrap();
        assert_eq!(other.status(), StatusCode::OK);
    }
    assert_eq!(app.nobody().get("/api/openapi?v=2.0").await.refusal(), "422 validation_failed");
    let post = app.nobody().post("/api/openapi", &Value::Null).await;
    assert_eq!(post.refusal(), "405 method_not_allowed");
}

#[test]
fn the_older_document_has_nothing_that_only_the_newer_knows() {
    fn look(value: &Value, path: &str) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| look(item, path)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    let path = format!("{path}/{name}");
                    assert!(!(name == "type" && value.is_array()), "several types at {path}");
                    assert!(value != "null", "the type null at {path}");
                    assert!(!["const", "propertyNames", "contentMediaType"].contains(&name.as_str()), "{path}");
                    assert!(!(name == "$ref" && fields.len() > 1), "a reference that is not alone at {path}");
                    look(value, &path);
                }
            }
            _ => {}
        }
    }
    let older: Value = serde_json::from_str(text(Version::V30)).unwrap();
    look(&older["paths"], "");
    look(&older["components"]["schemas"], "");
    let newer: Value = serde_json::from_str(text(Version::V31)).unwrap();
    let names = |document: &Value| document["paths"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&older), names(&newer));
}

#[both_engines]
async fn a_documented_path_has_no_other_methods(app: TestApp) {
    let documented: Vec<_> = operations().map(|operation| (operation.path, operation.method)).collect();
    for (path, _) in &documented {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            if documented.iter().any(|(there, known)| there == path && *known == method) {
                continue;
            }
            // An id leads to the route of any id, so a literal path beside one is asked under its own name only.
            let request = app.nobody().request(method.parse().unwrap(), &path.replace("{id}", "1"));
            assert_eq!(app.nobody().send(request).await.refusal(), "405 method_not_allowed", "{method} {path}");
        }
    }
}

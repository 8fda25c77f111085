//! The document, as the tests read it.

use std::collections::HashMap;
use std::sync::LazyLock;

use jsonschema::{Draft, Validator};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use server::openapi::{Version, text};

pub(super) static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(text(Version::V31)).unwrap());

/// A documented route.
#[derive(Clone, Copy)]
pub(crate) struct Operation {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) value: &'static Value,
}

/// Every documented route.
pub(crate) fn operations() -> impl Iterator<Item = Operation> {
    static METHODS: [(&str, &str); 5] =
        [("get", "GET"), ("post", "POST"), ("put", "PUT"), ("patch", "PATCH"), ("delete", "DELETE")];
    DOCUMENT["paths"].as_object().unwrap().iter().flat_map(|(path, item)| {
        METHODS.iter().filter_map(move |(name, method)| Some(Operation { method, path, value: item.get(name)? }))
    })
}

/// The name of every schema.
pub(crate) fn schemas() -> impl Iterator<Item = &'static str> {
    DOCUMENT["components"]["schemas"].as_object().unwrap().keys().map(String::as_str)
}

impl Operation {
    pub(crate) fn id(self) -> &'static str {
        self.value["operationId"].as_str().unwrap()
    }

    /// The answer it documents for a status.
    pub(super) fn response(self, status: &str) -> Option<&'static Value> {
        self.value["responses"].get(status).map(resolve)
    }

    /// Each refusal it documents: status, code, and the example's body.
    pub(crate) fn refusals(self) -> impl Iterator<Item = (u16, &'static str, &'static Value)> {
        let responses = self.value["responses"].as_object().unwrap();
        responses.iter().flat_map(|(status, response)| {
            let examples = resolve(response)["content"]["application/json"]["examples"].as_object();
            let status = status.parse().unwrap();
            examples.into_iter().flatten().map(move |(code, example)| (status, code.as_str(), &example["value"]))
        })
    }
}

/// What a reference stands for.
pub(crate) fn resolve(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str() {
        Some(path) => {
            resolve(DOCUMENT.pointer(path.trim_start_matches('#')).unwrap_or_else(|| panic!("nothing at {path}")))
        }
        None => value,
    }
}

/// A validator of a schema of the document.
pub(super) fn validator(schema: &Value) -> Validator {
    // With the components beside it, references into them lead somewhere.
    let whole = json!({ "allOf": [schema], "components": DOCUMENT["components"] });
    jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true).build(&whole).unwrap()
}

/// The schemas of all answers, by operation and status.
static ANSWERS: LazyLock<HashMap<(&str, u16), Validator>> = LazyLock::new(|| {
    let each = operations().flat_map(|operation| {
        let responses = operation.value["responses"].as_object().unwrap();
        responses.iter().map(move |(status, response)| {
            let schema = &resolve(response)["content"]["application/json"]["schema"];
            ((operation.id(), status.parse().unwrap()), validator(schema))
        })
    });
    each.collect()
});

/// The documented route a request goes to. A literal path goes before one with an id.
fn operation_at(method: &Method, path: &str) -> Option<Operation> {
    let fits = |template: &str| {
        let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
        template.len() == path.len()
            && template.iter().zip(&path).all(|(part, given)| part == given || part.starts_with('{'))
    };
    let fitting = operations().map(|operation| operation.path).filter(|path| fits(path));
    let path = fitting.min_by_key(|path| path.matches('{').count())?;
    operations().find(|operation| operation.method == method.as_str() && operation.path == path)
}

/// Every answer to a documented route must be documented: its status, its shape and, of a refusal, its code.
pub(crate) fn conforms(method: &Method, path: &str, status: StatusCode, body: &Value) {
    let Some(operation) = operation_at(method, path) else { return };
    let id = operation.id();
    let where_to = "describe it in server/src/openapi/";
    let Some(response) = operation.response(status.as_str()) else {
        panic!("{id} answered {status} {body}, which the OpenAPI document does not have: {where_to}")
    };
    let problems: Vec<_> = ANSWERS[&(id, status.as_u16())].iter_errors(body).map(|error| error.to_string()).collect();
    assert!(problems.is_empty(), "{id} answered {status} {body}, which is not of the documented shape: {problems:?}");
    if let Some(codes) = response["content"]["application/json"]["examples"].as_object() {
        let code = body["error"].as_str().unwrap_or_default();
        assert!(
            codes.contains_key(code),
            "{id} refused with {code}, which the OpenAPI document does not have: {where_to}"
        );
    }
}

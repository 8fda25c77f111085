//! A client generated from our document must have the names that one generated from Gamend's has: the games that were
//! written for it call those. `contract.json` beside this file has the facts of Gamend's interface (version 1.0.359):
//! operation ids, tags, parameters, and the fields of bodies and answers with their types.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use serde_json::Value;

use super::document::{DOCUMENT, Operation, operations, resolve};

static CONTRACT: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(include_str!("contract.json")).unwrap());

/// Routes of the contract that are still to come. Strike out what is built.
const NOT_YET: &[&str] = &[
    "oauth_session_status",
    "oauth_request",
    "oauth_api_callback",
    "unlink_provider",
    "list_hooks",
    "call_hook",
    "list_leaderboards",
    "get_leaderboard",
    "list_leaderboard_records",
    "list_records_around_user",
    "get_my_record",
];

/// Where we differ on purpose or for now, and why.
const DIFFERENT: &[(&str, &str, &str)] = &[
    ("create_lobby", "answer 409", "a broken rule is 422 everywhere, and a second lobby is 403 `already_in_lobby`"),
    ("device_login", "answer 200: data.details", "what it tells of is an OAuth session that failed, and no device"),
];

/// Names of the contract's schemas that come with the routes they belong to.
const SCHEMAS_NOT_YET: &[&str] = &["OAuthSessionData", "OAuthSessionStatus"];

#[test]
fn what_the_contract_names_we_name_alike() {
    let ours: HashMap<_, _> = operations().map(|operation| (operation.id(), operation)).collect();
    let mut found = BTreeSet::new();
    for theirs in CONTRACT["operations"].as_array().unwrap() {
        let id = theirs["id"].as_str().unwrap();
        let Some(ours) = ours.get(id) else {
            assert!(NOT_YET.contains(&id), "{id} has gone from the document");
            continue;
        };
        assert!(!NOT_YET.contains(&id), "{id} is there: strike it out of NOT_YET");
        for difference in differences(*ours, theirs) {
            assert!(
                DIFFERENT.iter().any(|(of, what, _)| *of == id && *what == difference),
                "{id} differs from the contract: {difference}"
            );
            found.insert((id, difference));
        }
    }
    for (id, what, _) in DIFFERENT {
        assert!(found.contains(&(*id, (*what).to_owned())), "{id}, {what} is alike now: strike it out of DIFFERENT");
    }
}

#[test]
fn the_contracts_schemas_have_their_names_and_fields() {
    for (name, theirs) in CONTRACT["schemas"].as_object().unwrap() {
        let Some(ours) = DOCUMENT["components"]["schemas"].get(name) else {
            assert!(SCHEMAS_NOT_YET.contains(&name.as_str()), "the schema {name} is missing");
            continue;
        };
        assert!(!SCHEMAS_NOT_YET.contains(&name.as_str()), "{name} is there: strike it out of SCHEMAS_NOT_YET");
        assert_eq!(lacking(theirs, ours, ""), [""; 0], "{name}");
    }
}

/// Generators name a body after its operation: `createLobby` takes a `CreateLobbyRequest`.
#[test]
fn bodies_have_the_names_that_generators_gave_them() {
    for operation in operations() {
        let Some(schema) = operation.value.pointer("/requestBody/content/application~1json/schema") else { continue };
        let theirs = CONTRACT["operations"].as_array().unwrap().iter().find(|theirs| theirs["id"] == operation.id());
        if theirs.is_none_or(|theirs| theirs["body"].is_null()) {
            continue;
        }
        let words = operation.id().split('_').map(|word| word[..1].to_uppercase() + &word[1..]);
        let name = format!("#/components/schemas/{}Request", words.collect::<String>());
        assert_eq!(schema["$ref"], name, "{}", operation.id());
    }
}

/// What the contract has and we have not, or otherwise. More of ours is fine.
fn differences(ours: Operation, theirs: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut alike = |what: &str, ours: &str, theirs: &Value| {
        if theirs != ours {
            found.push(format!("{what} is {ours}, not {theirs}"));
        }
    };
    alike("the method", &ours.method.to_lowercase(), &theirs["method"]);
    alike("the path", ours.path, &theirs["path"]);
    alike("the tag", ours.value["tags"][0].as_str().unwrap(), &theirs["tag"]);
    if theirs["signed_in"] == true {
        // The name decides under which one a generated client keeps the token.
        alike("security", &ours.value["security"].to_string(), &Value::from(r#"[{"authorization":[]}]"#));
    }

    let parameters = ours.value["parameters"].as_array().into_iter().flatten();
    let parameters: BTreeSet<_> =
        parameters.map(|it| format!("{} {}", it["in"].as_str().unwrap(), it["name"].as_str().unwrap())).collect();
    let missing = theirs["parameters"].as_array().unwrap().iter().filter_map(Value::as_str);
    found.extend(missing.filter(|it| !parameters.contains(*it)).map(Into::into));

    if !theirs["body"].is_null() {
        let body = &ours.value["requestBody"];
        if body["required"] != theirs["body_required"] {
            // A generated method takes what is required by position, and the rest by name.
            found.push(format!("whether the body is required is {}", body["required"]));
        }
        let schema = resolve(&body["content"]["application/json"]["schema"]);
        found.extend(lacking(&theirs["body"], schema, "body: "));
        for field in theirs["required"].as_array().unwrap() {
            if !schema["required"].as_array().is_some_and(|required| required.contains(field)) {
                found.push(format!("body: {field} is not required"));
            }
        }
        for field in schema["required"].as_array().into_iter().flatten() {
            if !theirs["required"].as_array().unwrap().contains(field) {
                found.push(format!("body: {field} is required"));
            }
        }
    }
    for (status, shape) in theirs["answers"].as_object().unwrap() {
        match ours.response(status) {
            None => found.push(format!("answer {status}")),
            Some(response) if status.starts_with('2') => {
                let schema = &response["content"]["application/json"]["schema"];
                found.extend(lacking(shape, schema, &format!("answer {status}: ")));
            }
            Some(_) => {}
        }
    }
    found
}

/// The fields of a shape that a schema has not, or has of another type.
fn lacking(shape: &Value, schema: &'static Value, path: &str) -> Vec<String> {
    match shape {
        Value::Object(fields) => {
            let each = fields.iter().flat_map(|(name, shape)| {
                let here = format!("{path}{name}");
                match property(schema, name) {
                    Some(schema) if shape.is_object() => lacking(shape, schema, &format!("{here}.")),
                    Some(schema) => lacking(shape, schema, &here),
                    None => vec![here],
                }
            });
            each.collect()
        }
        Value::Array(of) => lacking(&of[0], &resolve(schema)["items"], &format!("{path}[].")),
        Value::String(kind) if kind != "any" => {
            let types = &resolve(schema)["type"];
            let is_of_type = types == shape || types.as_array().is_some_and(|types| types.contains(shape));
            if is_of_type { Vec::new() } else { vec![format!("{path} is {types}, not {kind}")] }
        }
        _ => Vec::new(),
    }
}

/// A property of a schema, or of one it is made of.
fn property(schema: &'static Value, name: &str) -> Option<&'static Value> {
    let schema = resolve(schema);
    let mut parts = schema["allOf"].as_array().into_iter().flatten();
    schema["properties"].get(name).or_else(|| parts.find_map(|part| property(part, name)))
}

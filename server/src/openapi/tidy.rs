//! What is done to the document once it is whole: said once what many routes say, and left out what says nothing.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// A document without repetition.
pub(super) fn tidied(mut document: Value) -> Value {
    drop_null_defaults(&mut document);
    let named = shared(&document["paths"]);
    let responses = each_response(&mut document["paths"]);
    for response in responses {
        if let Some(name) = named.get(&response.to_string()) {
            *response = json!({ "$ref": format!("#/components/responses/{name}") });
        }
    }
    let responses = named.iter().filter_map(|(text, name)| Some((name.clone(), serde_json::from_str(text).ok()?)));
    document["components"]["responses"] = Value::Object(responses.collect());
    document
}

/// An input's absent fields default to nothing, which is no value of their type.
fn drop_null_defaults(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(drop_null_defaults),
        Value::Object(fields) => {
            if fields.get("default").is_some_and(Value::is_null) {
                fields.remove("default");
            }
            fields.values_mut().for_each(drop_null_defaults);
        }
        _ => {}
    }
}

/// The refusals that several routes have in common, by their text, each with a name made of its codes.
fn shared(paths: &Value) -> BTreeMap<String, String> {
    let mut times = BTreeMap::<String, (usize, String)>::new();
    for response in each_response(&mut paths.clone()) {
        if let Some(name) = name(response) {
            times.entry(response.to_string()).or_insert((0, name)).0 += 1;
        }
    }
    let mut names = BTreeMap::new();
    for (text, (count, name)) in times {
        // Of two that differ under one name, the second stays where it is.
        if count > 1 && !names.values().any(|taken| *taken == name) {
            names.insert(text, name);
        }
    }
    names
}

fn each_response(paths: &mut Value) -> Vec<&mut Value> {
    let operations = paths.as_object_mut().into_iter().flat_map(Map::values_mut);
    let operations = operations.filter_map(Value::as_object_mut).flat_map(Map::values_mut);
    let responses = operations.filter_map(|operation| operation["responses"].as_object_mut());
    responses.flat_map(Map::values_mut).collect()
}

/// `busy` and `timeout` are named `BusyOrTimeout`.
fn name(response: &Value) -> Option<String> {
    let codes = response["content"]["application/json"]["examples"].as_object()?.keys();
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    let names: Vec<_> = codes.map(|code| code.split('_').map(capital).collect::<String>()).collect();
    Some(names.join("Or"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_several_routes_refuse_alike_is_said_once() {
        let refusal = |code: &str, message: &str| json!({ "content": { "application/json": { "examples": { code: { "summary": message } } } } });
        let document = json!({ "components": {}, "paths": {
            "/a": { "get": { "responses": { "200": {}, "503": refusal("too_slow", "Wait.") } } },
            "/b": { "get": { "responses": { "404": refusal("gone", "It is gone.") } },
                    "post": { "responses": { "503": refusal("too_slow", "Wait.") } } },
        } });
        let tidied = tidied(document);
        assert_eq!(tidied["paths"]["/b"]["post"]["responses"]["503"]["$ref"], "#/components/responses/TooSlow");
        assert_eq!(tidied["paths"]["/b"]["get"]["responses"]["404"], refusal("gone", "It is gone."));
        assert_eq!(tidied["components"]["responses"], json!({ "TooSlow": refusal("too_slow", "Wait.") }));
    }
}

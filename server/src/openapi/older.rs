//! The document as OpenAPI 3.0.3 tells it, for generators that know no other.
//!
//! What changed from 3.0 to 3.1 is how schemas are written. Source: the OpenAPI Initiative's "Migrating from OpenAPI 3.0
//! to 3.1.0", read backwards.

use serde_json::{Map, Value, json};

/// The same document in 3.0.3.
pub(super) fn v30(mut document: Value) -> Value {
    if let Some(root) = document.as_object_mut() {
        root.insert("openapi".to_owned(), json!("3.0.3"));
        for unknown in ["jsonSchemaDialect", "webhooks"] {
            root.remove(unknown);
        }
    }
    if let Some(info) = document["info"].as_object_mut() {
        info.remove("summary");
    }
    if let Some(license) = document["info"]["license"].as_object_mut() {
        license.remove("identifier");
    }
    around_schemas(&mut document);
    document
}

/// Walks what is no schema, and rewrites the schemas in it. What an example says is left alone.
fn around_schemas(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(around_schemas),
        Value::Object(fields) => {
            for (name, value) in fields {
                match name.as_str() {
                    "example" | "examples" => {}
                    "schema" => schema(value),
                    "schemas" => each(value),
                    _ => around_schemas(value),
                }
            }
        }
        _ => {}
    }
}

/// Rewrites a schema and those within it.
fn schema(value: &mut Value) {
    let Some(fields) = value.as_object_mut() else { return };
    for (name, within) in fields.iter_mut() {
        match name.as_str() {
            "properties" | "allOf" | "anyOf" | "oneOf" => each(within),
            "items" | "additionalProperties" | "not" => schema(within),
            _ => {}
        }
    }
    nullable(fields);
    one_value(fields);
    exclusive_bound(fields, "minimum", "exclusiveMinimum");
    exclusive_bound(fields, "maximum", "exclusiveMaximum");
    reference_alone(fields);
    for unknown in ["propertyNames", "patternProperties", "contentMediaType", "contentEncoding", "$schema", "$id"] {
        fields.remove(unknown);
    }
}

fn each(schemas: &mut Value) {
    match schemas {
        Value::Array(items) => items.iter_mut().for_each(schema),
        Value::Object(named) => named.values_mut().for_each(schema),
        _ => {}
    }
}

/// `type: [a, null]` and `oneOf: [null, a]` become `a` and `nullable: true`; several types, one of each.
fn nullable(fields: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = fields.get("type").cloned() {
        let mut others: Vec<_> = types.iter().filter(|kind| *kind != "null").cloned().collect();
        if others.len() < types.len() {
            fields.insert("nullable".to_owned(), json!(true));
        }
        fields.remove("type");
        if others.len() == 1 {
            fields.insert("type".to_owned(), others.remove(0));
        } else if !others.is_empty() {
            let each: Vec<_> = others.into_iter().map(|kind| json!({ "type": kind })).collect();
            fields.insert("anyOf".to_owned(), json!(each));
        }
    }
    for choice in ["oneOf", "anyOf"] {
        let Some(Value::Array(options)) = fields.get_mut(choice) else { continue };
        let all = options.len();
        options.retain(|option| option["type"] != "null");
        if options.len() == all {
            continue;
        }
        let only = if options.len() == 1 { options.pop() } else { None };
        fields.insert("nullable".to_owned(), json!(true));
        if let Some(only) = only {
            fields.remove(choice);
            fields.insert("allOf".to_owned(), json!([only]));
        }
    }
}

/// `const: a` becomes `enum: [a]`, and the first of a schema's `examples` its `example`.
fn one_value(fields: &mut Map<String, Value>) {
    if let Some(only) = fields.remove("const") {
        fields.insert("enum".to_owned(), json!([only]));
    }
    if let Some(Value::Array(examples)) = fields.remove("examples")
        && let Some(first) = examples.into_iter().next()
    {
        fields.insert("example".to_owned(), first);
    }
}

/// An exclusive bound is a number in 3.1, and a flag beside the bound in 3.0.
fn exclusive_bound(fields: &mut Map<String, Value>, bound: &str, exclusive: &str) {
    if fields.get(exclusive).is_some_and(Value::is_number)
        && let Some(number) = fields.insert(exclusive.to_owned(), json!(true))
    {
        fields.insert(bound.to_owned(), number);
    }
}

/// 3.0 ignores what stands beside a reference.
fn reference_alone(fields: &mut Map<String, Value>) {
    if fields.len() > 1
        && let Some(reference) = fields.remove("$ref")
    {
        fields.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A schema in a document, before and after.
    fn rewritten(of: &Value) -> Value {
        let document = json!({ "openapi": "3.1.0", "info": {}, "components": { "schemas": { "It": of } } });
        v30(document)["components"]["schemas"]["It"].clone()
    }

    #[test]
    fn what_may_be_null_says_so_in_the_older_way() {
        assert_eq!(rewritten(&json!({ "type": ["string", "null"] })), json!({ "type": "string", "nullable": true }));
        assert_eq!(
            rewritten(&json!({ "oneOf": [{ "type": "null" }, { "$ref": "#/a" }] })),
            json!({ "allOf": [{ "$ref": "#/a" }], "nullable": true })
        );
        assert_eq!(
            rewritten(&json!({ "type": ["string", "integer"] })),
            json!({ "anyOf": [{ "type": "string" }, { "type": "integer" }] })
        );
        assert_eq!(
            rewritten(&json!({ "anyOf": [{ "type": "null" }, { "type": "string" }, { "type": "integer" }] })),
            json!({ "anyOf": [{ "type": "string" }, { "type": "integer" }], "nullable": true })
        );
    }

    #[test]
    fn values_and_bounds_are_written_in_the_older_way() {
        assert_eq!(rewritten(&json!({ "const": "ok" })), json!({ "enum": ["ok"] }));
        assert_eq!(
            rewritten(&json!({ "type": "string", "examples": ["a", "b"] })),
            json!({ "type": "string", "example": "a" })
        );
        assert_eq!(rewritten(&json!({ "exclusiveMinimum": 0 })), json!({ "minimum": 0, "exclusiveMinimum": true }));
        assert_eq!(
            rewritten(&json!({ "$ref": "#/a", "description": "An a." })),
            json!({ "allOf": [{ "$ref": "#/a" }], "description": "An a." })
        );
        assert_eq!(rewritten(&json!({ "$ref": "#/a" })), json!({ "$ref": "#/a" }));
    }

    #[test]
    fn schemas_are_found_wherever_they_are() {
        let either = json!({ "type": ["string", "null"] });
        let deep = json!({ "properties": { "type": { "items": { "additionalProperties": either } } } });
        let found = rewritten(&deep);
        assert_eq!(found["properties"]["type"]["items"]["additionalProperties"]["nullable"], true);
        let parameter = json!({ "paths": { "/a": { "get": { "parameters": [{ "schema": either }] } } } });
        assert_eq!(v30(parameter)["paths"]["/a"]["get"]["parameters"][0]["schema"]["nullable"], true);
    }

    #[test]
    fn what_an_example_says_is_left_alone() {
        let example = json!({ "schema": { "type": ["string", "null"] }, "const": 1 });
        let document =
            json!({ "content": { "a": { "examples": { "it": { "value": example } } }, "b": { "example": example } } });
        assert_eq!(v30(document.clone())["content"], document["content"]);
    }
}

//! The fields of a schema, and what each may be.

use leptos::prelude::*;
use serde_json::Value;

use super::reading::{line, name_of, resolve, text};

/// The fields of a schema, one a line.
#[component]
pub(super) fn Fields(
    document: &'static Value,
    schema: &'static Value,
    /// Whether the server sends it.
    #[prop(optional)]
    sent: bool,
) -> impl IntoView {
    let fields = fields(document, schema);
    let row = move |(name, schema, required): (&'static str, &'static Value, bool)| {
        let note = match (sent, required) {
            (false, true) => Some("required"),
            (true, false) => Some("not always there"),
            _ => None,
        };
        view! { <Field name schema note /> }
    };
    fields.into_iter().map(row).collect_view()
}

/// A field or a parameter: its name, its type, whether it must be or is there, and what it is for.
#[component]
pub(super) fn Field(
    name: &'static str,
    schema: &'static Value,
    note: Option<&'static str>,
    /// In place of the schema's own words.
    #[prop(optional)]
    description: &'static str,
) -> impl IntoView {
    let description = if description.is_empty() { text(&schema["description"]) } else { description };
    view! {
        <div class="rowline flex-wrap items-baseline gap-y-1">
            <code class="mono text-sm font-medium wrap-anywhere">{name}</code>
            <span class="text-xs text-muted">{kind(schema)} {bounds(schema)}</span>
            {note.map(|note| view! { <span class="tag tag-plain">{note}</span> })}
            <span class="text-sm basis-full">{line(description)}</span>
        </div>
    }
}

/// Name, schema, and whether it must be there; of all the schemas that this one is made of.
fn fields(document: &'static Value, schema: &'static Value) -> Vec<(&'static str, &'static Value, bool)> {
    let schema = resolve(document, schema);
    let parts = schema["allOf"].as_array().into_iter().flatten();
    let required = |name: &str| schema["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
    let own = schema["properties"].as_object().into_iter().flatten();
    let own = own.map(|(name, schema)| (name.as_str(), schema, required(name)));
    parts.flat_map(|part| fields(document, part)).chain(own).collect()
}

/// `text`, `list of Lobby`, `whole number or null`.
fn kind(schema: &'static Value) -> AnyView {
    if let Some(name) = name_of(schema) {
        return view! { <a class="text-link" href=format!("#schema-{name}")>{name}</a> }.into_any();
    }
    let word = |kind: &str| match (kind, text(&schema["format"])) {
        ("integer", _) => "whole number",
        ("number", _) => "number",
        ("boolean", _) => "true or false",
        ("string", "date-time") => "time",
        ("string", "email") => "e-mail address",
        ("string", _) => "text",
        ("object", _) => "object",
        _ => "null",
    };
    match &schema["type"] {
        Value::String(kind) if kind == "array" => view! { "list of " {self::kind(&schema["items"])} }.into_any(),
        Value::String(kind) => word(kind).into_any(),
        Value::Array(kinds) => {
            kinds.iter().filter_map(Value::as_str).map(word).collect::<Vec<_>>().join(" or ").into_any()
        }
        _ => "anything".into_any(),
    }
}

/// `1 to 128, else 8`.
fn bounds(schema: &'static Value) -> String {
    let range = |least: &str, most: &str, unit: &str| match (&schema[least], &schema[most]) {
        (Value::Null, Value::Null) => None,
        (least, Value::Null) => Some(format!("from {least}{unit}")),
        (Value::Null, most) => Some(format!("up to {most}{unit}")),
        (least, most) => Some(format!("{least} to {most}{unit}")),
    };
    let default = Some(&schema["default"]).filter(|default| !default.is_null());
    let told = [
        range("minimum", "maximum", ""),
        range("minLength", "maxLength", " characters"),
        default.map(|default| format!("else {default}")),
    ];
    told.into_iter().flatten().fold(String::new(), |all, bound| all + ", " + &bound)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kept(schema: Value) -> &'static Value {
        Box::leak(Box::new(schema))
    }

    #[test]
    fn bounds_are_told_in_words() {
        let told = |schema| bounds(kept(schema));
        assert_eq!(told(json!({ "minimum": 1, "maximum": 128, "default": 8 })), ", 1 to 128, else 8");
        assert_eq!(told(json!({ "maxLength": 128 })), ", up to 128 characters");
        assert_eq!(told(json!({ "minimum": 1 })), ", from 1");
        assert_eq!(told(json!({ "type": "string" })), "");
    }

    #[test]
    fn fields_are_gathered_from_all_that_a_schema_is_made_of() {
        let document = kept(json!({ "a": { "properties": { "x": {} }, "required": ["x"] } }));
        let schema = kept(json!({ "allOf": [{ "$ref": "#/a" }, { "properties": { "y": {} } }] }));
        let names: Vec<_> = fields(document, schema).into_iter().map(|(name, _, required)| (name, required)).collect();
        assert_eq!(names, [("x", true), ("y", false)]);
    }
}

//! Finding one's way in an OpenAPI document.

use leptos::prelude::*;
use serde_json::Value;

/// A documented route.
#[derive(Clone, Copy)]
pub(super) struct Operation {
    pub(super) document: &'static Value,
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) value: &'static Value,
}

/// The routes of a tag, in the document's order.
pub(super) fn operations(document: &'static Value, tag: &str) -> Vec<Operation> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let all = paths.flat_map(|(path, item)| {
        let methods = ["get", "post", "put", "patch", "delete"].into_iter();
        methods.filter_map(move |method| Some(Operation { document, method, path, value: item.get(method)? }))
    });
    all.filter(|operation| operation.value["tags"][0] == tag).collect()
}

impl Operation {
    /// The anchor of its section.
    pub(super) fn anchor(self) -> String {
        text(&self.value["operationId"]).replace('_', "-")
    }

    /// Its answers, by status.
    pub(super) fn responses(self) -> impl Iterator<Item = (&'static str, &'static Value)> + Clone {
        let responses = self.value["responses"].as_object().into_iter().flatten();
        responses.map(move |(status, response)| (status.as_str(), resolve(self.document, response)))
    }
}

/// What a reference stands for; anything else, itself.
pub(super) fn resolve(document: &'static Value, value: &'static Value) -> &'static Value {
    let target = value["$ref"].as_str().and_then(|path| document.pointer(path.trim_start_matches('#')));
    target.unwrap_or(value)
}

/// The name of the schema that is referred to.
pub(super) fn name_of(schema: &'static Value) -> Option<&'static str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

pub(super) fn text(value: &'static Value) -> &'static str {
    value.as_str().unwrap_or_default()
}

/// The JSON of a media type.
pub(super) fn json(holder: &'static Value) -> &'static Value {
    &holder["content"]["application/json"]
}

/// Paragraphs, with code between backticks.
pub(super) fn prose(text: &'static str) -> impl IntoView {
    let paragraphs = text.split("\n\n").filter(|paragraph| !paragraph.is_empty());
    paragraphs.map(|paragraph| view! { <p class="max-w-[70ch]">{line(paragraph)}</p> }).collect_view()
}

/// A line, with code between backticks.
pub(super) fn line(text: &'static str) -> impl IntoView {
    let parts = text.split('`').enumerate();
    parts
        .map(|(n, part)| match n % 2 {
            0 => part.into_any(),
            _ => view! { <code class="mono text-xs wrap-anywhere">{part}</code> }.into_any(),
        })
        .collect_view()
}

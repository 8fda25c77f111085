//! One route: what it takes, how it is called, what it gives, and how it refuses.

use leptos::prelude::*;
use serde_json::Value;

use super::fields::{Field, Fields};
use super::reading::{Operation, json, line, prose, resolve, text};
use crate::components::Icon;

#[component]
pub(super) fn Section(operation: Operation, call: String) -> impl IntoView {
    let Operation { document, method, path, value } = operation;
    let body = json(&value["requestBody"]);
    let given = operation.responses().find(|(status, _)| status.starts_with('2'));
    let tone = match method {
        "get" => "tag tag-info mono",
        "delete" => "tag tag-warn mono",
        _ => "tag tag-ok mono",
    };
    view! {
        <section id=operation.anchor() class="panel mb-4 scroll-mt-20" aria-label=text(&value["summary"])>
            <div class="panel-head flex-wrap">
                <span class=tone>{method.to_uppercase()}</span>
                <code class="mono text-sm wrap-anywhere">{path}</code>
                <span class="ml-auto">{who(value)}</span>
            </div>
            <div class="panel-body grid gap-4 xl:grid-cols-2 items-start">
                <div class="grid gap-2 min-w-0">
                    <h3 class="text-md font-semibold">{text(&value["summary"])}</h3>
                    {prose(text(&value["description"]))}
                    <p class="text-xs text-muted">"Called " <code class="mono">{text(&value["operationId"])}</code> " in generated clients."</p>
                </div>
                <div class="grid gap-3 min-w-0">
                    <Example title="Call it" code=call />
                    {given.map(|(status, response)| view! {
                        <Example title=format!("{status}: {}", text(&response["description"])) code=pretty(&json(response)["example"]) />
                    })}
                </div>
            </div>
            {parameters(value)}
            {(!body.is_null()).then(|| view! {
                <p class="rowline text-xs text-muted border-t border-line">"In the body: " {text(&value["requestBody"]["description"])}</p>
                <Fields document schema=&body["schema"] />
            })}
            {given.map(|(_, response)| {
                let schema = &json(response)["schema"];
                let has_fields = !resolve(document, schema)["properties"].is_null() || !resolve(document, schema)["allOf"].is_null();
                has_fields.then(|| view! {
                    <details class="border-t border-line">
                        <summary class="rowline text-sm cursor-pointer"><Icon name="chevron-down" />"What it gives"</summary>
                        <Fields document schema sent=true />
                    </details>
                })
            })}
            <Refusals operation />
        </section>
    }
}

/// Who may call.
fn who(value: &'static Value) -> AnyView {
    let ways = value["security"].as_array().map_or(&[][..], Vec::as_slice);
    let (icon, word) = match ways {
        [] => ("globe", "Anybody"),
        [_] => ("key-round", "Signed in"),
        _ => ("globe", "Anybody, signed in or not"),
    };
    view! { <span class="tag tag-line"><Icon name=icon />{word}</span> }.into_any()
}

fn parameters(value: &'static Value) -> Option<impl IntoView> {
    let parameters = value["parameters"].as_array()?;
    let row = |it: &'static Value| {
        let note = (it["required"] == true).then_some("required");
        view! { <Field name=text(&it["name"]) schema=&it["schema"] note description=text(&it["description"]) /> }
    };
    Some(view! {
        <p class="rowline text-xs text-muted border-t border-line">"In the address"</p>
        {parameters.iter().map(row).collect_view()}
    })
}

/// Every code it can refuse with, out of the way until it is asked for.
#[component]
fn Refusals(operation: Operation) -> impl IntoView {
    let refusals = operation.responses().filter(|(status, _)| !status.starts_with('2'));
    let codes = refusals.clone().flat_map(|(status, response)| {
        let examples = json(response)["examples"].as_object().into_iter().flatten();
        examples.map(move |(code, example)| (status, code.as_str(), text(&example["summary"])))
    });
    let statuses = refusals.map(|(status, _)| status).collect::<Vec<_>>().join(" ");
    let row = |(status, code, sentence): (&'static str, &'static str, &'static str)| {
        view! {
            <div class="rowline flex-wrap items-baseline gap-y-1">
                <span class="tag tag-plain num">{status}</span>
                <code class="mono text-sm">{code}</code>
                <span class="text-sm text-muted basis-full sm:basis-0 sm:grow">{line(sentence)}</span>
            </div>
        }
    };
    view! {
        <details class="border-t border-line">
            <summary class="rowline text-sm cursor-pointer">
                <Icon name="chevron-down" />
                "How it refuses" <span class="text-xs text-muted num">{statuses}</span>
            </summary>
            {codes.map(row).collect_view()}
        </details>
    }
}

/// Code that one press selects whole.
#[component]
fn Example(#[prop(into)] title: String, code: String) -> impl IntoView {
    view! {
        <div class="min-w-0">
            <p class="text-xs text-muted mb-1">{title.clone()}</p>
            <pre class="code select-all" tabindex="0" role="group" aria-label=title>{code}</pre>
        </div>
    }
}

/// The call of the examples, for a shell.
pub(super) fn curl(operation: Operation, server: &str) -> String {
    let Operation { method, path, value, .. } = operation;
    let mut path = path.to_owned();
    for parameter in value["parameters"].as_array().into_iter().flatten() {
        if parameter["in"] == "path" {
            path = path.replace(&format!("{{{}}}", text(&parameter["name"])), &parameter["example"].to_string());
        }
    }
    let mut lines = vec![match method {
        "get" => format!("curl {server}{path}"),
        _ => format!("curl -X {} {server}{path}", method.to_uppercase()),
    }];
    if value["security"].as_array().is_some_and(|ways| ways.len() == 1) {
        lines.push("-H \"authorization: Bearer $TOKEN\"".to_owned());
    }
    let example = &json(&value["requestBody"])["example"];
    if !example.is_null() {
        lines.push("-H 'content-type: application/json'".to_owned());
        lines.push(format!("-d '{}'", example.to_string().replace('\'', "'\\''")));
    }
    lines.join(" \\\n  ")
}

fn pretty(example: &Value) -> String {
    format!("{example:#}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_call_has_its_id_its_token_and_its_body() {
        let value = json!({
            "security": [{ "authorization": [] }],
            "parameters": [{ "name": "id", "in": "path", "example": 1 }],
            "requestBody": { "content": { "application/json": { "example": { "title": "it's" } } } },
        });
        let value: &'static Value = Box::leak(Box::new(value));
        let operation = Operation { document: &Value::Null, method: "post", path: "/a/{id}/b", value };
        let expected = "curl -X POST http://x/a/1/b \\\n  -H \"authorization: Bearer $TOKEN\" \\\n  \
                        -H 'content-type: application/json' \\\n  -d '{\"title\":\"it'\\''s\"}'";
        assert_eq!(curl(operation, "http://x"), expected);
    }
}

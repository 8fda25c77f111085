//! What the page says, from top to bottom.

use leptos::prelude::*;
use serde_json::Value;

use super::fields::Fields;
use super::operation::{Section, curl};
use super::reading::{Operation, operations, prose, text};

/// The groups of the document, in its order.
fn tags(document: &'static Value) -> impl Iterator<Item = &'static Value> {
    document["tags"].as_array().into_iter().flatten()
}

/// Links to every route, by group, and to the schemas.
#[component]
pub(super) fn Contents(document: &'static Value, heading: &'static str, link: &'static str) -> impl IntoView {
    let route = move |operation: Operation| {
        view! { <a class=link href=format!("#{}", operation.anchor())>{text(&operation.value["summary"])}</a> }
    };
    let group = move |tag: &'static Value| {
        let name = text(&tag["name"]);
        view! {
            <p class=heading>{name}</p>
            {operations(document, name).into_iter().map(route).collect_view()}
        }
    };
    view! {
        {tags(document).map(group).collect_view()}
        <p class=heading>"Schemas"</p>
        <a class=link href="#schemas">"Every named schema"</a>
    }
}

/// What the page says. Calls in it go to `server`.
pub(super) fn content(document: &'static Value, server: &str) -> AnyView {
    let schemas = document["components"]["schemas"].as_object().into_iter().flatten();
    view! {
        <div class="mb-5">
            <h1>{text(&document["info"]["title"])}</h1>
            <div class="grid gap-2 mt-2">{prose(text(&document["info"]["description"]))}</div>
        </div>
        <details class="panel mb-5 lg:hidden">
            <summary class="panel-head cursor-pointer font-medium">"On this page"</summary>
            <nav class="panel-body grid gap-1.5" aria-label="On this page">
                <Contents document heading="text-muted text-xs mt-2" link="text-link" />
            </nav>
        </details>
        {tags(document).map(|tag| group(document, tag, server)).collect_view()}
        <h2 id="schemas" class="text-lg mt-8 mb-3 scroll-mt-20">"Schemas"</h2>
        {schemas.map(|(name, schema)| view! { <Schema document name schema /> }).collect_view()}
    }
    .into_any()
}

fn group(document: &'static Value, tag: &'static Value, server: &str) -> AnyView {
    let name = text(&tag["name"]);
    let section = |operation| view! { <Section operation call=curl(operation, server) /> };
    view! {
        <h2 class="text-lg mt-8">{name}</h2>
        <p class="text-muted text-sm mb-3">{text(&tag["description"])}</p>
        {operations(document, name).into_iter().map(section).collect_view()}
    }
    .into_any()
}

#[component]
fn Schema(document: &'static Value, name: &'static str, schema: &'static Value) -> impl IntoView {
    view! {
        <section id=format!("schema-{name}") class="panel mb-4 scroll-mt-20" aria-label=name>
            <div class="panel-head flex-wrap">
                <h3 class="mono font-medium">{name}</h3>
                <p class="text-muted text-sm">{super::reading::line(text(&schema["description"]))}</p>
            </div>
            <Fields document schema sent=!name.ends_with("Request") />
        </section>
    }
}

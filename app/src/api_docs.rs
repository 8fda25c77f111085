//! The OpenAPI document as a page: `/api/docs`. Made on the server alone, of the document and nothing else, so that it
//! reads without a script, passes the content policy and looks like the rest.

mod content;
mod fields;
mod operation;
mod reading;

use leptos::prelude::*;
use serde_json::Value;

use crate::components::{Icon, Wordmark};
use crate::theme::Theme;
use content::{Contents, content};

/// The page that shows an OpenAPI document (3.1), under `server`, which begins every address in its examples.
pub fn api_docs(options: &LeptosOptions, document: &'static Value, server: &str) -> impl IntoView + use<> {
    let theme = Theme::current().attribute();
    let title = reading::text(&document["info"]["title"]);
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>{title}</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=options.css_path() />
            </head>
            <body>
                <a class="skip" href="#main">"Skip to content"</a>
                <div class="frame">
                    <div class="frame-side">
                        <Rail document />
                    </div>
                    <div class="flex flex-col min-w-0 min-h-dvh">
                        <Bar />
                        <main id="main" tabindex="-1" class="flex-1 p-4 lg:p-6 max-w-[80rem] w-full">
                            {content(document, server)}
                        </main>
                    </div>
                </div>
            </body>
        </html>
    }
}

/// The way to every route, beside the page where there is room.
#[component]
fn Rail(document: &'static Value) -> impl IntoView {
    view! {
        <nav class="rail" aria-label="Routes">
            <a href="/" class="flex items-center gap-2.5 px-5 h-14 shrink-0" aria-label="GameServer">
                <Wordmark />
            </a>
            <div class="flex-1 pb-4 pt-2">
                <Contents document heading="rail-group" link="rail-link" />
            </div>
            <p class="rail-foot">"Version " {reading::text(&document["info"]["version"])}</p>
        </nav>
    }
}

#[component]
fn Bar() -> impl IntoView {
    let switch = |to: &'static str, icon: &'static str, class: &'static str, label: &'static str| {
        view! {
            <button class=format!("btn btn-ghost btn-sm btn-square {class}") name="theme" value=to aria-label=label title=label>
                <Icon name=icon />
            </button>
        }
    };
    view! {
        <header class="topbar">
            <a href="/" class="lg:hidden flex items-center gap-2.5" aria-label="GameServer"><Wordmark /></a>
            <span class="font-medium truncate max-lg:hidden">"API"</span>
            <div class="ml-auto flex items-center gap-2">
                <a class="btn btn-quiet btn-sm" href="/api/openapi.json">"OpenAPI 3.1"</a>
                <a class="btn btn-quiet btn-sm max-sm:hidden" href="/api/openapi.json?v=3.0">"3.0"</a>
                <form method="post" action="/theme" class="flex">
                    <input type="hidden" name="back" value="/api/docs" />
                    {switch("dark", "moon", "to-dark", "Switch to dark")}
                    {switch("light", "sun", "to-light", "Switch to light")}
                </form>
            </div>
        </header>
    }
}

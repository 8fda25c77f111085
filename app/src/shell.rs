//! The document around every page.

use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::App;
use crate::theme::Theme;

/// The document around every page.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let theme = Theme::current().attribute();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=options.css_path() />
                <link rel="preload" href="/fonts/geist.woff2" r#as="font" r#type="font/woff2" crossorigin="" />
                <link rel="preload" href="/fonts/chakra-petch.woff2" r#as="font" r#type="font/woff2" crossorigin="" />
                <Boot options=options.clone() />
                // Writes something under `cargo leptos watch` only.
                <AutoReload options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// Loads the module and hydrates the page, then marks the body.
///
/// Stands in for leptos' `HydrationScripts`, which writes the nonce into `crossorigin` (a fetched preload is then not
/// used, and Firefox at times does not hydrate) and gives the module preload none.
#[component]
fn Boot(options: LeptosOptions) -> impl IntoView {
    let nonce = use_nonce().map(|nonce| nonce.to_string());
    let base = options.site_pkg_dir_route_base();
    let name = &options.output_name;
    let js = format!("{base}{name}.js");
    let wasm = format!("{base}{name}.wasm");
    let script = format!(
        "import init,{{hydrate}} from \"{js}\";\
         init({{module_or_path:\"{wasm}\"}}).then(()=>{{hydrate();document.body.dataset.hydrated=''}})"
    );
    view! {
        <link rel="modulepreload" href=js nonce=nonce.clone() />
        <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="" />
        <script type="module" nonce=nonce inner_html=script />
    }
}

//! The document around every page.

use axum::http::request::Parts;
use domain::Scope;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::game::{Game, paint};
use crate::theme::Theme;
use crate::{App, Site};

/// Marks a page whose address is none of ours, as a context.
#[derive(Clone, Copy)]
pub struct Nowhere;

/// The document around every page. Pages of the dashboard are hydrated, and so are the live parts of others; the rest are
/// whole as they are and load no module.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let theme = Theme::current().attribute();
    let css = options.css_path();
    let (head, body) = if is_dashboard() {
        let icons = view! {
            <link rel="icon" href="/favicon.ico" sizes="32x32" />
            <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
            <Boot options=options.clone() module=options.output_name.to_string() />
        };
        (icons.into_any(), view! { <App /> }.into_any())
    } else {
        let boot = has_live_part().then(|| view! { <Boot options=options.clone() module=parts(&options) /> });
        (view! { <Dress /> {boot} }.into_any(), view! { <Site /> }.into_any())
    };
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="stylesheet" href=css />
                <link rel="preload" href="/fonts/geist.woff2" r#as="font" r#type="font/woff2" crossorigin="" />
                <link rel="preload" href="/fonts/chakra-petch.woff2" r#as="font" r#type="font/woff2" crossorigin="" />
                {head}
                // Writes something under `cargo leptos watch` only.
                <AutoReload options />
                <MetaTags />
            </head>
            <body>{body}</body>
        </html>
    }
}

/// Whether the page being rendered is one of the dashboard's, for somebody who may see it.
fn is_dashboard() -> bool {
    let is_below = use_context::<Parts>().is_some_and(|parts| {
        let path = parts.uri.path();
        path == "/admin" || path.starts_with("/admin/")
    });
    let may = use_context::<Scope>().is_some_and(|scope| scope.require_admin().is_ok());
    is_below && may && use_context::<Nowhere>().is_none()
}

/// Whether the page being rendered has a part that is live, for somebody who may see it.
fn has_live_part() -> bool {
    let is_one = use_context::<Parts>().is_some_and(|parts| matches!(parts.uri.path(), "/lobbies" | "/users/settings"));
    is_one && use_context::<Scope>().is_some_and(|scope| scope.user().is_some())
}

/// The game's own: its picture in the browser's tab, and its colours and style sheet over ours.
#[component]
fn Dress() -> impl IntoView {
    let theme = Game::theme();
    let nonce = use_nonce().map(|nonce| nonce.to_string());
    let colors = paint(&theme.colors).css;
    let icon = match &theme.favicon {
        Some(favicon) => view! { <link rel="icon" href=favicon.clone() /> }.into_any(),
        None => view! {
            <link rel="icon" href="/favicon.ico" sizes="32x32" />
            <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        }
        .into_any(),
    };
    view! {
        {icon}
        <meta name="description" content=theme.description.clone() />
        {(!colors.is_empty()).then(|| view! { <style nonce=nonce inner_html=colors /> })}
        {theme.css.clone().map(|css| view! { <link rel="stylesheet" href=css /> })}
    }
}

/// The name of the module that takes over parts. `cargo leptos watch`, which has a port to reload by, knows only one.
fn parts(options: &LeptosOptions) -> String {
    if options.reload_port == 0 { "parts".to_owned() } else { options.output_name.to_string() }
}

/// Loads a module and hydrates the page, then marks the body.
///
/// Stands in for leptos' `HydrationScripts`, which writes the nonce into `crossorigin` (a fetched preload is then not
/// used, and Firefox at times does not hydrate) and gives the module preload none.
#[component]
fn Boot(options: LeptosOptions, module: String) -> impl IntoView {
    let nonce = use_nonce().map(|nonce| nonce.to_string());
    let base = options.site_pkg_dir_route_base();
    let js = format!("{base}{module}.js");
    let wasm = format!("{base}{module}.wasm");
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

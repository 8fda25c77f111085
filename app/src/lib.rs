//! What the browser shows: pages, the components they are made of, and the server functions that feed them.
//!
//! Every page is rendered on the server and reads, links and submits without WASM. The pages of [`App`] are hydrated,
//! which adds what happens live and moves nothing; their code runs on both sides: `ssr` adds the domain, `hydrate` the
//! socket. The pages of [`Site`] are written by the server alone, but for the parts of them that are live (`part.rs`).

#![recursion_limit = "256"]
#![expect(
    unreachable_pub,
    clippy::must_use_candidate,
    reason = "the component macro writes `pub` on what it makes of a function, and leaves `must_use` behind"
)]

mod address;
#[cfg(feature = "ssr")]
mod api_docs;
mod clock;
mod components;
pub mod fns;
#[cfg(feature = "ssr")]
mod game;
mod keys;
mod live;
mod pages;
mod part;
#[cfg(feature = "ssr")]
mod said;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(feature = "ssr")]
mod site;
mod theme;
mod words;

#[cfg(feature = "ssr")]
pub use api_docs::api_docs;
#[cfg(feature = "ssr")]
pub use game::{Game, Paint, paint};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::SsrMode;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::path;
#[cfg(feature = "hydrate")]
pub use part::take_over_part;
#[cfg(feature = "ssr")]
pub use shell::{Nowhere, shell};
#[cfg(feature = "ssr")]
pub use site::Site;

use pages::{Admin, Audit, Connections, Events, Jobs, Lobbies, OneLobby, OpenSessions, Overview, Users};

/// Takes over the page of the dashboard that the server wrote.
#[cfg(feature = "hydrate")]
pub fn take_over() {
    hydrate_body(App);
}

/// What was typed into a form of the dashboard that was refused, by the names of its fields. The server gives it as a
/// context, once; passwords are not among it.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct TypedForm {
    /// Where the form was sent.
    pub action: String,
    /// What stood in its fields.
    pub fields: std::collections::BTreeMap<String, String>,
}

/// Which HTTP status an error has, given by the server as a context: its table is the only one.
#[cfg(feature = "ssr")]
#[derive(Clone, Copy)]
pub struct StatusTable(pub fn(&domain::Error) -> u16);

/// The id of the request that is answered, given by the server as a context: what failed on our side is told with it.
#[cfg(feature = "ssr")]
#[derive(Clone)]
pub struct RequestId(pub String);

/// What shows that a form was handed out by this server, given by it as a context: every form that changes something for
/// whoever sends it carries it along.
#[cfg(feature = "ssr")]
#[derive(Clone)]
pub struct FormToken(pub String);

/// What was typed into a form that was refused, by the names of its fields, given by the server as a context: the form that
/// is handed out again holds it. No password is among it.
#[cfg(feature = "ssr")]
#[derive(Clone)]
pub struct Typed(pub Vec<(String, String)>);

/// Every page of the dashboard, by its address.
///
/// Each is rendered whole before it is sent (`SsrMode::Async`): a page that streams its parts needs scripts to put them
/// in their places.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Routes fallback=Leave>
                <ParentRoute path=path!("/admin") view=Admin ssr=SsrMode::Async>
                    <Route path=path!("") view=Overview ssr=SsrMode::Async />
                    <Route path=path!("lobbies") view=Lobbies ssr=SsrMode::Async />
                    <Route path=path!("lobbies/:id") view=OneLobby ssr=SsrMode::Async />
                    <Route path=path!("connections") view=Connections ssr=SsrMode::Async />
                    <Route path=path!("events") view=Events ssr=SsrMode::Async />
                    <Route path=path!("users") view=Users ssr=SsrMode::Async />
                    <Route path=path!("sessions") view=OpenSessions ssr=SsrMode::Async />
                    <Route path=path!("audit") view=Audit ssr=SsrMode::Async />
                    <Route path=path!("jobs") view=Jobs ssr=SsrMode::Async />
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// Whatever else there is, the server writes: the link that led here is followed once more, to it.
#[component]
fn Leave() -> impl IntoView {
    let there = leptos_router::hooks::use_location();
    Effect::new(move |_| {
        let search = there.search.get_untracked();
        let separator = if search.is_empty() { "" } else { "?" };
        let href = format!("{}{separator}{search}", there.pathname.get_untracked());
        // Nothing is left to do for a browser that does not go there.
        let _ = location().set_href(&href);
    });
}

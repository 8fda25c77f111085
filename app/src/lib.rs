//! What the browser shows: pages, the components they are made of, and the server functions that feed them.
//!
//! Every page is rendered on the server and reads, links and submits without WASM. Hydration adds what happens live,
//! and moves nothing. The same code runs on both sides: `ssr` adds the domain, `hydrate` the socket.

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
mod keys;
mod live;
mod pages;
#[cfg(feature = "ssr")]
mod shell;
mod theme;
mod words;

#[cfg(feature = "ssr")]
pub use api_docs::api_docs;
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::SsrMode;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::path;
#[cfg(feature = "ssr")]
pub use shell::shell;

use pages::{Admin, FirstAdmin, Home, Lobbies, LogIn, Missing, Overview, Users};

/// Which HTTP status an error has, given by the server as a context: its table is the only one.
#[cfg(feature = "ssr")]
#[derive(Clone, Copy)]
pub struct StatusTable(pub fn(&domain::Error) -> u16);

/// Every page, by its address.
///
/// Each is rendered whole before it is sent (`SsrMode::Async`): a page that streams its parts needs scripts to put them
/// in their places.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Routes fallback=Missing>
                <Route path=path!("/") view=Home ssr=SsrMode::Async />
                <Route path=path!("/users/log-in") view=LogIn ssr=SsrMode::Async />
                <Route path=path!("/users/first-admin") view=FirstAdmin ssr=SsrMode::Async />
                <ParentRoute path=path!("/admin") view=Admin ssr=SsrMode::Async>
                    <Route path=path!("") view=Overview ssr=SsrMode::Async />
                    <Route path=path!("lobbies") view=Lobbies ssr=SsrMode::Async />
                    <Route path=path!("users") view=Users ssr=SsrMode::Async />
                </ParentRoute>
            </Routes>
        </Router>
    }
}

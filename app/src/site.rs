//! The pages that the server writes alone. Where a part of one is live, it loads the module for that part.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::SsrMode;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

use crate::pages::{
    Confirm, ConfirmByLink, DataDeletion, Elsewhere, FirstAdmin, ForgotPassword, Home, Letter, LogIn, LogInByLink,
    Mailbox, MoveByLink, NewPassword, PlayerLobbies, Privacy, Register, Settings, Terms,
};

/// Every page of them, by its address.
#[component]
pub fn Site() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Routes fallback=Elsewhere>
                <Route path=path!("/") view=Home ssr=SsrMode::Async />
                <Route path=path!("/privacy") view=Privacy ssr=SsrMode::Async />
                <Route path=path!("/terms") view=Terms ssr=SsrMode::Async />
                <Route path=path!("/data-deletion") view=DataDeletion ssr=SsrMode::Async />
                <Route path=path!("/lobbies") view=PlayerLobbies ssr=SsrMode::Async />
                <Route path=path!("/users/log-in") view=LogIn ssr=SsrMode::Async />
                <Route path=path!("/users/log-in/:token") view=LogInByLink ssr=SsrMode::Async />
                <Route path=path!("/users/register") view=Register ssr=SsrMode::Async />
                <Route path=path!("/users/confirm") view=Confirm ssr=SsrMode::Async />
                <Route path=path!("/users/confirm/:token") view=ConfirmByLink ssr=SsrMode::Async />
                <Route path=path!("/users/confirm-email/:token") view=MoveByLink ssr=SsrMode::Async />
                <Route path=path!("/users/reset-password") view=ForgotPassword ssr=SsrMode::Async />
                <Route path=path!("/users/reset-password/:token") view=NewPassword ssr=SsrMode::Async />
                <Route path=path!("/users/settings") view=Settings ssr=SsrMode::Async />
                <Route path=path!("/users/first-admin") view=FirstAdmin ssr=SsrMode::Async />
                <Route path=path!("/dev/mailbox") view=Mailbox ssr=SsrMode::Async />
                <Route path=path!("/dev/mailbox/:id") view=Letter ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
}

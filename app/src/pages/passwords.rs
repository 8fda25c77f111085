//! A new password for whoever forgot theirs.

use domain::mail_tokens::Purpose;
use leptos::prelude::*;
use leptos_meta::Title;

use super::links::MailLink;
use crate::components::{Auth, Field, OwnForm, Told};
use crate::game::Game;
use crate::said::Said;

/// Asks for the mail.
#[component]
pub(crate) fn ForgotPassword() -> impl IntoView {
    let said = Said::here();
    view! {
        <Title text=Game::title("New password") />
        <Auth>
            <h1 class="auth-title">"A new password"</h1>
            <p class="text-muted text-md mt-1 mb-6">
                "We mail you a link to set it with. " <a class="text-link" href="/users/log-in">"Back to signing in"</a>
            </p>
            <Told done=done />
            <OwnForm action="/users/reset-password".to_owned()>
                <Field name="email" label="E-mail" kind="email" autocomplete="username" value=said.typed_in("email") problem=said.on("email") first=true />
                <button class="btn btn-primary btn-lg w-full">"Mail me the link"</button>
            </OwnForm>
        </Auth>
    }
}

fn done(word: &str) -> Option<&'static str> {
    (word == "link_sent").then_some("If that address has an account, a link is on its way. It works for 30 minutes.")
}

/// The page of a link to set a new password with.
#[component]
pub(crate) fn NewPassword() -> impl IntoView {
    let problem = Said::here().on("password");
    let field = move || {
        view! {
            <Field
                name="password"
                label="New password"
                kind="password"
                autocomplete="new-password"
                problem=problem.clone()
                hint="8 characters or more, of any kind."
                first=true
            />
        }
    };
    view! {
        <MailLink
            purpose=Purpose::Reset
            path="/users/reset-password"
            title="Set a new password"
            what=|address| format!("For {address}. Everywhere else, this account is signed out.")
            button="Set it"
            again=("/users/reset-password", "Have a new link mailed")
            fields=field
        />
    }
}

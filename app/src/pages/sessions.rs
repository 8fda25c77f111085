//! Signing in.

use domain::mail_tokens::Purpose;
use leptos::prelude::*;
use leptos_meta::Title;

use super::links::MailLink;
use crate::components::{Auth, Field, Icon, OwnForm, Told};
use crate::game::Game;
use crate::said::Said;

/// By e-mail and password, by a link in a mail, or as a guest. The forms are answered by the server alone.
#[component]
pub(crate) fn LogIn() -> impl IntoView {
    let said = Said::here();
    let refused = said.problem().map(|_| "problem");
    let next = said.next();
    let kept = next.clone().map(|next| view! { <input type="hidden" name="next" value=next /> });
    view! {
        <Title text=Game::title("Sign in") />
        <Auth>
            <h1 class="auth-title">"Sign in"</h1>
            <p class="text-muted text-md mt-1 mb-6">
                "New here? " <a class="text-link" href="/users/register">"Make an account"</a>
            </p>
            <Told done=done />
            <OwnForm action="/users/log-in".to_owned() described_by=refused>
                {next.map(|next| view! { <input type="hidden" name="next" value=next /> })}
                <Field name="email" label="E-mail" kind="email" autocomplete="username" value=said.typed_in("email") problem=said.on("email") first=true />
                <Field
                    name="password"
                    label="Password"
                    kind="password"
                    autocomplete="current-password"
                    problem=said.on("password")
                    link=("/users/reset-password", "Forgot it?")
                />
                <label class="flex items-center gap-2.5 text-sm min-h-6">
                    <input type="checkbox" name="stay" class="checkbox checkbox-sm checkbox-primary" checked />
                    "Stay signed in for 14 days"
                </label>
                <button class="btn btn-primary btn-lg w-full">"Sign in"</button>
                <button class="btn btn-quiet btn-lg w-full" formaction="/users/log-in/mail" formnovalidate>
                    <Icon name="mail" />
                    "Mail me a sign-in link"
                </button>
            </OwnForm>
            <OwnForm action="/users/log-in/guest".to_owned() class="mt-6 text-center text-sm text-muted">
                {kept}
                "Just looking? "
                <button class="text-link min-h-6 cursor-pointer">"Play as a guest"</button>
                ", keep everything later."
            </OwnForm>
        </Auth>
    }
}

fn done(word: &str) -> Option<&'static str> {
    Some(match word {
        "link_sent" => "If that address has an account, a link is on its way. It works for 10 minutes.",
        "password_set" => "Your new password is set. Sign in with it.",
        "deleted" => "Your account is gone, with everything about it.",
        "moved" => "Your account has its new address. Sign in with it.",
        _ => return None,
    })
}

/// The page of a sign-in link.
#[component]
pub(crate) fn LogInByLink() -> impl IntoView {
    view! {
        <MailLink
            purpose=Purpose::MagicLink
            path="/users/log-in"
            title="Sign in"
            what=|address| format!("As the player whose address is {address}, in this browser.")
            button="Sign in"
            again=("/users/log-in", "Have a new link mailed")
        />
    }
}

//! Making an account, and proving its address.

use domain::mail_tokens::Purpose;
use leptos::prelude::*;
use leptos_meta::Title;
use wire::WhoAmI;

use super::links::MailLink;
use crate::components::{Auth, Failed, Field, OwnForm, Told};
use crate::fns;
use crate::game::Game;
use crate::said::Said;

/// Makes an account; for a guest, makes theirs one of their own.
#[component]
pub(crate) fn Register() -> impl IntoView {
    let said = Said::here();
    let shown = async move {
        match fns::accounts::who_am_i().await {
            Ok(WhoAmI { auth: Some(_), is_anonymous: false, profile, .. }) => {
                let name = profile.map(|profile| profile.name).unwrap_or_default();
                view! {
                    <h1 class="auth-title">"You have an account."</h1>
                    <p class="text-muted text-md mt-1 mb-6">"You are signed in as " <b class="font-medium">{name}</b> "."</p>
                    <a class="btn btn-primary btn-lg w-full" href="/users/settings">"To your settings"</a>
                }
                .into_any()
            }
            Ok(who) => view! { <RegisterForm said who /> }.into_any(),
            Err(problem) => view! {
                <h1 class="sr-only">"Make an account"</h1>
                <Failed what="Who you are could not be checked" problem />
            }
            .into_any(),
        }
    };
    view! {
        <Title text=Game::title("Make an account") />
        <Auth>
            <Suspense>{Suspend::new(shown)}</Suspense>
        </Auth>
    }
}

#[component]
fn RegisterForm(said: Said, who: WhoAmI) -> impl IntoView {
    let guest = who.profile.filter(|_| who.is_anonymous).map(|profile| profile.name);
    let (title, button) =
        if guest.is_some() { ("Keep this account", "Keep it") } else { ("Make an account", "Make my account") };
    let lead = match &guest {
        Some(name) => view! {
            "You play as the guest " <b class="font-medium">{name.clone()}</b> ". With an address and a password it is yours on every device, with all it has."
        }
        .into_any(),
        None => view! { "You have one? " <a class="text-link" href="/users/log-in">"Sign in"</a> }.into_any(),
    };
    let first = ["name", "email", "password"].into_iter().find(|field| said.on(field).is_some()).unwrap_or("name");
    view! {
        <h1 class="auth-title">{title}</h1>
        <p class="text-muted text-md mt-1 mb-6">{lead}</p>
        <Told done=|_| None />
        <OwnForm action="/users/register".to_owned()>
            <Field
                name="name"
                label="Name"
                kind="text"
                autocomplete="nickname"
                value=said.typed().or(guest)
                problem=said.on("name")
                hint="What other players see: 80 characters at most."
                first=first == "name"
            />
            <Field
                name="email"
                label="E-mail"
                kind="email"
                autocomplete="username"
                value=said.typed_in("email")
                problem=said.on("email")
                hint="We mail it a link. Nobody but you and the people who run this server sees it."
                first=first == "email"
            />
            <Field
                name="password"
                label="Password"
                kind="password"
                autocomplete="new-password"
                problem=said.on("password")
                hint="8 characters or more, of any kind."
                first=first == "password"
            />
            <button class="btn btn-primary btn-lg w-full">{button}</button>
        </OwnForm>
    }
}

/// How it stands with one's own address, and the link once more.
#[component]
pub(crate) fn Confirm() -> impl IntoView {
    let said = Said::here();
    let shown = async move {
        match fns::accounts::who_am_i().await {
            Ok(who) => view! { <Standing said who /> }.into_any(),
            Err(problem) => view! {
                <h1 class="sr-only">"Your address"</h1>
                <Failed what="How it stands with your address could not be checked" problem />
            }
            .into_any(),
        }
    };
    view! {
        <Title text=Game::title("Your address") />
        <Auth>
            <Suspense>{Suspend::new(shown)}</Suspense>
        </Auth>
    }
}

#[component]
fn Standing(said: Said, who: WhoAmI) -> impl IntoView {
    let on = |href: &'static str, words: &'static str| view! { <a class="btn btn-primary btn-lg w-full" href=href>{words}</a> };
    let is_signed_in = who.auth.is_some();
    let address = who.auth.and_then(|auth| Some((auth.email?, auth.email_confirmed_at.is_some())));
    let (title, text, next) = match address {
        Some((email, true)) => (
            "Your address is confirmed.",
            format!("{email} is yours: sign in with it wherever you like."),
            on("/", "Go on").into_any(),
        ),
        Some((email, false)) => (
            "Look into your mail.",
            format!(
                "A link is on its way to {email}. Open it within 24 hours; until then this account works in this browser."
            ),
            view! {
                <OwnForm action="/users/confirm".to_owned()>
                    <button class="btn btn-quiet btn-lg w-full">"Mail it once more"</button>
                </OwnForm>
                <p class="text-sm text-muted mt-6">
                    "Not your address? " <a class="text-link" href="/users/settings#email">"Change it"</a>
                    " or " <a class="text-link" href="/">"go on playing"</a> "."
                </p>
            }
            .into_any(),
        ),
        None if said.done().as_deref() == Some("confirmed") => (
            "Your address is confirmed.",
            "Sign in with it wherever you like.".to_owned(),
            on("/users/log-in", "Sign in").into_any(),
        ),
        None if is_signed_in => (
            "There is no address yet.",
            "Add one, and this account is yours on every device.".to_owned(),
            on("/users/register", "Keep this account").into_any(),
        ),
        None => (
            "Sign in first.",
            "Then the link can be mailed once more.".to_owned(),
            on("/users/log-in?next=%2Fusers%2Fconfirm", "Sign in").into_any(),
        ),
    };
    view! {
        <h1 class="auth-title">{title}</h1>
        <p class="text-muted text-md mt-1 mb-6 wrap-anywhere">{text}</p>
        <Told done=done />
        {next}
    }
}

fn done(word: &str) -> Option<&'static str> {
    (word == "link_sent").then_some("The link is on its way once more.")
}

/// The page of a link that confirms an address.
#[component]
pub(crate) fn ConfirmByLink() -> impl IntoView {
    view! {
        <MailLink
            purpose=Purpose::Confirm
            path="/users/confirm"
            title="Confirm your address"
            what=|address| format!("{address} becomes the address you sign in with.")
            button="Confirm"
            again=("/users/confirm", "Have a new link mailed")
        />
    }
}

/// The page of a link that moves an account to another address.
#[component]
pub(crate) fn MoveByLink() -> impl IntoView {
    view! {
        <MailLink
            purpose=Purpose::ChangeEmail
            path="/users/confirm-email"
            title="Take the new address"
            what=|address| format!("{address} takes the place of the address you have signed in with so far.")
            button="Take it"
            again=("/users/settings#email", "To your settings")
        />
    }
}

//! The pages of links in mails. They look and use nothing up, since mail servers follow every link to see whether it is
//! safe: what the button sends is what counts.

use domain::mail_tokens::{Purpose, Standing};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::components::{Auth, Failed, OwnForm, Told};
use crate::fns;
use crate::game::Game;

/// A button that uses the link, or why it does not work and where there is another.
#[component]
pub(super) fn MailLink(
    purpose: Purpose,
    /// Where its form goes: the token follows.
    path: &'static str,
    title: &'static str,
    /// What the button does, for the address the link was mailed to.
    what: fn(&str) -> String,
    button: &'static str,
    /// Where another link can be had: the address and its words.
    again: (&'static str, &'static str),
    /// Fields to fill in.
    #[prop(optional, into)]
    fields: ViewFn,
) -> impl IntoView {
    let token = use_params_map().get_untracked().get("token").unwrap_or_default();
    let action = format!("{path}/{token}");
    let shown = async move {
        match fns::accounts::link(&token, purpose).await {
            Ok(Standing::Good { sent_to }) => view! {
                <h1 class="auth-title">{title}</h1>
                <p class="text-muted text-md mt-1 mb-6">{what(&sent_to)}</p>
                <Told done=|_| None />
                <OwnForm action>
                    {fields.run()}
                    <button class="btn btn-primary btn-lg w-full">{button}</button>
                </OwnForm>
            }
            .into_any(),
            Ok(standing) => unusable(&standing, again).into_any(),
            Err(problem) => view! {
                <h1 class="sr-only">{title}</h1>
                <Failed what="This link could not be checked" problem />
            }
            .into_any(),
        }
    };
    view! {
        <Title text=Game::title(title) />
        <Auth>
            <Suspense>{Suspend::new(shown)}</Suspense>
        </Auth>
    }
}

fn unusable(standing: &Standing, (href, words): (&'static str, &'static str)) -> impl IntoView + use<> {
    let (status, title, what) = match standing {
        Standing::Used => (410, "This link was used.", "A link works once. If that was you, all is done."),
        Standing::TooOld => {
            (410, "This link is too old.", "Links work for a while only, in case somebody else finds them.")
        }
        Standing::Replaced => (
            410,
            "There is a newer link.",
            "Only the link of the newest mail works. Look for that one, or have another mailed.",
        ),
        Standing::Unknown | Standing::Good { .. } => {
            (404, "This is no link of ours.", "A part of it may be missing: copy the whole address from the mail.")
        }
    };
    fns::set_status(status);
    view! {
        <h1 class="auth-title">{title}</h1>
        <p class="text-muted text-md mt-1 mb-6">{what}</p>
        <a class="btn btn-primary btn-lg w-full" href=href>{words}</a>
    }
}

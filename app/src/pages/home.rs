//! The start page: the game's words, and the way in.

use leptos::prelude::*;
use leptos_meta::Title;
use wire::{Feature, UsefulLink};

use crate::components::sky::Sky;
use crate::components::{Failed, Front, Icon};
use crate::fns;
use crate::game::{Game, icon};

/// What runs here, and where to go.
#[component]
pub(crate) fn Home() -> impl IntoView {
    let theme = Game::theme();
    let art = match theme.banner.clone() {
        Some(banner) => view! { <img class="hero-art" src=banner alt="" /> }.into_any(),
        None => view! { <Sky class="hero-art hero-sky" /> }.into_any(),
    };
    view! {
        <Title text=Game::title("") />
        <Front>
            <section class="hero">
                {art}
                <div class="relative max-w-[34rem]">
                    <h1 class="display text-3xl text-balance">{theme.tagline.clone()}</h1>
                    <p class="mt-3 text-md art-line">{theme.description.clone()}</p>
                    <div class="mt-6 flex flex-wrap items-center gap-3 text-md">
                        <Suspense>
                            {Suspend::new(async { way_in().await })}
                        </Suspense>
                    </div>
                </div>
            </section>
            {(!theme.features.is_empty()).then(|| features(&theme.features))}
            {(!theme.useful_links.is_empty()).then(|| links(&theme.useful_links))}
        </Front>
    }
}

/// What whoever looks can do next.
async fn way_in() -> impl IntoView {
    let who = match fns::accounts::who_am_i().await {
        Ok(who) => who,
        Err(problem) => return view! { <Failed what="Who you are could not be checked" problem /> }.into_any(),
    };
    let Some((auth, profile)) = who.auth.zip(who.profile) else {
        return view! {
            <a class="btn btn-primary btn-lg" href="/users/log-in">"Sign in"</a>
            <p>"New here? " <a class="text-link hero-link" href="/users/register">"Make an account"</a></p>
        }
        .into_any();
    };
    let next = match auth.role.as_str() {
        "admin" => view! { <a class="btn btn-primary btn-lg" href="/admin">"Open the dashboard"</a> }.into_any(),
        _ => view! { <a class="btn btn-primary btn-lg" href="/lobbies"><Icon name="swords" />"Find a game"</a> }
            .into_any(),
    };
    let more = match auth.role.as_str() {
        "admin" => ().into_any(),
        // Whoever signs out here is not asked whether they can come back.
        _ if who.is_anonymous => {
            view! { <a class="btn btn-ink btn-lg" href="/users/register">"Keep this account"</a> }.into_any()
        }
        _ => view! {
            <form method="post" action="/users/log-out">
                <button class="btn btn-ink btn-lg"><Icon name="log-out" />"Sign out"</button>
            </form>
        }
        .into_any(),
    };
    view! {
        {next}
        {more}
        <p>
            "You are signed in as " <b class="font-medium">{profile.name}</b> ". "
            <a class="text-link hero-link" href="/users/settings">"Settings"</a>
        </p>
    }
    .into_any()
}

fn features(features: &[Feature]) -> impl IntoView + use<> {
    let feature = |feature: &Feature| {
        view! {
            <li class="panel p-5">
                <Icon name=icon(&feature.icon, "sparkles") class="i-lg text-accent" />
                <h3 class="text-md font-semibold mt-3">{feature.title.clone()}</h3>
                <p class="text-muted mt-1">{feature.description.clone()}</p>
            </li>
        }
    };
    view! {
        <section aria-labelledby="features">
            <h2 id="features" class="sr-only">"What there is"</h2>
            <ul class="grid gap-4 mt-4 sm:grid-cols-2 lg:grid-cols-3">{features.iter().map(feature).collect_view()}</ul>
        </section>
    }
}

fn links(links: &[UsefulLink]) -> impl IntoView + use<> {
    let link = |link: &UsefulLink| {
        view! {
            <li>
                <a class="btn btn-quiet btn-lg max-w-full" href=link.url.clone()>
                    <Icon name=icon(&link.icon, "link") class="text-muted" />
                    <span class="truncate">{link.title.clone()}</span>
                </a>
            </li>
        }
    };
    view! {
        <nav aria-label="Useful links" class="mt-6">
            <ul class="flex flex-wrap gap-3">{links.iter().map(link).collect_view()}</ul>
        </nav>
    }
}

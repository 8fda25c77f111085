//! One's own account: each part of the page has its form, and an address of its own behind `#`.

use leptos::prelude::*;
use leptos_meta::Title;
use wire::{AuthUser, Profile, UserId};

use crate::components::{Avatar, Failed, Field, Front, Icon, OwnForm, Told};
use crate::fns;
use crate::game::Game;
use crate::said::Said;

/// What belongs to whoever looks. The server leads nobody here who is not signed in.
#[component]
pub(crate) fn Settings() -> impl IntoView {
    let said = Said::here();
    let shown = async move {
        match fns::accounts::who_am_i().await {
            Ok(who) => {
                who.auth.zip(who.profile).map(|(auth, profile)| view! { <Parts said auth profile /> }).into_any()
            }
            Err(problem) => view! { <Failed what="Your account could not be read" problem /> }.into_any(),
        }
    };
    view! {
        <Title text=Game::title("Settings") />
        <Front>
            <div class="settings">
                <h1 class="auth-title">"Settings"</h1>
                <Suspense>{Suspend::new(shown)}</Suspense>
            </div>
        </Front>
    }
}

#[component]
fn Parts(said: Said, auth: AuthUser, profile: Profile) -> impl IntoView {
    let parts: &[(&str, &str)] = if auth.email.is_some() {
        &[("#profile", "Profile"), ("#email", "E-mail"), ("#password", "Password"), ("#out", "Sign out")]
    } else {
        &[("#keep", "Keep it"), ("#profile", "Profile"), ("#out", "Sign out")]
    };
    let links = parts.iter().map(|(href, word)| view! { <a href=*href>{*word}</a> }).collect_view();
    let is_guest = auth.is_anonymous;
    let has_address = auth.email.is_some();
    view! {
        <nav class="tabline" aria-label="Parts of the settings">{links}</nav>
        {is_guest.then(|| view! { <Keep name=profile.name.clone() /> })}
        <ProfilePart said=said.clone() profile />
        {has_address.then(|| view! { <EmailPart said=said.clone() auth=auth.clone() /> })}
        {has_address.then(|| view! { <PasswordPart said=said.clone() /> })}
        <Out is_guest />
    }
}

/// A part of the page: its name and what it is for at the left, from 1024 px on.
#[component]
fn Part(
    id: &'static str,
    title: &'static str,
    what: &'static str,
    /// What the address says, if it is about this part.
    #[prop(optional)]
    said: Option<Said>,
    children: Children,
) -> impl IntoView {
    let told = said.filter(|said| said.is_about(id)).map(|said| view! { <Told said done=done /> });
    view! {
        <section id=id class="settings-part" aria-labelledby=format!("{id}-title")>
            <div>
                <h2 id=format!("{id}-title") class="text-md font-semibold">{title}</h2>
                <p class="text-sm text-muted mt-1">{what}</p>
            </div>
            <div class="panel panel-body">{told} {children()}</div>
        </section>
    }
}

fn done(word: &str) -> Option<&'static str> {
    Some(match word {
        "renamed" => "Saved. Other players see it already.",
        "pictured" => "This is your picture now.",
        "unpictured" => "Your picture is gone.",
        "email_asked" => "If the address is free, a link is on its way to it. Until you open it, nothing changes.",
        "password_changed" => "Your new password is set. Everywhere else, this account is signed out.",
        "moved" => "Your account has its new address.",
        _ => return None,
    })
}

/// A guest's way to an account of their own.
#[component]
fn Keep(name: String) -> impl IntoView {
    view! {
        <Part id="keep" title="Keep this account" what="A guest's account lives in this browser alone.">
            <p class="text-sm mb-4">
                "You play as the guest " <b class="font-medium">{name}</b>
                ". Add an address and a password, and it is yours on every device, with all it has."
            </p>
            <a class="btn btn-primary btn-lg" href="/users/register">"Keep this account"</a>
        </Part>
    }
}

#[component]
fn ProfilePart(said: Said, profile: Profile) -> impl IntoView {
    let (problem, picture, name) = (said.on("display_name"), said.on("avatar"), profile.name.clone());
    view! {
        <Part id="profile" title="Profile" what="What other players see." said=said>
            <OwnForm action="/users/settings/name".to_owned() class="grid gap-4 max-w-sm">
                <Field
                    name="display_name"
                    label="Name"
                    kind="text"
                    autocomplete="nickname"
                    value=Some(name)
                    problem=problem
                    hint="80 characters at most. Others may have the same."
                />
                <div><button class="btn btn-primary btn-lg">"Save"</button></div>
            </OwnForm>
            <Picture problem=picture profile />
        </Part>
    }
}

/// The picture, and how it is changed.
#[component]
fn Picture(#[prop(optional_no_strip)] problem: Option<String>, profile: Profile) -> impl IntoView {
    let has_own = profile.avatar_url.is_some();
    let picture = match profile.avatar_url {
        Some(url) => view! { <img class="av av-lg" src=url alt="Your picture" /> }.into_any(),
        None => profile.id.parse::<UserId>().ok().map(|id| view! { <Avatar id class="av av-lg" /> }).into_any(),
    };
    let invalid = problem.is_some();
    let said = problem.map(|problem| view! { <p class="wrong"><Icon name="circle-alert" class="i-sm" />{format!("The picture {problem}.")}</p> });
    view! {
        <div class="flex flex-wrap gap-6 items-start mt-6">
            {picture}
            <div class="grid gap-3 flex-1 min-w-60 max-w-sm">
                <OwnForm action="/users/settings/avatar".to_owned() class="grid gap-3" with_file=true>
                    <div class="field">
                        <label for="avatar">"Picture"</label>
                        <input
                            class="file-input"
                            id="avatar"
                            type="file"
                            name="avatar"
                            accept="image/png,image/jpeg,image/webp"
                            required
                            aria-invalid=invalid.then_some("true")
                            aria-describedby="avatar-hint"
                        />
                        {said}
                        <p class="hint" id="avatar-hint">"PNG, JPEG or WebP, 1 MiB and 2048 × 2048 pixels at most. It is cut square."</p>
                    </div>
                    <div><button class="btn btn-quiet btn-lg"><Icon name="image-up" />"Take this picture"</button></div>
                </OwnForm>
                {has_own.then(|| view! {
                    <OwnForm action="/users/settings/avatar/remove".to_owned()>
                        <div><button class="btn btn-ghost btn-lg">"Take the picture away"</button></div>
                    </OwnForm>
                })}
            </div>
        </div>
    }
}

#[component]
fn EmailPart(said: Said, auth: AuthUser) -> impl IntoView {
    let email = auth.email.unwrap_or_default();
    let standing = if auth.email_confirmed_at.is_some() {
        view! { <p class="hint flex items-center gap-1.5"><Icon name="circle-check" class="i-sm" />"Confirmed. Only you and the people who run this server see it."</p> }.into_any()
    } else {
        view! { <p class="hint">"Not confirmed yet. " <a class="text-link" href="/users/confirm">"Have the link mailed again"</a></p> }.into_any()
    };
    let (problem, password) = (said.on("email"), said.clone());
    view! {
        <Part id="email" title="E-mail" what="The address you sign in with." said=said>
            <p class="text-sm font-medium wrap-anywhere">{email}</p>
            {standing}
            <div class="mt-4 max-w-sm">
                <OwnForm action="/users/settings/email".to_owned()>
                    <Field name="email" label="New address" kind="email" autocomplete="email" problem=problem />
                    <Current said=password form="email" />
                    <div><button class="btn btn-quiet btn-lg">"Mail a link to it"</button></div>
                </OwnForm>
            </div>
        </Part>
    }
}

#[component]
fn PasswordPart(said: Said) -> impl IntoView {
    let (problem, again, password) = (said.on("password"), said.on("password_confirmation"), said.clone());
    view! {
        <Part id="password" title="Password" what="Another one signs you out everywhere else." said=said>
            <div class="max-w-sm">
                <OwnForm action="/users/settings/password".to_owned()>
                    <Current said=password form="password" />
                    <Field
                        name="password"
                        of="new"
                        label="New password"
                        kind="password"
                        autocomplete="new-password"
                        problem=problem
                        hint="8 characters or more, of any kind."
                    />
                    <Field
                        name="password_confirmation"
                        label="The same once more"
                        kind="password"
                        autocomplete="new-password"
                        problem=again
                    />
                    <div><button class="btn btn-quiet btn-lg">"Change the password"</button></div>
                </OwnForm>
            </div>
        </Part>
    }
}

/// The password so far: not asked of whoever signed in a moment ago.
#[component]
fn Current(said: Said, form: &'static str) -> impl IntoView {
    let is_wanted = said.is_about(form) && (said.is("recent_login_required") || said.is("invalid_credentials"));
    let problem = is_wanted.then(|| "is needed".to_owned()).filter(|_| said.is("recent_login_required"));
    view! {
        <Field
            name="current_password"
            of=form
            label="Password so far"
            kind="password"
            autocomplete="current-password"
            problem=problem
            hint="May stay empty within 10 minutes of signing in."
            spare=true
        />
    }
}

#[component]
fn Out(is_guest: bool) -> impl IntoView {
    let what =
        if is_guest { "A guest who signs out does not come back." } else { "Ends this session, in this browser." };
    view! {
        <Part id="out" title="Sign out" what=what>
            <form method="post" action="/users/log-out">
                <button class="btn btn-quiet btn-lg"><Icon name="log-out" />"Sign out"</button>
            </form>
        </Part>
    }
}

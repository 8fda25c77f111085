//! One's own account: each part of the page has its form, and an address of its own behind `#`.

use chrono::{DateTime, Utc};
use domain::accounts::DeviceLink;
use leptos::prelude::*;
use leptos_meta::Title;
use wire::{ApiError, AuthUser, OpenSession, Profile, UserId};

use crate::clock::Clock;
use crate::components::{Avatar, Back, Failed, Field, Front, Icon, OwnForm, Told};
use crate::fns::{self, Problem};
use crate::game::Game;
use crate::said::Said;

use device::DevicePart;
use friends::FriendsPart;

mod device;
mod friends;

/// What belongs to whoever looks. The server leads nobody here who is not signed in.
#[component]
pub(crate) fn Settings() -> impl IntoView {
    let said = Said::here();
    let shown = async move {
        match read().await {
            Ok(held) => view! { <Parts said held /> }.into_any(),
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

/// What time it is, and where somebody is signed in.
type Sessions = (DateTime<Utc>, Vec<OpenSession>);

/// What the page shows.
struct Held {
    auth: AuthUser,
    profile: Profile,
    device: DeviceLink,
    sessions: Sessions,
    friends: friends::Held,
}

async fn read() -> Result<Held, Problem> {
    let who = fns::accounts::who_am_i().await?;
    let device = fns::accounts::device().await?;
    let sessions = fns::accounts::sessions().await?;
    let both = who.auth.zip(who.profile);
    // The server leads nobody here without one.
    let (auth, profile) = both.ok_or_else(|| Problem(ApiError::new("internal", "There is no account here.")))?;
    let friends = friends::read().await?;
    Ok(Held { auth, profile, device, sessions, friends })
}

#[component]
fn Parts(said: Said, held: Held) -> impl IntoView {
    let Held { auth, profile, device, sessions, friends } = held;
    let parts: &[(&str, &str)] = if auth.email.is_some() {
        &[
            ("#profile", "Profile"),
            ("#friends", "Friends"),
            ("#email", "E-mail"),
            ("#password", "Password"),
            ("#device", "Device"),
            ("#sessions", "Sessions"),
            ("#delete", "Delete"),
        ]
    } else {
        &[
            ("#keep", "Keep it"),
            ("#profile", "Profile"),
            ("#friends", "Friends"),
            ("#device", "Device"),
            ("#sessions", "Sessions"),
            ("#delete", "Delete"),
        ]
    };
    let links = parts.iter().map(|(href, word)| view! { <a href=*href>{*word}</a> }).collect_view();
    let is_guest = auth.is_anonymous;
    let has_address = auth.email.is_some();
    let name = profile.name.clone();
    provide_context(Back(friends.address()));
    view! {
        <nav class="tabline" aria-label="Parts of the settings">{links}</nav>
        {is_guest.then(|| view! { <Keep name=profile.name.clone() /> })}
        <ProfilePart said=said.clone() profile />
        <FriendsPart said=said.clone() held=friends />
        {has_address.then(|| view! { <EmailPart said=said.clone() auth=auth.clone() /> })}
        {has_address.then(|| view! { <PasswordPart said=said.clone() /> })}
        <DevicePart said=said.clone() device has_address />
        <SessionsPart said=said.clone() is_guest sessions />
        <DeletePart said name />
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
    let told = said.filter(|said| said.is_about(id)).map(|_| view! { <Told done=done /> });
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
        "device_unlinked" => "The device is unlinked, and what was signed in by it is signed out.",
        "session_ended" => "That session is over.",
        "others_ended" => "All other sessions are over.",
        "friend_asked" => "Your request is on its way.",
        "friend_accepted" => "You are friends.",
        "friend_rejected" => "You rejected it. They may ask again, unless you block them.",
        "friend_removed" => "That is over.",
        "friend_blocked" => "They are blocked. What was between you has ended with it.",
        "friend_unblocked" => "They are not blocked any more.",
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
    let (problem, picture) = (said.on("display_name"), said.on("avatar"));
    let name = said.typed_in("display_name").unwrap_or_else(|| profile.name.clone());
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
    let (problem, password, typed) = (said.on("email"), said.clone(), said.typed_in("email"));
    view! {
        <Part id="email" title="E-mail" what="The address you sign in with." said=said>
            <p class="text-sm font-medium wrap-anywhere">{email}</p>
            {standing}
            <div class="mt-4 max-w-sm">
                <OwnForm action="/users/settings/email".to_owned()>
                    <Field name="email" label="New address" kind="email" autocomplete="email" value=typed problem=problem />
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

/// Where the account is signed in, with a button to end each.
#[component]
fn SessionsPart(said: Said, is_guest: bool, sessions: Sessions) -> impl IntoView {
    let what = if is_guest {
        "Where you are signed in. A guest who signs out here does not come back."
    } else {
        "Where you are signed in. One that is ended is out at once."
    };
    let (now, sessions) = sessions;
    let clock = Clock::from(now);
    let has_others = sessions.len() > 1;
    let rows = sessions.into_iter().map(|session| view! { <SessionRow session clock /> }).collect_view();
    view! {
        <Part id="sessions" title="Sessions" what=what said=said>
            <ul class="sessions">{rows}</ul>
            {has_others.then(|| view! {
                <OwnForm action="/users/settings/sessions/end-others".to_owned() class="mt-4">
                    <button class="btn btn-quiet btn-lg"><Icon name="log-out" />"End all others"</button>
                </OwnForm>
            })}
        </Part>
    }
}

#[component]
fn SessionRow(session: OpenSession, clock: Clock) -> impl IntoView {
    let device = session.device.clone().unwrap_or_else(|| "Unknown device".to_owned());
    let name = format!("End {device}");
    let since = clock.since(session.used_at);
    let place = session.ip.map(|ip| format!(" · from {ip}"));
    let icon = if session.kind == "device" { "gamepad-2" } else { "globe" };
    let act = if session.is_current {
        view! {
            <form method="post" action="/users/log-out">
                <button class="btn btn-quiet btn-lg">"Sign out"</button>
            </form>
        }
        .into_any()
    } else {
        view! {
            <OwnForm action="/users/settings/sessions/end".to_owned()>
                <input type="hidden" name="id" value=session.id.0.to_string() />
                <button class="btn btn-quiet btn-lg" aria-label=name>"End"</button>
            </OwnForm>
        }
        .into_any()
    };
    view! {
        <li class="rowline">
            <Icon name=icon class="text-muted" />
            <div class="flex-1 min-w-0">
                <p class="text-sm font-medium flex flex-wrap items-center gap-2">
                    {device}
                    {session.is_current.then(|| view! { <span class="tag tag-line">"this one"</span> })}
                </p>
                <p class="text-xs text-muted wrap-anywhere">"last used: " {since} {place}</p>
            </div>
            {act}
        </li>
    }
}

/// What is held about the account, and its end.
#[component]
fn DeletePart(said: Said, name: String) -> impl IntoView {
    let problem = said.on("confirm");
    view! {
        <Part id="delete" title="Delete your account" what="Everything about it goes with it. This cannot be undone." said=said>
            <p><a class="btn btn-quiet btn-lg max-w-full" href="/users/settings/export"><Icon name="download" />"Everything held about me (JSON)"</a></p>
            <p class="text-sm mt-6 mb-4">"To delete it, type its name: " <b class="font-medium wrap-anywhere">{name}</b></p>
            <OwnForm action="/users/settings/delete".to_owned() class="grid gap-4 max-w-sm">
                <Field name="confirm" label="Name of the account" kind="text" autocomplete="off" problem=problem />
                <div><button class="btn btn-danger btn-lg">"Delete my account"</button></div>
            </OwnForm>
        </Part>
    }
}

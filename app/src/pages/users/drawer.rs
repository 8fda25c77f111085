//! The drawer of one account, by its address: everything about it, and what an admin can do with it.
//!
//! It is a dialog at the right of the list. The server sends it open, so that it reads and acts without a script; hydration
//! makes it modal, which keeps the focus in it, and Escape closes it.

use leptos::html::Dialog;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use web_sys::{Event, HtmlElement};
use wire::{OpenSession, UserFile, UserId};

use crate::clock::{Ago, Clock, exact};
use crate::components::{Act, Asked, Avatar, Badge, Icon, Outcome, Typed};
use crate::fns::{self, Problem};
use crate::pages::audit::changed;
use crate::words::figure;

use super::row::{role, ways_in};

mod edit;
mod ties;

use edit::{Edit, Foot};
use ties::Ties;

/// The drawer of an account, over the list that was asked for.
#[component]
pub(super) fn Drawer(id: UserId, asked: Memo<Asked>) -> impl IntoView {
    let closed = Signal::derive(move || asked.with(|asked| asked.address(asked.page().page())));
    let file = Resource::new(|| (), move |()| fns::user(id));
    let dialog = NodeRef::<Dialog>::new();
    let leave = open(dialog, id, closed);
    view! {
        <dialog class="drawer" open aria-label=format!("Account {id}") data-drawer=id.to_string() node_ref=dialog on:close=leave>
            <Transition>
                {move || Suspend::new(async move {
                    match file.await {
                        Ok(file) => view! { <Account file asked closed /> }.into_any(),
                        Err(problem) => view! { <NoAccount problem closed /> }.into_any(),
                    }
                })}
            </Transition>
        </dialog>
    }
}

/// Makes the dialog modal in the browser. Escape closes it, and the address follows; however it goes, the focus returns to
/// its row.
fn open(dialog: NodeRef<Dialog>, id: UserId, closed: Signal<String>) -> impl Fn(Event) + Clone {
    let navigate = use_navigate();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        // It stands open as the server sent it; only one that is not open can be made modal.
        dialog.set_open(false);
        if dialog.show_modal().is_err() {
            dialog.set_open(true);
        }
    });
    Effect::new(move |_| {
        // While the dialog is there, nothing beside it takes the focus.
        on_cleanup(move || request_animation_frame(move || focus_row(id)));
    });
    move |_| navigate(&closed.get_untracked(), NavigateOptions { scroll: false, ..NavigateOptions::default() })
}

fn focus_row(id: UserId) {
    let row = document().query_selector(&format!("tr[data-user='{id}'] a")).ok().flatten();
    if let Some(name) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
        // It is gone if it cannot take the focus.
        let _ = name.focus();
    }
}

#[component]
fn NoAccount(problem: Problem, closed: Signal<String>) -> impl IntoView {
    view! {
        <div class="drawer-head">
            <h2 class="text-lg">{problem.0.message}</h2>
            <Close closed />
        </div>
    }
}

#[component]
fn Close(
    closed: Signal<String>,
    /// Something else wants the focus.
    #[prop(optional)]
    yields: bool,
) -> impl IntoView {
    view! {
        <a class="btn btn-ghost btn-sm btn-square ml-auto" href=closed aria-label="Close" autofocus=!yields>
            <Icon name="x" />
        </a>
    }
}

#[component]
fn Account(file: UserFile, asked: Memo<Asked>, closed: Signal<String>) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let user = file.user.clone();
    let id = user.id;
    let badges = Badge::draw_all(role(&user));
    let is_refused = Typed::into_form(&format!("/admin/users/{id}/edit"), "metadata").is_any();
    let lobby = user.lobby.clone().map(|(id, title)| {
        let href = format!("/admin/lobbies/{id}");
        view! { <p class="text-sm text-muted">"In " <a class="text-link" href=href>{title}</a></p> }
    });
    view! {
        <div class="drawer-head">
            <Avatar id class="av av-lg" />
            <div class="min-w-0">
                <h2 class="text-lg wrap-any">{user.name()}</h2>
                <p class="text-sm text-muted">
                    "User " <span class="num">{id.to_string()}</span> " · since "
                    <time datetime=user.created_at.to_rfc3339()>{exact(user.created_at)}</time>
                </p>
                {lobby}
                <div class="mt-1">{badges}</div>
            </div>
            <Close closed yields=is_refused />
        </div>
        <div class="drawer-body">
            <Outcome />
            <Facts file=file.clone() />
            <Sessions id sessions=file.sessions.clone() />
            <Ties id asked ties=file.ties.clone() count=file.ties_count />
            <Edit file=file.clone() />
            <section>
                <h3 class="font-semibold mb-2">"Latest in the audit log"</h3>
                {if file.audit.is_empty() {
                    view! { <p class="text-sm text-muted">"No admin has done anything to this account yet."</p> }.into_any()
                } else {
                    let entry = |entry: &wire::AuditEntry| {
                        let who = entry.actor_name.clone().unwrap_or_else(|| match entry.actor_id {
                            Some(id) => format!("player-{id}"),
                            None => entry.actor.clone(),
                        });
                        let refused = (entry.outcome != "done").then(|| format!(" (refused: {})", entry.outcome.replace('_', " ")));
                        view! {
                            <li>
                                <span class="text-muted block"><Ago at=entry.at clock /></span>
                                <b class="font-medium">{who}</b> " " <span class="mono text-xs">{entry.action.clone()}</span>
                                {refused}
                                <span class="text-muted mono text-xs block wrap-any">{changed(entry)}</span>
                            </li>
                        }
                    };
                    view! { <ul class="acts">{file.audit.iter().map(entry).collect_view()}</ul> }.into_any()
                }}
            </section>
        </div>
        <Foot file />
    }
}

#[component]
fn Facts(file: UserFile) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let UserFile { user, ban_reason, email_confirmed_at, games_played, games_won, .. } = file;
    let email = user.email.clone().map(|email| {
        let state = match email_confirmed_at {
            Some(at) => format!("confirmed {}", exact(at)),
            None => "not confirmed".to_owned(),
        };
        view! { <span class="wrap-any">{email}</span> <span class="text-muted block">{state}</span> }
    });
    let id = user.id;
    let reset = (email_confirmed_at.is_some()).then(|| {
        view! { <Act action=format!("/admin/users/{id}/reset") label="Mail a password reset" icon="mail" class="btn btn-quiet btn-xs" /> }
    });
    let banned = user.banned_at.map(|at| {
        view! {
            <div class="note note-bad">
                <Icon name="ban" />
                <p class="wrap-any">
                    "Banned since " {exact(at)} ". "
                    {ban_reason.map_or_else(|| "No reason was given.".to_owned(), |reason| format!("Told: “{reason}”"))}
                </p>
            </div>
        }
    });
    view! {
        <section>
            {banned}
            <dl class="dl mt-3">
                <dt>"Games"</dt>
                <dd class="num">{figure(games_played)} " played, " {figure(games_won)} " won"</dd>
                <dt>"Ways in"</dt>
                <dd>{Badge::draw_all(ways_in(&user))}</dd>
                <dt>"E-mail"</dt>
                <dd>{email.map_or_else(|| "–".into_any(), IntoAny::into_any)} {reset}</dd>
                <dt>"Last seen"</dt>
                <dd>
                    {match user.last_seen_at {
                        Some(at) => view! { <Ago at clock /> }.into_any(),
                        None => "never".into_any(),
                    }}
                </dd>
            </dl>
        </section>
    }
}

#[component]
fn Sessions(id: UserId, sessions: Vec<OpenSession>) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let any = !sessions.is_empty();
    let line = |session: OpenSession| {
        let on = session.device.unwrap_or_else(|| "Unknown device".to_owned());
        let from = session.ip.map(|ip| format!("{ip} · ")).unwrap_or_default();
        let action = format!("/admin/sessions/{}/end", session.id);
        let to = format!("session {}", session.id);
        view! {
            <li class="rowline" data-session=session.id.to_string()>
                <div class="min-w-0">
                    <p class="font-medium">{on} " " {session.is_current.then(|| Badge::THIS_ONE.draw())}</p>
                    <p class="text-xs text-muted">
                        {from} "by " {session.kind.replace('_', " ")} " · used " <Ago at=session.used_at clock />
                    </p>
                </div>
                <span class="ml-auto"><Act action label="End" icon="log-out" class="btn btn-quiet btn-xs" to /></span>
            </li>
        }
    };
    view! {
        <section>
            <div class="flex items-center gap-2 mb-1">
                <h3 class="font-semibold">"Sessions"</h3>
                <span class="ml-auto">
                    {any
                        .then(|| {
                            view! { <Act action=format!("/admin/users/{id}/sign-out") label="Log out everywhere" icon="log-out" /> }
                        })}
                </span>
            </div>
            {if any {
                view! { <ul>{sessions.into_iter().map(line).collect_view()}</ul> }.into_any()
            } else {
                view! { <p class="text-sm text-muted">"Signed in nowhere."</p> }.into_any()
            }}
        </section>
    }
}

//! The way in by a password.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use wire::LobbyId;

use crate::components::{Icon, OwnForm};
use crate::fns;
use crate::said::Said;

/// Asks for the password of the lobby that the address names, by itself or by its code.
#[component]
pub(super) fn Enter(is_seated: bool) -> impl IntoView {
    let (map, said) = (use_query_map().get_untracked(), Said::here());
    let is_wrong = said.is("invalid_password");
    let is_asked = is_wrong || said.is("password_required");
    let lobby = map.get("enter").or_else(|| map.get("lobby").filter(|_| is_asked)).and_then(|id| id.parse().ok());
    let code = map.get("code").filter(|_| is_asked);
    if is_seated || (lobby.is_none() && code.is_none()) {
        return None;
    }
    let shown = async move {
        let known = match lobby {
            Some(lobby) => fns::look_at(lobby).await,
            None => None,
        };
        let (title, host) = known.unwrap_or_else(|| ("This lobby".to_owned(), "its host".to_owned()));
        ask(title, &host, lobby, code, is_wrong)
    };
    Some(view! { <Suspense>{Suspend::new(shown)}</Suspense> })
}

fn ask(
    title: String,
    host: &str,
    lobby: Option<LobbyId>,
    code: Option<String>,
    is_wrong: bool,
) -> impl IntoView + use<> {
    let action = lobby.map_or_else(|| "/lobbies/join-by-code".to_owned(), |lobby| format!("/lobbies/{lobby}/join"));
    let wrong = is_wrong.then(|| {
        view! {
            <p class="wrong" id="password-said" role="alert">
                <Icon name="circle-alert" class="i-sm" />
                <span class="wrap-anywhere">{format!("That is not the password. Ask {host}, or pick an open lobby.")}</span>
            </p>
        }
    });
    view! {
        <section class="panel panel-body mb-5 while-seeking" id="enter" aria-labelledby="enter-title">
            <h2 id="enter-title" class="text-md wrap-anywhere">{title}" asks for a password"</h2>
            <OwnForm action class="flex flex-wrap items-end gap-3 mt-3">
                {code.map(|code| view! { <input type="hidden" name="code" value=code /> })}
                <div class="field flex-1 min-w-48 max-w-sm">
                    <label for="password">"Password"</label>
                    <input
                        class="input input-lg w-full"
                        class:input-error=is_wrong
                        id="password"
                        name="password"
                        type="password"
                        maxlength="128"
                        autocomplete="off"
                        required
                        autofocus
                        aria-invalid=is_wrong.then_some("true")
                        aria-describedby=is_wrong.then_some("password-said")
                    />
                    {wrong}
                </div>
                <button class="btn btn-quiet btn-lg">"Take a seat"</button>
                <a class="btn btn-ghost btn-lg" href="/lobbies">"Not now"</a>
            </OwnForm>
        </section>
    }
}

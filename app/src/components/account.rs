//! Whoever is signed in, and the way out.

use leptos::html::Details;
use leptos::prelude::*;
use wire::Viewer;

use crate::components::{Avatar, Icon, ThemeSwitch};
use crate::keys::on_key;

/// The account menu. It opens without WASM.
#[component]
pub(crate) fn Account(viewer: Viewer) -> impl IntoView {
    let menu = NodeRef::<Details>::new();
    on_key(move |key, _| {
        if let ("Escape", Some(menu)) = (key, menu.get_untracked()) {
            menu.set_open(false);
        }
    });
    view! {
        <details class="account" node_ref=menu>
            <summary class="btn btn-ghost btn-sm px-1.5" aria-label="Your account" title=viewer.name.clone()>
                <Avatar id=viewer.id />
            </summary>
            <div class="account-menu panel">
                <p class="text-sm font-medium truncate">{viewer.name}</p>
                <ThemeSwitch />
                <form method="post" action="/users/log-out">
                    <button class="btn btn-quiet btn-sm w-full">
                        <Icon name="log-out" />
                        "Sign out"
                    </button>
                </form>
            </div>
        </details>
    }
}

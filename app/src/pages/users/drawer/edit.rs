//! The forms of the drawer.

use leptos::prelude::*;
use wire::UserFile;

use crate::components::{Act, Carried, Either, Icon, Json, Text, Typed};

/// What is said about an account, to change.
#[component]
pub(super) fn Edit(file: UserFile) -> impl IntoView {
    let UserFile { user, email_confirmed_at, games_played, games_won, metadata, .. } = file;
    let action = format!("/admin/users/{}/edit", user.id);
    let typed = Typed::into_form(&action, "metadata");
    let saved = serde_json::to_string_pretty(&metadata).unwrap_or_default();
    let value = typed.on_json("metadata", &metadata);
    let is_confirmed = email_confirmed_at.is_some();
    let confirmed_typed = typed.on("email_confirmed", &is_confirmed);
    let confirmed = user.email.is_some().then(|| {
        view! { <Either name="email_confirmed" label="Address" is=confirmed_typed words=["Counts as confirmed", "Is not confirmed"] /> }
    });
    view! {
        <details class="unfold" open=typed.is_any()>
            <summary>
                <Icon name="pencil" />
                "Edit"
                <Icon name="chevron-down" class="i-sm" />
            </summary>
            <form class="grid gap-3" method="post" action=action>
                <Carried />
                <Text name="display_name" label="Name" value=typed.on("display_name", user.display_name.as_deref().unwrap_or_default()) hint="Empty takes it away." />
                <div class="grid grid-cols-2 gap-3">
                    <Text name="games_played" label="Games played" value=typed.on("games_played", &games_played) numeric=true />
                    <Text name="games_won" label="Games won" value=typed.on("games_won", &games_won) numeric=true />
                </div>
                {confirmed}
                <div class="field">
                    <label for="metadata">"Metadata"</label>
                    <Json name="metadata" label="Metadata" value saved save="Save" />
                </div>
            </form>
        </details>
    }
}

/// What can be done with an account. What cannot be undone asks first, by typing.
#[component]
pub(super) fn Foot(file: UserFile) -> impl IntoView {
    let user = file.user;
    let id = user.id;
    let action = move |act: &str| format!("/admin/users/{id}/{act}");
    let ban = if user.banned_at.is_some() {
        view! { <Act action=action("unban") label="Lift the ban" icon="door-open" /> }.into_any()
    } else {
        view! {
            <details class="unfold w-full">
                <summary>
                    <Icon name="ban" />
                    "Ban…"
                    <Icon name="chevron-down" class="i-sm" />
                </summary>
                <form class="grid gap-3" method="post" action=action("ban")>
                    <Carried />
                    <Text name="reason" label="Reason" value=String::new() hint="The player is told it when they sign in." />
                    <button class="btn btn-danger btn-sm justify-self-start">"Ban and sign out everywhere"</button>
                </form>
            </details>
        }
        .into_any()
    };
    let (label, becomes) = if user.is_admin { ("Take the admin role", "false") } else { ("Make admin", "true") };
    view! {
        <div class="drawer-foot">
            <Act action=action("role") label icon="shield">
                <input type="hidden" name="is_admin" value=becomes />
            </Act>
            {ban}
            <details class="unfold w-full">
                <summary>
                    <Icon name="trash-2" />
                    "Delete…"
                    <Icon name="chevron-down" class="i-sm" />
                </summary>
                <form class="grid gap-3" method="post" action=action("remove")>
                    <Carried />
                    <p class="text-sm">
                        "The account goes with its sessions, its seat and everything kept about it. This cannot be undone."
                    </p>
                    <Text name="confirm" label="Type the number of the account" value=String::new() numeric=true />
                    <button class="btn btn-danger btn-sm justify-self-start">"Delete account " {id.to_string()}</button>
                </form>
            </details>
        </div>
    }
}

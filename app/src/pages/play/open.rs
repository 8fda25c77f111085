//! A lobby of one's own. The link to it shows it, without a script; so does what was wrong with it.

use leptos::prelude::*;
use wire::NewLobby;

use crate::components::{Field, OwnForm};
use crate::said::Said;

/// What a new lobby is asked.
#[component]
pub(super) fn Open() -> impl IntoView {
    let said = Said::here();
    let problem = |field: &str| said.on(field).filter(|_| said.is_about("new"));
    let (title, seats, password, grace) =
        (problem("title"), problem("max_users"), problem("password"), problem("grace_seconds"));
    view! {
        <section class="panel panel-body mb-5" class:only-target=!said.is_about("new") id="new" aria-labelledby="new-heading">
            <h2 id="new-heading" class="text-md mb-3">"A new lobby"</h2>
            <OwnForm action="/lobbies/new" class="grid gap-4 sm:grid-cols-2">
                <Field name="title" of="new" label="Title" kind="text" autocomplete="off" problem=title hint="May stay empty: it then gets a name." spare=true />
                <Field
                    name="max_users"
                    of="new"
                    label="Seats"
                    kind="number"
                    autocomplete="off"
                    value=Some(NewLobby::MAX_USERS.to_string())
                    problem=seats
                    hint="1 to 128."
                />
                <Field name="password" of="new" label="Password" kind="text" autocomplete="off" problem=password hint="May stay empty: anybody may join." spare=true />
                <Field
                    name="grace_seconds"
                    of="new"
                    label="Seconds a seat is kept"
                    kind="number"
                    autocomplete="off"
                    value=Some("30".to_owned())
                    problem=grace
                    hint="For whoever loses their connection: 0 to 600."
                />
                <div class="field">
                    <label for="new-policy">"Who is host after you"</label>
                    <select class="input input-lg w-full select" id="new-policy" name="host_policy">
                        <option value="longest">"Whoever sat there longest"</option>
                        <option value="successor">"Whom I name later"</option>
                        <option value="none">"Nobody: it stays as it is"</option>
                        <option value="server">"Nobody, until the server names one"</option>
                    </select>
                </div>
                <label class="flex items-center gap-3 min-h-11 text-sm self-end">
                    <input class="checkbox" type="checkbox" name="is_hidden" value="true" />
                    "Hidden: only by its code"
                </label>
                <div class="flex flex-wrap gap-3 sm:col-span-2">
                    <button class="btn btn-tonal btn-lg">"Open the lobby"</button>
                    <a class="btn btn-ghost btn-lg" href="/lobbies">"Not now"</a>
                </div>
            </OwnForm>
        </section>
    }
}

//! A lobby of one's own. The link to it shows it, without a script; so does what was wrong with it.

use leptos::prelude::*;
use wire::NewLobby;

use crate::components::{Field, OwnForm};
use crate::said::Said;

/// Who is host when the host leaves.
const POLICIES: [(&str, &str); 4] = [
    ("longest", "Whoever sat there longest"),
    ("successor", "Whom I name later"),
    ("none", "Nobody: it stays as it is"),
    ("server", "Nobody, until the server names one"),
];

/// What a new lobby is asked.
#[component]
pub(super) fn Open() -> impl IntoView {
    let said = Said::here();
    let is_refused = said.is_about("new");
    let problem = |field: &str| said.on(field).filter(|_| is_refused);
    let (title, seats, password, grace) =
        (problem("title"), problem("max_users"), problem("password"), problem("grace_seconds"));
    // What was typed is there again, but for the password, which is kept nowhere.
    let typed = |field: &str| said.typed_in(field).filter(|_| is_refused);
    let number = |field: &str, usual: i64| Some(typed(field).unwrap_or_else(|| usual.to_string()));
    let (name, policy, is_hidden) = (typed("title"), typed("host_policy"), typed("is_hidden").is_some());
    let (max_users, grace_seconds) = (number("max_users", NewLobby::MAX_USERS), number("grace_seconds", 30));
    let policies = POLICIES.map(|(name, words)| {
        view! { <option value=name selected=policy.as_deref() == Some(name)>{words}</option> }
    });
    view! {
        <section class="panel panel-body mb-5 while-seeking" class:only-target=!is_refused id="new" aria-labelledby="new-heading">
            <h2 id="new-heading" class="text-md mb-3">"A new lobby"</h2>
            <OwnForm action="/lobbies/new" class="grid gap-4 sm:grid-cols-2">
                <Field name="title" of="new" label="Title" kind="text" autocomplete="off" value=name problem=title hint="May stay empty: it then gets a name." spare=true />
                <Field
                    name="max_users"
                    of="new"
                    label="Seats"
                    kind="number"
                    autocomplete="off"
                    value=max_users
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
                    value=grace_seconds
                    problem=grace
                    hint="For whoever loses their connection: 0 to 600."
                />
                <div class="field">
                    <label for="new-policy">"Who is host after you"</label>
                    <select class="input input-lg w-full select" id="new-policy" name="host_policy">
                        {policies.into_iter().collect_view()}
                    </select>
                </div>
                <label class="flex items-center gap-3 min-h-11 text-sm self-end">
                    <input class="checkbox" type="checkbox" name="is_hidden" value="true" checked=is_hidden />
                    "Hidden: in no list"
                </label>
                <div class="flex flex-wrap gap-3 sm:col-span-2">
                    <button class="btn btn-tonal btn-lg">"Open the lobby"</button>
                    <a class="btn btn-ghost btn-lg" href="/lobbies">"Not now"</a>
                </div>
            </OwnForm>
        </section>
    }
}

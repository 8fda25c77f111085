//! What admins do: a plain form with one button, answered by the server, and a word on how it went.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::{use_location, use_query_map};

use crate::components::Icon;
use crate::fns;

/// How often a page asks for another token: before the one it has is too old.
const ANEW: Duration = Duration::from_mins(20);

/// What shows that a form was handed out by this server, for all forms of a live page. It may stay open for days: the
/// token is asked for anew while it does.
#[derive(Clone, Copy)]
pub(crate) struct FreshToken(RwSignal<Option<String>>);

impl FreshToken {
    /// Gives it to what is drawn below.
    pub(crate) fn provide(token: Option<String>) {
        let held = RwSignal::new(token);
        provide_context(Self(held));
        let ask = move || {
            spawn_local(async move {
                if let Ok(Some(seat)) = fns::viewer().await {
                    held.try_set(seat.form_token);
                }
            });
        };
        Effect::new(move |_| {
            if let Ok(interval) = set_interval_with_handle(ask, ANEW) {
                on_cleanup(move || interval.clear());
            }
        });
    }

    /// The token as it is now.
    pub(crate) fn get(self) -> Option<String> {
        self.0.get()
    }
}

/// A form that does one thing and leads back to where it stands.
#[component]
pub(crate) fn Act(
    /// Where it is sent.
    #[prop(into)]
    action: String,
    /// What its button says.
    label: &'static str,
    icon: &'static str,
    #[prop(default = "btn btn-quiet btn-sm")] class: &'static str,
    /// To what, for those who do not see where it stands.
    #[prop(optional, into)]
    to: Option<String>,
    /// Its fields, if it has any.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let name = to.map(|to| format!("{label} {to}"));
    view! {
        <form method="post" action=action class="contents">
            <Carried />
            {children.map(|children| children())}
            <button class=class aria-label=name>
                <Icon name=icon />
                {label}
            </button>
        </form>
    }
}

/// What every form carries: its token, and the address it leads back to, which is that of the page.
#[component]
pub(crate) fn Carried() -> impl IntoView {
    let FreshToken(token) = expect_context();
    let location = use_location();
    let here = move || {
        let search = location.search.get();
        let search = search.trim_start_matches('?');
        let separator = if search.is_empty() { "" } else { "?" };
        format!("{}{separator}{search}", location.pathname.get())
    };
    view! {
        <input type="hidden" name="form_token" value=token />
        <input type="hidden" name="back" value=here />
    }
}

/// How the last act went, as the address says it.
#[component]
pub(crate) fn Outcome() -> impl IntoView {
    let query = use_query_map();
    let said = move || {
        query.with(|query| match (query.get("done"), query.get("problem")) {
            (Some(done), _) => done_in_words(&done).map(|said| (said, "circle-check", "note note-ok mb-4", "status")),
            (None, Some(problem)) => {
                Some((in_words(&problem, query.get("field").as_deref()), "circle-alert", "note note-bad mb-4", "alert"))
            }
            (None, None) => None,
        })
    };
    move || {
        said().map(|(said, icon, class, role)| {
            view! {
                <div class=class role=role>
                    <Icon name=icon />
                    <p>{said}</p>
                </div>
            }
        })
    }
}

fn done_in_words(done: &str) -> Option<&'static str> {
    Some(match done {
        "banned" => "Banned. Their sessions have ended, and there is no way in until the ban is lifted.",
        "unbanned" => "The ban is lifted. They can sign in again.",
        "role" => "The role has changed. It counts from their next request on.",
        "saved" => "Saved.",
        "removed" => "The account is gone, with everything about it.",
        "signed_out" => "Signed out everywhere. Their sockets close as well.",
        "reset_mailed" => "A way to a new password is on its way to their address.",
        "session_ended" => "The session has ended.",
        "connection_closed" => "Disconnected. The game may connect again; to keep it out, ban its player.",
        "reseated" => "They have their seat again.",
        "kept_open" => "The lobby stays open.",
        "closing_instead" => {
            "They are the last one in it: the lobby closes in a moment, and their seat goes with it, unless you keep it open."
        }
        "opened" => "The lobby is open. The server owns it: it stays when the last player leaves.",
        "job_waits" => "The job has all its attempts anew, beginning now.",
        "job_dropped" => "The job is gone. What it was to do is not done.",
        _ => return None,
    })
}

/// What stood in the way, and what to do. The words are ours: an address can only choose among them.
pub(super) fn in_words(problem: &str, field: Option<&str>) -> &'static str {
    match (problem, field) {
        ("validation_failed", Some("reason")) => "A reason has 300 characters at most, none for control or direction.",
        ("validation_failed", Some("display_name")) => {
            "A name has 1 to 80 characters, none for control or direction. Nothing was changed."
        }
        ("validation_failed", Some("games_played" | "games_won")) => {
            "Games are counted in whole numbers from 0 on. Nothing was changed."
        }
        ("validation_failed", Some("email")) => "That address belongs to another account. Nothing was changed.",
        ("validation_failed", Some("metadata")) => {
            "Metadata is a JSON object of 16 KiB and 8 levels at most. Nothing was changed."
        }
        ("validation_failed", Some("title")) => {
            "A title has 1 to 80 characters, none for control or direction. Nothing was changed."
        }
        ("validation_failed", Some("max_users")) => "A lobby has 1 to 128 seats. Nothing was changed.",
        ("validation_failed", Some("password")) => "A password has 128 bytes at most. Nothing was changed.",
        ("validation_failed", Some("confirm")) => "Type the number of the account to delete it. Nothing was changed.",
        ("changed_meanwhile", _) => {
            "Somebody else changed the same meanwhile. Nothing was saved: see theirs beside yours, and save again."
        }
        ("cannot_ban_self", _) => "You cannot ban yourself. Ask another admin.",
        ("cannot_demote_self", _) => "You cannot take the role from yourself. Ask another admin.",
        ("cannot_remove_self", _) => "This is your own account. It is deleted from its own settings.",
        ("last_admin", _) => "This is the last admin. Make another one first.",
        ("banned", _) => "This account is banned. Lift the ban first.",
        ("admin_address", _) => "An admin signs in with their confirmed address. Take the role from them first.",
        ("no_address", _) => "This account has no address for that.",
        ("held_back", _) => "Too many mails went to this address of late. Try again in a while.",
        ("too_small", _) => "More players sit in it than that. Give it a seat for each of them.",
        ("no_host", _) => "No member hosts this lobby, and none can be made its host.",
        ("not_in_lobby", _) => "They do not sit in this lobby any more.",
        ("full", _) => "Their seat was taken meanwhile.",
        ("already_in_lobby", _) => "They have a seat in another lobby by now.",
        ("too_late", _) => "It was too late: the lobby has closed.",
        ("not_found", _) => "It is not there any more.",
        ("not_dead", _) => "This job was not given up. Look at it again.",
        _ => "That did not work. Nothing was changed; try again.",
    }
}

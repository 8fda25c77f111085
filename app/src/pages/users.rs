//! Every account, live.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use wire::{AdminUser, Page, UserFilter, UserId, WayIn};

use crate::components::{Asked, Choice, List, ListFrame, Outcome, choice, rows};
use crate::fns;
use crate::pages::Counts;
use crate::words::{counted, figure, lower};

use drawer::Drawer;
use table::Table;

mod drawer;
mod row;
mod table;

const LIST: List = List { path: "/admin/users", search: "q", choice: "role", more: &[] };

/// What is asked of the accounts.
fn filter(asked: &Asked) -> UserFilter {
    UserFilter { q: asked.search.clone(), role: asked.choice.clone(), sort: asked.sort.clone() }
}

async fn ask(asked: Asked) -> Result<Page<AdminUser>, fns::Problem> {
    fns::users(filter(&asked), asked.page()).await
}

/// Whether a filter admits an account, as the server decides it.
fn admits(filter: &UserFilter, user: &AdminUser) -> bool {
    let sought = filter.q.as_ref().is_none_or(|q| {
        let q = lower(q.trim());
        user.display_name.as_ref().is_some_and(|name| lower(name).contains(&q))
            || user.email.as_ref().is_some_and(|email| lower(email) == q)
            || user.id.to_string() == q
    });
    let role = match filter.role.as_deref() {
        Some("admin") => user.is_admin,
        Some("guest") => user.is_guest,
        Some("banned") => user.banned_at.is_some(),
        Some("unconfirmed") => user.is_unconfirmed,
        Some("device") => user.ways_in.contains(&WayIn::Device),
        Some("password") => user.ways_in.contains(&WayIn::Password),
        _ => true,
    };
    sought && role
}

/// Every account.
#[component]
pub(crate) fn Users() -> impl IntoView {
    let counts = expect_context::<Counts>();
    let asked = Asked::here(&LIST);

    // Which drawer is open is no matter of the list.
    let query = use_query_map();
    let opened = Memo::new(move |_| query.with(|query| query.get("user").and_then(|user| user.parse::<UserId>().ok())));

    let users = counts.map(|counts| figure(counts.users));
    let word = counts.map(|counts| if counts.users == 1 { " account · " } else { " accounts · " });
    let others = counts
        .map(|counts| format!("{} · {} online", counted(counts.guests, "guest", "guests"), figure(counts.online)));
    view! {
        <ListFrame
            asked
            title="Users"
            line=move || view! { <b class="text-base-content font-medium">{users}</b> {word} {others} }
            said=move || view! {
                <Show when=move || opened.get().is_none()>
                    <Outcome />
                </Show>
            }
            label="Name, id, or an exact e-mail"
            kind="Role"
            choices=choices(counts)
        >
            {rows(asked, ask, "The accounts did not load", |asked, page| view! { <Table asked page /> }.into_any())}
        </ListFrame>
        {move || opened.get().map(|id| view! { <Drawer id asked /> })}
    }
}

fn choices(counts: Counts) -> Vec<Choice> {
    vec![
        ("All", None, Some(counts.map(|counts| counts.users).into())),
        ("Admins", Some("admin"), Some(counts.map(|counts| counts.admins).into())),
        ("Guests", Some("guest"), Some(counts.map(|counts| counts.guests).into())),
        choice("Banned", Some("banned")),
        choice("Unconfirmed", Some("unconfirmed")),
        choice("By device", Some("device")),
        choice("By password", Some("password")),
    ]
}

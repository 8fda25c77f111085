//! The audit log: what admins did, and what was refused.

use leptos::prelude::*;
use wire::{AuditEntry, AuditFilter, Page, UserId};

use crate::address::address;
use crate::clock::{Ago, Clock};
use crate::components::{Asked, Badge, Icon, List, ListFrame, Listed, NoneFits, choice, rows};
use crate::fns;

const LIST: List = List { path: "/admin/audit", search: "q", choice: "outcome", more: &[] };

/// The audit log.
#[component]
pub(crate) fn Audit() -> impl IntoView {
    let asked = Asked::here(&LIST);
    view! {
        <ListFrame
            asked
            title="Audit log"
            line=|| "What admins did, and what was refused. Nothing here is ever changed."
            label="Action, or an exact id"
            kind="Outcome"
            choices=vec![choice("All", None), choice("Done", Some("done")), choice("Refused", Some("refused"))]
        >
            {rows(asked, ask, "The audit log did not load", table)}
        </ListFrame>
    }
}

async fn ask(asked: Asked) -> Result<Page<AuditEntry>, fns::Problem> {
    let page = asked.page();
    fns::audit(AuditFilter { q: asked.search, outcome: asked.choice }, page).await
}

fn table(asked: Asked, page: Page<AuditEntry>) -> AnyView {
    let clock = expect_context::<Clock>();
    let none =
        NoneFits { title: "No row fits", hint: "An id is found only when it is whole.", all: "Show the whole log" };
    view! {
        <Listed head=Head meta=page.meta asked none>
            {page.data.into_iter().map(|entry| row(entry, clock)).collect_view()}
        </Listed>
    }
    .into_any()
}

#[component]
fn Head() -> impl IntoView {
    view! {
        <th scope="col" class="w-28" aria-sort="descending">
            <span class="sort">"When" <Icon name="arrow-down" class="i-sm" /></span>
        </th>
        <th scope="col" class="w-1/6 max-sm:hidden">"Who"</th>
        <th scope="col">"Did"</th>
        <th scope="col" class="w-1/6 max-md:hidden">"To"</th>
        <th scope="col" class="w-1/5 max-xl:hidden">"Changed"</th>
        <th scope="col" class="w-28 max-xl:hidden">"From"</th>
        <th scope="col" class="w-28">"Outcome"</th>
    }
}

fn row(entry: AuditEntry, clock: Clock) -> impl IntoView {
    let changed = changed(&entry);
    let outcome = if entry.outcome == "done" { Badge::DONE } else { Badge::REFUSED };
    let why = (entry.outcome != "done").then(|| entry.outcome.replace('_', " "));
    let who = match entry.actor_id {
        Some(id) => account(id, entry.actor_name.clone()).into_any(),
        None => view! { <span class="text-muted">{entry.actor.clone()}</span> }.into_any(),
    };
    let to = match entry.target_kind.as_str() {
        "user" => account(UserId(entry.target_id), entry.target_name.clone()).into_any(),
        "lobby" => {
            let href = format!("/admin/lobbies/{}", entry.target_id);
            view! { <a class="text-link" href=href>"lobby " {entry.target_id.to_string()}</a> }.into_any()
        }
        kind => format!("{kind} {}", entry.target_id).into_any(),
    };
    view! {
        <tr tabindex="-1" data-audit=entry.id.to_string()>
            <td class="text-muted"><Ago at=entry.at clock /></td>
            <td class="max-sm:hidden">{who}</td>
            <th scope="row"><span class="mono text-xs">{entry.action}</span></th>
            <td class="max-md:hidden">{to}</td>
            <td class="max-xl:hidden mono text-xs text-muted" title=changed.clone()>{changed.clone()}</td>
            <td class="max-xl:hidden mono text-xs">{entry.ip.unwrap_or_else(|| "–".to_owned())}</td>
            <td title=why>{outcome.draw()}</td>
        </tr>
    }
}

/// An account by its name of today, or by its number alone once it has gone.
fn account(id: UserId, name: Option<String>) -> impl IntoView {
    let href = address("/admin/users", &[("user", Some(&id.to_string()))]);
    let name = name.unwrap_or_else(|| format!("player-{id}"));
    view! { <a class="text-link truncate" href=href>{name}</a> }
}

/// What was changed, in a line.
pub(super) fn changed(entry: &AuditEntry) -> String {
    match (&entry.was, &entry.became) {
        (Some(was), Some(became)) => format!("{was} → {became}"),
        (Some(was), None) => format!("{was} → –"),
        (None, Some(became)) => became.to_string(),
        (None, None) => "–".to_owned(),
    }
}

//! The audit log: what admins did, and what was refused.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use wire::{AuditEntry, AuditFilter, Page, PageQuery, UserId};

use crate::address::address;
use crate::clock::{Ago, Clock};
use crate::components::{Badge, Bones, CopyView, Empty, Failed, FilterBar, Heading, Icon, Listed, Segment};
use crate::fns;

const PATH: &str = "/admin/audit";

/// What the address asks for.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    filter: AuditFilter,
    page: PageQuery,
}

impl Asked {
    fn from(query: &ParamsMap) -> Self {
        let given = |key| query.get(key).filter(|value| !value.trim().is_empty());
        let page = given("page").and_then(|page| page.parse().ok()).filter(|page| *page > 1);
        Self {
            filter: AuditFilter { q: given("q"), outcome: given("outcome") },
            page: PageQuery { page, ..PageQuery::default() },
        }
    }

    fn address(&self, page: i64) -> String {
        let page = (page > 1).then(|| page.to_string());
        address(
            PATH,
            &[("q", self.filter.q.as_deref()), ("outcome", self.filter.outcome.as_deref()), ("page", page.as_deref())],
        )
    }
}

/// The audit log.
#[component]
pub(crate) fn Audit() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(Asked::from));
    let list = Resource::new(move || asked.get(), |asked| fns::audit(asked.filter, asked.page));
    let segment = |label, outcome: Option<&'static str>| Segment {
        label,
        count: None,
        href: Signal::derive(move || {
            let filter = AuditFilter { outcome: outcome.map(str::to_owned), ..asked.get().filter };
            Asked { filter, page: PageQuery::default() }.address(1)
        }),
        current: Signal::derive(move || asked.with(|asked| asked.filter.outcome.as_deref() == outcome)),
    };
    view! {
        <Title text="Audit log · GameServer" />
        <Heading title="Audit log" line=|| "What admins did, and what was refused. Nothing here is ever changed." actions=CopyView />
        <FilterBar
            path=PATH
            name="q"
            label="Action, or an exact id"
            value=Signal::derive(move || asked.with(|asked| asked.filter.q.clone().unwrap_or_default()))
            keep=vec![("outcome", Signal::derive(move || asked.with(|asked| asked.filter.outcome.clone())))]
            kind="Outcome"
            segments=vec![segment("All", None), segment("Done", Some("done")), segment("Refused", Some("refused"))]
        />
        <Transition fallback=Bones>
            {move || Suspend::new(async move {
                match list.await {
                    Ok(page) => view! { <Table asked=asked.get_untracked() page /> }.into_any(),
                    Err(problem) => view! { <Failed what="The audit log did not load" problem /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Table(asked: Asked, page: Page<AuditEntry>) -> impl IntoView {
    let clock = expect_context::<Clock>();
    if page.data.is_empty() {
        return view! {
            <div class="panel">
                <Empty icon="list-filter" title="No row fits">
                    <p>"An id is found only when it is whole."</p>
                    <a class="btn btn-quiet btn-sm mt-2" href=PATH>"Show the whole log"</a>
                </Empty>
            </div>
        }
        .into_any();
    }
    view! {
        <Listed head=Head meta=page.meta address=move |page| asked.address(page)>
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
    let to = if entry.target_kind == "user" {
        account(UserId(entry.target_id), entry.target_name.clone()).into_any()
    } else {
        format!("{} {}", entry.target_kind, entry.target_id).into_any()
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

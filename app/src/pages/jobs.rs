//! The jobs: what waits, what was done, and what was given up.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use wire::{AdminJob, JobFilter, Page, PageQuery};

use crate::address::address;
use crate::clock::{Ago, Clock};
use crate::components::{
    Act, Badge, Bones, CopyView, Empty, Failed, FilterBar, Heading, Icon, Listed, Outcome, Segment,
};
use crate::fns;

const PATH: &str = "/admin/jobs";

/// What the address asks for.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    filter: JobFilter,
    page: PageQuery,
}

impl Asked {
    fn from(query: &ParamsMap) -> Self {
        let given = |key| query.get(key).filter(|value| !value.trim().is_empty());
        let page = given("page").and_then(|page| page.parse().ok()).filter(|page| *page > 1);
        Self {
            filter: JobFilter { q: given("q"), state: given("state") },
            page: PageQuery { page, ..PageQuery::default() },
        }
    }

    fn address(&self, page: i64) -> String {
        let page = (page > 1).then(|| page.to_string());
        address(
            PATH,
            &[("q", self.filter.q.as_deref()), ("state", self.filter.state.as_deref()), ("page", page.as_deref())],
        )
    }
}

/// The jobs.
#[component]
pub(crate) fn Jobs() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(Asked::from));
    let list = Resource::new(move || asked.get(), |asked| fns::jobs(asked.filter, asked.page));
    let segment = |label, state: Option<&'static str>| Segment {
        label,
        count: None,
        href: Signal::derive(move || {
            let filter = JobFilter { state: state.map(str::to_owned), ..asked.get().filter };
            Asked { filter, page: PageQuery::default() }.address(1)
        }),
        current: Signal::derive(move || asked.with(|asked| asked.filter.state.as_deref() == state)),
    };
    view! {
        <Title text="Jobs · GameServer" />
        <Heading title="Jobs" line=|| "What is done later, each at least once. What keeps failing is dead." actions=CopyView />
        <Outcome />
        <FilterBar
            path=PATH
            name="q"
            label="Part of a kind"
            value=Signal::derive(move || asked.with(|asked| asked.filter.q.clone().unwrap_or_default()))
            keep=vec![("state", Signal::derive(move || asked.with(|asked| asked.filter.state.clone())))]
            kind="State"
            segments=vec![
                segment("All", None),
                segment("Waiting", Some("waiting")),
                segment("Dead", Some("dead")),
                segment("Done", Some("done")),
            ]
        />
        <Transition fallback=Bones>
            {move || Suspend::new(async move {
                match list.await {
                    Ok(page) => view! { <Table asked=asked.get_untracked() page /> }.into_any(),
                    Err(problem) => view! { <Failed what="The jobs did not load" problem /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Table(asked: Asked, page: Page<AdminJob>) -> impl IntoView {
    let clock = expect_context::<Clock>();
    if page.data.is_empty() {
        return view! {
            <div class="panel">
                <Empty icon="list-filter" title="No job fits">
                    <p>"Jobs that were done are kept for 7 days, dead ones until somebody looks at them."</p>
                    <a class="btn btn-quiet btn-sm mt-2" href=PATH>"Show all jobs"</a>
                </Empty>
            </div>
        }
        .into_any();
    }
    view! {
        <Listed head=Head meta=page.meta address=move |page| asked.address(page)>
            {page.data.into_iter().map(|job| row(job, clock)).collect_view()}
        </Listed>
    }
    .into_any()
}

#[component]
fn Head() -> impl IntoView {
    view! {
        <th scope="col">"Job"</th>
        <th scope="col" class="w-28">"State"</th>
        <th scope="col" class="w-24 r max-sm:hidden">"Attempts"</th>
        <th scope="col" class="w-1/3 max-lg:hidden">"Last error"</th>
        <th scope="col" class="w-28 r max-sm:hidden" aria-sort="descending">
            <span class="sort">"Enqueued" <Icon name="arrow-down" class="i-sm" /></span>
        </th>
        <th scope="col" class="w-46 r max-md:hidden"><span class="sr-only">"Act"</span></th>
    }
}

fn row(job: AdminJob, clock: Clock) -> impl IntoView {
    let AdminJob { id, kind, state, attempts, created_at, last_error, .. } = job;
    let badge = match state.as_str() {
        "waiting" => Badge::WAITING,
        "running" => Badge::RUNNING,
        "dead" => Badge::DEAD,
        _ => Badge::DONE,
    };
    let is_dead = state == "dead";
    let to = format!("job {id}, {kind}");
    let acts = move || {
        view! {
            <span class="inline-flex gap-1.5">
                <Act action=format!("/admin/jobs/{id}/retry") label="Try again" icon="refresh-cw" class="btn btn-quiet btn-xs" to=to.clone() />
                <Act action=format!("/admin/jobs/{id}/drop") label="Drop" icon="trash-2" class="btn btn-quiet btn-xs" to />
            </span>
        }
    };
    view! {
        <tr tabindex="-1" data-job=id.to_string()>
            <th scope="row">
                <span class="mono text-xs">{kind}</span>
                <span class="num text-xs text-muted ml-2">{id.to_string()}</span>
            </th>
            <td>{badge.draw()}</td>
            <td class="r max-sm:hidden">{attempts.to_string()}</td>
            <td class="max-lg:hidden text-muted" title=last_error.clone()>{last_error.clone().unwrap_or_else(|| "–".to_owned())}</td>
            <td class="r max-sm:hidden text-muted"><Ago at=created_at clock /></td>
            <td class="r max-md:hidden">{is_dead.then(acts)}</td>
        </tr>
    }
}

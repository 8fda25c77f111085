//! The jobs: what waits, what was done, and what was given up.

use leptos::prelude::*;
use wire::{AdminJob, JobFilter, Page};

use crate::clock::{Ago, Clock};
use crate::components::{Act, Asked, Badge, Icon, List, ListFrame, Listed, NoneFits, Outcome, choice, rows};
use crate::fns;

const LIST: List = List { path: "/admin/jobs", search: "q", choice: "state", more: &[] };

/// The jobs.
#[component]
pub(crate) fn Jobs() -> impl IntoView {
    let asked = Asked::here(&LIST);
    view! {
        <ListFrame
            asked
            title="Jobs"
            line=|| "What is done later, each at least once. What keeps failing is dead."
            said=Outcome
            label="Part of a kind"
            kind="State"
            choices=vec![
                choice("All", None),
                choice("Waiting", Some("waiting")),
                choice("Dead", Some("dead")),
                choice("Done", Some("done")),
            ]
        >
            {rows(asked, ask, "The jobs did not load", table)}
        </ListFrame>
    }
}

async fn ask(asked: Asked) -> Result<Page<AdminJob>, fns::Problem> {
    let page = asked.page();
    fns::jobs(JobFilter { q: asked.search, state: asked.choice }, page).await
}

fn table(asked: Asked, page: Page<AdminJob>) -> AnyView {
    let clock = expect_context::<Clock>();
    let none = NoneFits {
        title: "No job fits",
        hint: "Jobs that were done are kept for 7 days, dead ones until somebody looks at them.",
        all: "Show all jobs",
    };
    view! {
        <Listed head=Head meta=page.meta asked none>
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

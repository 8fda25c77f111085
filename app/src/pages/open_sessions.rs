//! Everybody's sessions: who is signed in, from where, on what.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use wire::{AdminSession, Page, PageQuery, SessionFilter};

use crate::address::address;
use crate::clock::{Ago, Clock};
use crate::components::{
    Act, Avatar, Badge, Bones, CopyView, Empty, Failed, FilterBar, Heading, Icon, Listed, Outcome, Segment,
};
use crate::fns;
use crate::words::total;

const PATH: &str = "/admin/sessions";

/// What the address asks for.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    filter: SessionFilter,
    page: PageQuery,
}

impl Asked {
    fn from(query: &ParamsMap) -> Self {
        let given = |key| query.get(key).filter(|value| !value.trim().is_empty());
        let page = given("page").and_then(|page| page.parse().ok()).filter(|page| *page > 1);
        Self {
            filter: SessionFilter { q: given("q"), state: given("state") },
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

/// Everybody's sessions.
#[component]
pub(crate) fn OpenSessions() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(Asked::from));
    let list = Resource::new(move || asked.get(), |asked| fns::sessions(asked.filter, asked.page));
    let segment = |label, state: Option<&'static str>| Segment {
        label,
        count: None,
        href: Signal::derive(move || {
            let filter = SessionFilter { state: state.map(str::to_owned), ..asked.get().filter };
            Asked { filter, page: PageQuery::default() }.address(1)
        }),
        current: Signal::derive(move || asked.with(|asked| asked.filter.state.as_deref() == state)),
    };
    view! {
        <Title text="Sessions · GameServer" />
        <Heading
            title="Sessions"
            line=|| "Each sign-in is one. Those that are over are remembered for 30 days."
            actions=CopyView
        />
        <Outcome />
        <FilterBar
            path=PATH
            name="q"
            label="Player, id, e-mail or address"
            value=Signal::derive(move || asked.with(|asked| asked.filter.q.clone().unwrap_or_default()))
            keep=vec![("state", Signal::derive(move || asked.with(|asked| asked.filter.state.clone())))]
            kind="State"
            segments=vec![segment("All", None), segment("Live", Some("live")), segment("Over", Some("over"))]
        />
        <Transition fallback=Bones>
            {move || Suspend::new(async move {
                match list.await {
                    Ok(page) => view! { <Table asked=asked.get_untracked() page /> }.into_any(),
                    Err(problem) => view! { <Failed what="The sessions did not load" problem /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Table(asked: Asked, page: Page<AdminSession>) -> impl IntoView {
    let clock = expect_context::<Clock>();
    if page.data.is_empty() {
        return view! {
            <div class="panel">
                <Empty icon="list-filter" title="No session fits">
                    <p>"An e-mail or an address is found only when it is whole."</p>
                    <a class="btn btn-quiet btn-sm mt-2" href=PATH>"Show all sessions"</a>
                </Empty>
            </div>
        }
        .into_any();
    }
    let shown = total(page.meta);
    view! {
        <p class="sr-only">{shown}" sessions"</p>
        <Listed head=Head meta=page.meta address=move |page| asked.address(page)>
            {page.data.into_iter().map(|session| row(session, clock)).collect_view()}
        </Listed>
    }
    .into_any()
}

#[component]
fn Head() -> impl IntoView {
    view! {
        <th scope="col">"Player"</th>
        <th scope="col" class="w-44 max-md:hidden">"On"</th>
        <th scope="col" class="w-36 max-lg:hidden">"From"</th>
        <th scope="col" class="w-32 max-lg:hidden">"Signed in by"</th>
        <th scope="col" class="w-28">"State"</th>
        <th scope="col" class="w-28 r max-sm:hidden" aria-sort="descending">
            <span class="sort">"Began" <Icon name="arrow-down" class="i-sm" /></span>
        </th>
        <th scope="col" class="w-24 r max-sm:hidden"><span class="sr-only">"Act"</span></th>
    }
}

fn row(session: AdminSession, clock: Clock) -> impl IntoView {
    let AdminSession { session, user_id, user_name, ended_at, ended_because, .. } = session;
    let is_over = ended_at.is_some() || clock.is_past(session.expires_at);
    let state = match (is_over, ended_at.is_some(), session.is_current) {
        (false, _, true) => Badge::THIS_ONE,
        (false, _, false) => Badge::LIVE,
        (true, true, _) => Badge::ENDED,
        (true, false, _) => Badge::EXPIRED,
    };
    let why = ended_because.map(|because| because.replace('_', " "));
    let id = session.id.to_string();
    let to = format!("session {id} of {user_name}");
    let href = address("/admin/users", &[("user", Some(&user_id.to_string()))]);
    view! {
        <tr tabindex="-1" data-session=id.clone()>
            <th scope="row">
                <span class="flex items-center gap-2.5">
                    <Avatar id=user_id />
                    <a class="font-medium truncate hover:underline" href=href>{user_name.clone()}</a>
                </span>
            </th>
            <td class="max-md:hidden">{session.device.unwrap_or_else(|| "–".to_owned())}</td>
            <td class="max-lg:hidden mono text-xs">{session.ip.unwrap_or_else(|| "–".to_owned())}</td>
            <td class="max-lg:hidden text-muted">{session.kind.replace('_', " ")}</td>
            <td title=why>{state.draw()}</td>
            <td class="r max-sm:hidden text-muted"><Ago at=session.created_at clock /></td>
            <td class="r max-sm:hidden">
                {(!is_over)
                    .then(|| {
                        view! {
                            <Act action=format!("/admin/sessions/{id}/end") label="End" icon="log-out" class="btn btn-quiet btn-xs" to />
                        }
                    })}
            </td>
        </tr>
    }
}

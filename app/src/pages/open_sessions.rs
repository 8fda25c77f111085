//! Everybody's sessions: who is signed in, from where, on what.

use leptos::prelude::*;
use wire::{AdminSession, Page, SessionFilter};

use crate::address::address;
use crate::clock::{Ago, Clock};
use crate::components::{Act, Asked, Avatar, Badge, Icon, List, ListFrame, Listed, NoneFits, Outcome, choice, rows};
use crate::fns;
use crate::words::total;

const LIST: List = List { path: "/admin/sessions", search: "q", choice: "state", more: &[] };

/// Everybody's sessions.
#[component]
pub(crate) fn OpenSessions() -> impl IntoView {
    let asked = Asked::here(&LIST);
    view! {
        <ListFrame
            asked
            title="Sessions"
            line=|| "Each sign-in is one. Those that are over are remembered for 30 days."
            said=Outcome
            label="Player, id, e-mail or address"
            kind="State"
            choices=vec![choice("All", None), choice("Live", Some("live")), choice("Over", Some("over"))]
        >
            {rows(asked, ask, "The sessions did not load", table)}
        </ListFrame>
    }
}

async fn ask(asked: Asked) -> Result<Page<AdminSession>, fns::Problem> {
    let page = asked.page();
    fns::sessions(SessionFilter { q: asked.search, state: asked.choice }, page).await
}

fn table(asked: Asked, page: Page<AdminSession>) -> AnyView {
    let clock = expect_context::<Clock>();
    let shown = (page.meta.count > 0).then(|| view! { <p class="sr-only">{total(page.meta)}" sessions"</p> });
    let none = NoneFits {
        title: "No session fits",
        hint: "An e-mail or an address is found only when it is whole.",
        all: "Show all sessions",
    };
    view! {
        {shown}
        <Listed head=Head meta=page.meta asked none>
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

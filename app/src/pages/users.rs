//! Every account, live.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use wire::{AdminUser, PageQuery, UserFilter, UserId, WayIn};

use crate::address::address;
use crate::components::{Bones, CopyView, Failed, FilterBar, Heading, Outcome, Segment};
use crate::fns;
use crate::pages::Counts;
use crate::words::{counted, figure};

use drawer::Drawer;
use table::Table;

mod drawer;
mod row;
mod table;

const PATH: &str = "/admin/users";

/// What the address asks for.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    filter: UserFilter,
    page: PageQuery,
}

impl Asked {
    fn from(query: &ParamsMap) -> Self {
        let given = |key| query.get(key).filter(|value| !value.trim().is_empty());
        let page = given("page").and_then(|page| page.parse().ok()).filter(|page| *page > 1);
        Self {
            filter: UserFilter { q: given("q"), role: given("role"), sort: given("sort") },
            page: PageQuery { page, ..PageQuery::default() },
        }
    }

    /// The address of a page of the list.
    fn address(&self, page: i64) -> String {
        self.address_with(page, None)
    }

    /// The same with an account's drawer open.
    fn address_with(&self, page: i64, user: Option<UserId>) -> String {
        let user = user.map(|user| user.to_string());
        let page = (page > 1).then(|| page.to_string());
        address(
            PATH,
            &[
                ("q", self.filter.q.as_deref()),
                ("role", self.filter.role.as_deref()),
                ("sort", self.filter.sort.as_deref()),
                ("page", page.as_deref()),
                ("user", user.as_deref()),
            ],
        )
    }
}

/// Whether a filter admits an account, as the server decides it.
fn admits(filter: &UserFilter, user: &AdminUser) -> bool {
    let sought = filter.q.as_ref().is_none_or(|q| {
        let q = q.trim().to_lowercase();
        user.display_name.as_ref().is_some_and(|name| name.to_lowercase().contains(&q))
            || user.email.as_ref().is_some_and(|email| email.to_lowercase() == q)
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
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(Asked::from));
    let list = Resource::new(move || asked.get(), |asked| fns::users(asked.filter, asked.page));

    // Which drawer is open is no matter of the list.
    let opened = Memo::new(move |_| query.with(|query| query.get("user").and_then(|user| user.parse::<UserId>().ok())));
    let closed = Signal::derive(move || asked.with(|asked| asked.address(asked.page.page())));

    let users = counts.map(|counts| figure(counts.users));
    let word = counts.map(|counts| if counts.users == 1 { " account · " } else { " accounts · " });
    let others = counts
        .map(|counts| format!("{} · {} online", counted(counts.guests, "guest", "guests"), figure(counts.online)));
    view! {
        <Title text="Users · GameServer" />
        <Heading
            title="Users"
            line=move || view! { <b class="text-base-content font-medium">{users}</b> {word} {others} }
            actions=CopyView
        />
        <Show when=move || opened.get().is_none()>
            <Outcome />
        </Show>
        <FilterBar
            path=PATH
            name="q"
            label="Name, id, or an exact e-mail"
            value=Signal::derive(move || asked.with(|asked| asked.filter.q.clone().unwrap_or_default()))
            keep=vec![
                ("role", Signal::derive(move || asked.with(|asked| asked.filter.role.clone()))),
                ("sort", Signal::derive(move || asked.with(|asked| asked.filter.sort.clone()))),
            ]
            kind="Role"
            segments=segments(asked, counts)
        />
        <Transition fallback=Bones>
            {move || Suspend::new(async move {
                match list.await {
                    Ok(page) => view! { <Table asked=asked.get_untracked() page /> }.into_any(),
                    Err(problem) => view! { <Failed what="The accounts did not load" problem /> }.into_any(),
                }
            })}
        </Transition>
        {move || opened.get().map(|id| view! { <Drawer id closed /> })}
    }
}

fn segments(asked: Memo<Asked>, counts: Counts) -> Vec<Segment> {
    let segment = |label, role: Option<&'static str>, count: Option<Memo<i64>>| {
        let there = move || {
            let filter = UserFilter { role: role.map(str::to_owned), ..asked.get().filter };
            Asked { filter, page: PageQuery::default() }
        };
        Segment {
            label,
            count: count.map(Into::into),
            href: Signal::derive(move || there().address(1)),
            current: Signal::derive(move || asked.with(|asked| asked.filter.role.as_deref() == role)),
        }
    };
    vec![
        segment("All", None, Some(counts.map(|counts| counts.users))),
        segment("Admins", Some("admin"), Some(counts.map(|counts| counts.admins))),
        segment("Guests", Some("guest"), Some(counts.map(|counts| counts.guests))),
        segment("Banned", Some("banned"), None),
        segment("Unconfirmed", Some("unconfirmed"), None),
        segment("By device", Some("device"), None),
        segment("By password", Some("password"), None),
    ]
}

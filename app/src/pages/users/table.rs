//! The table of accounts, and what it hears.

use leptos::prelude::*;
use wire::{AdminUser, Page, PageQuery, Topic, UserFilter, UserGone};

use super::row::draw;
use super::{Asked, PATH, admits};
use crate::clock::Clock;
use crate::components::{Empty, Icon, LiveTable, Paging};
use crate::fns;
use crate::live::{Change, Heard, Record, Rows, listen, payload};

impl Record for AdminUser {
    fn id(&self) -> i64 {
        self.id.0
    }
}

#[component]
pub(super) fn Table(asked: Asked, page: Page<AdminUser>) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let filter = asked.filter.clone();
    let rows = Rows::new(page, move |user| admits(&filter, user));
    let shown = Memo::new(move |_| rows.shown.with(Vec::len));
    let first_page = asked.address(1);
    hear(rows, asked.clone());
    let (sorted, of_rows) = (asked.clone(), asked.clone());
    view! {
        <LiveTable
            rows
            noun=("account", "accounts")
            first_page
            head=move || view! { <Head asked=sorted.clone() /> }
            row=move |row| draw(row, clock, &of_rows).into_any()
            empty=none_fits
            foot=move || {
                let asked = asked.clone();
                view! { <Paging meta=rows.meta() rows=shown address=move |page| asked.address(page) /> }
            }
        />
    }
}

/// Follows what happens to accounts. A join may come late or again, so after each that is no
/// recovery the rows are asked for anew.
fn hear(rows: Rows<AdminUser>, asked: Asked) {
    let ask = move || fns::users(asked.filter.clone(), asked.page);
    listen(Topic::AdminUsers, move |heard| match heard {
        Heard::Joined => rows.ask(ask()),
        Heard::Recovered if rows.are_owed() => rows.ask(ask()),
        Heard::Event(event, value) => {
            if event == "user_deleted" {
                if let Some(gone) = payload::<UserGone>(&value) {
                    rows.hear(gone.id.0, Change::Gone);
                }
                return;
            }
            let change: fn(AdminUser) -> Change<AdminUser> = match event.as_str() {
                "user_created" => Change::Made,
                "user_updated" => Change::Changed,
                _ => return,
            };
            if let Some(user) = payload::<AdminUser>(&value) {
                rows.hear(user.id(), change(user));
            }
        }
        Heard::Recovered | Heard::Refused => (),
    });
}

/// The head: what the list can be sorted by is a link.
#[component]
fn Head(asked: Asked) -> impl IntoView {
    let sorted = asked.filter.sort.clone().unwrap_or_else(|| "newest".to_owned());
    let direction = |by: &str| if by == "name" { "ascending" } else { "descending" };
    let order = |by: &str| (sorted == by).then(|| direction(by));
    let sort = |word: &'static str, by: &'static str| {
        let filter = UserFilter { sort: (by != "newest").then(|| by.to_owned()), ..asked.filter.clone() };
        let href = Asked { filter, page: PageQuery::default() }.address(1);
        let arrow = (sorted == by).then(|| {
            let name = if by == "name" { "arrow-up" } else { "arrow-down" };
            view! { <Icon name class="i-sm" /> }
        });
        view! { <a class="sort" href=href>{word} " " {arrow}</a> }
    };
    view! {
        <th scope="col" aria-sort=order("name")>{sort("Name", "name")}</th>
        <th scope="col" class="w-46 max-md:hidden">"Way in"</th>
        <th scope="col" class="w-28 md:w-40">"Role"</th>
        <th scope="col" class="w-1/5 max-md:hidden">"Lobby"</th>
        <th scope="col" class="w-28 r max-sm:hidden" aria-sort=order("seen")>{sort("Last seen", "seen")}</th>
        <th scope="col" class="w-28 r max-lg:hidden" aria-sort=order("newest")>{sort("Created", "newest")}</th>
    }
}

/// There is always an account: that of whoever looks.
fn none_fits() -> impl IntoView {
    view! {
        <Empty icon="list-filter" title="Nobody fits">
            <p>"No account in this view has that name or id. An e-mail is found only when it is whole."</p>
            <a class="btn btn-quiet btn-sm mt-2" href=PATH>"Show all accounts"</a>
        </Empty>
    }
}

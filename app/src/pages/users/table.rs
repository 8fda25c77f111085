//! The table of accounts, and what it hears.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::{AdminUser, Page, Topic};

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
    view! {
        <LiveTable
            rows
            noun=("account", "accounts")
            first_page
            head=Head
            row=move |row| draw(row, clock).into_any()
            empty=none_fits
            foot=move || {
                let asked = asked.clone();
                view! { <Paging meta=rows.meta() rows=shown address=move |page| asked.address(page) /> }
            }
        />
    }
}

/// Follows what happens to accounts. A join may come late or again, so after each the rows are asked for anew.
fn hear(rows: Rows<AdminUser>, asked: Asked) {
    listen(Topic::AdminUsers, move |heard| match heard {
        Heard::Joined => {
            let asked = asked.clone();
            rows.asks();
            spawn_local(async move {
                if let Ok(page) = fns::users(asked.filter, asked.page).await {
                    rows.catch_up(page);
                }
            });
        }
        Heard::Event(event, value) => {
            let change: fn(AdminUser) -> Change<AdminUser> = match event.as_str() {
                "user_created" => Change::Made,
                "user_updated" => Change::Changed,
                _ => return,
            };
            if let Some(user) = payload::<AdminUser>(&value) {
                rows.hear(user.id(), change(user));
            }
        }
        Heard::Refused => (),
    });
}

#[component]
fn Head() -> impl IntoView {
    view! {
        <th scope="col">"Name"</th>
        <th scope="col" class="w-46 max-md:hidden">"Way in"</th>
        <th scope="col" class="w-28 md:w-40">"Role"</th>
        <th scope="col" class="w-1/5 max-md:hidden">"Lobby"</th>
        <th scope="col" class="w-28 r max-sm:hidden">"Last seen"</th>
        <th scope="col" class="w-28 r max-lg:hidden" aria-sort="descending">
            <span class="sort">"Created" <Icon name="arrow-down" class="i-sm" /></span>
        </th>
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

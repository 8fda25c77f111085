//! The table of sockets, and how it is kept.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

use leptos::prelude::*;
use wire::{Connection, Page, Topic};

use super::row::draw;
use super::{LIST, ask, filter};
use crate::clock::Clock;
use crate::components::{Asked, Empty, Icon, LiveTable, Paging};
use crate::live::{Heard, Record, Rows, at_most_every_second, listen};

/// How often the numbers are asked for while somebody looks at them.
const LOOK: Duration = Duration::from_secs(2);

impl Record for Connection {
    const IS_GONE_WHEN_LOST: bool = true;

    /// When it was opened, told apart from others of the same moment by its name.
    fn id(&self) -> i64 {
        let mut hasher = DefaultHasher::new();
        self.id.hash(&mut hasher);
        (self.connected_at.timestamp_micros() << 8) | (hasher.finish() & 0xff).cast_signed()
    }
}

#[component]
pub(super) fn Table(asked: Asked, page: Page<Connection>) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let filter = filter(&asked);
    let rows = Rows::new(page, move |connection| filter.admits(connection));
    let shown = Memo::new(move |_| rows.shown.with(Vec::len));
    let first_page = asked.address(1);
    keep(rows, asked.clone());
    view! {
        <LiveTable
            rows
            noun=("connection", "connections")
            first_page
            head=Head
            row=move |row| draw(row, clock).into_any()
            empty=none
            foot=move || {
                let asked = asked.clone();
                view! { <Paging meta=rows.meta() rows=shown address=move |page| asked.address(page) /> }
            }
        />
    }
}

/// Asks for the rows anew when sockets opened or closed, and for their numbers every other second.
fn keep(rows: Rows<Connection>, asked: Asked) {
    let look = move || rows.ask(ask(asked.clone()));
    let soon = at_most_every_second(look.clone());
    listen(Topic::AdminConnections, move |heard| match heard {
        Heard::Joined | Heard::Event(..) => soon(),
        Heard::Recovered | Heard::Refused => (),
    });
    Effect::new(move |_| {
        let look = look.clone();
        let seen = move || {
            if !document().hidden() {
                look();
            }
        };
        if let Ok(interval) = set_interval_with_handle(seen, LOOK) {
            on_cleanup(move || interval.clear());
        }
    });
}

#[component]
fn Head() -> impl IntoView {
    view! {
        <th scope="col">"Whose"</th>
        <th scope="col" class="w-36 max-xl:hidden">"From, to node"</th>
        <th scope="col" class="w-1/4 max-md:hidden">"Topics"</th>
        <th scope="col" class="w-18 r">"Queue"</th>
        <th scope="col" class="w-24 r max-lg:hidden">"In"</th>
        <th scope="col" class="w-24 r max-lg:hidden">"Out"</th>
        <th scope="col" class="w-28 r max-sm:hidden" aria-sort="descending">
            <span class="sort">"Since" <Icon name="arrow-down" class="i-sm" /></span>
        </th>
        <th scope="col" class="w-40 r max-sm:hidden"><span class="sr-only">"Act"</span></th>
    }
}

fn none() -> impl IntoView {
    view! {
        <Empty icon="cable" title="No such connection">
            <p>"An address, a topic or an id is found only when it is whole."</p>
            <a class="btn btn-quiet btn-sm mt-2" href=LIST.path>"Show all connections"</a>
        </Empty>
    }
}

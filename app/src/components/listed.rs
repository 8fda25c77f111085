//! A table that is read and does not move: of what is looked up, and not followed.

use leptos::prelude::*;
use wire::Meta;

use crate::components::list::Asked;
use crate::components::{Empty, Paging};

/// What stands in the place of a table without rows.
#[derive(Clone, Copy)]
pub(crate) struct NoneFits {
    pub(crate) title: &'static str,
    /// Why that may be.
    pub(crate) hint: &'static str,
    /// The way to all rows.
    pub(crate) all: &'static str,
}

/// Rows under their head, in a panel, with the way to the next page.
#[component]
pub(crate) fn Listed(
    /// The cells of the head.
    #[prop(into)]
    head: ViewFnOnce,
    /// Where the rows stand in their list.
    meta: Meta,
    asked: Asked,
    none: NoneFits,
    /// The rows.
    children: Children,
) -> impl IntoView {
    if meta.count == 0 {
        let NoneFits { title, hint, all } = none;
        return view! {
            <div class="panel">
                <Empty icon="list-filter" title>
                    <p>{hint}</p>
                    <a class="btn btn-quiet btn-sm mt-2" href=asked.path()>{all}</a>
                </Empty>
            </div>
        }
        .into_any();
    }
    let rows = Signal::stored(usize::try_from(meta.count).unwrap_or_default());
    view! {
        <div class="panel">
            <div class="tablewrap">
                <table class="table dense">
                    <thead>
                        <tr>{head.run()}</tr>
                    </thead>
                    <tbody>{children()}</tbody>
                </table>
            </div>
            <Paging meta=Signal::stored(meta) rows address=move |page| asked.address(page) />
        </div>
    }
    .into_any()
}

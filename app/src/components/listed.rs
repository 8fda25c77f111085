//! A table that is read and does not move: of what is looked up, and not followed.

use leptos::prelude::*;
use wire::Meta;

use crate::components::Paging;

/// Rows under their head, in a panel, with the way to the next page.
#[component]
pub(crate) fn Listed(
    /// The cells of the head.
    #[prop(into)]
    head: ViewFnOnce,
    /// Where the rows stand in their list.
    meta: Meta,
    /// A page's address.
    address: impl Fn(i64) -> String + Clone + Send + Sync + 'static,
    /// The rows.
    children: Children,
) -> impl IntoView {
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
            <Paging meta=Signal::stored(meta) rows address />
        </div>
    }
}

//! From page to page, by links.

use leptos::prelude::*;
use wire::Meta;

use crate::words::{figure, total};

/// Where in the list a table stands, and the way on.
#[component]
pub(crate) fn Paging(
    #[prop(into)] meta: Signal<Meta>,
    /// Rows on this page now.
    #[prop(into)]
    rows: Signal<usize>,
    /// A page's address.
    address: impl Fn(i64) -> String + Clone + Send + Sync + 'static,
) -> impl IntoView {
    let range = move || {
        let meta = meta.get();
        let before = (meta.page - 1) * meta.page_size;
        let last = before.saturating_add_unsigned(rows.get() as u64);
        format!("{}–{} of {}", figure(before + 1), figure(last), total(meta))
    };
    let step = move |word: &'static str, page: Option<i64>| match page {
        Some(page) => view! { <a class="btn btn-quiet btn-xs" href=address(page)>{word}</a> }.into_any(),
        None => view! { <span class="btn btn-quiet btn-xs btn-disabled" aria-disabled="true">{word}</span> }.into_any(),
    };
    let steps = move || {
        let meta = meta.get();
        let previous = (meta.page > 1).then_some(meta.page - 1);
        let next = meta.has_more.then_some(meta.page + 1);
        [step("Previous", previous), step("Next", next)].collect_view()
    };
    view! {
        <nav class="paging" aria-label="Pages">
            <span class="num">{range}</span>
            <span class="hidden sm:inline">"· rows keep their place while you read"</span>
            <span class="ml-auto flex gap-1">{steps}</span>
        </nav>
    }
}

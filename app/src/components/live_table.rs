//! The live table: rows change in place, new ones wait behind a pill, and an untouched page simply follows.

use std::time::Duration;

use leptos::ev::{mousemove, pointerdown, scroll, wheel};
use leptos::html::Tbody;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use web_sys::HtmlElement;

use crate::components::Icon;
use crate::keys::on_key;
use crate::live::{Record, Row, Rows};
use crate::words::counted;

/// How often waiting rows ask whether they may come in, and so how long they wait at least.
const ASK: Duration = Duration::from_secs(1);
/// Milliseconds without a move of pointer, wheel or key after which nobody is reading.
const IDLE: f64 = 10_000.0;
/// Pixels from the top that still count as the top.
const TOP: f64 = 8.0;

/// The rows, their head, and the pill that lets new ones in.
#[component]
pub(crate) fn LiveTable<T: Record>(
    rows: Rows<T>,
    /// What a row is called: one, and many.
    noun: (&'static str, &'static str),
    /// Where the newest rows are, when they are not here.
    #[prop(into)]
    first_page: String,
    /// The cells of the head.
    #[prop(into)]
    head: ViewFn,
    /// A row.
    row: impl Fn(Row<T>) -> AnyView + Clone + Send + Sync + 'static,
    /// What stands there without rows.
    #[prop(into)]
    empty: ViewFn,
    /// What stands below the rows.
    #[prop(into)]
    foot: ViewFn,
) -> impl IntoView {
    let touched = RwSignal::new(false);
    let body = NodeRef::<Tbody>::new();
    let is_empty = Memo::new(move |_| rows.shown.with(Vec::is_empty));
    let waiting = rows.waiting();
    let navigate = use_navigate();
    let let_in = move || {
        if rows.is_first_page() {
            rows.let_in();
            window().scroll_to_with_x_and_y(0.0, 0.0);
        } else {
            navigate(&first_page, NavigateOptions::default());
        }
    };

    follow(rows, waiting, touched.into());
    on_key({
        let let_in = let_in.clone();
        move |key, event| match key {
            "n" if waiting.get_untracked() > 0 => let_in(),
            "j" => step(body, true, event),
            "k" => step(body, false, event),
            _ => (),
        }
    });

    let table = move || {
        let row = row.clone();
        view! {
            <div class="tablewrap">
                <table class="table dense">
                    <thead>
                        <tr>{head.run()}</tr>
                    </thead>
                    <tbody node_ref=body>
                        <For each=move || rows.shown.get() key=|row| row.id children=row />
                    </tbody>
                </table>
            </div>
            {foot.run()}
        }
    };
    view! {
        <div class="relative" on:pointerenter=move |_| touched.set(true) on:focusin=move |_| touched.set(true)>
            <Show when=move || waiting.get() != 0>
                <button class="newpill" data-new=waiting on:click={
                    let let_in = let_in.clone();
                    move |_| {
                        let_in();
                        focus(body.get_untracked().and_then(|body| body.first_element_child()));
                    }
                }>
                    <Icon name="arrow-up" class="i-sm" />
                    {move || {
                        let count = i64::try_from(waiting.get()).unwrap_or(i64::MAX);
                        counted(count, "new ", "new ").trim_end().to_owned()
                    }}
                    " "
                    {move || if waiting.get() == 1 { noun.0 } else { noun.1 }}
                </button>
            </Show>
            <div class="panel">
                <Show when=move || !is_empty.get() fallback=move || empty.run()>
                    {table.clone()()}
                </Show>
            </div>
        </div>
    }
}

/// Lets new rows in by itself where that moves nothing anybody is looking at.
fn follow<T: Record>(rows: Rows<T>, waiting: Memo<usize>, touched: Signal<bool>) {
    let active = StoredValue::new(0.0);
    Effect::new(move |_| {
        let stir = move || {
            active.try_set_value(js_sys::Date::now());
        };
        let handles = [
            window_event_listener(mousemove, move |_| stir()),
            window_event_listener(pointerdown, move |_| stir()),
            window_event_listener(wheel, move |_| stir()),
            window_event_listener(scroll, move |_| stir()),
        ];
        on_cleanup(move || handles.into_iter().for_each(WindowListenerHandle::remove));
    });
    on_key(move |_, _| {
        active.try_set_value(js_sys::Date::now());
    });
    let any = Memo::new(move |_| waiting.get() > 0);
    Effect::new(move |_| {
        if !any.get() || !rows.is_first_page() {
            return;
        }
        let ask = move || {
            let at_top = window().scroll_y().is_ok_and(|y| y <= TOP);
            let empty = rows.shown.try_with_untracked(Vec::is_empty) == Some(true);
            let untouched = touched.try_get_untracked() == Some(false);
            let idle = active.try_get_value().is_some_and(|at| js_sys::Date::now() - at >= IDLE);
            if empty || (at_top && (untouched || idle)) {
                rows.let_in();
            }
        };
        if let Ok(interval) = set_interval_with_handle(ask, ASK) {
            on_cleanup(move || interval.clear());
        }
    });
}

/// Moves the focus one row on or back.
fn step(body: NodeRef<Tbody>, on: bool, event: &leptos::ev::KeyboardEvent) {
    let Some(body) = body.get_untracked() else { return };
    let here = document().active_element().and_then(|element| element.closest("tr").ok().flatten());
    let next = match here.filter(|row| body.contains(Some(row))) {
        Some(row) if on => row.next_element_sibling(),
        Some(row) => row.previous_element_sibling(),
        None => body.first_element_child(),
    };
    if next.is_some() {
        event.prevent_default();
    }
    focus(next);
}

fn focus(element: Option<web_sys::Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // It is gone if it cannot take the focus.
        let _ = element.focus();
    }
}

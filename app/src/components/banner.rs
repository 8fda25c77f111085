//! The connection banner: it lies over the foot of the page, so that it moves nothing.

use std::time::Duration;

use leptos::prelude::*;

use crate::components::Icon;
use crate::live::{Link, Live};

/// How long a loss may last before it is spoken of.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long the good news stays.
const RELIEF: Duration = Duration::from_secs(4);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Nothing,
    Lost,
    Ended,
    Back,
}

/// Says that the connection is lost, when the next try is, and that it is back.
#[component]
pub(crate) fn Banner() -> impl IntoView {
    let live = expect_context::<Live>();
    let link = live.link();
    let said = RwSignal::new(Said::Nothing);
    let next = countdown(link);
    let open = Memo::new(move |_| link.get() == Link::Open);
    // Empty until it has once stood.
    let since = RwSignal::new(String::new());
    Effect::new(move |stood: Option<bool>| {
        let (stood, stands) = (stood.unwrap_or_default(), open.get());
        if stood && !stands {
            since.set(now());
        }
        stands
    });
    Effect::new(move |_| {
        let (after, then) = match (open.get(), said.get_untracked()) {
            (false, _) => (PATIENCE, Said::Lost),
            (true, Said::Lost | Said::Ended) => {
                said.set(Said::Back);
                (RELIEF, Said::Nothing)
            }
            (true, _) => (Duration::ZERO, Said::Nothing),
        };
        let later = move || {
            said.try_maybe_update(|said| {
                let stands = *said == Said::Ended && then == Said::Lost;
                if !stands {
                    *said = then;
                }
                (!stands, ())
            });
        };
        if let Ok(timer) = set_timeout_with_handle(later, after) {
            on_cleanup(move || timer.clear());
        }
    });
    Effect::new(move |_| {
        if link.get() == Link::Ended {
            said.set(Said::Ended);
        }
    });
    let sentence = move || match said.get() {
        Said::Nothing => String::new(),
        Said::Lost => match since.get() {
            since if since.is_empty() => "There is no connection yet. What you see may be old.".to_owned(),
            since => format!("The connection is lost since {since}. What you see may be old; it is not gone."),
        },
        Said::Ended => {
            "The server closed the connection: your session may have ended. Load the page again to go on.".to_owned()
        }
        Said::Back => "Back. Everything shown is up to date.".to_owned(),
    };
    view! {
        <div class="banner" class:hidden=move || said.get() == Said::Nothing class:banner-ok=move || said.get() == Said::Back>
            {move || {
                let name = if said.get() == Said::Back { "circle-check" } else { "wifi-off" };
                view! { <Icon name /> }
            }}
            <p role="status">{sentence}</p>
            <Show when=move || said.get() == Said::Ended>
                <a class="btn btn-quiet btn-xs ml-auto" href="" rel="external">"Load again"</a>
            </Show>
            <Show when=move || said.get() == Said::Lost>
                <span class="text-muted num" aria-hidden="true">{next}</span>
                <button class="btn btn-quiet btn-xs ml-auto" on:click=move |_| live.reconnect_now()>
                    "Try now"
                </button>
            </Show>
        </div>
    }
}

/// The reader's clock.
fn now() -> String {
    let now = js_sys::Date::new_0();
    format!("{:02}:{:02}:{:02}", now.get_hours(), now.get_minutes(), now.get_seconds())
}

/// When the next try is, in words, second by second.
fn countdown(link: Signal<Link>) -> Signal<String> {
    let left = RwSignal::new(0);
    Effect::new(move |_| {
        let Link::Waiting(seconds) = link.get() else { return };
        left.set(seconds);
        let tick = move || {
            left.try_update(|left| *left = left.saturating_sub(1));
        };
        if let Ok(interval) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || interval.clear());
        }
    });
    Signal::derive(move || match (link.get(), left.get()) {
        (Link::Waiting(_), 1..) => format!("Next try in {} s.", left.get()),
        _ => "Trying now.".to_owned(),
    })
}

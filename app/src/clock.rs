//! Time on a page: one server clock for the first pass, so that server and browser write the same words; it ticks
//! after hydration.

use std::fmt::Write as _;
use std::time::Duration;

use chrono::{DateTime, Datelike as _, TimeDelta, Timelike as _, Utc};
use leptos::prelude::*;

/// How often the words are looked at again. Nothing shown is finer than a minute.
const TICK: Duration = Duration::from_secs(5);

/// The server's clock as this page knows it.
#[derive(Clone, Copy)]
pub(crate) struct Clock {
    /// What is shown.
    shown: RwSignal<DateTime<Utc>>,
    /// How far it is ahead of the browser's.
    ahead: StoredValue<TimeDelta>,
}

impl Clock {
    /// A clock that stands at `now` until hydration and goes on from there in the browser.
    pub(crate) fn from(now: DateTime<Utc>) -> Self {
        let clock = Self { shown: RwSignal::new(now), ahead: StoredValue::new(TimeDelta::zero()) };
        Effect::new(move |_| {
            clock.ahead.set_value(now - browsers());
            let tick = move || {
                if !document().hidden() {
                    clock.shown.try_set(clock.now());
                }
            };
            if let Ok(interval) = set_interval_with_handle(tick, TICK) {
                on_cleanup(move || interval.clear());
            }
        });
        clock
    }

    /// The time by the server's clock, of what happens in the browser right now.
    pub(crate) fn now(self) -> DateTime<Utc> {
        browsers() + self.ahead.try_get_value().unwrap_or_default()
    }

    /// How long ago `at` was when the page was rendered, or is now.
    pub(crate) fn passed(self, at: DateTime<Utc>) -> TimeDelta {
        self.shown.get_untracked() - at
    }

    /// Whether `at` was over when it was asked.
    pub(crate) fn is_past(self, at: DateTime<Utc>) -> bool {
        self.shown.get_untracked() >= at
    }

    /// How long ago `at` was, in words.
    pub(crate) fn since(self, at: DateTime<Utc>) -> String {
        ago(self.shown.get() - at, at)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "milliseconds of an open page")]
fn round(millis: f64) -> i64 {
    millis as i64
}

/// The browser's clock.
fn browsers() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(round(js_sys::Date::now())).unwrap_or_default()
}

/// A length of time in words, up to seven days; beyond that the day itself.
fn ago(passed: TimeDelta, at: DateTime<Utc>) -> String {
    let minutes = passed.num_minutes();
    let (days, hours) = (minutes / 1440, minutes / 60 % 24);
    match minutes {
        ..1 => "just now".to_owned(),
        1..60 => format!("{minutes} min"),
        60..1440 => format!("{hours} h {} min", minutes % 60),
        1440..10_080 if hours == 0 => format!("{days} d"),
        1440..10_080 => format!("{days} d {hours} h"),
        _ => format!("{} {} {}", at.day(), month(at), at.year()),
    }
}

/// A length of time, spelled out for as long as it goes on.
pub(crate) fn lasting(passed: TimeDelta) -> String {
    let minutes = passed.num_minutes();
    match minutes {
        ..1 => "under a minute".to_owned(),
        1..60 => format!("{minutes} min"),
        60..1440 => format!("{} h {} min", minutes / 60, minutes % 60),
        _ => format!("{} days {} h", minutes / 1440, minutes / 60 % 24),
    }
}

fn month(at: DateTime<Utc>) -> &'static str {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    MONTHS.get(at.month0() as usize).copied().unwrap_or_default()
}

/// The exact time, for tooltips.
pub(crate) fn exact(at: DateTime<Utc>) -> String {
    let mut text = at.date_naive().to_string();
    // Writing to a string does not fail.
    let _ = write!(text, " {:02}:{:02}:{:02} UTC", at.hour(), at.minute(), at.second());
    text
}

/// How long ago something was, with the exact time in the tooltip.
#[component]
pub(crate) fn Ago(at: DateTime<Utc>, clock: Clock) -> impl IntoView {
    view! {
        <time datetime=at.to_rfc3339() title=exact(at)>
            {move || clock.since(at)}
        </time>
    }
}

/// How long something has been going on.
#[component]
pub(crate) fn Lasting(since: DateTime<Utc>, clock: Clock) -> impl IntoView {
    view! {
        <time datetime=since.to_rfc3339() title=exact(since)>
            {move || lasting(clock.shown.get() - since)}
        </time>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_told_in_words_for_a_week_and_by_its_day_after() {
        let at = DateTime::from_timestamp(1_767_312_000, 0).unwrap_or_default();
        let after = |minutes| ago(TimeDelta::minutes(minutes), at);
        assert_eq!(
            [-5, 0, 4, 62, 1440, 3000].map(after),
            ["just now", "just now", "4 min", "1 h 2 min", "1 d", "2 d 2 h"]
        );
        assert_eq!(after(10_080), "2 Jan 2026");
        assert_eq!(exact(at), "2026-01-02 00:00:00 UTC");
    }
}
